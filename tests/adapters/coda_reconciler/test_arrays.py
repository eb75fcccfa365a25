"""Does a column that is sent as one text arrive as the values that went in?"""

from datetime import date
from typing import Any

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coda_reconciler.adapters.arrays import array_of, arrays_of, unnested
from tests.conftest import Database

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
ROWS = st.tuples(TEXTS, st.none() | TEXTS, st.integers(-(2**31), 2**31 - 1), st.none() | st.dates(), st.booleans())


@pytest.fixture
async def connection(database: Database) -> Any:
    made = await asyncpg.connect(database.worker_url("coda_reconciler"))
    yield made
    await made.close()


async def test_what_went_in_comes_out(connection: asyncpg.Connection) -> None:
    told: list[list[tuple[Any, ...]]] = []

    @settings(max_examples=60, deadline=None)
    @given(st.lists(ROWS, min_size=1, max_size=8))
    def collect(rows: list[tuple[Any, ...]]) -> None:
        told.append(rows)

    collect()
    for rows in told:
        found = await connection.fetch(f"select * from {unnested('text text int date bool')}", *arrays_of(rows))
        assert [tuple(row) for row in found] == rows


SEPARATED = ["\x1f", "\x1e", "\x1f\x1e", "a\x1fb", "\x1e\x01\x02\x1f", "\x1f€"]


@pytest.mark.parametrize(
    "text", ["", "NULL", "null", '"', "\\", '\\"', "{}", ",", " ", 'a","b', "é€", "a\nb", *SEPARATED]
)
async def test_texts_that_mean_something_to_postgres_stay_texts(connection: asyncpg.Connection, text: str) -> None:
    for rows in ([text], [text, "x"], [None, text], [text, None, ""], [None]):
        found = await connection.fetch(f"select * from {unnested('text')}", array_of(rows))
        assert [row[0] for row in found] == rows


async def test_nothing_is_an_array_too(connection: asyncpg.Connection) -> None:
    assert await connection.fetch(f"select * from {unnested('text int', 1)}", array_of(()), array_of([])) == []


def test_what_has_no_form_there_is_refused() -> None:
    with pytest.raises(TypeError):
        array_of([1.5])
    assert array_of([date(2026, 1, 2), True, None]) == "\x1f\x1e\x1f2026-01-02\x1ft\x1f\x1e"


async def test_what_postgres_has_no_text_for_is_refused_there(connection: asyncpg.Connection) -> None:
    for texts in (["a\0b"], ["a", "\0"], [None, "\0"]):
        with pytest.raises(asyncpg.CharacterNotInRepertoireError):
            await connection.fetch(f"select * from {unnested('text')}", array_of(texts))
