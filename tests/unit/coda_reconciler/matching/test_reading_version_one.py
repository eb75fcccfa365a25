"""Are the files of before 2010, whose records 2.2 and 2.3 have other columns, read all the same?"""

from services.coda_reconciler.domain.matching.facts import Passage, PaymentFacts
from services.coda_reconciler.domain.matching.mentions import mentions
from services.coda_reconciler.domain.matching.reading import payment_facts
from services.coda_reconciler.domain.matching.sources import source_of
from tests.unit.coda_reconciler.matching.readings import PAYER, item, statement_of, text_at

ACCOUNT = f"{'096123456769 EUR0BE':37}"
TEXT = f"{'betaling':47} 2026-12-13422"
FILE = "\r\n".join(
    [
        f"0000002032672505{'':1}0000000{'':10}{'BAKKERIJ':26}{'00000430018':11}00403170701 00000{'':39}1",
        f"1 001{ACCOUNT}0{1_000_000:015d}020326{'BAKKERIJ':26}{'Zicht':35}001",
        f"2100010000{'REF':21}0{121_000:015d}020326001500000{TEXT[:53]}0203260010100",
        f"2200010000{TEXT[53:]:53}{'E2E 77':26}{'':3}{0:015d}{'':18}100",
        f"2300010000{'539007547034':37}{'PEETERS LIEVE':26}{'Markt 1':26}{'9700 Oudenaarde':26}000",
        f"8001{ACCOUNT}0{1_121_000:015d}020326{'':64} ",
        f"9{'':15}000005{0:015d}{121_000:015d}{'':75}2",
    ]
).encode("cp1252")


def read() -> PaymentFacts:
    """The facts of the one payment."""
    statement = statement_of(FILE)
    assert statement.version == 1
    return payment_facts(statement, statement.movements[0])


def test_text_counterparty_and_reference_stand_in_their_old_columns() -> None:
    facts = read()
    assert (facts.kind, facts.account, facts.name) == ("payment", PAYER, "PEETERS LIEVE")
    assert facts.passages[1] == Passage("customer_reference", "E2E 77", 4, "64-69")
    assert facts.end_to_end_id == ""


def test_a_number_over_two_records_is_found_where_it_stands() -> None:
    (mention,) = mentions(read(), [item("2026-12-13422")])
    assert (mention.strength, mention.evidence.text) == ("full", "2026-12-13422")
    assert text_at(FILE, mention.evidence) == "2026-12-13422"


def test_account_and_name_are_shown_where_they_stand() -> None:
    facts = read()
    assert text_at(FILE, source_of(facts, "counterparty_account")) == "539007547034"
    assert text_at(FILE, source_of(facts, "counterparty_name")) == "PEETERS LIEVE"
