"""Is a statement given to the company whose mandate was in force that day, and to nobody where that is not one?"""

from datetime import date

import pytest

from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.mandates import AccountMandate, Refusal, company_of
from services.coda_reconciler.domain.summary import Summary, summary_of
from shared.values import EnterpriseNumber, Iban
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, OTHER_COMPANY, OTHER_IBAN, Move, statement

DAY = date(2026, 3, 2)
BEFORE, AFTER = date(2026, 1, 1), date(2026, 4, 1)
NOBODY = "0000000000"


def headed(company: str, **changes: str) -> Summary:
    """A statement of the day whose header names a company."""
    data = statement([Move(1_000)], day=DAY, company=company, **changes)  # type: ignore[arg-type]
    [text] = split_file(data).statements
    return summary_of(read_statement(text))


def mandate(company: str, since: date = BEFORE, until: date | None = None, iban: str = IBAN) -> AccountMandate:
    return AccountMandate(Iban(iban), EnterpriseNumber(company), since, until)


def decided(header: str, *mandates: AccountMandate) -> str:
    """The company, or the code of the refusal."""
    found = company_of(headed(header), mandates)
    return found.code if isinstance(found, Refusal) else str(found)


@pytest.mark.parametrize(
    ("header", "mandates", "expected"),
    [
        (COMPANY, [mandate(COMPANY)], COMPANY),
        (NOBODY, [mandate(COMPANY)], COMPANY),
        (OTHER_COMPANY, [mandate(COMPANY)], "company_mismatch"),
        (COMPANY, [], "no_mandate"),
        (COMPANY, [mandate(COMPANY, iban=OTHER_IBAN)], "no_mandate"),
        (COMPANY, [mandate(COMPANY), mandate(OTHER_COMPANY)], COMPANY),
        (OTHER_COMPANY, [mandate(COMPANY), mandate(OTHER_COMPANY)], OTHER_COMPANY),
        (NOBODY, [mandate(COMPANY), mandate(OTHER_COMPANY)], "mandate_conflict"),
        ("0010080080", [mandate(COMPANY), mandate(OTHER_COMPANY)], "mandate_conflict"),
        (NOBODY, [mandate(COMPANY), mandate(COMPANY, since=date(2026, 2, 1))], COMPANY),
    ],
)
def test_the_mandate_says_whose_it_is_and_the_header_may_only_tell_two_apart(
    header: str, mandates: list[AccountMandate], expected: str
) -> None:
    assert decided(header, *mandates) == decided(header, *reversed(mandates)) == expected


@pytest.mark.parametrize(
    ("mandates", "expected"),
    [
        ([mandate(COMPANY, since=DAY)], COMPANY),
        ([mandate(COMPANY, until=AFTER)], COMPANY),
        ([mandate(COMPANY, until=DAY)], "no_mandate"),
        ([mandate(COMPANY, until=DAY), mandate(OTHER_COMPANY, since=DAY)], OTHER_COMPANY),
        ([mandate(COMPANY), mandate(OTHER_COMPANY, since=DAY)], "mandate_conflict"),
        ([mandate(COMPANY, since=AFTER)], COMPANY),
        ([mandate(COMPANY, until=DAY), mandate(OTHER_COMPANY, since=AFTER)], OTHER_COMPANY),
        ([mandate(COMPANY, since=AFTER), mandate(OTHER_COMPANY, since=date(2026, 5, 1))], COMPANY),
        ([mandate(COMPANY), mandate(OTHER_COMPANY, since=AFTER)], COMPANY),
        ([mandate(COMPANY, since=AFTER), mandate(OTHER_COMPANY, since=AFTER)], "mandate_conflict"),
    ],
    ids=[
        "from its first day on", "until later", "no longer from its end on", "the next holder from that day on",
        "two from that day on",
        "older statements of who begins later", "older ones of the next holder", "of the first who begins later",
        "in force before one that begins later", "two who begin on the same day",
    ],
)  # fmt: skip
def test_the_day_of_the_new_balance_decides_which_mandate_is_in_force(
    mandates: list[AccountMandate], expected: str
) -> None:
    assert decided(NOBODY, *mandates) == decided(NOBODY, *reversed(mandates)) == expected


def test_a_refusal_points_to_the_columns_and_says_what_was_found() -> None:
    for header, mandates, columns, found in (
        (OTHER_COMPANY, [mandate(COMPANY)], "72-82", OTHER_COMPANY),
        (COMPANY, [], "6-42", IBAN),
        (NOBODY, [mandate(COMPANY), mandate(OTHER_COMPANY)], "6-42", IBAN),
    ):
        refusal = company_of(headed(header), mandates)
        assert isinstance(refusal, Refusal) and refusal.expected
        assert (refusal.columns, refusal.found) == (columns, found)


def test_a_separate_application_is_nobodys_whoever_has_the_mandate() -> None:
    refusal = company_of(headed(COMPANY, application="01505"), [mandate(COMPANY)])
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.columns) == ("separate_application", "84-88")
