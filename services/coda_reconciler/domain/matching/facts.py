"""What matching knows: of a movement, of an open item, and of the company whose they are.

Amounts are whole thousandths of the currency's unit. Everything here is a plain value that can be kept and read back,
for a payment may come long before its invoice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from shared.contracts.invoices import Family
from shared.values import Currency, DocumentId, EnterpriseNumber, Iban, StatementId, StructuredReference

ItemKey = tuple[EnterpriseNumber, Family, str, int]
"""Supplier, family, number and year of issue: what stays the same when an invoice is sent again, changed."""

MovementKey = tuple[StatementId, int]
"""A statement and the position of the record 2.1 in it."""

Rule = Literal["R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12"]

Kind = Literal["payment", "return", "own_transfer", "costs", "interest", "payout", "replaced"]
"""`payment`: money of a counterparty, in or out. `return` takes an earlier movement back. `replaced` has details
that stand in its place. `costs`, `interest` and `payout` (of a payment provider, cards) pay no customer's invoice."""

Zone = Literal["structured", "free", "label", "ultimate_debtor", "parent", "customer_reference"]
"""`structured`: body of a structured communication; `free`: records 2.x and 3.x; `label`: behind a label of the free
information; `ultimate_debtor`: 3.1 type 009; `parent`: text of the total or movement that this one details."""


Meaning = Literal[
    "structured_reference",
    "reference_in_text",
    "end_to_end_id",
    "mandate",
    "invoice_number",
    "counterparty_account",
    "counterparty_name",
    "ultimate_debtor",
    "original_amount",
    "amount",
    "return_reason",
    "bank_reference",
    "transaction_code",
    "decision",
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read where: line of the file from 1, columns as in `63-115`, the text there, what it was taken for."""

    line: int
    columns: str
    text: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a movement's text, joined as it stands; `line` and `columns` say where it begins and stands."""

    zone: Zone
    text: str
    line: int
    columns: str


@dataclass(frozen=True, slots=True)
class NamedReference:
    """An OGM or RF reference in a movement. One whose check digits do not hold (`is_valid`) never settles."""

    text: str
    is_valid: bool
    is_structured: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Returned:
    """An R-transaction or a cancellation: type of record 2.2 column 113 (`1` to `5`, empty when only the transaction
    code says so), ISO 20022 reason (empty when unknown), and what is left once the costs beside it are off."""

    type: str
    reason: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class OriginalAmount:
    """What the payer ordered (communication 105, information 006): amount in thousandths, and its currency."""

    amount: int
    currency: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """All that a movement says which may tell what it pays; `reading.py` makes it of a CODA movement.

    `number_keys` are what an index of invoices' keys is asked (see `numbers.py`): bounded, without doubles.
    `account` is the counterparty's, without blanks, a Belgian one as IBAN; `name` is the counterparty's as the bank has
    it. `line` is that of record 2.1, `counterparty_line` that of record 2.3 (account in columns 11-44, name in 48-82),
    0 where there is none. `sources` are the places of what stands elsewhere; `sources.source_of` knows them all.
    `widened`: see `widening.py`, and of returns `originals.py`.
    """

    kind: Kind
    passages: tuple[Passage, ...] = ()
    references: tuple[NamedReference, ...] = ()
    number_keys: tuple[str, ...] = ()
    account: str = ""
    name: str = ""
    ultimate_debtor: str = ""
    end_to_end_id: str = ""
    mandate: str = ""
    bank_reference: str = ""
    returned: Returned | None = None
    original: OriginalAmount | None = None
    line: int = 0
    counterparty_line: int = 0
    sources: tuple[Evidence, ...] = ()
    widened: bool = False


@dataclass(frozen=True, slots=True)
class LedgerMovement:
    """A booked record 2.1 as the ledger has it: `amount` signed, credits positive.

    `facts` is None where it is nobody's payment (kinds other than `payment` and `return` keep none once booked).
    `provisional` while a statement of its account that comes before its own is missing.
    """

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
    facts: PaymentFacts | None
    provisional: bool = False

    @property
    def key(self) -> MovementKey:
        """What identifies the movement."""
        return self.statement_id, self.position

    @property
    def order(self) -> tuple[date, str, int, int, int, str]:
        """The one order in which movements are taken, whatever the order in which their files came."""
        day = self.entry_date or date.min
        return day, self.iban, self.year, self.statement_sequence, self.position, self.statement_id


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice or credit note: `payable` and `allocated` are positive thousandths for both families.

    `keys` are what its number is found by (`numbers.number_keys`), `debtors` what its customer is known by
    (`debtors.debtor_keys`: number, then name). `mandate` is BT-89, `preceding` the invoices that a credit note names
    (BT-25). `version` counts the changes of its balance.
    """

    enterprise_number: EnterpriseNumber
    family: Family
    number: str
    year: int
    document_id: DocumentId
    document_version: int
    reference: StructuredReference | None
    currency: Currency
    payable: int
    issue_date: date
    due_date: date | None = None
    customer_name: str = ""
    debtors: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    discounts: tuple["Discount", ...] = ()
    mandate: str = ""
    preceding: tuple[str, ...] = ()
    allocated: int = 0
    version: int = 0

    @property
    def key(self) -> ItemKey:
        """What identifies the invoice over its versions."""
        return self.enterprise_number, self.family, self.number, self.year

    @property
    def balance(self) -> int:
        """What remains: to be paid of an invoice, to be paid back or netted of a credit note."""
        return max(self.payable - self.allocated, 0)

    def with_balance(self, allocated: int, version: int) -> "OpenItem":
        """The same with another balance: `dataclasses.replace`, several times as fast."""
        return OpenItem(
            self.enterprise_number, self.family, self.number, self.year, self.document_id, self.document_version,
            self.reference, self.currency, self.payable, self.issue_date, self.due_date, self.customer_name,
            self.debtors, self.keys, self.discounts, self.mandate, self.preceding, allocated, version,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Discount:
    """Cash discount: what may be taken off, thousandths, by whoever pays until that day."""

    amount: int
    until: date


DifferenceKind = Literal["bank_costs", "cash_discount", "rounding"]


@dataclass(frozen=True, slots=True)
class Part:
    """What a movement gives to one item, with the sign of its effect: an invoice's part is positive when it is paid,
    a credit note's is negative when it is netted or refunded; a reopening has the opposite signs. What the parts of a
    movement take of it (`of_movement`) sums to no more than its amount.

    `difference` closes the item beyond `amount`, and says why: thousandths that nobody paid. `taken` is what it takes
    of the movement where that is in another currency than the item; all else is in the item's.
    """

    item: ItemKey
    amount: int
    difference: int = 0
    difference_kind: DifferenceKind | None = None
    taken: int | None = None

    @property
    def of_movement(self) -> int:
        """What it takes of the movement, in the movement's currency."""
        return self.amount if self.taken is None else self.taken


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item that was looked at and not taken, and why: a stable code (`texts` has its sentences)."""

    item: ItemKey
    reason: str
    found: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One reading of a movement that a person may accept; `reasons` are stable codes, the last says why a person is
    asked. `takes_back` is the payment that a return would take back."""

    parts: tuple[Part, ...]
    rule: Rule
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    takes_back: MovementKey | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a movement. `settle` and `reopen` have `parts`; `suggest` has `proposals`, ranked;
    `none` has neither. `reason` is a stable code: why it was not settled, or what is special (`duplicate_payment`,
    `overpaid`, `partial`, `own_transfer`, `reversal_held` …)."""

    kind: Literal["settle", "suggest", "none", "reopen"]
    rule: Rule
    parts: tuple[Part, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of the company beside its invoices. `debtors`: which debtor a counterparty's account belongs to,
    only ever confirmed by a person (inbox, API, import). `refused`: what a person said a movement does not pay."""

    own_accounts: frozenset[str] = frozenset()
    debtors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    refused: frozenset[tuple[MovementKey, ItemKey]] = frozenset()
