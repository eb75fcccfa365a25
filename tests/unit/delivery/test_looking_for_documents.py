"""Lists of documents: what is looked for, without case and accents, and cursors that nobody can make up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.documents import Document
from services.delivery.domain.listing import (
    CursorUnusable,
    DocumentFilter,
    Place,
    cursor_after,
    folded,
    place_after,
    search_text,
)
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, SoftwareSlug

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MOMENTS = st.integers(-(10**10), 7 * 10**15).map(lambda count: NOW + timedelta(microseconds=count))
IDS = st.uuids().map(DocumentId.of)


def a_document(**others: str) -> Document:
    return Document(
        document_id=DocumentId.of(UUID(int=1)),
        enterprise_number=EnterpriseNumber("0403170701"),
        connection_id=ConnectionId.of(UUID(int=1)),
        software=SoftwareSlug("robaws"),
        state="valid",
        received_at=NOW,
        **others,  # type: ignore[arg-type]
    )


@given(MOMENTS, IDS)
def test_a_cursor_stands_for_its_place_to_the_microsecond(moment: datetime, document_id: DocumentId) -> None:
    place = Place(moment, document_id)
    assert place_after(cursor_after(place)) == place
    assert cursor_after(place) != cursor_after(Place(moment + timedelta(microseconds=1), document_id))


@given(st.text(max_size=60))
def test_a_cursor_that_was_not_given_out_is_unusable(text: str) -> None:
    if text:
        with pytest.raises(CursorUnusable):
            place_after(text)
    else:
        assert place_after(text) is None


@given(MOMENTS, IDS, st.integers(0, 200), st.characters(codec="ascii"))
def test_a_cursor_that_was_changed_is_unusable_or_another_place(
    moment: datetime, document_id: DocumentId, at: int, letter: str
) -> None:
    cursor = cursor_after(Place(moment, document_id))
    changed = cursor[: at % len(cursor)] + letter + cursor[at % len(cursor) + 1 :]
    try:
        place = place_after(changed)
    except CursorUnusable:
        return
    assert place is not None and cursor_after(place) == changed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café  Hélène", "cafe helene"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Ĳzer", "ijzer"),
        ("㎅", "kb"),
        ("", ""),
    ],
)
def test_text_is_looked_for_without_case_and_accents(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once_and_leaves_one_line(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert len(folded(text).splitlines()) <= 1


def test_an_office_code_is_not_found_by_words() -> None:
    document = a_document(client_code="K12", number="VF-1", customer_name="Peeters")
    assert "k12" not in search_text(document)
    assert DocumentFilter(words=("vf-1", "PEETERS")).holds(document)
    assert not DocumentFilter(words=("K12",)).holds(document)


def test_what_is_not_known_lies_within_no_period() -> None:
    assert not DocumentFilter(issued_from=NOW.date()).holds(a_document())
    assert DocumentFilter().holds(a_document())
