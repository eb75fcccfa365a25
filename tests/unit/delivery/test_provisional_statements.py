"""Does a statement stand behind a gap here as it does in its account's chain, also on the gap's own day?"""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.delivery.domain.accounts import Gap, with_opened
from services.delivery.domain.statements import BookedStatement
from services.delivery.endpoints.provisional import FirstGaps
from shared.contracts.statements import Allocation, StatementGapOpened, StatementPlace
from shared.values import Currency, EnterpriseNumber, Iban, Money, StatementId
from tests.component.delivery.paying import GAP, IBAN, booked

ACCOUNT = EnterpriseNumber("0403170701"), Iban(IBAN), Currency("EUR")
DAY = date(2026, 2, 26)


def behind(before: StatementPlace | None = None) -> FirstGaps:
    """A gap before statement 118 of 26 February."""
    facts = StatementGapOpened.model_validate(GAP).model_copy(update={"before": before} if before else {})
    gap: Gap = with_opened(None, facts, 2, datetime(2026, 3, 2, tzinfo=UTC))
    return FirstGaps({ACCOUNT: gap})


def on(day: date, sequence: int, key: int) -> BookedStatement:
    made = booked(sequence, 1, "1.00")
    facts = {"new_balance_date": day, "statement_id": StatementId.of(UUID(int=key)), "enterprise_number": ACCOUNT[0]}
    return replace(made, body=made.body.model_copy(update=facts))


@pytest.mark.parametrize(
    ("day", "sequence", "is_held"),
    [
        (date(2026, 2, 25), 117, False),
        (date(2026, 2, 25), 999, False),
        (date(2026, 2, 27), 1, True),
        (DAY, 117, False),
        (DAY, 119, True),
    ],
)
def test_days_come_before_numbers_for_numbers_begin_again(day: date, sequence: int, is_held: bool) -> None:
    assert behind().hold_back(on(day, sequence, 7)) is is_held


def test_of_the_days_own_statements_the_gap_says_which_stands_before_it() -> None:
    before = StatementPlace(statement_id=StatementId.of(UUID(int=9)), year=2026, sequence=120, day=DAY)
    assert not behind(before).hold_back(on(DAY, 120, 9)), "the balance went on from it, whatever its number"
    assert behind(before).hold_back(on(DAY, 118, 118)), "the gap is before this one"


def test_nothing_is_held_back_in_another_account() -> None:
    other = on(date(2026, 2, 27), 1, 7)
    other = replace(other, body=other.body.model_copy(update={"new_balance": Money.of("1.00", "USD")}))
    assert not behind().hold_back(other)


@pytest.mark.parametrize(("sequence", "is_held"), [(117, False), (118, True), (250, True)])
def test_of_an_allocation_whose_statement_is_not_seen_the_number_tells(sequence: int, is_held: bool) -> None:
    allocation = Allocation(
        iban=ACCOUNT[1], year=2026, sequence=sequence, movement=1, amount=Money.of("1.00", "EUR"), value_date=None,
        rule="R03", evidence="",
    )  # fmt: skip
    assert behind().hold_back_number(ACCOUNT[0], allocation) is is_held
