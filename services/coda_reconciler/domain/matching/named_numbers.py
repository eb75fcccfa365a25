"""The numbers that a text names and that may be an invoice's: alone, or in short (`number_lists.py`).

A number is what is joined in the text, letters and digits without the separators. `2022-12-13297/298` therefore names
`20221213297`, and `20221213298` by elision. Everything is bounded, for a text may be all digits.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise

from services.coda_reconciler.domain.matching.number_lists import numbers_in_short
from services.coda_reconciler.domain.matching.number_pieces import (
    LONGEST_KEY,
    SHORTEST_KEY,
    TIES,
    TIGHT,
    NamedNumber,
    Piece,
    digit_groups,
)
from services.coda_reconciler.domain.matching.number_words import UNTELLING
from services.coda_reconciler.domain.matching.other_numbers import without_other_numbers
from services.coda_reconciler.domain.matching.plain_text import digits_in, in_capitals
from services.coda_reconciler.domain.matching.surroundings import is_clean, is_said_to_be_invoice

MOST_NUMBERS = 64
_LONGEST_TEXT = 4200
_MOST_PIECES = 240
_LONGEST_CHAIN = 6
_LONGEST_LETTERS, _SHORT_LETTERS = 8, 4
_SHORTEST_PIECE = 6
_LONGEST_COUNTER = 4

_TELLING_PIECE = re.compile(
    r"[0-9]+|(?<![A-Z])(?:(?:(?<=[0-9])|(?<=[A-Z0-9][-/._\\]))[A-Z]++"
    r"|[A-Z]++(?=[-/._\\]?[A-Z0-9]| ?[-/.:]? ?[0-9]))"
)
"""Without words that no digits and no other piece may belong to, which most are."""

_LOOSE = frozenset((" ", " - ", " / ", "- ", "/ ", " -", " /", ". ", ": ", " : "))

_new = tuple.__new__
"""A named tuple by position: a text has many."""


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
    pieces = [_new(Piece, ((piece := match[0]), *match.span(), piece < "A")) for match in matches]
    found: dict[NamedNumber, None] = {}
    keys: set[str] = set()
    for number in _numbers_in(text, blotted.text, blotted.dates, pieces):
        keys.add(number.key)
        if len(keys) > MOST_NUMBERS:
            break
        found[number] = None
    return tuple(found)


def _numbers_in(
    text: str, blotted: str, dates: tuple[tuple[int, int], ...], pieces: list[Piece]
) -> Iterator[NamedNumber]:
    digits = [at for at, piece in enumerate(pieces) if piece.is_digits]
    if digits:
        tight, loose = _chains(blotted, pieces)
        yield from tight
        yield from numbers_in_short(blotted, pieces, digits, is_cut=len(pieces) == _MOST_PIECES)
        yield from loose
        yield from _short_counters(blotted, [pieces[at] for at in digits])
    for start, end in dates:
        if is_said_to_be_invoice(in_capitals(text[:start]), start):
            yield NamedNumber("".join(digit_groups(text[start:end])), start, end, "date")


def _chains(text: str, pieces: list[Piece]) -> tuple[list[NamedNumber], list[NamedNumber]]:
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
            if at > first and gaps[at - 1] not in TIGHT:
                if gaps[at - 1] not in _LOOSE or not is_digits or not _may_have_blank_behind(pieces[at - 1]):
                    break
                is_loose = True
            key += text_here
            if len(key) > LONGEST_KEY:
                break
            has_digits = has_digits or is_digits
            if not has_digits or len(key) < SHORTEST_KEY or not (gaps[at] or _may_end(pieces, gaps, at)):
                continue
            if len(key) >= _SHORTEST_PIECE or not _is_inside(text, start, end):
                (loose if is_loose else tight).append(_new(NamedNumber, (key, start, end, "whole")))
        tight[tight_before:] = tight[tight_before:][::-1]
        loose[loose_before:] = loose[loose_before:][::-1]
    return tight, loose


def _short_counters(text: str, digits: list[Piece]) -> Iterator[NamedNumber]:
    """One or two digits, or four behind zeros, where a word says that they are an invoice's: `fact 17`, `fact 017`."""
    for piece in digits:
        key = piece.text.lstrip("0")
        is_short = 0 < len(key) <= _LONGEST_COUNTER and (len(key) < SHORTEST_KEY or key != piece.text)
        is_short = is_short and not text[piece.start - 1 : piece.start].isalnum()
        if is_short and is_clean(text, piece.start, piece.end) and is_said_to_be_invoice(text, piece.start):
            yield NamedNumber(key, piece.start, piece.end, "whole")


def _is_before_digits(pieces: list[Piece], gaps: list[str], at: int) -> bool:
    """Whether letters may begin a number: most words have no digits behind them."""
    if len(pieces[at].text) > _LONGEST_LETTERS or at + 1 == len(pieces):
        return False
    return pieces[at + 1].is_digits or gaps[at] in TIGHT


def _may_begin(pieces: list[Piece], gaps: list[str], at: int) -> bool:
    """Not inside of a word of letters and digits, unless only letters are before: `INV284121`, not `A0035B3545`."""
    return not pieces[at - 1].is_digits and (at == 1 or gaps[at - 2] != "")


def _may_end(pieces: list[Piece], gaps: list[str], at: int) -> bool:
    """Nor is a number cut off there, unless only letters are behind: `6088CN`."""
    return at + 1 < len(pieces) and not pieces[at + 1].is_digits and gaps[at + 1] != ""


def _may_have_blank_behind(piece: Piece) -> bool:
    """Letters of a number, a year, a month: only behind these a blank may be part of a number."""
    if piece.is_digits:
        return len(piece.text) == 2 or (len(piece.text) == 4 and piece.text[:2] == "20")
    return len(piece.text) <= _SHORT_LETTERS and piece.text not in UNTELLING


def _is_inside(text: str, start: int, end: int) -> bool:
    """Whether a dash, point or low line ties it to more digits: then it is a piece of another number, unless long."""
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    is_tied_before = len(before) == 2 and before[1] in TIES and before[0].isdigit()
    return is_tied_before or (len(after) == 2 and after[0] in TIES and after[1].isdigit())
