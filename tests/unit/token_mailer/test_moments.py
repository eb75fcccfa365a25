"""How a letter tells a moment."""

from datetime import UTC, datetime

import pytest

from services.token_mailer.domain.moments import in_words
from shared.values import Language


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (Language.NL, "donderdag 1 januari 2026 om 00:30 (Belgische tijd)"),
        (Language.FR, "jeudi 1er janvier 2026 à 00:30 (heure belge)"),
        (Language.DE, "Donnerstag, 1. Januar 2026, 00:30 Uhr (belgische Zeit)"),
        (Language.EN, "Thursday 1 January 2026 at 00:30 (Belgian time)"),
    ],
)
def test_a_moment_is_told_by_the_clock_in_belgium(language: Language, expected: str) -> None:
    assert in_words(datetime(2025, 12, 31, 23, 30, tzinfo=UTC), language) == expected


def test_summer_time_is_told_as_clocks_show_it() -> None:
    assert in_words(datetime(2026, 7, 1, 10, 0, tzinfo=UTC), Language.EN).endswith("at 12:00 (Belgian time)")
