"""What a statement says, in values. Amounts are whole thousandths of the currency's unit, credits positive."""

from dataclasses import dataclass
from datetime import date

from services.coda_reconciler.domain.coda_file import StatementText
from shared.values import Currency, EnterpriseNumber, Iban, Sha256, StructuredReference, ValueRejected

_REFERENCE_TYPES = ("101", "102")
_CANCELLATIONS = ("49", "99")
_REVERSALS = ("0503", "0505", "0554", "0556", "0558")


@dataclass(frozen=True, slots=True)
class Communication:
    """Free text, or a body with the three digits of its type (CODA 2.6 annex III)."""

    structured_type: str | None
    text: str

    @property
    def reference(self) -> StructuredReference | None:
        """The OGM of types 101 and 102, when its check digits hold; one that does not hold settles nothing."""
        if self.structured_type not in _REFERENCE_TYPES:
            return None
        try:
            return StructuredReference(self.text[:12])
        except ValueRejected:
            return None


@dataclass(frozen=True, slots=True)
class Movement:
    """A record 2.1 with the 2.2, 2.3 and 3.x that belong to it.

    `position` counts the records 2.1 of the statement from 0 and is its identity there: sequence and detail
    number start again after 9,999 (§6). `parent` is the position of the movement that this one details.
    """

    position: int
    line: int
    sequence: int
    detail: int
    parent: int | None
    bank_reference: str
    amount: int
    value_date: date | None
    entry_date: date | None
    transaction_code: str
    communication: Communication
    globalisation: int
    customer_reference: str = ""
    counterparty_bic: str = ""
    counterparty_account: str = ""
    counterparty_name: str = ""
    return_type: str = ""
    return_reason: str = ""
    information: tuple[Communication, ...] = ()

    @property
    def is_return(self) -> bool:
        """Whether it takes an earlier movement back (R-transaction, cancellation, reversal)."""
        return (
            self.return_type != ""
            or self.transaction_code[3:5] in _CANCELLATIONS
            or self.transaction_code[1:5] in _REVERSALS
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that passed every check of the standard."""

    text: StatementText
    content_sha256: Sha256
    created_on: date
    duplicate: bool
    holder_number: EnterpriseNumber | None
    separate_application: bool
    iban: Iban
    currency: Currency
    paper_number: str
    sequence: int
    old_balance: int
    old_balance_date: date | None
    new_balance: int
    new_balance_date: date
    debits: int
    credits: int
    movements: tuple[Movement, ...]
    free_communications: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def booked(self) -> tuple[Movement, ...]:
        """The movements that the totals count; details repeat parts of these."""
        return tuple(movement for movement in self.movements if movement.parent is None)

    @property
    def leaves(self) -> tuple[Movement, ...]:
        """The movements that no detail replaces."""
        detailed = {movement.parent for movement in self.movements}
        return tuple(movement for movement in self.movements if movement.position not in detailed)
