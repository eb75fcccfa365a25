"""Can whoever settles by a fact show where in the file it stands?"""

import pytest

from deploy.demo.coda.records import Entry, Text
from services.coda_reconciler.domain.matching.facts import PaymentFacts
from services.coda_reconciler.domain.matching.reading import payment_facts
from services.coda_reconciler.domain.matching.sources import Told, source_of
from tests.unit.coda_reconciler.matching.readings import CREDIT, PAYER, file_of, statement_of, text_at

LABELS = "IBAN: BE68 5390 0754 7034 Donneur d'ordre final : Dupont Jean Mandat: M-77"
DEBIT = f"02032611{0}{'BE12ZZZ0403170701':35}{'MND-7':35}{'dank':62}0"
LONG = "GARAGE VAN DEN BOSSCHE EN ZONEN NIJLEN"
PLAIN = Entry(
    1_000, CREDIT, Text("dank"), bank_reference="BR-1", customer_reference="E2E-1", account=PAYER, name="PEETERS"
)
ULTIMATE = Entry(1_000, CREDIT, information=(Text(f"{'Peeters Lieve':70}", "009"),))
WRAPPED = Entry(1_000, CREDIT, Text("Virement"), information=(Text(LABELS),))
WHOLE_NAME = Entry(1_000, CREDIT, name=LONG[:35], information=(Text(f"{LONG:70}{'Markt 1':35}", "001"),))
COLLECTED = Entry(1_000, "00550000", Text(DEBIT, "127"))
OLD_ACCOUNT = Entry(1_000, CREDIT, account="539007547034", name="PEETERS")


def read(*entries: Entry) -> tuple[bytes, PaymentFacts]:
    """A file and the facts of its last movement."""
    data = file_of(entries)
    statement = statement_of(data)
    return data, payment_facts(statement, statement.movements[-1])


@pytest.mark.parametrize(
    ("entry", "meaning", "text"),
    [
        (PLAIN, "counterparty_account", PAYER), (PLAIN, "counterparty_name", "PEETERS"),
        (PLAIN, "end_to_end_id", "E2E-1"), (PLAIN, "bank_reference", "BR-1"),
        (ULTIMATE, "ultimate_debtor", "Peeters Lieve"), (WRAPPED, "ultimate_debtor", "Dupont Jean"),
        (WRAPPED, "mandate", "M-77"), (WRAPPED, "counterparty_account", "BE68 5390 0754 7034"),
        (WHOLE_NAME, "counterparty_name", LONG), (COLLECTED, "mandate", "MND-7"),
        (OLD_ACCOUNT, "counterparty_account", "539007547034"),
    ],
)  # fmt: skip
def test_a_fact_is_shown_where_it_stands(entry: Entry, meaning: Told, text: str) -> None:
    data, facts = read(entry)
    source = source_of(facts, meaning)
    assert (source.meaning, source.text) == (meaning, text)
    assert text_at(data, source) == text


def test_an_account_of_twelve_digits_is_known_by_its_iban() -> None:
    assert read(OLD_ACCOUNT)[1].account == PAYER


def test_what_a_detail_has_of_its_total_is_shown_where_the_total_says_it() -> None:
    total = Entry(
        985_000, "34150000", customer_reference="E2E-9", account="LU280019400644750000", name="SPLASHPOWER",
        information=(Text("Mandat: M-9"), Text(f"{'Peeters Lieve':70}", "009")),
    )  # fmt: skip
    gross, costs = Entry(1_000_000, "84150100", detail=True), Entry(-15_000, "84137013", detail=True)
    data, facts = read(total, costs, gross)
    told: dict[Told, str] = {
        "counterparty_account": "LU280019400644750000", "counterparty_name": "SPLASHPOWER", "end_to_end_id": "E2E-9",
        "mandate": "M-9", "ultimate_debtor": "Peeters Lieve",
    }  # fmt: skip
    assert {meaning: text_at(data, source_of(facts, meaning)) for meaning in told} == told
