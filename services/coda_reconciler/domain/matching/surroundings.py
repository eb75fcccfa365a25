"""Whether a number that looks like an invoice's stands there as one, by what is around it.

A customer's own order number, a part of a longer number, or a day written in eight digits may have the very digits of
an invoice; what stands beside them tells.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from services.coda_reconciler.domain.matching.facts import OpenItem
from services.coda_reconciler.domain.matching.number_words import INVOICE_WORDS, LABELS, OTHER_NUMBERS
from services.coda_reconciler.domain.matching.plain_text import in_capitals

_WORD_BEFORE = re.compile(r"([A-Z]+)[ .:#°/-]{0,3}(?:(?:NR|NO|N|NUMMER|NUMERO)[ .:#°]{0,3})?$")
_LETTERS_BEFORE = re.compile(r"([A-Z]+)[-._]?$")
_LETTERS_BEHIND = re.compile(r"[A-Z]+")
_DIGITS_BEFORE, _DIGITS_BEHIND = re.compile(r"([0-9]+)[-._]$"), re.compile(r"[-._]([0-9]+)")
_FIRST_DIGITS, _LAST_DIGITS = re.compile(r"[0-9]+"), re.compile(r"[0-9]+$")
_LEADING, _TRAILING = re.compile(r"[A-Z]+"), re.compile(r"(?<=[0-9])[^A-Z0-9]*([A-Z]+)$")
_YEAR, _SHORT_YEAR = r"(?:20[0-9]{2})", r"(?:[0-4][0-9])"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12][0-9]|3[01])"
_BARE_DAY = re.compile(
    rf"{_YEAR}{_MONTH}{_DAY}|{_DAY}{_MONTH}{_YEAR}|{_SHORT_YEAR}{_MONTH}{_DAY}|{_DAY}{_MONTH}{_SHORT_YEAR}"
)
_BEFORE = 40
_LONGEST_SUFFIX, _SHORTEST_OF_LIST = 3, 5


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a company writes its numbers: the letters that they begin and end with."""

    prefixes: frozenset[str]
    suffixes: frozenset[str]

    @classmethod
    def of(cls, items: Iterable[OpenItem]) -> Self:
        """Learnt from the company's own invoices."""
        numbers = [in_capitals(item.number[:60]) for item in items]
        leading, trailing = map(_LEADING.match, numbers), map(_TRAILING.search, numbers)
        return cls(frozenset(each[0] for each in leading if each), frozenset(each[1] for each in trailing if each))


def is_doubtful(text: str, start: int, end: int, pattern: Pattern) -> bool:
    """Whether the number at these places of a text in capitals may well be another one than an invoice's."""
    before, behind = text[max(start - _BEFORE, 0) : start], text[end : end + _BEFORE]
    return (
        _has_foreign_prefix(before, pattern)
        or _has_foreign_suffix(behind, pattern)
        or _is_piece(text[start:end], before, behind)
        or _is_said_to_be_another(before, pattern)
    )


def is_clean(text: str, start: int, end: int) -> bool:
    """Whether neither letters, digits nor a separator of numbers tie it to anything: as a bare counter must stand."""
    before, behind = text[max(start - 2, 0) : start], text[end : end + 2]
    is_tied_before = bool(before) and before[-1] in "-/._" and before[0].isdigit()
    is_tied_behind = len(behind) == 2 and behind[0] in "-/._" and behind[1].isdigit()
    return not (is_tied_before or is_tied_behind or behind[:1].isalnum())


def may_be_day(text: str, start: int, end: int) -> bool:
    """Whether it is written as a day in six or eight digits without separators, and not said to be an invoice."""
    if not _BARE_DAY.fullmatch(text, start, end):
        return False
    return not is_said_to_be_invoice(text, start)


def is_said_to_be_invoice(text: str, start: int) -> bool:
    """Whether a word such as `factuur nr.` stands before it."""
    match = _WORD_BEFORE.search(text[max(start - _BEFORE, 0) : start])
    return match is not None and match[1] in INVOICE_WORDS


def _has_foreign_prefix(before: str, pattern: Pattern) -> bool:
    match = _LETTERS_BEFORE.search(before)
    return match is not None and match[1] not in LABELS and match[1] not in pattern.prefixes


def _has_foreign_suffix(behind: str, pattern: Pattern) -> bool:
    """Letters behind without a blank: the end of another number, or, if longer, only the next word."""
    match = _LETTERS_BEHIND.match(behind)
    if match is None or len(match[0]) > _LONGEST_SUFFIX:
        return False
    return match[0] not in LABELS and match[0] not in pattern.suffixes


def _is_piece(spelling: str, before: str, behind: str) -> bool:
    """Tied to more digits by a dash, unless these are as many as its own: then it is a list or a range."""
    for match, own in (
        (_DIGITS_BEFORE.search(before), _FIRST_DIGITS.search(spelling)),
        (_DIGITS_BEHIND.match(behind), _LAST_DIGITS.search(spelling)),
    ):
        if match is not None and own is not None:
            is_list = len(match[1]) == len(own[0]) >= _SHORTEST_OF_LIST or (
                match.re is _DIGITS_BEHIND and 1 < len(match[1]) < len(own[0]) and len(spelling) > _SHORTEST_OF_LIST
            )
            if not is_list:
                return True
    return False


def _is_said_to_be_another(before: str, pattern: Pattern) -> bool:
    match = _WORD_BEFORE.search(before)
    return match is not None and match[1] in OTHER_NUMBERS and match[1] not in pattern.prefixes
