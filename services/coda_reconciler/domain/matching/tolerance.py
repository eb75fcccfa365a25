"""What closes an item though it is not its balance to the thousandth: cash discount in time, bank costs, rounding."""

from collections.abc import Sequence
from datetime import date
from itertools import product

from services.coda_reconciler.domain.matching.facts import LedgerMovement, OpenItem, Part

ROUNDING = 50
"""Five cents: what a difference may be at most to be called rounding."""

_LEAST_ROUNDED = 1000
"""Below one unit of the currency five cents are no rounding."""

_MOST_COMBINATIONS = 64
_MOST_COSTS = 100_000
_COSTS_SHARE = 20
"""Bank costs above 100.00 are believed up to a twentieth of the invoice."""

FOREIGN_TRANSFERS = "41"
"""The family of transfers from and to abroad (CODA 2.6 annex II)."""


def sign_of(item: OpenItem) -> int:
    """1 for what brings money in, -1 for a credit note."""
    return 1 if item.family == "invoice" else -1


def effect_of(item: OpenItem, part: Part) -> int:
    """By how much a part raises what is allocated to its item."""
    return sign_of(item) * part.amount + part.difference


def day_of(movement: LedgerMovement) -> date | None:
    """The day that counts for the payer: the earlier one of value and entry."""
    days = [day for day in (movement.value_date, movement.entry_date) if day is not None]
    return min(days, default=None)


def whole(item: OpenItem) -> Part:
    """All of what is open of an item."""
    return Part(item.key, sign_of(item) * item.balance)


def closing(items: Sequence[OpenItem], amount: int, day: date | None) -> tuple[Part, ...] | None:
    """The parts that close all these items with exactly this amount, differences named; None where they do not.

    Exact before discounted, discounted before rounded. `amount` is signed: money out closes credit notes.
    """
    exact = tuple(whole(item) for item in items)
    total = sum(part.amount for part in exact)
    if total == amount:
        return exact
    for parts in _discounted(items, day):
        if sum(part.amount for part in parts) == amount:
            return parts
    if abs(total - amount) <= ROUNDING and abs(total) >= _LEAST_ROUNDED and (total > 0) == (amount > 0):
        return _rounded(items, exact, amount - total)
    return None


def _discounted(items: Sequence[OpenItem], day: date | None) -> list[tuple[Part, ...]]:
    choices = [(whole(item), *discounted(item, day)) for item in items]
    combinations = 1
    for choice in choices:
        combinations *= len(choice)
    if combinations == 1:
        return []
    if combinations > _MOST_COMBINATIONS:
        return [tuple(choice[-1] for choice in choices)]
    return list(product(*choices))[1:]


def discounted(item: OpenItem, day: date | None) -> list[Part]:
    """The item with a cash discount that was still to be had on that day, as long as nothing else was paid of it."""
    if day is None or item.allocated:
        return []
    return [
        Part(item.key, sign_of(item) * (item.payable - discount.amount), discount.amount, "cash_discount")
        for discount in item.discounts
        if day <= discount.until and 0 < discount.amount < item.payable
    ]


def is_late_discount(item: OpenItem, amount: int, day: date | None) -> bool:
    """Whether the payer took a cash discount that was no longer to be had."""
    return any(
        amount == item.payable - discount.amount and (day is None or day > discount.until)
        for discount in item.discounts
    )


def _rounded(items: Sequence[OpenItem], parts: tuple[Part, ...], over: int) -> tuple[Part, ...]:
    """The largest item on the side where the money goes takes the difference; `over` is what was paid too much.

    Cents too much stay with the movement: an item is never given more than it asks for.
    """
    sign = 1 if sum(part.amount for part in parts) > 0 else -1
    at = max(range(len(parts)), key=lambda place: parts[place].amount * sign)
    part, short = parts[at], max(-over * sign, 0)
    closed = Part(part.item, part.amount - short * sign, short, "rounding")
    return (*parts[:at], closed, *parts[at + 1 :])


def with_bank_costs(item: OpenItem, movement: LedgerMovement) -> Part | None:
    """An invoice that the payer paid whole, of which banks on the way kept their costs (CODA 2.6 type 105)."""
    facts = movement.facts
    if facts is None or facts.original is None or movement.transaction_code[1:3] != FOREIGN_TRANSFERS:
        return None
    costs = item.balance - movement.amount
    is_paid_whole = (facts.original.currency, facts.original.amount) == (item.currency, item.balance)
    most = max(_MOST_COSTS, item.balance // _COSTS_SHARE)
    if item.family != "invoice" or item.currency != movement.currency or not is_paid_whole or not 0 < costs <= most:
        return None
    return Part(item.key, movement.amount, costs, "bank_costs") if costs < item.balance else None
