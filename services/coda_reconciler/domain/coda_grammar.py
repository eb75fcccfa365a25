"""Which record may follow which: 0 1 {21 [22] [23] {31 [32] [33]}*}* [8] {4}* 9 (CODA 2.6 §2, §5.5 and §5.6).

A pair of neighbours and the next and link codes of the first say all there is to check, and a statement of any size
holds only a few dozen different pairs.
"""

from collections.abc import Iterator
from functools import lru_cache
from operator import eq
from sys import byteorder

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_grid import side_by_side
from services.coda_reconciler.domain.coda_lines import Lines

END = ""
"""What follows the last record of a statement."""

_AFTER_A_MOVEMENT = ("31", "21", "8")
_FOLLOWERS = {
    "0": ("1",),
    "1": ("21", "8", "9"),
    "21": ("22", "23", *_AFTER_A_MOVEMENT),
    "22": ("23", *_AFTER_A_MOVEMENT),
    "23": _AFTER_A_MOVEMENT,
    "31": ("32", "33", *_AFTER_A_MOVEMENT),
    "32": ("33", *_AFTER_A_MOVEMENT),
    "33": _AFTER_A_MOVEMENT,
    "8": ("4", "9"),
    "4": ("4", "9"),
    "9": (END,),
}
CONTINUATIONS = frozenset(("22", "23", "32", "33"))
"""Records that repeat the key of the one before: a movement or an information goes on."""

_FREE_COMMUNICATION = "4"
_CODES = {"0": False, " ": False, "1": True}
_NOTHING = b"\0"
"""What follows the last record, in a column: no record holds a control character."""

Fault = tuple[str, str, str, str]
"""Code, columns, what was found and what was expected."""


def check_grammar(lines: Lines) -> None:
    """Raise `CodaError` E04 to E07 or E15 for the first record that does not fit what follows it."""
    if any(map(_is_faulty, set(_pairs(lines)))):
        at, fault = next(_faults(lines))
        raise _refusal(lines, at, *fault)


def _pairs(lines: Lines) -> list[int]:
    """Of each record its start, columns 126 and 128, the next one's start, and whether that has the same key."""
    column, keys = lines.grid.column, lines.keys()
    first, second, has_same_key = column(0), column(1), bytes(map(eq, keys, keys[1:]))
    next_first, next_second = first[1:] + _NOTHING, second[1:] + _NOTHING
    return side_by_side([first, second, column(125), column(127), next_first, next_second, has_same_key + _NOTHING])


@lru_cache(maxsize=4096)
def _is_faulty(pair: int) -> bool:
    told = pair.to_bytes(8, byteorder).decode("latin-1")
    return _fault(told[:2], told[2], told[3], told[4:6].strip("\0"), told[6] == "\1") is not None


def _faults(lines: Lines) -> Iterator[tuple[int, Fault]]:
    """Every record that does not fit what follows it, by its text."""
    texts = lines.texts
    for at, (text, following) in enumerate(zip(texts, [*texts[1:], END], strict=True)):
        fault = _fault(text[:2], text[125], text[127], following[:2], text[2:10] == following[2:10])
        if fault:
            yield at, fault


def _refusal(lines: Lines, at: int, code: str, columns: str, found: str, expected: str) -> CodaError:
    if code == "E05":
        found, expected = lines.key(at + 1), lines.key(at)
    line = lines.numbers[at + 1] if code in ("E04", "E05") else lines.numbers[at]
    return CodaError(code, line, columns, found, expected)


def kind_of(start: str) -> str:
    """0, 1, 21, 22, 23, 31, 32, 33, 4, 8 or 9, by the first two columns; anything else as it stands."""
    return start if start[:1] in ("2", "3") else start[:1]


def _fault(start: str, next_code: str, link_code: str, next_start: str, same_key: bool) -> Fault | None:
    kind, following = kind_of(start), kind_of(next_start)
    if following == END and kind != "9":
        return "E15", "", "the end of the statement", f"record {' or '.join(_FOLLOWERS.get(kind, ('9',)))}"
    if following not in _FOLLOWERS.get(kind, ()):
        known = f"record {following}" if following in _FOLLOWERS else next_start
        return "E04", "1-2", known, _expected_after(kind)
    if following in CONTINUATIONS and not same_key:
        return "E05", "3-10", "another key", "the key of the record before"
    return _wrong_next_code(kind, next_code, following) or _wrong_link_code(kind, link_code, following)


def _expected_after(kind: str) -> str:
    if kind == "9":
        return "nothing after record 9"
    followers = _FOLLOWERS.get(kind, ())
    return f"record {' or '.join(followers)} after record {kind}"


def _wrong_next_code(kind: str, found: str, following: str) -> Fault | None:
    if kind[0] not in ("2", "3"):
        return None
    expected = following in CONTINUATIONS
    if _CODES.get(found) is expected:
        return None
    return "E06", "126", found, f"{int(expected)}, for record {following} follows"


def _wrong_link_code(kind: str, found: str, following: str) -> Fault | None:
    """Measured on every accepted sample: column 128 is 1 exactly when the very next record is a 31, or a 4."""
    if kind in ("0", "1", "9"):
        return None
    expected = following in ("31", _FREE_COMMUNICATION)
    if _CODES.get(found) is expected:
        return None
    return "E07", "128", found, f"{int(expected)}, for record {following} follows"
