"""Whatever stands in a statement: is it read without an error, within bounds, and is evidence really there?"""

from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.demo.coda.records import Entry, Text
from services.coda_reconciler.domain.matching.facts import Evidence, PaymentFacts
from services.coda_reconciler.domain.matching.mentions import mentions
from services.coda_reconciler.domain.matching.named_numbers import MOST_NUMBERS
from services.coda_reconciler.domain.matching.reading import payment_facts
from services.coda_reconciler.domain.matching.references import MOST_REFERENCES
from services.coda_reconciler.domain.matching.sources import Told, source_of
from tests.unit.coda_reconciler.matching.readings import file_of, item, statement_of, text_at

KINDS = ("", "", "", "100", "101", "102", "103", "105", "107", "111", "113", "114", "115", "124", "127", "199")
INFORMATION_KINDS = ("", "", "001", "002", "006", "009", "055")
CODES = ("00150000", "00550000", "00503000", "04150000", "00537027", "03501001", "00149000", "00000000")
WORDS = st.sampled_from(
    [
        "2026-0412", "/413", "+++090/9337/55493+++", "0909/3375/5493", "0909 3375 5493", "RF18 5390 0754 7034",
        "BE68 5390 0754 7034", "Mededeling :",
        "IBAN: ", "1.234,56 EUR", "12/05/2026", "9423649", "t/m", "é€", "FACT", "fact 17", " ", "000000000000",
        "VF-0412",
    ]
)  # fmt: skip
FREE = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=180)
BODIES = st.one_of(
    FREE.map(lambda text: text.encode("cp1252", "ignore").decode("cp1252")),
    st.lists(WORDS, max_size=14).map("".join),
    st.text("0123456789 ", max_size=160),
).map(lambda text: "".join(each for each in text if each.isprintable()))
ENTRIES = st.builds(
    Entry,
    amount=st.sampled_from([121_000, -121_000]),
    code=st.sampled_from(CODES),
    text=st.builds(Text, BODIES, st.sampled_from(KINDS)),
    customer_reference=st.sampled_from(["", "NOTPROVIDED", "2026-0412", "E2E 77"]),
    return_type=st.sampled_from(["", "2"]),
    return_reason=st.sampled_from(["", "MD06"]),
    account=st.sampled_from(["", "BE68539007547034", "539007547034", "X" * 34]),
    account_currency=st.sampled_from(["", "EUR"]),
    name=st.sampled_from(["", "PEETERS LIEVE", "MOLLIE"]),
    information=st.lists(st.builds(Text, BODIES, st.sampled_from(INFORMATION_KINDS)), max_size=3).map(tuple),
)
ITEMS = [item("2026-0412"), item("2026-0413"), item("VF-0412"), item("2026-0017")]


def evidence_of(facts: PaymentFacts) -> list[Evidence]:
    """All that the facts and the mentions in them point to."""
    found = [reference.evidence for reference in facts.references]
    found += [each.evidence for each in (facts.returned, facts.original) if each is not None]
    told: dict[Told, str] = {
        "counterparty_account": facts.account, "counterparty_name": facts.name, "end_to_end_id": facts.end_to_end_id,
        "mandate": facts.mandate, "ultimate_debtor": facts.ultimate_debtor, "bank_reference": facts.bank_reference,
    }  # fmt: skip
    found += [source_of(facts, meaning) for meaning, text in told.items() if text]
    return found + [mention.evidence for mention in mentions(facts, ITEMS)]


@settings(max_examples=150, deadline=None)
@given(st.lists(ENTRIES, min_size=1, max_size=3))
def test_any_statement_is_read_and_its_evidence_stands_in_the_file(entries: list[Entry]) -> None:
    data = file_of(entries)
    statement = statement_of(data)
    for movement in statement.movements:
        facts = payment_facts(statement, movement)
        assert facts == payment_facts(statement, movement)
        assert len(facts.number_keys) == len(set(facts.number_keys)) <= MOST_NUMBERS
        assert len(facts.references) <= MOST_REFERENCES + 1
        for found in (*evidence_of(facts), *facts.passages):
            assert text_at(data, found) == found.text.rstrip()


def test_a_movement_with_hundreds_of_information_records_is_read_within_bounds() -> None:
    entry = Entry(1_000, "00150000", information=tuple(Text("1-" * 35) for _ in range(900)))
    statement = statement_of(file_of([entry]))
    facts = payment_facts(statement, statement.movements[0])
    assert sum(len(passage.text) for passage in facts.passages) < 5_000
    assert len(facts.number_keys) <= MOST_NUMBERS
