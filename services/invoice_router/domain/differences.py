"""What a newer version of an invoice says otherwise than the one before it, from the facts of both sidecars.

The register keeps the facts of each version as a small text of JSON, so that nothing is fetched while a company is
locked. What is too long for that is cut by one of a few measures, and the newer version is cut by the same measure
before the two are compared: nothing is told as a difference only because one of them was long.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pydantic import BaseModel

from shared.contracts.invoices import Difference
from shared.contracts.sales_invoices import (
    Address,
    AllowanceCharge,
    Attachment,
    Line,
    Party,
    PaymentMeans,
    Period,
    PrecedingInvoice,
    SalesInvoice,
    TaxSubtotal,
)

MOST_DIFFERENCES = 100
"""Differences that are told of one version; two documents under one number can have nothing in common."""
FACTS_LENGTH = 64_000
"""Bytes of a sidecar that the register keeps of one version: all of an invoice of about a hundred lines."""
TEXT_LENGTH = 200
"""Characters of either side that a difference shows."""

_CONTENT = "content_sha256"
_NO_FACTS = ("findings", _CONTENT)
_MEASURES = ((FACTS_LENGTH, FACTS_LENGTH), (100, 200), (20, 100), (0, 60))
"""Entries of a list and characters of a text that are kept, the first that fits; the first cuts nothing that fits."""
_BEFORE_THE_PLACE = 40
_MODELS: tuple[type[BaseModel], ...] = (
    SalesInvoice, Party, Address, Line, Period, AllowanceCharge, TaxSubtotal, PaymentMeans, PrecedingInvoice,
    Attachment,
)  # fmt: skip
_RANKS = {
    name: rank for rank, name in enumerate(dict.fromkeys(name for model in _MODELS for name in model.model_fields))
}
"""The order of the contract; JSON objects have none of their own."""


def facts_of(sidecar: bytes) -> bytes:
    """The facts of a version as the register keeps them, of at most `FACTS_LENGTH` bytes of sidecar.

    The first byte tells by which measure they were cut, the rest is deflated JSON.
    """
    measure, kept = 0, sidecar
    if len(sidecar) > FACTS_LENGTH:
        facts = _without(json.loads(sidecar), "findings")
        for measure in range(1, len(_MEASURES)):
            kept = json.dumps(_cut(facts, *_MEASURES[measure])).encode()
            if len(kept) <= FACTS_LENGTH:
                break
    return bytes([measure]) + zlib.compress(kept, level=1)


def differences(before: bytes, sidecar: bytes, *, most: int = MOST_DIFFERENCES) -> tuple[Difference, ...]:
    """What `sidecar` says otherwise than the version with the facts `before`: the first `most`, in its order.

    A field is named as in the sidecar: `payable`, `customer.name`, `lines[2].net`; of what is no longer there it is
    the older sidecar's place. Lines that only moved are not told. Where no field differs, the documents differ in
    something that the sidecar does not hold: then the one difference is `content_sha256`.
    """
    measure, older = _MEASURES[before[0]], json.loads(zlib.decompress(before[1:]))
    newer = _cut(json.loads(sidecar), *measure)
    facts = _compared("", _without(older, *_NO_FACTS), _without(newer, *_NO_FACTS))
    return tuple(islice(facts, most)) or tuple(_compared(_CONTENT, older[_CONTENT], newer[_CONTENT]))


def _without(facts: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if name not in names}


def _cut(fact: Any, entries: int, characters: int) -> Any:
    """What is left out stands as one text: how much it was, and a digest that shows whether it is the same."""
    if isinstance(fact, dict):
        return {name: _cut(value, entries, characters) for name, value in fact.items()}
    if isinstance(fact, list):
        kept = [_cut(entry, entries, characters) for entry in fact[:entries]]
        rest = fact[entries:]
        return [*kept, _left_out(f"{len(rest)} more", json.dumps(rest, sort_keys=True))] if rest else kept
    if isinstance(fact, str) and len(fact) > characters:
        return f"{fact[: characters // 2]}… ({_left_out(f'{len(fact)} characters', fact)})"
    return fact


def _left_out(amount: str, text: str) -> str:
    return f"{amount}, SHA-256 {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _compared(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after or not (before or after):  # what is not there, empty or false says nothing either way
        return
    if _is_group(before) or _is_group(after):
        older, newer = _group(before), _group(after)
        for name in sorted(older.keys() | newer.keys(), key=lambda name: (_RANKS.get(name, len(_RANKS)), name)):
            yield from _compared(f"{path}.{name}" if path else name, older.get(name), newer.get(name))
    elif isinstance(before, list) or isinstance(after, list):
        yield from _compared_lists(path, before or [], after or [])
    elif (older_text := _text(before)) != (newer_text := _text(after)):
        shown = _around_the_difference(older_text, newer_text)
        yield Difference(field=path, before=shown[0], after=shown[1])


def _compared_lists(path: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    """What is alike at the beginning and at the end is set aside, so that a line put in between moves no others."""
    shortest = min(len(before), len(after))
    first = next((n for n in range(shortest) if not _alike(before[n], after[n])), shortest)
    last = next((n for n in range(shortest - first) if not _alike(before[-1 - n], after[-1 - n])), shortest - first)
    older, newer = before[first : len(before) - last], after[first : len(after) - last]
    for n in range(max(len(older), len(newer))):
        place = f"{path}[{first + n}]"
        yield from _compared(place, older[n] if n < len(older) else None, newer[n] if n < len(newer) else None)


def _alike(before: Any, after: Any) -> bool:
    """Whether two entries say the same; the number of a line is its place, and nothing else."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {**before, "id": ""} == {**after, "id": ""}
    return bool(before == after)


def _is_group(fact: Any) -> bool:
    return isinstance(fact, dict) and fact.keys() != {"amount", "currency"}


def _group(fact: Any) -> dict[str, Any]:
    return fact if isinstance(fact, dict) else {}


def _text(fact: Any) -> str:
    if isinstance(fact, dict):
        return f"{fact['amount']} {fact['currency']}"
    if isinstance(fact, bool):
        return "true" if fact else "false"
    return "" if fact is None else str(fact)


def _around_the_difference(before: str, after: str) -> tuple[str, str]:
    """Both texts from a little before the place where they part, when they are long."""
    if len(before) <= TEXT_LENGTH and len(after) <= TEXT_LENGTH:
        return before, after
    shortest = min(len(before), len(after))
    place = next((n for n in range(shortest) if before[n] != after[n]), shortest)
    start = max(0, place - _BEFORE_THE_PLACE)
    return _excerpt(before, start), _excerpt(after, start)


def _excerpt(text: str, start: int) -> str:
    piece = text[start : start + TEXT_LENGTH - 2]
    return f"{'…' if start and piece else ''}{piece}{'…' if start + len(piece) < len(text) else ''}"
