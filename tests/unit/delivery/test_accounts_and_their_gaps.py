"""What is known of an account and of its gaps, in whatever order it is told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.delivery.domain.accounts import (
    Account,
    AccountState,
    Gap,
    Place,
    accounts_of,
    joined,
    place_of,
    with_alarm,
    with_end,
    with_opened,
)
from services.delivery.domain.statements import BookedStatement
from shared.contracts.statements import (
    AccountStanding,
    MissingNumbers,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    StatementPlace,
)
from shared.values import Currency, EnterpriseNumber, Iban, Money, StatementId
from tests.unit.delivery.booked_statements import booked
from tests.unit.delivery.test_telling_gaps import gap as gap_of

NUMBER, IBAN = EnterpriseNumber("0403170701"), Iban("BE68539007547034")
OPENED, NEWS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
BROKEN = gap_of((117, 117))
CLOSED = StatementGapClosed.model_validate(BROKEN.model_dump())


def place(sequence: int, day: date = date(2026, 3, 2), key: int = 0) -> Place:
    return Place(StatementId.of(UUID(int=key or sequence)), day.year, sequence, day)


def account(first: Place, last: Place, balance: str = "1.00", booked: int = 0) -> Account:
    """Told with its standing where its statements were counted, else guessed."""
    money, standing = Money.of(balance, "EUR"), None
    if booked:
        ends: list[Any] = [
            StatementPlace(statement_id=each.statement_id, year=each.year, sequence=each.sequence, day=each.day)
            for each in (first, last)
        ]
        standing = AccountStanding(
            booked=booked, first=ends[0], last=ends[1], balance=money, final_through=ends[0], unbroken_since=ends[1]
        )
    return Account((NUMBER, IBAN, Currency("EUR")), first, last, money, standing)


def open_gap(body: StatementGapOpened = BROKEN, version: int = 2) -> Gap:
    return with_opened(None, body, version, OPENED)


def alarm(**changes: Any) -> StatementGapAlarmed:
    return StatementGapAlarmed.model_validate(BROKEN.model_dump() | {"opened_at": OPENED} | changes)


def statement(sequence: int, day: int, balance: str, iban: Iban = IBAN) -> BookedStatement:
    facts = {"sequence": sequence, "iban": iban, "new_balance_date": date(2026, 2, day)}
    body = booked(statement_id=place(sequence).statement_id, new_balance=Money.of(balance, "EUR"), **facts)
    return BookedStatement(UUID(int=sequence), NEWS, body, ())


def test_a_statement_that_tells_of_its_account_is_believed_and_not_its_own_place() -> None:
    counted = account(place(1), place(9), "90.00", booked=3)
    late = statement(5, 24, "50.00")
    late = replace(late, body=late.body.model_copy(update={"account": counted.standing}))
    assert accounts_of([late]) == [counted]


def test_newly_booked_statements_tell_of_each_account_once_by_its_number() -> None:
    other = Iban("BE43068999999501")
    told = accounts_of([statement(118, 26, "20.00"), statement(116, 24, "10.00"), statement(9, 20, "9.00", other)])
    assert [each.key for each in told] == [(NUMBER, other, "EUR"), (NUMBER, IBAN, "EUR")]
    assert (told[1].first.sequence, told[1].last.sequence, told[1].balance) == (116, 118, Money.of("20.00", "EUR"))


OLD_YEAR, NEW_YEAR = place(250, date(2025, 12, 31)), place(1, date(2026, 1, 2))
EARLIER, LATER = account(OLD_YEAR, OLD_YEAR, "10.00"), account(NEW_YEAR, NEW_YEAR, "20.00")


@pytest.mark.parametrize("order", [(EARLIER, LATER), (LATER, EARLIER)])
def test_an_account_of_which_no_standing_was_told_reaches_from_its_first_day_to_its_last(
    order: tuple[Account, Account],
) -> None:
    assert joined(*order) == account(OLD_YEAR, NEW_YEAR, "20.00")


def test_of_two_statements_of_one_day_and_number_the_one_that_came_last_is_the_last() -> None:
    one, other = place(7, key=1), place(7, key=2)
    assert joined(account(one, one, "10.00"), account(other, other, "20.00")) == account(one, other, "20.00")


@pytest.mark.parametrize(("counted", "told"), [(1, 0), (3, 2), (3, 3)])
def test_what_was_told_with_more_statements_stays(counted: int, told: int) -> None:
    known = account(place(1), place(3), "30.00", booked=counted)
    assert joined(known, account(place(1), place(9), "90.00", booked=told)) is known


@pytest.mark.parametrize(("counted", "told"), [(0, 1), (2, 3)])
def test_whoever_counted_more_statements_is_believed(counted: int, told: int) -> None:
    newer = account(place(1), place(2), "20.00", booked=told)
    assert joined(account(place(1), place(9), "90.00", booked=counted), newer) is newer


def test_without_a_standing_the_open_gaps_say_how_far_it_is_whole() -> None:
    gaps = tuple(open_gap(gap_of(None, sequence=number)) for number in (118, 120, 122))
    before = StatementPlace.model_validate(gaps[0].known_facts.before)
    guessed = account(place(1), place(200))
    assert AccountState(guessed).unbroken_since == place(1)
    assert AccountState(guessed).final_through == place(200)
    assert AccountState(guessed, gaps).unbroken_since == gaps[2].place
    assert AccountState(guessed, gaps).final_through == place_of(before)
    assert AccountState(guessed, (open_gap(gap_of(None, before=None)),)).final_through is None


def test_a_standing_that_was_told_says_how_far_it_is_whole_whatever_gaps_are_known() -> None:
    counted = AccountState(account(place(1), place(9), booked=3), (open_gap(),))
    assert (counted.unbroken_since, counted.final_through) == (place(9), place(1))


def test_a_gap_stands_at_its_statements_day_or_at_the_end_of_its_year() -> None:
    assert open_gap().place == Place(BROKEN.statement_id, 2026, 118, date(2026, 3, 5))
    assert open_gap(gap_of(None, day=None)).place.day == date(2026, 12, 31)
    assert open_gap().missing == MissingNumbers(first=117, last=117)


def test_a_gap_of_which_only_the_end_is_known_is_not_open_and_has_no_place() -> None:
    ended = with_end(None, CLOSED, 3, NEWS)
    assert (ended.is_open, ended.closed_at, ended.version, ended.opened_at) == (False, NEWS, 3, None)
    with pytest.raises(ValueError, match="nothing but the end"):
        _ = ended.place
    assert with_opened(ended, BROKEN, 2, OPENED) is ended


def test_a_gap_that_moves_keeps_when_it_opened_and_its_alarm() -> None:
    alarmed = with_alarm(open_gap(), alarm(), 3, NEWS)
    assert alarmed == replace(open_gap(), version=3, alarmed_at=NEWS)
    narrower = gap_of((117, 117), moved=True)
    assert with_opened(alarmed, narrower, 4, NEWS) == replace(alarmed, facts=narrower, version=4)


def test_a_gap_that_opens_again_is_a_new_one() -> None:
    closed = with_end(with_alarm(open_gap(), alarm(), 3, NEWS), CLOSED, 4, NEWS)
    assert not closed.is_open
    again = OPENED + timedelta(days=30)
    assert with_opened(closed, BROKEN, 5, again) == replace(open_gap(), version=5, opened_at=again)


def test_what_is_not_newer_than_what_is_known_changes_nothing() -> None:
    known = open_gap(version=4)
    for version in (3, 4):
        assert with_opened(known, gap_of((1, 1)), version, NEWS) is known
        assert with_end(known, CLOSED, version, NEWS) is known


def test_the_first_version_counts() -> None:
    assert open_gap(version=1).is_open
    assert with_end(None, CLOSED, 1, NEWS).closed_at == NEWS


@pytest.mark.parametrize("known", [None, with_opened(None, BROKEN, 2, NEWS)])
def test_an_alarm_says_when_the_gap_opened(known: Gap | None) -> None:
    assert with_alarm(known, alarm(), 3, NEWS) == replace(open_gap(version=3), alarmed_at=NEWS)


def test_an_older_alarm_is_kept_beside_what_is_newer_once_and_only_while_something_is_missing() -> None:
    newer = open_gap(gap_of((117, 117), moved=True), version=4)
    for version in (3, 4):
        alarmed = with_alarm(newer, alarm(opened_at=NEWS), version, NEWS)
        assert alarmed == replace(newer, alarmed_at=NEWS)
    assert with_alarm(alarmed, alarm(), 3, NEWS + timedelta(hours=1)) is alarmed
    closed = with_end(newer, CLOSED, 5, NEWS)
    assert with_alarm(closed, alarm(), 3, NEWS) is closed
