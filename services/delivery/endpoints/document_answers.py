"""The shapes of answers about documents, for the API description; `document_views` builds them as plain objects."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.delivery.domain.deliverables import Model
from shared.contracts.findings import PublicFinding
from shared.contracts.invoices import Customer, Difference
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Iban, Sha256, SoftwareSlug


class Amount(BaseModel):
    """An amount of money."""

    amount: str
    currency: str


class DocumentFiles(BaseModel):
    """Where the files of a document are read: the UBL as it was sent, a PDF, and what was read of it as JSON."""

    ubl: str
    pdf: str
    sidecar: str


class DocumentView(BaseModel):
    """A document. `company_name`, `client_code` and `original` are told to the office, `connection_id` to the
    software. `kind` is `invoice` or `credit_note`, with `self_billed_` before it where the buyer made it out.

    Of `findings` a list shows the first 20, a single document all of them.
    """

    id: DocumentId
    state: str
    received_at: datetime
    enterprise_number: EnterpriseNumber
    software: SoftwareSlug
    family: str | None
    kind: str | None
    number: str | None
    issue_date: date | None
    due_date: date | None
    customer: Customer
    tax_inclusive: Amount | None
    payable: Amount | None
    reference: str | None
    version: int | None
    supersedes: DocumentId | None
    superseded_by: DocumentId | None
    repeats: DocumentId | None
    differences: tuple[Difference, ...]
    findings: tuple[PublicFinding, ...]
    finding_count: int
    reason: str | None
    payment: str
    balance: Amount | None
    sha256: Sha256 | None
    size: int | None
    media_type: str | None
    files: DocumentFiles | None
    company_name: str | None = None
    client_code: str | None = None
    original: str | None = None
    connection_id: ConnectionId | None = None


class AcknowledgementView(BaseModel):
    """What the office's package said of its entry: `open` while it said nothing."""

    outcome: str
    reason: str | None
    at: datetime | None


class AcknowledgedDocument(DocumentView):
    """A document with what the office's package said of it."""

    acknowledgement: AcknowledgementView | None = None


class ListedDocument(AcknowledgedDocument):
    """A document in a list; `position` is where reading goes on. `added_at`, `redelivery` (what it came again by)
    and `acknowledgement` are told to the office."""

    position: int
    added_at: datetime | None = None
    redelivery: str | None = None


class DocumentStep(BaseModel):
    """One thing that happened to a document; `cause` is the event or the call that it follows from."""

    state: str
    at: datetime
    detail: str
    cause: UUID | None = None


class DocumentDetails(AcknowledgedDocument):
    """A document with its timeline, oldest first."""

    timeline: tuple[DocumentStep, ...]


class DocumentPage(BaseModel):
    """A page of documents. The following one is asked for by `after=next_after`, or with an `order` by
    `cursor=next_cursor`, which is null at the end."""

    documents: tuple[ListedDocument, ...]
    next_after: int | None
    next_cursor: str | None
    more: bool


class AcknowledgementAnswer(BaseModel):
    """What became of one acknowledgement of many: `code` is empty where it was taken."""

    id: str
    outcome: str
    code: str
    detail: str


class AcknowledgementAnswers(BaseModel):
    """An answer for each, in the order in which they were sent."""

    answers: tuple[AcknowledgementAnswer, ...]


class RedeliveryView(BaseModel):
    """What a redelivery holds and how far it is. `documents` counts invoices, or statements where its `model` is
    `coda`; `never_fetched` are those that the office never read until then. `accounts_without_statements` are those
    that were named and of which there is nothing, as long as that is looked at: in the answer to the wish. `done`
    counts what stands in the feed again and was queued for the channels; `waiting` and `failed` what channels have
    still to hand over, or gave up. `reason` is the code of a problem where its `state` is `failed`."""

    id: str | None
    dry_run: bool
    state: str
    model: Model
    documents: int
    companies: int
    accounts: int
    never_fetched: int
    accounts_without_statements: tuple[Iban, ...] | None = None
    channels: tuple[str, ...]
    done: int
    waiting: int
    failed: int
    reason: str
    asked_at: datetime | None
    finished_at: datetime | None


class GapView(BaseModel):
    """Numbers that are missing, from `first` to `last`; `opened_at` is when one above them had come, too."""

    first: str
    last: str
    count: int
    opened_at: datetime


class DuplicateView(BaseModel):
    """Several documents at one place of a series; versions of one document are none."""

    numbers: tuple[str, ...]
    documents: tuple[DocumentId, ...]


class SeriesView(BaseModel):
    """A number series; at most 200 gaps are named, the latest first, and `missing` counts all numbers."""

    family: str
    year: int
    prefix: str
    suffix: str
    first: str
    last: str
    count: int
    missing: int
    gaps: tuple[GapView, ...]
    duplicates: tuple[DuplicateView, ...]


class OutsiderView(BaseModel):
    """A number that fits no series."""

    family: str
    year: int
    number: str
    document: DocumentId


class SeriesOfCompany(BaseModel):
    """The number series of one supplier; `complete` is false where only the latest numbers were looked at."""

    company: EnterpriseNumber
    company_name: str | None
    series: tuple[SeriesView, ...]
    others: tuple[OutsiderView, ...]
    complete: bool
