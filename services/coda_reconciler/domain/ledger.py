"""Open invoices and what was paid of them. Allocations are only ever added: a balance never falls below zero and a
movement never gives more than it brought.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from shared.contracts.invoices import Family, InvoiceAccepted
from shared.contracts.statements import Allocation, InvoicePartiallyPaid, InvoiceSettled
from shared.values import Currency, DocumentId, EnterpriseNumber, Iban, Money, StatementId, StructuredReference

ItemKey = tuple[EnterpriseNumber, Family, str, int]
"""Supplier, family, number and year of issue: what stays the same when an invoice is sent again, changed."""

MovementKey = tuple[StatementId, int]
"""A statement and the position of the record 2.1 in it."""

STRUCTURED_REFERENCE = "R03"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice and its balance, thousandths; `version` counts the changes of its balance."""

    enterprise_number: EnterpriseNumber
    family: Family
    number: str
    year: int
    document_id: DocumentId
    document_version: int
    reference: StructuredReference | None
    currency: Currency
    payable: int
    allocated: int = 0
    version: int = 0

    @property
    def key(self) -> ItemKey:
        """What identifies the invoice over its versions."""
        return self.enterprise_number, self.family, self.number, self.year

    @property
    def balance(self) -> int:
        """What remains to be paid; a credit note is never paid to the company."""
        return max(self.payable - self.allocated, 0) if self.family == "invoice" else 0


@dataclass(frozen=True, slots=True)
class LedgerMovement:
    """A booked record 2.1; `remaining` is what of a credit no invoice took yet, 0 for whatever settles nothing."""

    statement_id: StatementId
    position: int
    enterprise_number: EnterpriseNumber
    iban: Iban
    year: int
    statement_sequence: int
    sequence: int
    detail: int
    amount: int
    currency: Currency
    value_date: date | None
    entry_date: date | None
    transaction_code: str
    reference: StructuredReference | None
    remaining: int

    @property
    def key(self) -> MovementKey:
        """What identifies the movement."""
        return self.statement_id, self.position


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One allocation: what part of which movement was taken for which invoice."""

    item: ItemKey
    movement: MovementKey
    document_id: DocumentId
    facts: Allocation


Outcome = InvoiceSettled | InvoicePartiallyPaid


class Ledger:
    """The items and movements that one batch touches; what it changed is written by whoever loaded it."""

    def __init__(self, items: Iterable[OpenItem], movements: Iterable[LedgerMovement] = ()) -> None:
        self.items = {item.key: item for item in items}
        self.movements = {movement.key: movement for movement in movements}
        self.changed_items: set[ItemKey] = set()
        self.changed_movements: set[MovementKey] = set()
        self.entries: list[LedgerEntry] = []

    def book(self, movement: LedgerMovement) -> list[Outcome]:
        """A movement came in: it may pay an invoice."""
        self.movements[movement.key] = movement
        self.changed_movements.add(movement.key)
        return self._settle(movement)

    def accept(self, invoice: InvoiceAccepted, earlier: Allocation | None) -> list[Outcome]:
        """An invoice, or a newer version of one, came in: payments may have come before it.

        `earlier` is the last allocation of the invoice's older version, if it had one. An older version than
        the known one changes nothing, nor does one that supersedes none: it was received before the known one and
        came late.
        """
        item, known = item_of(invoice), self.items.get(item_of(invoice).key)
        if known is not None and (known.document_version >= item.document_version or invoice.supersedes is None):
            return []
        if known is not None:
            item = replace(item, allocated=known.allocated, version=known.version)
        self._keep(item)
        outcomes = self._settle_from_earlier_movements(item)
        if outcomes or earlier is None or item.allocated == 0:
            return outcomes
        return [self._changed(item.key, earlier)]

    def _settle_from_earlier_movements(self, item: OpenItem) -> list[Outcome]:
        waiting = [
            movement
            for movement in self.movements.values()
            if movement.enterprise_number == item.enterprise_number and movement.reference == item.reference
        ]
        waiting.sort(key=_age)
        return [outcome for movement in waiting for outcome in self._settle(movement)]

    def _settle(self, movement: LedgerMovement) -> list[Outcome]:
        """Rule R03: a valid structured reference of exactly one open invoice; what is too much stays a credit."""
        if movement.remaining <= 0 or movement.reference is None:
            return []
        open_items = [
            item
            for item in self.items.values()
            if item.enterprise_number == movement.enterprise_number
            and item.reference == movement.reference
            and item.currency == movement.currency
            and item.balance > 0
        ]
        if len(open_items) != 1:
            return []
        item = open_items[0]
        amount = min(movement.remaining, item.balance)
        facts = allocation_of(movement, amount, movement.reference)
        self.entries.append(LedgerEntry(item.key, movement.key, item.document_id, facts))
        self.movements[movement.key] = replace(movement, remaining=movement.remaining - amount)
        self.changed_movements.add(movement.key)
        self._keep(replace(item, allocated=item.allocated + amount))
        return [self._changed(item.key, facts)]

    def _keep(self, item: OpenItem) -> None:
        self.items[item.key] = item
        self.changed_items.add(item.key)

    def _changed(self, key: ItemKey, facts: Allocation) -> Outcome:
        item = replace(self.items[key], version=self.items[key].version + 1)
        self._keep(item)
        outcome = InvoicePartiallyPaid if item.balance else InvoiceSettled
        return outcome(
            document_id=item.document_id,
            enterprise_number=item.enterprise_number,
            invoice_number=item.number,
            version=item.version,
            balance=Money.from_thousandths(item.balance, item.currency),
            allocation=facts,
        )


def _age(movement: LedgerMovement) -> tuple[date, int, int, int]:
    day = movement.entry_date or date.min
    return day, movement.year, movement.statement_sequence, movement.position


def item_of(invoice: InvoiceAccepted) -> OpenItem:
    """The open item that an accepted invoice makes."""
    return OpenItem(
        enterprise_number=invoice.enterprise_number,
        family=invoice.family,
        number=invoice.number,
        year=invoice.issue_date.year,
        document_id=invoice.document_id,
        document_version=invoice.version,
        reference=invoice.reference,
        currency=invoice.payable.currency,
        payable=invoice.payable.thousandths,
    )


def allocation_of(movement: LedgerMovement, amount: int, reference: StructuredReference) -> Allocation:
    """What an event says of an allocation."""
    return Allocation(
        iban=movement.iban,
        year=movement.year,
        sequence=movement.statement_sequence,
        movement=movement.sequence,
        detail=movement.detail,
        amount=Money.from_thousandths(amount, movement.currency),
        value_date=movement.value_date,
        rule=STRUCTURED_REFERENCE,
        evidence=f"the structured communication {reference.formatted} is the reference of this invoice only",
    )
