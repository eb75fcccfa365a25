"""Columns of many rows as texts of Postgres's own array format, for `unnest($1::text::int[], …)`.

asyncpg looks at every element of a list before it sends it; for the hundred elements of a movement that takes longer
than everything that Postgres does with them. A text is sent as it is. (COPY is not for tables with row-level security.)
"""

from collections.abc import Iterable, Sequence
from datetime import date
from types import NoneType
from typing import Any

_NULL = "NULL"
_SEPARATOR = "\x00"


def arrays_of(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    """One text a column; there is at least one row."""
    return [array_of(column) for column in zip(*rows, strict=True)]


def array_of(values: Iterable[Any]) -> str:
    """Texts, whole numbers, days, truths and nothing."""
    kept = list(values)
    kinds = set(map(type, kept))
    if kinds == {int}:
        return f"{{{','.join(map(str, kept))}}}"
    if kinds == {date}:
        return f"{{{','.join(map(date.isoformat, kept))}}}"
    if all(issubclass(kind, str) for kind in kinds):
        return _texts(kept)
    if all(issubclass(kind, str) for kind in kinds - {NoneType}):
        told = iter(_escaped([value for value in kept if value is not None]))
        elements = [_NULL if value is None else f'"{next(told)}"' for value in kept]
        return f"{{{','.join(elements)}}}"
    return f"{{{','.join([_element(value) for value in kept])}}}"


def unnested(types: str, first: int = 1) -> str:
    """`text int` becomes `unnest($1::text::text[], $2::text::int[])`; `first` is the first parameter's number."""
    columns = (f"${place}::text::{name}[]" for place, name in enumerate(types.split(), start=first))
    return f"unnest({', '.join(columns)})"


def _texts(values: list[str]) -> str:
    joined = '","'.join(values)
    if "\\" not in joined and joined.count('"') == 2 * max(len(values) - 1, 0):
        return f'{{"{joined}"}}' if values else "{}"
    escaped = '","'.join(_escaped(values))
    return f'{{"{escaped}"}}'


def _escaped(values: list[str]) -> list[str]:
    """All of them at once, behind each other with what no text of Postgres has between; one that has it is refused
    there, and so must stay the one text that it is."""
    joined = _SEPARATOR.join(values)
    if joined.count(_SEPARATOR) != max(len(values) - 1, 0):
        return [_escape(value) for value in values]
    return _escape(joined).split(_SEPARATOR) if values else []


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _element(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, str):
        return _texts([value])[1:-1]
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"found {type(value).__name__}, expected a text, a whole number, a day or a truth")
