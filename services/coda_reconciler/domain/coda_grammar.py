"""Which record may follow which: 0 1 {21 [22] [23] {31 [32] [33]}*}* [8] {4}* 9 (CODA 2.6 §2, §5.5 and §5.6).

A pair of neighbours and the next and link codes of the first say all there is to check, and a statement of any size
holds only a few dozen different pairs.
"""

from collections.abc import Iterator
from functools import lru_cache
from operator import eq

from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import RECORD_LENGTH
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

Fault = tuple[str, str, str, str]
"""Code, columns, what was found and what was expected."""


def check_grammar(lines: Lines) -> None:
    """Raise `CodaError` E04 to E07 or E15 for the first record that does not fit what follows it."""
    if any(_fault(*pair) for pair in set(_pairs(lines))):
        faults = ((at, fault) for at, pair in enumerate(_pairs(lines)) if (fault := _fault(*pair)))
        at, fault = next(faults)
        raise _refusal(lines, at, *fault)


def _pairs(lines: Lines) -> Iterator[tuple[str, str, str, str, bool]]:
    """Of each record its start, columns 126 and 128, the next one's start, and whether that has the same key."""
    row = "".join(lines.texts) if lines.row is None else lines.row
    next_codes, link_codes = row[125::RECORD_LENGTH], row[127::RECORD_LENGTH]
    next_starts, next_keys = [*lines.starts[1:], END], [*lines.keys[1:], END]
    has_same_key = map(eq, lines.keys, next_keys)
    return zip(lines.starts, next_codes, link_codes, next_starts, has_same_key, strict=True)


def _refusal(lines: Lines, at: int, code: str, columns: str, found: str, expected: str) -> CodaError:
    if code == "E05":
        found, expected = lines.keys[at + 1], lines.keys[at]
    line = lines.numbers[at + 1] if code in ("E04", "E05") else lines.numbers[at]
    return CodaError(code, line, columns, found, expected)


def kind_of(start: str) -> str:
    """0, 1, 21, 22, 23, 31, 32, 33, 4, 8 or 9, by the first two columns; anything else as it stands."""
    return start if start[:1] in ("2", "3") else start[:1]


@lru_cache(maxsize=4096)
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
