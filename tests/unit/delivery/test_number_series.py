"""Number series: what counts, what is missing, since when; the same whatever the order in which numbers came."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.series import MOST_GAPS, Issued, Outsider, Series, series_of
from shared.values import DocumentId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def issued(*numbers: str, year: int = 2026, family: str = "invoice", start: int = 0) -> list[Issued]:
    """Documents of one year; each came an hour after the one before it."""
    return [
        Issued(
            DocumentId.of(UUID(int=start + place)),
            family,
            number,
            date(year, 3, 1),
            NOW + timedelta(hours=place),
        )
        for place, number in enumerate(numbers)
    ]


def only(found: Sequence[Issued]) -> Series:
    (series,), outsiders = series_of(found)
    assert outsiders == []
    return series


def named(found: Sequence[Issued]) -> list[tuple[str, str, int]]:
    return [(each.prefix, each.suffix, each.count) for each in series_of(found)[0]]


def test_the_number_behind_the_year_counts() -> None:
    series = only(issued("VF-2026-0411", "VF-2026-0412", "VF-2026-0414"))
    assert (series.prefix, series.first, series.last) == ("VF-2026-", "VF-2026-0411", "VF-2026-0414")
    assert (series.count, series.missing) == (3, 1)
    (gap,) = series.gaps
    assert (gap.first, gap.last, gap.count) == ("VF-2026-0413", "VF-2026-0413", 1)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (("0411/2026", "0412/2026"), [("", "/2026", 2)]),
        (("0411/26", "0412/26"), [("", "/26", 2)]),
        (("20260411", "20260412"), [("2026", "", 2)]),
        (("2026999", "20261000"), [("2026", "", 2)]),
        (("20259", "20260", "20261"), [("", "", 3)]),
        (("F1-0001", "F1-0002", "F2-0001", "F2-0002", "F2-0003"), [("F1-", "", 2), ("F2-", "", 3)]),
        (("A1", "A2", "B1", "B2"), [("A", "", 2), ("B", "", 2)]),
        (("2026-01-0001", "2026-01-0002", "2026-02-0001", "2026-02-0003"), [("2026-01-", "", 2), ("2026-02-", "", 2)]),
        (("26/0001/V1", "26/0002/V1", "26/0003/V1"), [("26/", "/V1", 3)]),
        (("7", "8", "9"), [("", "", 3)]),
        (("INV-999", "INV-1000"), [("INV-", "", 2)]),
    ],
)
def test_what_counts_is_found_among_the_digits(numbers: tuple[str, ...], expected: list[Any]) -> None:
    assert named(issued(*numbers)) == expected


def test_a_width_that_grows_opens_no_gap() -> None:
    assert only(issued("2026997", "2026998", "2026999", "20261000", "20261001")).missing == 0
    assert only(issued("VF-0998", "VF-0999", "VF-1000")).missing == 0


def test_missing_numbers_are_written_as_their_neighbours_are() -> None:
    (gap,) = only(issued("VF-0998", "VF-1001")).gaps
    assert (gap.first, gap.last, gap.count) == ("VF-0999", "VF-1000", 2)
    (gap,) = only(issued("998", "1001")).gaps
    assert (gap.first, gap.last) == ("999", "1000")


def test_a_gap_opens_when_a_number_above_it_and_one_below_it_had_come() -> None:
    found = issued("1", "2", "5", "4")
    (gap,) = only(found).gaps
    assert (gap.first, gap.opened_at) == ("3", NOW + timedelta(hours=2))
    backwards = issued("5", "6", "1")
    (gap,) = only(backwards).gaps
    assert (gap.first, gap.last, gap.opened_at) == ("2", "4", NOW + timedelta(hours=2))


def test_versions_of_one_invoice_are_no_duplicate_and_two_invoices_at_one_place_are() -> None:
    first, second, other, again = issued("VF-1", "VF-1", "VF-2", "VF-01")
    assert only([replace(first, superseded=True), second, other]).duplicates == ()
    (duplicate,) = only([replace(first, superseded=True), second, other, again]).duplicates
    assert duplicate.numbers == ("VF-1", "VF-01")
    assert duplicate.documents == (second.document_id, again.document_id)


def test_numbers_that_fit_no_series_are_named() -> None:
    found = issued("VF-1", "VF-2", "PROFORMA", "X-7", "9" * 13)
    series, outsiders = series_of(found)
    assert [each.count for each in series] == [2]
    assert [each.number for each in outsiders] == ["9" * 13, "PROFORMA", "X-7"]


def test_years_and_families_are_series_of_their_own_and_the_latest_year_comes_first() -> None:
    notes = issued("1", "2", family="credit_note", start=10)
    before = issued("1", "3", year=2025, start=20)
    series, _ = series_of([*before, *notes, *issued("1", "2", "3")])
    assert [(each.year, each.family, each.missing) for each in series] == [
        (2026, "credit_note", 0),
        (2026, "invoice", 0),
        (2025, "invoice", 1),
    ]


def test_many_gaps_are_counted_and_the_latest_are_named() -> None:
    series = only(issued(*(str(2 * place + 1) for place in range(MOST_GAPS + 50))))
    assert (len(series.gaps), series.missing) == (MOST_GAPS, MOST_GAPS + 49)
    assert series.gaps[0].first == str(2 * (MOST_GAPS + 49))


TEXTS = st.one_of(
    st.from_regex(r"[A-Z]{0,2}-?(2025|2026|26)?[-/]?[0-9]{1,5}([-/](2026|26|A))?", fullmatch=True),
    st.text(max_size=12),
)


@given(st.lists(TEXTS, max_size=25), st.randoms(use_true_random=False))
def test_any_order_gives_the_same(numbers: list[str], dice: Any) -> None:
    found = issued(*numbers)
    shuffled = list(found)
    dice.shuffle(shuffled)
    assert series_of(shuffled) == series_of(found)


@given(st.lists(TEXTS, max_size=25))
def test_every_document_is_counted_once(numbers: list[str]) -> None:
    found = issued(*numbers)
    series, outsiders = series_of(found)
    places = sum(each.count for each in series)
    extra = sum(len(duplicate.documents) - 1 for each in series for duplicate in each.duplicates)
    assert places + extra + len(outsiders) == len(found)


@given(st.sets(st.integers(1, 400), min_size=2), st.sampled_from(["VF-2026-{:04d}", "{}/2026", "2026{:03d}", "A{}B"]))
def test_present_and_missing_numbers_fill_the_series(taken: set[int], form: str) -> None:
    (series,), outsiders = series_of(issued(*(form.format(number) for number in sorted(taken))))
    assert isinstance(series, Series) and outsiders == []
    assert series.count + series.missing == max(taken) - min(taken) + 1
    assert series.missing == sum(gap.count for gap in series.gaps) or len(series.gaps) == MOST_GAPS
    for gap in series.gaps:
        assert gap.first not in {form.format(number) for number in taken}


def test_an_outsider_says_which_document_it_is() -> None:
    (document,) = issued("PROFORMA")
    assert series_of([document]) == ([], [Outsider("invoice", 2026, "PROFORMA", document.document_id)])
