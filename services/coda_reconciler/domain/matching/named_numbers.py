"""The numbers that a text names and that may be an invoice's: alone, in lists with elided beginnings, in ranges.

A number is what is joined in the text, letters and digits without the separators. `2022-12-13297/298` therefore names
`20221213297`, and `20221213298` by elision. Everything is bounded, for a text may be all digits.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise
from typing import Literal, NamedTuple

from services.coda_reconciler.domain.matching.number_words import LABELS, UNTELLING
from services.coda_reconciler.domain.matching.other_numbers import without_other_numbers
from services.coda_reconciler.domain.matching.plain_text import digits_in, in_capitals
from services.coda_reconciler.domain.matching.surroundings import is_clean, is_said_to_be_invoice

How = Literal["whole", "date", "elided", "range"]

MOST_NUMBERS, MOST_IN_RANGE = 64, 50
_LONGEST_TEXT, _MOST_PIECES, _LONGEST_CHAIN = 4200, 240, 6
_LONGEST_KEY, _LONGEST_LETTERS, _SHORT_LETTERS = 25, 8, 4
_SHORTEST_KEY, _SHORTEST_PIECE, _SHORTEST_END = 3, 6, 2
_LONGEST_GAP, _LONGEST_COUNTER, _TIES = 9, 4, "-._"

_PIECE = re.compile(r"[A-Z]+|[0-9]+")
_TELLING_PIECE = re.compile(
    r"[0-9]+|(?<![A-Z])(?:(?:(?<=[0-9])|(?<=[A-Z0-9][-/._\\]))[A-Z]++"
    r"|[A-Z]++(?=[-/._\\]?[A-Z0-9]| ?[-/.:]? ?[0-9]))"
)
"""Without words that no digits and no other piece may belong to, which most are."""

_TIGHT = frozenset(("", "-", "/", ".", "_", "\\"))
_LOOSE = frozenset((" ", " - ", " / ", "- ", "/ ", " -", " /", ". ", ": ", " : "))
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
_TOO_LONG_GAP = 22  # characters: one more than any tie of a range has
_INNER_LETTERS, _GROUP = re.compile(r"[-/._]?([A-Z]{1,4})[-/._]?"), re.compile(r"[0-9]+")
_RANGE_WITH_INNER_LETTERS = re.compile(
    rf"(?<![0-9A-Z])([0-9]{{1,18}}+[-/._]?[A-Z]{{1,4}}[-/._]?)([0-9]{{1,18}}+){_UP_TO}(?:\1)?([0-9]{{1,18}}+)(?![0-9A-Z/])"
)

_new = tuple.__new__  # a named tuple by position: a text has many


class NamedNumber(NamedTuple):
    """A number without separators and where it stands; of an elided one, where its own digits stand."""

    key: str
    start: int
    end: int
    how: How


class _Piece(NamedTuple):
    text: str
    start: int
    end: int
    is_digits: bool


@lru_cache(maxsize=512)
def named_numbers(text: str) -> tuple[NamedNumber, ...]:
    """All of them: those that stand for themselves first, the longest reading before its pieces; at most 64 keys.

    The same text is asked for twice when an invoice is found by it, hence the cache.
    """
    plain = in_capitals(text[:_LONGEST_TEXT])
    if not digits_in(plain):
        return ()
    blotted = without_other_numbers(plain)
    matches = islice(_TELLING_PIECE.finditer(blotted.text), _MOST_PIECES)
    pieces = [_new(_Piece, ((piece := match[0]), *match.span(), piece < "A")) for match in matches]
    found: dict[NamedNumber, None] = {}
    keys: set[str] = set()
    for number in _numbers_in(text, blotted.text, blotted.dates, pieces):
        keys.add(number.key)
        if len(keys) > MOST_NUMBERS:
            break
        found[number] = None
    return tuple(found)


def _numbers_in(
    text: str, blotted: str, dates: tuple[tuple[int, int], ...], pieces: list[_Piece]
) -> Iterator[NamedNumber]:
    digits = [at for at, piece in enumerate(pieces) if piece.is_digits]
    if digits:
        tight, loose = _chains(blotted, pieces)
        yield from tight
        gaps = [blotted[pieces[before].end : pieces[at].start][:_TOO_LONG_GAP] for before, at in pairwise(digits)]
        if any(map(_is_list_gap, gaps)):
            yield from _elided(blotted, pieces, digits)
        if len(pieces) == _MOST_PIECES or any(map(_is_range_gap, gaps)):
            yield from _ranges(blotted)
            yield from _ranges_with_inner_letters(blotted)
        yield from loose
        yield from _short_counters(blotted, [pieces[at] for at in digits])
    for start, end in dates:
        if is_said_to_be_invoice(in_capitals(text[:start]), start):
            yield NamedNumber("".join(_GROUP.findall(text[start:end])), start, end, "date")


@lru_cache(maxsize=4096)
def _is_list_gap(gap: str) -> bool:
    """Whether what stands between two groups of digits may tie the end of a number to another one."""
    return 0 < len(gap) <= _LONGEST_GAP and _LIST_GAP.fullmatch(gap) is not None


def _chains(text: str, pieces: list[_Piece]) -> tuple[list[NamedNumber], list[NamedNumber]]:
    """Pieces that stand together, of each beginning the longest first: tight ones, and loose ones, which have blanks
    inside, and only short pieces before these."""
    tight: list[NamedNumber] = []
    loose: list[NamedNumber] = []
    gaps = [text[before.end : piece.start] for before, piece in pairwise(pieces)] + [" "]
    for first, (_, start, _, begins_with_digits) in enumerate(pieces):
        if not begins_with_digits and not _is_before_digits(pieces, gaps, first):
            continue
        if first and not gaps[first - 1] and not _may_begin(pieces, gaps, first):
            continue
        tight_before, loose_before = len(tight), len(loose)
        key, has_digits, is_loose = "", False, False
        for at in range(first, min(first + _LONGEST_CHAIN, len(pieces))):
            text_here, _, end, is_digits = pieces[at]
            if at > first and gaps[at - 1] not in _TIGHT:
                if gaps[at - 1] not in _LOOSE or not is_digits or not _may_have_blank_behind(pieces[at - 1]):
                    break
                is_loose = True
            key += text_here
            if len(key) > _LONGEST_KEY:
                break
            has_digits = has_digits or is_digits
            if not has_digits or len(key) < _SHORTEST_KEY or not (gaps[at] or _may_end(pieces, gaps, at)):
                continue
            if len(key) >= _SHORTEST_PIECE or not _is_inside(text, start, end):
                (loose if is_loose else tight).append(_new(NamedNumber, (key, start, end, "whole")))
        tight[tight_before:] = tight[tight_before:][::-1]
        loose[loose_before:] = loose[loose_before:][::-1]
    return tight, loose


def _short_counters(text: str, digits: list[_Piece]) -> Iterator[NamedNumber]:
    """One or two digits, or four behind zeros, where a word says that they are an invoice's: `fact 17`, `fact 017`."""
    for piece in digits:
        key = piece.text.lstrip("0")
        is_short = 0 < len(key) <= _LONGEST_COUNTER and (len(key) < _SHORTEST_KEY or key != piece.text)
        is_short = is_short and not text[piece.start - 1 : piece.start].isalnum()
        if is_short and is_clean(text, piece.start, piece.end) and is_said_to_be_invoice(text, piece.start):
            yield NamedNumber(key, piece.start, piece.end, "whole")


def _is_before_digits(pieces: list[_Piece], gaps: list[str], at: int) -> bool:
    """Whether letters may begin a number: most words have no digits behind them."""
    if len(pieces[at].text) > _LONGEST_LETTERS or at + 1 == len(pieces):
        return False
    return pieces[at + 1].is_digits or gaps[at] in _TIGHT


def _may_begin(pieces: list[_Piece], gaps: list[str], at: int) -> bool:
    """Not inside of a word of letters and digits, unless only letters are before: `INV284121`, not `A0035B3545`."""
    return not pieces[at - 1].is_digits and (at == 1 or gaps[at - 2] != "")


def _may_end(pieces: list[_Piece], gaps: list[str], at: int) -> bool:
    """Nor is a number cut off there, unless only letters are behind: `6088CN`."""
    return at + 1 < len(pieces) and not pieces[at + 1].is_digits and gaps[at + 1] != ""


def _may_have_blank_behind(piece: _Piece) -> bool:
    """Letters of a number, a year, a month: only behind these a blank may be part of a number."""
    if piece.is_digits:
        return len(piece.text) == 2 or (len(piece.text) == 4 and piece.text[:2] == "20")
    return len(piece.text) <= _SHORT_LETTERS and piece.text not in UNTELLING


def _is_inside(text: str, start: int, end: int) -> bool:
    """Whether a dash, point or low line ties it to more digits: then it is a piece of another number, unless long."""
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    is_tied_before = len(before) == 2 and before[1] in _TIES and before[0].isdigit()
    return is_tied_before or (len(after) == 2 and after[0] in _TIES and after[1].isdigit())


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


def _elided(text: str, pieces: list[_Piece], digits: list[int]) -> Iterator[NamedNumber]:
    base = _base_at(text, pieces, digits[0])
    for before, at in pairwise(digits):
        piece = pieces[at]
        gap = text[pieces[before].end : piece.start]
        is_short = len(piece.text) < len(base.groups[-1]) or len(piece.text) < len("".join(base.groups)) > 4
        is_short = is_short and (gap in _TIGHT or not _begins_number(text, piece))
        inner = _INNER_LETTERS.fullmatch(gap)
        if inner is not None and inner[1] not in UNTELLING:
            base = _Base(base.letters, (*base.groups[:-1], base.groups[-1] + inner[1], piece.text))
        elif gap in ("-", ".", "_", "/", "\\") and not (gap in "-/" and _is_list_item(base, piece)):
            base = _Base(base.letters, (*base.groups, piece.text))
        elif not is_short or not _is_list_gap(gap[:_TOO_LONG_GAP]):
            base = _base_at(text, pieces, at)
        elif _is_end_of_number(text, base, piece, gap):
            for key in base.completed(piece.text):
                if _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
                    yield NamedNumber(key, piece.start, piece.end, "elided")


def _begins_number(text: str, piece: _Piece) -> bool:
    """Whether more groups follow, so that it is no end of another number: `klant 46248 2024-07-13570`."""
    behind = text[piece.end : piece.end + 2]
    ties = "-._/" if len(piece.text) == 4 and piece.text[:2] == "20" else _TIES
    return len(behind) == 2 and behind[0] in ties and behind[1].isdigit()


def _is_end_of_number(text: str, base: _Base, piece: _Piece, gap: str) -> bool:
    """Not `2nd reminder`; and one digit only where nothing but a sign is between, and the list goes up."""
    if text[piece.end : piece.end + 1].isalpha():
        return False
    return len(piece.text) > 1 or (gap in _TIGHT_LIST_GAPS and piece.text > base.groups[-1][-1])


def _is_list_item(base: _Base, piece: _Piece) -> bool:
    """Behind a slash or dash: the end of another number, or one more group of this one?"""
    last = base.groups[-1]
    if len(base.groups) == 1 and (len(last) == 2 or (len(last) == 4 and last[:2] == "20")):
        return False
    return len(piece.text) < len(last) or (len(piece.text) == len(last) and len(base.groups) > 1)


def _base_at(text: str, pieces: list[_Piece], at: int) -> _Base:
    piece, before = pieces[at], pieces[at - 1] if at else None
    is_named = (
        before is not None and not before.is_digits and text[before.end : piece.start] in ("", "-", "/", ".", " ")
    )
    return _Base(before.text if before is not None and is_named else "", (piece.text,))


def _ranges(text: str) -> Iterator[NamedNumber]:
    for match in _RANGE.finditer(text):
        letters, first, between, last = match.groups()
        groups, end_groups = tuple(_GROUP.findall(first)), _GROUP.findall(last)
        begin, end = groups[-1], end_groups[-1]
        if len(end) < _SHORTEST_END or (between == "-" and not _may_be_range(groups, end)):
            continue
        end = begin[: len(begin) - len(end)] + end if len(end) < len(begin) else end
        has_same_start = len(end_groups) == 1 or tuple(end_groups[:-1]) == groups[:-1]
        if len(end) != len(begin) or not has_same_start:
            continue
        base, head = _Base(letters, groups), "".join(groups[:-1])
        if not _SHORTEST_KEY <= len(head) + len(begin) <= _LONGEST_KEY - len(letters):
            continue
        if 0 < int(end) - int(begin) < MOST_IN_RANGE:
            for number in range(int(begin), int(end) + 1):
                for key in base.spelled(f"{head}{number:0{len(begin)}d}"):
                    yield NamedNumber(key, match.start(2), match.end(), "range")


def _ranges_with_inner_letters(text: str) -> Iterator[NamedNumber]:
    """`2025/VK/0195 t/m 2025/VK/0198`: what is before the counter is alike, or is left out behind."""
    for match in _RANGE_WITH_INNER_LETTERS.finditer(text):
        head, begin, between, end = "".join(_PIECE.findall(match[1])), match[2], match[3], match[4]
        if not _SHORTEST_END <= len(end) <= len(begin) <= _LONGEST_KEY - len(head):
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
