"""What stands in the structured communications that the message has places for (CODA 2.6 annex III)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.delivery.domain.camt.elements import plain
from shared.contracts.public_payments import Movement
from shared.values import Money, StructuredReference, ValueRejected

DIRECT_DEBIT = "127"
FOREIGN_PAYMENT = "105"
COUNTERPARTY = "001"
_SCHEME, _CREDITOR, _MANDATE, _REMITTANCE = slice(7, 8), slice(9, 44), slice(44, 79), slice(79, 141)
_ORIGINAL, _ORIGINAL_CURRENCY, _FOREIGN_REFERENCE = slice(15, 30), slice(42, 45), slice(45, 57)
_NAME = slice(0, 70)
_ADDRESS = (slice(70, 105), slice(105, 140))
_NUMBERS: Mapping[str | None, slice] = {
    "101": slice(0, 12),
    "102": slice(0, 12),
    FOREIGN_PAYMENT: _FOREIGN_REFERENCE,
}
_CREDITOR_REFERENCE = "100"


@dataclass(frozen=True, slots=True)
class DirectDebit:
    """Of communication 127: `scheme` 1 core, 2 between businesses, 0 not told."""

    scheme: str
    creditor: str
    mandate: str
    remittance: str


@dataclass(frozen=True, slots=True)
class NameAndAddress:
    """The counterparty; `lines` are empty where no address is told."""

    name: str
    lines: tuple[str, ...] = ()


def direct_debit(movement: Movement) -> DirectDebit | None:
    """The direct debit that a movement is about; None for another kind of movement."""
    found = movement.communication
    if found.type != DIRECT_DEBIT:
        return None
    parts = (plain(found.text[zone]) for zone in (_SCHEME, _CREDITOR, _MANDATE, _REMITTANCE))
    return DirectDebit(*parts)


def reference(movement: Movement) -> StructuredReference | None:
    """The structured reference in a communication, where its check digits hold."""
    kind, text = movement.communication.type, movement.communication.text
    if movement.reference is not None:
        return movement.reference
    zone = _NUMBERS.get(kind)
    if zone is None and kind != _CREDITOR_REFERENCE:
        return None
    try:
        return StructuredReference(text[zone] if zone is not None else text.strip())
    except ValueRejected:
        return None


def original_amount(movement: Movement) -> Money | None:
    """What was paid in another currency than the account's."""
    found = movement.communication
    digits, currency = found.text[_ORIGINAL], found.text[_ORIGINAL_CURRENCY]
    if found.type != FOREIGN_PAYMENT or re.fullmatch(r"[0-9]{15}", digits) is None or not int(digits):
        return None
    try:
        return Money.of(Decimal(int(digits)) / 1000, currency)
    except ValueRejected:
        return None


def name_and_address(movement: Movement) -> NameAndAddress:
    """As the information record 3.1 of type 001 has them, which is longer; else the name of record 2.3."""
    told = next((each.text for each in movement.information if each.type == COUNTERPARTY), "")
    lines = tuple(line for zone in _ADDRESS if (line := plain(told[zone])))
    return NameAndAddress(plain(told[_NAME]) or plain(movement.counterparty.name), lines)


def ultimate(text: str) -> str:
    """The name of whoever stands behind a party (types 008 and 009)."""
    return plain(text[_NAME])
