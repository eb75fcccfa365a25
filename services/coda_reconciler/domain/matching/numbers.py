"""What an invoice's number is found by, and the keys of the numbers that a text names."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from services.coda_reconciler.domain.matching.facts import Passage
from services.coda_reconciler.domain.matching.named_numbers import MOST_NUMBERS, named_numbers
from services.coda_reconciler.domain.matching.plain_text import in_capitals

Strength = Literal["full", "derived", "tail"]

MOST_KEYS = 8
_MOST_TELLING = 6
"""The rest are for tails, so that a bare counter still finds a number that has many forms."""

_LONGEST_KEY = 25
_PIECE = re.compile(r"[A-Z]+|[0-9]+")
_HAS_DIGIT = re.compile(r"[0-9]")
_YEAR = re.compile(r"20[0-9]{2}")
_YEAR_AND_COUNTER = re.compile(r"(20[0-4][0-9])([0-9]{3,})")
_SHORT_YEAR = re.compile(r"[0-4][0-9]")
_PERIOD = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])20[0-9]{2}|(?:19|20)[0-9]{2}")
_SHORTEST_TELLING = 5
"""Digits: a key of fewer, and without letters, is a bare counter, and many other numbers look like it."""


@lru_cache(maxsize=65_536)
def keyed_forms(number: str) -> tuple[tuple[str, Strength], ...]:
    """The keys of an invoice's number, strongest first, at most 8, each with how well it tells the invoice.

    `full`: all letters and digits. `derived`: without letters, century or the counter's leading zeros. `tail`: a bare
    counter, a number without its year, or a form that reads as a year or a month: only ever suggested.
    """
    groups = _PIECE.findall(in_capitals(number)[:120])
    if not any(_HAS_DIGIT.match(group) for group in groups):
        return ()
    full = "".join(groups)
    forms: dict[str, Strength] = {full: "full" if tells(full) else "tail"} if len(full) <= _LONGEST_KEY else {}
    weaker = list(_weaker(tuple(groups)))
    # Of the tails, the bare counter is what people write.
    counters = [key for key, strength in weaker if strength == "tail"]
    for key, strength in weaker:
        # A counter below a hundred is found where a text calls it an invoice's (`named_numbers`).
        if (len(key) >= 3 or strength == "tail") and len(key) <= _LONGEST_KEY:
            is_dubious = not tells(key) or _PERIOD.fullmatch(key)
            forms.setdefault(key, "tail" if is_dubious else strength)
    telling = [form for form in forms.items() if form[1] != "tail"][:_MOST_TELLING]
    tails = [form for form in forms.items() if form[1] == "tail"]
    tails.sort(key=lambda form: form[0] not in counters)
    return tuple((telling + tails)[:MOST_KEYS])


def number_keys(number: str) -> tuple[str, ...]:
    """The keys that an index of invoices has for a number: those of `keyed_forms`."""
    return tuple([key for key, _ in keyed_forms(number)])


def text_keys(passages: Sequence[Passage]) -> tuple[str, ...]:
    """The keys of all numbers that the passages name, elided and ranges included: at most 64, none twice."""
    keys: dict[str, None] = {}
    for passage in passages:
        for number in named_numbers(passage.text) if passage.zone != "ultimate_debtor" else ():
            keys[number.key] = None
    return tuple(keys)[:MOST_NUMBERS]


def tells(key: str) -> bool:
    """Whether a key can be more than a bare counter: it has letters, or at least five digits."""
    return not key.isdecimal() or len(key) >= _SHORTEST_TELLING


def _weaker(groups: tuple[str, ...]) -> Iterator[tuple[str, Strength]]:
    """Derived forms and tails of a number's groups, those that people write most first; the same one may come again."""
    groups = _with_year_apart(groups)
    digits = tuple(group for group in groups if _HAS_DIGIT.match(group))
    year = next((group for group in digits if _YEAR.fullmatch(group)), "") if len(digits) > 1 else ""
    counter = next((group for group in reversed(digits) if group != year), digits[-1])
    bare = counter.lstrip("0") or "0"
    derived = [digits]
    if year:
        derived += [_replaced(digits, year, year[2:]), _replaced(groups, year, year[2:])]
    elif len(digits) > 1 and _SHORT_YEAR.fullmatch(digits[0]):
        derived.append(("20", *digits))
    if bare != counter:
        derived += [_replaced(shape, counter, bare) for shape in (digits, groups, *derived[1:])]
    yield from (("".join(shape), "derived") for shape in derived)
    yield counter, "tail"
    yield bare, "tail"
    if year and len(groups) > 2:
        yield "".join(group for group in groups if group != year), "tail"


def _with_year_apart(groups: tuple[str, ...]) -> tuple[str, ...]:
    """`20240012` is written in one, and its year is one all the same."""
    apart: list[str] = []
    for group in groups:
        match = _YEAR_AND_COUNTER.fullmatch(group)
        apart += match.groups() if match else (group,)
    return tuple(apart)


def _replaced(shape: tuple[str, ...], group: str, other: str) -> tuple[str, ...]:
    """With the last group of that text replaced."""
    at = len(shape) - 1 - shape[::-1].index(group)
    return (*shape[:at], other, *shape[at + 1 :])
