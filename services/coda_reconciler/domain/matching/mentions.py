"""Which invoices a payment names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.coda_reconciler.domain.matching.facts import Evidence, ItemKey, OpenItem, Passage, PaymentFacts
from services.coda_reconciler.domain.matching.named_numbers import named_numbers
from services.coda_reconciler.domain.matching.number_pieces import NamedNumber
from services.coda_reconciler.domain.matching.numbers import Strength, keyed_forms
from services.coda_reconciler.domain.matching.plain_text import in_capitals
from services.coda_reconciler.domain.matching.surroundings import Pattern, is_clean, is_doubtful, may_be_day
from services.coda_reconciler.domain.matching.texts import place_in

Naming = Literal["full", "derived", "elided", "range", "tail"]
"""`full`: the number itself; `derived`: without its letters, century or leading zeros; `elided`: the end of a number
behind another one (`2024-0412+413`); `range`: between two numbers; `tail`: a bare counter, or a number that may well be
another one (a customer's order, a day): only ever suggested."""

_RANKS: tuple[Naming, ...] = ("full", "derived", "elided", "range", "tail")


@dataclass(frozen=True, slots=True)
class Mention:
    """An invoice that the text names, how it does so, and where."""

    item: OpenItem
    strength: Naming
    evidence: Evidence


class _Hit(NamedTuple):
    rank: int
    passage: int
    start: int
    end: int
    item: OpenItem


def mentions(facts: PaymentFacts, items: Sequence[OpenItem]) -> tuple[Mention, ...]:
    """The items that the text names, each once and as strongly as it is named, in the order of the text.

    The longest reading wins: what stands within the number of another item is no name of its own. Two items of one
    number, of two years, are both named at the same place.
    """
    forms: dict[str, list[tuple[OpenItem, Strength]]] = {}
    for item in items:
        for key, strength in keyed_forms(item.number):
            forms.setdefault(key, []).append((item, strength))
    pattern = Pattern.of(items)
    best: dict[ItemKey, _Hit] = {}
    for at, passage in enumerate(facts.passages if forms else ()):
        if passage.zone != "ultimate_debtor":
            for hit in _without_covered(list(_hits(at, passage, forms, pattern))):
                if hit.item.key not in best or hit.rank < best[hit.item.key].rank:
                    best[hit.item.key] = hit
    ordered = sorted(best.values(), key=lambda hit: (hit.passage, hit.start, hit.end, hit.item.year, hit.item.number))
    return tuple(_mention(hit, facts.passages[hit.passage]) for hit in ordered)


def _hits(
    at: int, passage: Passage, forms: dict[str, list[tuple[OpenItem, Strength]]], pattern: Pattern
) -> Iterator[_Hit]:
    numbers = [number for number in named_numbers(passage.text) if number.key in forms]
    text = in_capitals(passage.text) if numbers else ""
    for number in numbers:
        is_other = number.how == "whole" and is_doubtful(text, number.start, number.end, pattern)
        for item, strength in forms[number.key]:
            naming = _naming(number, strength, text, is_other)
            if naming == "full" and passage.zone == "customer_reference" and number.key.isdecimal():
                # The payer's own reference, and payers number as well.
                naming = "derived"
            if naming is not None:
                yield _Hit(_RANKS.index(naming), at, number.start, number.end, item)


def _naming(number: NamedNumber, strength: Strength, text: str, is_other: bool) -> Naming | None:
    """How an item's form is named by a number that has its key; None where it is not."""
    if number.how == "whole" and strength == "derived" and may_be_day(text, number.start, number.end):
        # Banks' programs make references such as 240227ISABEL.
        return None if text[number.end : number.end + 1].isalpha() else "tail"
    if strength == "tail":
        is_alone = number.how != "whole" or is_clean(text, number.start, number.end)
        return "tail" if is_alone and not is_other else None
    if is_other or number.how == "date":
        return "tail"
    if number.how != "whole":
        return number.how
    return "derived" if strength == "full" and may_be_day(text, number.start, number.end) else strength


def _without_covered(hits: list[_Hit]) -> list[_Hit]:
    """Without what a longer name, or one of the same length that is stronger, has within it."""
    return [hit for hit in hits if not any(_covers(other, hit) for other in hits)]


def _covers(other: _Hit, hit: _Hit) -> bool:
    if not (other.start <= hit.start and hit.end <= other.end and other.rank <= hit.rank):
        return False
    return other.end - other.start > hit.end - hit.start or other.rank < hit.rank


def _mention(hit: _Hit, passage: Passage) -> Mention:
    line, columns = place_in(passage, hit.start, hit.end)
    evidence = Evidence(line, columns, passage.text[hit.start : hit.end], "invoice_number")
    return Mention(hit.item, _RANKS[hit.rank], evidence)
