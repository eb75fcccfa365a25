"""Is a moment told in one way, whatever zone it comes in?"""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.values.moments import utc_text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "2026-03-02T09:00:00Z"),
        (datetime(2026, 3, 2, 9, 0, 0, 120_000, tzinfo=UTC), "2026-03-02T09:00:00.120000Z"),
        (datetime(2026, 3, 2, 0, 30, tzinfo=timezone(timedelta(hours=1))), "2026-03-01T23:30:00Z"),
    ],
)
def test_a_moment_is_told_in_utc_with_a_z(moment: datetime, text: str) -> None:
    assert utc_text(moment) == text
    assert datetime.fromisoformat(text) == moment
