"""What a billing software is told of bank statements and of what they pay. Terms follow Febelfin CODA 2.6."""

from datetime import date, datetime
from typing import Self

from pydantic import Field, model_validator

from shared.contracts.event import Facts
from shared.contracts.statements import Allocation, MissingNumbers, StatementPlace
from shared.values import DocumentId, EnterpriseNumber, Iban, Language, Money, StatementId, StructuredReference

INLINE_MOVEMENTS = 200
"""A statement's movements are told with it up to this number; more are fetched at the door."""


class Communication(Facts):
    """What the payer or the bank wrote; `type` is the type of a structured communication, if it is one."""

    type: str | None = None
    text: str = ""


class Counterparty(Facts):
    """The other side of a movement, as the bank writes it."""

    name: str = Field("", description="as the bank has it")
    account: str = Field("", description="an IBAN, or an account of a country without them")
    bic: str = ""


class Movement(Facts):
    """One movement of a statement, or a detail that explains part of one."""

    sequence: int = Field(description="CODA 2.6 record 2.1, positions 3-6")
    detail: int = Field(0, description="CODA 2.6 record 2.1, positions 7-10; 0 is the movement itself")
    position: int | None = Field(None, description="place in the statement, from 0")
    parent: int | None = Field(None, description="`position` of the movement that this one is a detail of")
    line: int | None = Field(None, description="line in the statement's file, from 1")
    amount: Money = Field(description="credits are positive, debits negative")
    value_date: date | None = None
    entry_date: date | None = None
    transaction_code: str = ""
    communication: Communication = Communication()
    reference: StructuredReference | None = None
    counterparty: Counterparty = Counterparty()
    customer_reference: str = ""
    bank_reference: str = ""
    return_type: str = ""
    return_reason: str = Field("", description="ISO 20022 return reason code")
    information: tuple[Communication, ...] = ()


class BookedFacts(Facts):
    """One statement of the company's bank was booked.

    Its movements stand in `movements` up to 200 of them; more are fetched at `movements_href`.
    """

    statement_id: StatementId
    enterprise_number: EnterpriseNumber
    iban: Iban
    year: int = Field(description="year of the new balance's date")
    sequence: int = Field(description="CODA 2.6 record 1, positions 126-128")
    old_balance: Money
    new_balance: Money
    new_balance_date: date
    credits: Money
    debits: Money
    movement_count: int = Field(ge=0, description="movements with detail number 0000")
    provisional: bool = Field(False, description="true while an earlier statement of the account is missing")
    movements: tuple[Movement, ...] | None = Field(None, max_length=INLINE_MOVEMENTS)
    movements_href: str | None = None

    @model_validator(mode="after")
    def _has_its_movements_once(self) -> Self:
        if (self.movements is None) == (self.movements_href is None):
            raise ValueError("a statement has either movements or movements_href")
        return self


class ToldAllocation(Allocation):
    """An allocation with its evidence in words; those of the time before there were any have none."""

    i18n: dict[Language, str] = Field({}, description="`evidence` in each language, with the statement's own texts")


class _OfPayment(Facts):
    document_id: DocumentId
    enterprise_number: EnterpriseNumber
    invoice_number: str
    version: int = Field(ge=1, description="counts the changes of this invoice's balance")
    balance: Money = Field(description="what remains to be paid")
    allocation: ToldAllocation


class SettledFacts(_OfPayment):
    """A movement of the bank paid the invoice; nothing remains to be paid."""


class PartiallyPaidFacts(_OfPayment):
    """A movement of the bank paid a part of the invoice."""


class ReopenedFacts(_OfPayment):
    """A payment came back."""

    return_reason: str = Field("", description="ISO 20022 return reason code")


class SuggestedFacts(_OfPayment):
    """A movement may belong to the invoice, but another reading is possible: a person decides."""

    rank: int = Field(1, ge=1, description="1 is the likeliest reading of the movement")
    reasons: tuple[str, ...] = Field((), description="stable codes: why it may be, and why a person is asked")


class UndoneFacts(_OfPayment):
    """A person took a settlement back."""


class WithdrawnFacts(_OfPayment):
    """What was suggested is no suggestion any more; `allocation` is the one that was suggested."""

    reason: str = Field(
        description="`accepted` and `refused` by a person; `movement_settled`: the movement pays an invoice by itself; "
        "`taken_back`: the bank took the movement back; `invoice_paid`: nothing remains to be paid of the invoice; "
        "`read_otherwise`: another reading took its place, or none is left"
    )


class _OfGap(Facts):
    statement_id: StatementId = Field(description="the statement that does not follow the one before it")
    enterprise_number: EnterpriseNumber
    iban: Iban
    year: int = Field(description="year of the new balance's date")
    sequence: int = Field(description="CODA 2.6 record 1, positions 126-128")


class _OpenGap(_OfGap):
    day: date | None = Field(None, description="date of the statement's new balance")
    before: StatementPlace | None = Field(None, description="the last statement before the gap")
    missing: MissingNumbers | None = Field(None, description="null where only the balance tells of it")
    expected_balance: Money = Field(description="with which the statement before ends")
    found_balance: Money = Field(description="with which this statement begins")
    difference: Money = Field(description="by how much the balance jumps")
    opened_at: datetime
    i18n: dict[Language, str] = Field(description="a sentence in each language: what is missing")


class GapOpenedFacts(_OpenGap):
    """Something is missing before a statement; until it comes, that one and all after it are provisional."""

    moved: bool = Field(False, description="it was told before, and a part of what was missing came")


class GapAlarmedFacts(_OpenGap):
    """What is missing before a statement did not come within one bank day: ask the bank for it."""


class GapClosedFacts(_OfGap):
    """What was missing before a statement came."""

    final_through: StatementPlace | None = Field(
        None, description="all statements of the account up to this one are final, and what they settled with them"
    )
