"""What is told of a gap: which numbers are missing, as far as anybody can tell, and between which statements."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.coda_reconciler.domain.chain import Chain, Extension
from services.coda_reconciler.domain.gaps import Gap, alarm_of, gap_events, missing_numbers, place_of
from services.coda_reconciler.domain.links import Link
from shared.contracts.statements import (
    MissingNumbers,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    StatementPlace,
)
from shared.values import Currency, EnterpriseNumber, Iban, Money, StatementId

COMPANY, IBAN, EURO = EnterpriseNumber("0403170701"), Iban("BE68539007547034"), Currency("EUR")
ACCOUNT = COMPANY, IBAN, EURO


def link(year: int, sequence: int) -> Link:
    return Link(StatementId.of(UUID(int=year * 1000 + sequence)), year, sequence, date(year, 6, 1), 0, 0)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((2026, 116), (2026, 118), (117, 117)),
        ((2026, 116), (2026, 120), (117, 119)),
        ((2026, 116), (2026, 117), None),
        ((2026, 116), (2026, 116), None),
        ((2025, 250), (2026, 3), (1, 2)),
        ((2025, 250), (2026, 1), None),
        ((2026, 998), (2026, 1), None),
        ((2026, 999), (2026, 3), (1, 2)),
        ((2026, 0), (2026, 5), None),
        ((2026, 5), (2026, 0), None),
    ],
)
def test_the_numbers_between_two_statements_are_missing(
    before: tuple[int, int], after: tuple[int, int], expected: tuple[int, int] | None
) -> None:
    missing = missing_numbers(link(*before), link(*after))
    assert missing == (MissingNumbers(first=expected[0], last=expected[1]) if expected else None)


def statement(sequence: int) -> Link:
    """One of a bank that numbers them day by day, with 1.00 more each time."""
    key = StatementId.of(UUID(int=sequence))
    return Link(key, 2026, sequence, date(2026, 3, sequence - 100), sequence * 1000, (sequence + 1) * 1000)


def grown(*sequences: int) -> tuple[Chain, Extension]:
    """The chain of these statements, in this order, and what the last of them did."""
    chain = Chain()
    *_, last = [chain.add(statement(sequence)) for sequence in sequences]
    assert last is not None
    return chain, last


def opened(sequence: int, before: int, missing: tuple[int, int], *, moved: bool = False) -> StatementGapOpened:
    return StatementGapOpened(
        statement_id=statement(sequence).statement_id,
        enterprise_number=COMPANY,
        iban=IBAN,
        year=2026,
        sequence=sequence,
        expected_sequence=before + 1,
        expected_balance=Money.of(f"{before + 1}.00", "EUR"),
        found_balance=Money.of(f"{sequence}.00", "EUR"),
        day=date(2026, 3, sequence - 100),
        before=place_of(statement(before)),
        missing=MissingNumbers(first=missing[0], last=missing[1]),
        moved=moved,
    )


def test_a_gap_is_told_with_both_its_ends_and_what_is_missing() -> None:
    assert gap_events(ACCOUNT, grown(116, 120)[1]) == [(opened(120, 116, (117, 119)), 2)]


def test_a_part_of_what_is_missing_moves_one_gap_and_opens_another() -> None:
    told = gap_events(ACCOUNT, grown(116, 120, 118)[1])
    assert told == [(opened(118, 116, (117, 117)), 2), (opened(120, 118, (119, 119), moved=True), 3)]


def test_the_end_of_a_gap_is_told_with_how_far_the_account_is_whole_now() -> None:
    closed = StatementGapClosed(
        statement_id=statement(118).statement_id,
        enterprise_number=COMPANY,
        iban=IBAN,
        year=2026,
        sequence=118,
        final_through=StatementPlace(
            statement_id=statement(118).statement_id, year=2026, sequence=118, day=date(2026, 3, 18)
        ),
    )
    assert gap_events(ACCOUNT, grown(116, 120, 118, 117)[1]) == [(closed, 3)]
    assert gap_events(ACCOUNT, grown(116, 117)[1]) == []


def test_an_alarm_says_what_was_told_last_and_when_it_opened() -> None:
    at = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
    gap = Gap(opened(120, 118, (119, 119), moved=True), 3, at)
    assert gap.statement_id == statement(120).statement_id
    assert alarm_of(gap) == StatementGapAlarmed(**opened(120, 118, (119, 119)).model_dump(), opened_at=at)
