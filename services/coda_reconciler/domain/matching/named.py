"""What the text of a movement names: references and numbers, each a group of the items that it may mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.coda_reconciler.domain.matching.facts import Evidence, ItemKey, OpenItem
from services.coda_reconciler.domain.matching.mentions import Naming, mentions
from services.coda_reconciler.domain.matching.question import Question

Strength = Literal["reference", "padded_reference"] | Naming

_ORDER: tuple[Strength, ...] = ("reference", "full", "padded_reference", "derived", "elided", "range", "tail")
_REFERENCE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Group:
    """One name in the text and the items that may be meant by it: more than one where numbers repeat over years."""

    items: tuple[OpenItem, ...]
    strength: Strength
    evidence: Evidence

    @property
    def is_reference(self) -> bool:
        """Whether it is a reference with check digits that hold."""
        return self.strength in ("reference", "padded_reference")


def named_groups(question: Question) -> list[Group]:
    """The groups of a text, strongest first; an item stands in its strongest group only.

    Bare counters are asked for only where nothing else is named: many items share one.
    """
    joining = _items_named(question, "number")
    groups = [*_by_reference(question), *_by_number(question, joining)]
    if all(group.strength == "tail" for group in groups):
        groups = _by_number(question, [*joining, *_items_named(question, "tail")])
    groups.sort(key=lambda group: (_ORDER.index(group.strength), group.evidence.line))
    taken: set[ItemKey] = set()
    distinct = []
    for group in groups:
        items = tuple(item for item in group.items if item.key not in taken)
        if items:
            distinct.append(Group(items, group.strength, group.evidence))
            taken |= {item.key for item in items}
    return distinct


def _by_reference(question: Question) -> list[Group]:
    """References of the free text; of the candidates of one stretch (zeros left out) those that an item has."""
    found: dict[tuple[int, str, str], list[tuple[OpenItem, bool]]] = {}
    evidence: dict[tuple[int, str, str], Evidence] = {}
    for reference in question.facts.references:
        if reference.is_structured or not reference.is_valid:
            continue
        items = question.usable(question.items.named("reference", reference.text))
        place = reference.evidence.line, reference.evidence.columns, reference.evidence.text
        digits = sum(character.isdigit() for character in reference.evidence.text)
        is_whole = reference.text.startswith("RF") or digits >= _REFERENCE_DIGITS
        found.setdefault(place, []).extend((item, is_whole) for item in items)
        evidence[place] = reference.evidence
    return [
        Group(
            tuple(item for item, _ in items),
            "reference" if all(is_whole for _, is_whole in items) else "padded_reference",
            evidence[place],
        )
        for place, items in found.items()
        if items
    ]


def _by_number(question: Question, items: Sequence[OpenItem]) -> list[Group]:
    """Numbers of the text; two items that one stretch names in one way are alternatives."""
    candidates = question.usable(_distinct(items))
    if not candidates:
        return []
    found: dict[tuple[int, str, str, Naming], list[OpenItem]] = {}
    evidence: dict[tuple[int, str, str, Naming], Evidence] = {}
    for mention in mentions(question.facts, candidates):
        shown = mention.evidence
        # A range is one stretch that names each of its numbers; elsewhere one stretch is one name.
        stretch = f"{shown.text}/{mention.item.number}" if mention.strength == "range" else shown.text
        place = shown.line, shown.columns, stretch, mention.strength
        found.setdefault(place, []).append(mention.item)
        evidence[place] = shown
    return [Group(tuple(_distinct(items)), place[3], evidence[place]) for place, items in found.items()]


def _items_named(question: Question, kind: Literal["number", "tail"]) -> list[OpenItem]:
    find = question.items.named if kind == "number" else question.items.looked_up
    return [item for key in question.facts.number_keys for item in find(kind, key)]


def _distinct(items: Iterable[OpenItem]) -> Sequence[OpenItem]:
    return list({item.key: item for item in items}.values())
