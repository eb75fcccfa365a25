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


class StatementHead(Facts):
    """What a statement says of itself and its account beside numbers and balances (CODA 2.6 records 0 and 1)."""

    created_on: date
    old_balance_date: date | None = None
    holder: str = Field("", description="the account holder's name as the bank writes it")
    description: str = Field("", description="of the account")
    bic: str = Field("", description="of the bank that holds the account")
    paper_number: str = Field("", description="three digits, of the statement on paper; 000 for none")
    duplicate: bool = Field(False, description="the bank says that it sent this before")


class StatementPlace(Facts):
    """A statement by its place in its account's chain."""

    statement_id: StatementId
    year: int = Field(description="year of the new balance's date")
    sequence: int = Field(description="CODA 2.6 record 1, positions 126-128; 0 is no number")
    day: date = Field(description="date of the new balance")


class AccountStanding(Facts):
    """An account as all its booked statements tell of it, in the order in which their balances follow each other."""

    booked: int = Field(ge=1, description="counts its statements: what is told with more of them is newer")
    first: StatementPlace
    last: StatementPlace
    balance: Money = Field(description="the new balance of the last statement")
    final_through: StatementPlace = Field(description="from the first statement to this one nothing is missing")
    unbroken_since: StatementPlace = Field(description="from this statement to the last one nothing is missing")


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
    received_at: datetime | None = Field(None, description="when the file that it came in was received")
    head: StatementHead | None = None
    account: AccountStanding | None = Field(None, description="its account, once this statement was booked")


class MissingNumbers(Facts):
    """The statement numbers that are missing, from the first to the last."""

    first: int = Field(ge=1, le=999)
    last: int = Field(ge=1, le=999)


class _Gap(_OfStatement):
    expected_sequence: int
    expected_balance: Money
    found_balance: Money
    day: date | None = Field(None, description="date of this statement's new balance")
    before: StatementPlace | None = Field(None, description="the last statement before the gap")
    missing: MissingNumbers | None = Field(
        None, description="null where only the balance tells that something is missing, or a year ended in between"
    )


class StatementGapOpened(
    Event, _Gap, topic="statement.gap_opened.v1", owner="coda_reconciler", key="enterprise_number"
):
    """The balance chain of an account is broken before this statement."""

    moved: bool = Field(False, description="it was open already, and a part of what was missing came")


class StatementGapAlarmed(
    Event, _Gap, topic="statement.gap_alarmed.v1", owner="coda_reconciler", key="enterprise_number"
):
    """What is missing before this statement did not come within one bank day."""

    opened_at: datetime


class StatementGapClosed(
    Event, _OfStatement, topic="statement.gap_closed.v1", owner="coda_reconciler", key="enterprise_number"
):
    """The missing statements came; the chain is whole again up to this one."""

    final_through: StatementPlace | None = Field(
        None, description="up to this statement of the account nothing is missing: whatever is booked of it is final"
    )


class StatementQuarantined(Event, topic="statement.quarantined.v1", owner="coda_reconciler", key="file_sha256"):
    """A statement that cannot be read, or that nobody gave a mandate for, is kept and not delivered."""

    file_sha256: Sha256
    index: int = Field(ge=0, description="position of the statement in its file, from 0")
    code: str
    line: int = Field(0, description="line in the file, from 1; 0 when it is about the whole statement")
    columns: str = ""
    found: str = ""
    expected: str = ""


class StatementReleased(Event, topic="statement.released.v1", owner="coda_reconciler", key="enterprise_number"):
    """A statement that waited for a mandate was booked for the company that gave one."""

    file_sha256: Sha256
    index: int = Field(ge=0, description="position of the statement in its file, from 0")
    enterprise_number: EnterpriseNumber


class _OfPayment(Facts):
    document_id: DocumentId
    enterprise_number: EnterpriseNumber
    invoice_number: str
    version: int = Field(ge=1, description="counts the changes of this invoice's balance")
    balance: Money = Field(description="what remains to be paid")


class AllocationFact(Facts):
    """What was read in the statement, and where."""

    line: int = Field(description="line in the statement's file, from 1")
    columns: str = Field(description="as in `63-115`; `+1:11-63` stands one line below")
    text: str
    meaning: str = Field(description="`structured_reference`, `invoice_number`, `counterparty_account` …")


class AllocationDifference(Facts):
    """What nobody paid and the invoice is closed with all the same."""

    kind: str = Field(description="`bank_costs`, `cash_discount` or `rounding`")
    amount: Money


class RejectedCandidate(Facts):
    """An invoice that was looked at and not taken."""

    invoice_number: str
    reason: str = Field(description="a stable code")
    found: str = ""
    expected: str = ""


class Allocation(Facts):
    """What part of which movement was taken for the invoice, and why."""

    iban: Iban
    year: int
    sequence: int
    movement: int = Field(description="CODA 2.6 record 2.1, positions 3-6")
    detail: int = Field(0, description="CODA 2.6 record 2.1, positions 7-10")
    amount: Money = Field(
        description="in the invoice's currency; negative where money goes back: a credit note, a reopening"
    )
    taken: Money | None = Field(
        None, description="what it takes of the movement, only where that is in another currency than the invoice"
    )
    value_date: date | None = None
    rule: str = Field(description="R01 to R12")
    evidence: str = Field(description="a sentence in English")
    statement_id: StatementId | None = None
    allocation_id: str = Field("", description="what is accepted, refused or undone; the same for what takes it back")
    compensates: str = Field("", description="the `allocation_id` that a return of the bank takes back")
    facts: tuple[AllocationFact, ...] = ()
    difference: AllocationDifference | None = None
    provisional: bool = Field(False, description="true while an earlier statement of the account is missing")
    rejected: tuple[RejectedCandidate, ...] = ()


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
    """More than one reading is possible: a person decides. What is suggested of a movement replaces what was before."""

    allocation: Allocation
    rank: int = Field(1, ge=1, description="1 is the likeliest reading of the movement")
    reasons: tuple[str, ...] = Field((), description="stable codes: why it may be, and why a person is asked")


class PaymentUndone(Event, _OfPayment, topic="payment.undone.v1", owner="coda_reconciler", key="enterprise_number"):
    """A person took a settlement back."""

    allocation: Allocation


class PaymentWithdrawn(
    Event, _OfPayment, topic="payment.withdrawn.v1", owner="coda_reconciler", key="enterprise_number"
):
    """What was suggested is no suggestion any more; `allocation` is the one that was suggested."""

    allocation: Allocation
    reason: str = Field(
        description="`accepted` and `refused` by a person; `movement_settled`: the movement pays an invoice by itself; "
        "`taken_back`: the bank took the movement back; `invoice_paid`: nothing remains to be paid of the invoice; "
        "`read_otherwise`: another reading took its place, or none is left"
    )
