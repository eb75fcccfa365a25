"""Numbers that a text names in short: in lists with elided beginnings, and in ranges."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from services.coda_reconciler.domain.matching.number_pieces import (
    LONGEST_KEY,
    SHORTEST_KEY,
    TIES,
    TIGHT,
    NamedNumber,
    Piece,
    digit_groups,
)
from services.coda_reconciler.domain.matching.number_words import LABELS, UNTELLING

MOST_IN_RANGE = 50

_SHORTEST_END = 2
_LONGEST_GAP = 9
_TOO_LONG_GAP = 22
"""Characters: one more than any tie of a range has."""

_PIECE = re.compile(r"[A-Z]+|[0-9]+")
_LIST_GAP = re.compile(
    r"[ ]{0,3}(?:\.{2,4}|…)?[ ]?[+/,;&-]?[ ]{0,2}(?:(?:EN|ET|UND|AND|E|NR|N|OOK)[ .]{1,2})?(?:\.{2,4}|…)?[ ]?"
)
_TIGHT_LIST_GAPS = ("+", "/", ",", "-", "&")
_UP_TO = (
    r"( ?(?:T/M|T\.?(?:E\.?)?M\.?|TOT(?: EN MET|/MET)?|JUSQU['’ ]?AU?|AU|A|BIS|UNTIL|TILL|THROUGH|THRU|TO|->) ?| - |-)"
)
_RANGE = re.compile(
    r"(?<![0-9A-Z])([A-Z]{0,8})[-/. ]?((?:[0-9]{1,18}+[-/._]){0,4}[0-9]{1,18}+)"
    rf"{_UP_TO}(?:[A-Z]{{1,8}}[-/. ]?)?((?:[0-9]{{1,18}}+[-/._]){{0,4}}[0-9]{{1,18}}+)(?![0-9A-Z])"
)
_is_range_gap = lru_cache(maxsize=4096)(re.compile(rf"{_UP_TO}(?:[A-Z]{{1,8}}[-/. ]?)?").fullmatch)
_INNER_LETTERS = re.compile(r"[-/._]?([A-Z]{1,4})[-/._]?")
_RANGE_WITH_INNER_LETTERS = re.compile(
    rf"(?<![0-9A-Z])([0-9]{{1,18}}+[-/._]?[A-Z]{{1,4}}[-/._]?)([0-9]{{1,18}}+){_UP_TO}(?:\1)?([0-9]{{1,18}}+)(?![0-9A-Z/])"
)


def numbers_in_short(
    text: str, pieces: Sequence[Piece], digits: Sequence[int], *, is_cut: bool
) -> Iterator[NamedNumber]:
    """What lists and ranges name. `digits` are the indexes of the pieces that are digits; `is_cut`: there are more."""
    gaps = [text[pieces[before].end : pieces[at].start][:_TOO_LONG_GAP] for before, at in pairwise(digits)]
    if any(map(_is_list_gap, gaps)):
        yield from _elided(text, pieces, digits)
    if is_cut or any(map(_is_range_gap, gaps)):
        yield from _ranges(text)
        yield from _ranges_with_inner_letters(text)


@lru_cache(maxsize=4096)
def _is_list_gap(gap: str) -> bool:
    """Whether what stands between two groups of digits may tie the end of a number to another one."""
    return 0 < len(gap) <= _LONGEST_GAP and _LIST_GAP.fullmatch(gap) is not None


class _Base(NamedTuple):
    """The number that the following ones of a list are short for: letters before it, and its groups of digits."""

    letters: str
    groups: tuple[str, ...]

    def spelled(self, digits: str) -> Iterator[str]:
        """Without letters, and with those of the number itself."""
        yield digits
        if self.letters and self.letters not in LABELS:
            yield self.letters + digits

    def completed(self, tail: str) -> Iterator[str]:
        """The keys that the end of a number stands for."""
        digits = "".join(self.groups)
        if len(tail) < len(digits):
            yield from self.spelled(digits[: -len(tail)] + tail)
        if len(self.groups) > 1 and len(tail) != len(self.groups[-1]):
            yield from self.spelled("".join(self.groups[:-1]) + tail)


def _elided(text: str, pieces: Sequence[Piece], digits: Sequence[int]) -> Iterator[NamedNumber]:
    base = _base_at(text, pieces, digits[0])
    for before, at in pairwise(digits):
        piece = pieces[at]
        gap = text[pieces[before].end : piece.start]
        is_short = len(piece.text) < len(base.groups[-1]) or len(piece.text) < len("".join(base.groups)) > 4
        is_short = is_short and (gap in TIGHT or not _begins_number(text, piece))
        inner = _INNER_LETTERS.fullmatch(gap)
        if inner is not None and inner[1] not in UNTELLING:
            base = _Base(base.letters, (*base.groups[:-1], base.groups[-1] + inner[1], piece.text))
        elif gap in ("-", ".", "_", "/", "\\") and not (gap in "-/" and _is_list_item(base, piece)):
            base = _Base(base.letters, (*base.groups, piece.text))
        elif not is_short or not _is_list_gap(gap[:_TOO_LONG_GAP]):
            base = _base_at(text, pieces, at)
        elif _is_end_of_number(text, base, piece, gap):
            for key in base.completed(piece.text):
                if SHORTEST_KEY <= len(key) <= LONGEST_KEY:
                    yield NamedNumber(key, piece.start, piece.end, "elided")


def _begins_number(text: str, piece: Piece) -> bool:
    """Whether more groups follow, so that it is no end of another number: `klant 46248 2024-07-13570`."""
    behind = text[piece.end : piece.end + 2]
    ties = "-._/" if len(piece.text) == 4 and piece.text[:2] == "20" else TIES
    return len(behind) == 2 and behind[0] in ties and behind[1].isdigit()


def _is_end_of_number(text: str, base: _Base, piece: Piece, gap: str) -> bool:
    """Not `2nd reminder`; and one digit only where nothing but a sign is between, and the list goes up."""
    if text[piece.end : piece.end + 1].isalpha():
        return False
    return len(piece.text) > 1 or (gap in _TIGHT_LIST_GAPS and piece.text > base.groups[-1][-1])


def _is_list_item(base: _Base, piece: Piece) -> bool:
    """Behind a slash or dash: the end of another number, or one more group of this one?"""
    last = base.groups[-1]
    if len(base.groups) == 1 and (len(last) == 2 or (len(last) == 4 and last[:2] == "20")):
        return False
    return len(piece.text) < len(last) or (len(piece.text) == len(last) and len(base.groups) > 1)


def _base_at(text: str, pieces: Sequence[Piece], at: int) -> _Base:
    piece, before = pieces[at], pieces[at - 1] if at else None
    is_named = (
        before is not None and not before.is_digits and text[before.end : piece.start] in ("", "-", "/", ".", " ")
    )
    return _Base(before.text if before is not None and is_named else "", (piece.text,))


def _ranges(text: str) -> Iterator[NamedNumber]:
    for match in _RANGE.finditer(text):
        letters, first, between, last = match.groups()
        groups, end_groups = tuple(digit_groups(first)), digit_groups(last)
        begin, end = groups[-1], end_groups[-1]
        if len(end) < _SHORTEST_END or (between == "-" and not _may_be_range(groups, end)):
            continue
        end = begin[: len(begin) - len(end)] + end if len(end) < len(begin) else end
        has_same_start = len(end_groups) == 1 or tuple(end_groups[:-1]) == groups[:-1]
        if len(end) != len(begin) or not has_same_start:
            continue
        base, head = _Base(letters, groups), "".join(groups[:-1])
        if not SHORTEST_KEY <= len(head) + len(begin) <= LONGEST_KEY - len(letters):
            continue
        if 0 < int(end) - int(begin) < MOST_IN_RANGE:
            for number in range(int(begin), int(end) + 1):
                for key in base.spelled(f"{head}{number:0{len(begin)}d}"):
                    yield NamedNumber(key, match.start(2), match.end(), "range")


def _ranges_with_inner_letters(text: str) -> Iterator[NamedNumber]:
    """`2025/VK/0195 t/m 2025/VK/0198`: what is before the counter is alike, or is left out behind."""
    for match in _RANGE_WITH_INNER_LETTERS.finditer(text):
        head, begin, between, end = "".join(_PIECE.findall(match[1])), match[2], match[3], match[4]
        if not _SHORTEST_END <= len(end) <= len(begin) <= LONGEST_KEY - len(head):
            continue
        if between == "-" and len(end) < len(begin):
            continue
        end = begin[: len(begin) - len(end)] + end
        if 0 < int(end) - int(begin) < MOST_IN_RANGE:
            for number in range(int(begin), int(end) + 1):
                yield NamedNumber(f"{head}{number:0{len(begin)}d}", match.start(), match.end(), "range")


def _may_be_range(groups: tuple[str, ...], end: str) -> bool:
    """A dash without blanks is mostly a part of a number."""
    return len(end) >= 3 and (len(groups) > 1 or len(groups[0]) > 4)
