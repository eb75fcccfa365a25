"""The shapes of answers about payments and accounts, for the API description; the functions build plain objects."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.delivery.domain.payments import Decision, PaymentState
from shared.contracts.statements import (
    AllocationDifference,
    AllocationFact,
    MissingNumbers,
    RejectedCandidate,
    StatementPlace,
)
from shared.values import DocumentId, EnterpriseNumber, Iban, Language, Money, PaymentId, StatementId


class Amount(BaseModel):
    """An exact amount: digits with a point, and the currency."""

    amount: str
    currency: str


class Worded(BaseModel):
    """A stable code with a sentence in each language."""

    code: str
    i18n: dict[Language, str]


class MovementPlace(BaseModel):
    """Which movement of which statement."""

    statement_id: StatementId | None
    iban: Iban
    year: int
    statement: int = Field(description="CODA 2.6 record 1, positions 126-128")
    sequence: int = Field(description="CODA 2.6 record 2.1, positions 3-6")
    detail: int = Field(description="CODA 2.6 record 2.1, positions 7-10")
    value_date: date | None


class FactView(AllocationFact):
    """What was read in the statement, and where; the text is the statement's own."""

    i18n: dict[Language, str] = Field(description="what it was taken for, in each language")


class RejectedView(RejectedCandidate):
    """An invoice that was looked at and not taken; only those that the caller sees."""

    i18n: dict[Language, str]


class DecisionView(BaseModel):
    """What a person decided, and on whose side; `kind` is office or software."""

    decision: Decision
    kind: str
    at: datetime


class PaymentView(BaseModel):
    """What one movement of the bank pays of one invoice, or may pay, and why."""

    id: PaymentId
    state: PaymentState
    enterprise_number: EnterpriseNumber
    company_name: str | None = Field(None, description="offices only")
    document_id: DocumentId
    invoice_number: str
    amount: Amount
    balance: Amount = Field(description="what remained to be paid after the last change")
    movement: MovementPlace
    rule: Worded
    evidence: str
    evidence_i18n: dict[Language, str] = Field(description="`evidence` in each language, the bank's texts as they are")
    facts: tuple[FactView, ...]
    difference: AllocationDifference | None
    rejected: tuple[RejectedView, ...]
    rank: int
    reasons: tuple[Worded, ...]
    return_reason: str | None = Field(description="ISO 20022, where the bank took the money back")
    provisional: bool = Field(description="true while an earlier statement of the account is missing")
    decision: DecisionView | None
    first_at: datetime
    changed_at: datetime


class PaymentPage(BaseModel):
    """Payments by their last change, oldest first; the following page is asked for by `cursor`."""

    payments: tuple[PaymentView, ...]
    cursor: str
    more: bool


class PaymentStepView(BaseModel):
    """A change of a payment."""

    state: PaymentState
    at: datetime
    balance: Amount


class PaymentDetails(PaymentView):
    """The same with its history, oldest first."""

    history: tuple[PaymentStepView, ...]


class GapView(BaseModel):
    """What is missing before a statement."""

    statement_id: StatementId
    year: int
    sequence: int
    day: date | None
    before: StatementPlace | None
    missing: MissingNumbers | None
    expected_balance: Money
    found_balance: Money
    difference: Amount
    opened_at: datetime
    alarmed_at: datetime | None
    i18n: dict[Language, str]


class AccountView(BaseModel):
    """An account, as the statements that were booked tell of it."""

    enterprise_number: EnterpriseNumber
    company_name: str | None = Field(None, description="offices only")
    iban: Iban
    currency: str
    first_statement: StatementPlace
    last_statement: StatementPlace
    balance: Amount = Field(description="after the last statement")
    unbroken_since: StatementPlace = Field(description="from this statement to the last one nothing is missing")
    final_through: StatementPlace | None = Field(
        description="from the first statement to this one nothing is missing; what comes after is provisional"
    )
    silent_bank_days: int = Field(description="whole bank days that passed since the last statement's")
    gaps: tuple[GapView, ...]


class AccountPage(BaseModel):
    """Accounts by company and IBAN; the following page is asked for by `cursor`, null at the end."""

    accounts: tuple[AccountView, ...]
    cursor: str | None
