"""Which numbers are missing between two statements, as far as anybody can tell."""

from datetime import date
from uuid import UUID

import pytest

from services.coda_reconciler.domain.gaps import missing_numbers
from services.coda_reconciler.domain.links import Link
from shared.contracts.statements import MissingNumbers
from shared.values import StatementId


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
