"""Columns of many rows as one text each, for `unnest` of what Postgres makes of it.

asyncpg looks at every element of a list before it sends it, and Postgres reads its own array format letter by letter;
for the hundred elements of a movement both take longer than everything that is done with them. What is only taken
apart at one letter is quick on both sides. (COPY is not for tables with row-level security.)

A column begins with the letter that stands between its elements, then the one that means nothing, then another of the
first: `|~|a|~|b` is a, nothing, b. Both are letters that no element has, whatever a bank or a customer wrote.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from types import NoneType
from typing import Any

_BETWEEN, _NOTHING = "\x1f", "\x1e"
_HEAD = f"{_BETWEEN}{_NOTHING}{_BETWEEN}"
_LETTERS = 0x11_0000
_SURROGATES = range(0xD800, 0xE000)


def arrays_of(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    """One text a column; there is at least one row."""
    return [array_of([row[place] for row in rows]) for place in range(len(rows[0]))]


def array_of(values: Iterable[Any]) -> str:
    """Texts, whole numbers, days, truths and nothing."""
    kept = list(values)
    kinds = set(map(type, kept))
    if kinds == {int}:
        return _HEAD + _BETWEEN.join(map(str, kept))
    if all(issubclass(kind, str) for kind in kinds):
        return _separated(kept, kept)
    are_texts = all(issubclass(kind, (str, NoneType)) for kind in kinds)
    told = kept if are_texts else [value if isinstance(value, (str, NoneType)) else _text(value) for value in kept]
    return _separated(told, [value for value in told if value is not None])


def unnested(types: str, first: int = 1) -> str:
    """`text int` becomes `unnest(…, …::int[])` of two texts; `first` is the first parameter's number."""
    return f"unnest({', '.join(_taken_apart(place, name) for place, name in enumerate(types.split(), start=first))})"


def _taken_apart(place: int, name: str) -> str:
    texts = f"(string_to_array(${place}::text, left(${place}, 1), substr(${place}, 2, 1)))[3:]"
    return texts if name == "text" else f"{texts}::{name}[]"


def _separated(values: Sequence[str | None], texts: Sequence[str]) -> str:
    """The values, of which these are texts, with the usual letters where no text has them."""
    between, nothing, all_letters = _BETWEEN, _NOTHING, "".join(texts)
    if between in all_letters or nothing in all_letters:
        between, nothing = _letters_without(all_letters)
    told = texts if len(texts) == len(values) else [nothing if value is None else value for value in values]
    return between.join((f"{between}{nothing}", *told))


def _letters_without(letters: str) -> tuple[str, str]:
    """Two letters that are not among these."""
    used = set(letters)
    free = (chr(code) for code in range(1, _LETTERS) if code not in _SURROGATES and chr(code) not in used)
    return next(free), next(free)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"found {type(value).__name__}, expected a text, a whole number, a day or a truth")
