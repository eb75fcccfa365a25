"""The structured references that a movement names: in a structured zone, or anywhere in its text.

Only what holds modulo 97 settles. One with a wrong check digit is kept where it was clearly meant as a reference, so
that a person can be shown what it was probably meant to be.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from services.coda_reconciler.domain.matching.facts import Evidence, NamedReference, Passage
from services.coda_reconciler.domain.matching.other_numbers import (
    BLOT,
    reference_spans,
    without_accounts,
    without_other_numbers,
)
from services.coda_reconciler.domain.matching.plain_text import digits_in, in_capitals
from services.coda_reconciler.domain.matching.texts import place_in
from shared.values import StructuredReference, ValueRejected

MOST_REFERENCES = 16
_TWELVE, _SEVEN = 12, 7
_BELGIAN = re.compile(r"[0-9]{12}")
_BLANK = "0" * _TWELVE
_LONGEST_TEXT = 4200
# Leading zeros left out: bare digits, or what remains of three, four and five.
_SHORT = re.compile(
    r"(?<![0-9A-Z/.,+*-])(?:[0-9]{1,2}/[0-9]{4}/[0-9]{5}|[0-9]{2,4}/[0-9]{5}|[0-9]{7,11})(?![0-9A-Z/]|[.,-][0-9])"
)
_RF = re.compile(r"(?<![A-Z0-9])RF[0-9]{2}(?=[ ]?[A-Z0-9])")
_RF_CHARACTERS = re.compile(r"(?: ?[A-Z0-9])+")
_LONGEST_RF, _LONGEST_RF_SPELLING = 25, 34
_GROUP = re.compile(r"[0-9]+")
_TIES = ("/", ".", ",", "-")
_SEVEN_DIGITS = re.compile(r"[0-9](?:/?[0-9]){6}")
_REGROUPED = re.compile(r"[0-9]{1,9}(?:(?: ?[/.-] ?| {1,2})[0-9]{1,9})+")
"""Digits in groups of any length: some type an OGM as 4/4/4."""

_TWELVE_IN_GROUPS = re.compile(r"(?:[0-9][ /.-]{0,3}){11}[0-9]")
_LONGEST_RUN = 24
_TWELVE_DIGITS = re.compile(r"[0-9]{3}[^0-9A-Z]{0,3}[0-9]{4}[^0-9A-Z]{0,3}[0-9]{5}")


def structured_reference(passage: Passage) -> tuple[NamedReference, ...]:
    """What a zone for a reference holds (types 100, 101, 102, the reference of 105); nothing when it is left blank."""
    text = passage.text.strip()
    if not text or not text.strip("0"):
        return ()
    start = len(passage.text) - len(passage.text.lstrip())
    line, columns = place_in(passage, start, start + len(text))
    reference = text if _BELGIAN.fullmatch(text) and _holds(text) else _valid(text)
    evidence = Evidence(line, columns, text, "structured_reference")
    return (NamedReference(reference or text, bool(reference), True, evidence),)


def references_in(passages: Sequence[Passage]) -> tuple[NamedReference, ...]:
    """The references that the text names, in its order, each once, at most 16."""
    found: dict[str, NamedReference] = {}
    for passage in passages:
        for start, end, reference, is_valid in _spans(passage.text) if passage.zone != "ultimate_debtor" else ():
            if reference not in found and len(found) < MOST_REFERENCES:
                found[reference] = _named(passage, start, end, reference, is_valid)
    return tuple(found.values())


def _named(passage: Passage, start: int, end: int, reference: str, is_valid: bool) -> NamedReference:
    line, columns = place_in(passage, start, end)
    spelling = passage.text[start:end]
    # Zeros that were put back are a guess, wherever the digits stand.
    is_whole = spelling.strip() == passage.text.strip() and _digits(spelling) == _digits(reference)
    evidence = Evidence(line, columns, spelling, "reference_in_text")
    return NamedReference(reference, is_valid, is_whole and passage.zone == "structured", evidence)


def _digits(text: str) -> int:
    return sum(map(text.count, "0123456789"))


def _spans(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Start, end, normal form, and whether its check digits hold."""
    plain = in_capitals(text[:_LONGEST_TEXT])
    of_iso = list(_rf_spans(plain)) if "RF" in plain else []
    yield from of_iso
    digits_there = digits_in(plain)
    if digits_there < _SEVEN:
        return
    if digits_there >= _TWELVE and _TWELVE_DIGITS.search(plain):
        for match, digits in reference_spans(without_accounts(plain)):
            is_valid, is_marked = _holds(digits), match[0][0] in "+*"
            if digits != _BLANK and (is_valid or is_marked or match[2] == "/" == match[4]):
                yield *match.span(), digits, is_valid
    if _SEVEN_DIGITS.search(plain):
        for match in _SHORT.finditer(without_other_numbers(plain).text):
            digits = match[0].replace("/", "").zfill(_TWELVE)
            if len(digits) == _TWELVE and digits[:6] != digits[6:] and _holds(digits):
                yield *match.span(), digits, True
    if digits_there >= _TWELVE and _TWELVE_IN_GROUPS.search(plain):
        blotted = without_other_numbers(plain).text
        for start, end, _, _ in of_iso:
            blotted = blotted[:start] + BLOT * (end - start) + blotted[end:]
        yield from _regrouped_spans(blotted)


def _regrouped_spans(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Twelve digits that hold, in two groups or more that no sign ties to further digits. What is no invoice's number
    (accounts, telephones, cards, days, amounts) is blotted out before."""
    for run in _REGROUPED.finditer(text):
        groups = [match.span() for match in islice(_GROUP.finditer(text, *run.span()), _LONGEST_RUN)]
        for first, (start, _) in enumerate(groups):
            digits = ""
            for group_start, end in groups[first:]:
                digits += text[group_start:end]
                if len(digits) >= _TWELVE:
                    break
            if len(digits) == _TWELVE and end > groups[first][1] and _stands_alone(text, start, end) and _holds(digits):
                yield start, end, digits, True


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, behind = text[max(start - 2, 0) : start], text[end : end + 2]
    is_tied_before = before[-1:].isalnum() or (before[-1:] in _TIES and before[:1].isdigit())
    return not (is_tied_before or behind[:1].isalnum() or (behind[:1] in _TIES and behind[1:].isdigit()))


def _rf_spans(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """The longest reading that holds and ends where a word ends; else what stands there without blanks."""
    for match in _RF.finditer(text):
        found = _RF_CHARACTERS.match(text, match.start(), match.start() + _LONGEST_RF_SPELLING)
        end = found.end() if found else match.end()
        first_end = text.find(" ", match.start(), end)
        while end > match.end():
            spelling = text[match.start() : end]
            if len(spelling.replace(" ", "")) <= _LONGEST_RF and text[end : end + 1].strip(" .,;)") == "":
                reference = _valid(spelling)
                if reference:
                    yield match.start(), end, reference, True
                    break
            end = text.rfind(" ", match.start(), end)
        else:
            stop = first_end if first_end > 0 else found.end() if found else match.end()
            if stop - match.start() > 6:
                yield match.start(), stop, text[match.start() : stop], False


def _holds(digits: str) -> bool:
    return int(digits[:10]) > 0 and (int(digits[:10]) % 97 or 97) == int(digits[10:])


def _valid(text: str) -> str:
    try:
        return str(StructuredReference(text))
    except ValueRejected:
        return ""
