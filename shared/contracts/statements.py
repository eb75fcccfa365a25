"""Bank statements and what they settle. Terms follow the Febelfin CODA 2.6 standard."""

from datetime import date, datetime

from pydantic import Field

from shared.contracts.documents import Claim
from shared.contracts.event import Event, Facts
from shared.values import DocumentId, EnterpriseNumber, Iban, Money, Sha256, StatementId


class BankFileReceived(Event, topic="bank_file.received.v1", owner="intake", key="sha256"):
    """A file from a bank came in; it may hold statements of several companies."""

    sha256: Sha256
    received_at: datetime
    received_from: str = Field(description="the principal that handed it in")
    document: Claim


class _OfStatement(Facts):
    statement_id: StatementId
    enterprise_number: EnterpriseNumber
    iban: Iban
    year: int = Field(description="year of the new balance's date")
    sequence: int = Field(description="CODA 2.6 record 1, positions 126-128")


class TransactionsBooked(
    Event, _OfStatement, topic="transactions.booked.v1", owner="coda_reconciler", key="enterprise_number"
):
    """One statement was booked."""

    old_balance: Money
    new_balance: Money
    new_balance_date: date
    credits: Money
    debits: Money
    movement_count: int = Field(ge=0, description="movements with detail number 0000")
    provisional: bool = Field(False, description="true while an earlier statement of the account is missing")
    movements: Claim = Field(description="the movements as JSON lines")
    statement: Claim = Field(description="the statement's own lines, byte for byte")


class StatementGapOpened(
    Event, _OfStatement, topic="statement.gap_opened.v1", owner="coda_reconciler", key="enterprise_number"
):
    """The balance chain of an account is broken before this statement."""

    expected_sequence: int
    expected_balance: Money
    found_balance: Money


class StatementGapClosed(
    Event, _OfStatement, topic="statement.gap_closed.v1", owner="coda_reconciler", key="enterprise_number"
):
    """The missing statements came; the chain is whole again up to this one."""


class StatementQuarantined(Event, topic="statement.quarantined.v1", owner="coda_reconciler", key="file_sha256"):
    """A statement that cannot be read, or that nobody gave a mandate for, is kept and not delivered."""

    file_sha256: Sha256
    index: int = Field(ge=0, description="position of the statement in its file, from 0")
    code: str
    line: int = Field(0, description="line in the file, from 1; 0 when it is about the whole statement")
    columns: str = ""
    found: str = ""
    expected: str = ""


class _OfPayment(Facts):
    document_id: DocumentId
    enterprise_number: EnterpriseNumber
    invoice_number: str
    version: int = Field(ge=1, description="counts the changes of this invoice's balance")
    balance: Money = Field(description="what remains to be paid")


class Allocation(Facts):
    """What part of which movement was taken for the invoice, and why."""

    iban: Iban
    year: int
    sequence: int
    movement: int = Field(description="CODA 2.6 record 2.1, positions 3-6")
    detail: int = Field(0, description="CODA 2.6 record 2.1, positions 7-10")
    amount: Money
    value_date: date | None = None
    rule: str = Field(description="R01 to R12")
    evidence: str


class InvoiceSettled(Event, _OfPayment, topic="invoice.settled.v1", owner="coda_reconciler", key="enterprise_number"):
    """Nothing remains to be paid."""

    allocation: Allocation


class InvoicePartiallyPaid(
    Event, _OfPayment, topic="invoice.partially_paid.v1", owner="coda_reconciler", key="enterprise_number"
):
    """A part was paid."""

    allocation: Allocation


class InvoiceReopened(Event, _OfPayment, topic="invoice.reopened.v1", owner="coda_reconciler", key="enterprise_number"):
    """A payment came back."""

    allocation: Allocation
    return_reason: str = Field("", description="ISO 20022 return reason code")


class PaymentSuggested(
    Event, _OfPayment, topic="payment.suggested.v1", owner="coda_reconciler", key="enterprise_number"
):
    """More than one reading is possible: a person decides."""

    allocation: Allocation


class PaymentUndone(Event, _OfPayment, topic="payment.undone.v1", owner="coda_reconciler", key="enterprise_number"):
    """A person took a settlement back."""

    allocation: Allocation
