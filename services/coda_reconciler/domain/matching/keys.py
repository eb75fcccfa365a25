"""By which names movements and items of one company find each other.

Kinds that join: `reference`, `number`, `mandate`, `debtor` (a movement with an item, never two movements or two items),
and `end_to_end`, `mandate_amount`, `bank_reference`, `issued` (a movement that takes back with the one that it may take
back). `issued` is an end-to-end id without its amount, see `originals.py`.
Kinds that are only looked up, one step far, to suggest: `amount` and `tail`; `account` tells which movements a newly
confirmed account concerns. Few keys a movement: where a structured reference holds, nothing else can settle it, and
nothing else is asked for unless the reference is nobody's (`widening.py`).
"""

from typing import NamedTuple

from services.coda_reconciler.domain.matching.facts import Knowledge, LedgerMovement, OpenItem, PaymentFacts
from services.coda_reconciler.domain.matching.numbers import keyed_forms, tells, text_keys

RETURN_KINDS = frozenset({"end_to_end", "mandate_amount", "bank_reference", "issued"})

_COLLECTIONS = "05"
_new = tuple.__new__
"""A named tuple by position: a company's thousands of items have nine names each."""

_SHORTEST_SERIAL = 6
"""Digits in a bank's reference."""
_NOBODY: frozenset[str] = frozenset()


class IndexKey(NamedTuple):
    """A name of a movement or an item; see the module for the kinds."""

    kind: str
    text: str


def all_keys_of_item(item: OpenItem) -> tuple[tuple[IndexKey, ...], tuple[IndexKey, ...]]:
    """What joins an item with the movements that name it, and what it is looked up by where it is only suggested."""
    joining, looked_up = [], [_new(IndexKey, ("amount", f"{item.payable}{item.currency}"))]
    for key, strength in keyed_forms(item.number):
        if strength == "tail":
            looked_up.append(_new(IndexKey, ("tail", key)))
        else:
            joining.append(_new(IndexKey, ("number", key)))
    if item.reference is not None:
        joining.append(_new(IndexKey, ("reference", str(item.reference))))
    if item.mandate:
        joining.append(_new(IndexKey, ("mandate", item.mandate)))
    joining += [_new(IndexKey, ("debtor", debtor)) for debtor in item.debtors]
    return tuple(joining), tuple(looked_up)


def keys_of_item(item: OpenItem) -> tuple[IndexKey, ...]:
    """What joins an item with the movements that name it."""
    return all_keys_of_item(item)[0]


def lookup_keys_of_item(item: OpenItem) -> tuple[IndexKey, ...]:
    """What an item is looked up by where it is only suggested."""
    return all_keys_of_item(item)[1]


def keys_of_movement(movement: LedgerMovement, knowledge: Knowledge | None = None) -> tuple[IndexKey, ...]:
    """What joins a movement with the items that it may pay and with the movement that it may take back."""
    facts = movement.facts
    if facts is None or facts.kind not in ("payment", "return"):
        return ()
    keys = [_new(IndexKey, ("reference", reference.text)) for reference in facts.references if reference.is_valid]
    if facts.end_to_end_id:
        # With the amount, as what takes a payment back has: some programs give one id to all their payments.
        keys.append(_new(IndexKey, ("end_to_end", f"{facts.end_to_end_id}/{abs(movement.amount)}")))
    if not names_structured_reference(facts):
        keys += [_new(IndexKey, ("number", key)) for key in facts.number_keys if tells(key)]
        if facts.end_to_end_id:
            issued = "".join(filter(str.isalnum, facts.end_to_end_id.upper()))
            keys += [_new(IndexKey, ("reference", issued)), _new(IndexKey, ("number", issued))]
        if facts.mandate:
            keys.append(_new(IndexKey, ("mandate", facts.mandate)))
        debtors = knowledge.debtors.get(facts.account, _NOBODY) if knowledge and facts.account else _NOBODY
        keys += [_new(IndexKey, ("debtor", debtor)) for debtor in sorted(debtors)]
    elif facts.widened:
        keys += [_new(IndexKey, ("number", key)) for key in text_keys(facts.passages) if tells(key)]
    if facts.mandate:
        keys.append(_new(IndexKey, ("mandate_amount", f"{facts.mandate}/{abs(movement.amount)}")))
    if tells_one(facts.bank_reference) and (facts.kind == "return" or _is_told_by_its_bank(movement, facts)):
        # With the amount, for a bank may give one reference to all that it booked together.
        keys.append(_new(IndexKey, ("bank_reference", f"{facts.bank_reference}/{abs(movement.amount)}")))
    if facts.kind == "return" and facts.widened and facts.end_to_end_id:
        keys.append(_new(IndexKey, ("issued", facts.end_to_end_id)))
    return tuple(dict.fromkeys(keys))


def tells_one(reference: str) -> bool:
    """Whether a bank's reference may be that of one movement: some banks write the same word, or zeros, for all."""
    digits = len(reference) if reference.isdecimal() else sum(map(str.isdecimal, reference))
    return digits >= _SHORTEST_SERIAL and bool(reference.strip("0"))


def _is_told_by_its_bank(movement: LedgerMovement, facts: PaymentFacts) -> bool:
    """Whether what takes it back may have only the bank's reference in common with it: a collection, or no id of its
    own. Others are not found by it, for every key is a row."""
    return not facts.end_to_end_id or movement.transaction_code[1:3] == _COLLECTIONS


def lookup_keys_of_movement(movement: LedgerMovement) -> tuple[IndexKey, ...]:
    """What finds items that may only be suggested, and the movements of an account that becomes known."""
    facts = movement.facts
    if facts is None or facts.kind != "payment":
        return ()
    by_amount = _new(IndexKey, ("amount", f"{abs(movement.amount)}{movement.currency}"))
    if names_structured_reference(facts):
        return (by_amount,) if facts.widened else ()
    keys = [_new(IndexKey, ("tail", key)) for key in facts.number_keys]
    keys.append(by_amount)
    if facts.account:
        keys.append(_new(IndexKey, ("account", facts.account)))
    return tuple(keys)


def names_structured_reference(facts: PaymentFacts) -> bool:
    """Whether the payer gave a reference in a structured zone, with check digits that hold."""
    references = facts.references
    return bool(references) and any(reference.is_structured and reference.is_valid for reference in references)
