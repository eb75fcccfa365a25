"""Pods: what an office or a connection fetches the v2 way, one feed a client company (codabox-v2.md).

A feed is two lists with one counter: what is delivered, and what somebody asked to have delivered again. Each list has
an offset of its own: everything up to it is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from services.delivery.domain.deliverables import MODELS, Model
from services.delivery.domain.documents import Document
from shared.contracts.compatibility import bank_id
from shared.contracts.directory import OfficePeriod
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId

CodBytes = Literal["ascii", "bank"]

FORMATS: Mapping[Model, tuple[str, ...]] = {"coda": ("cod", "pdf", "xml"), "sales_invoice": ("pdf", "xml")}
"""What is served of each model; clients are told these and no other."""
UNSERVED = ("expense", "purchase_invoice", "soda")
"""Models that clients look for and that nothing is served of."""
PAGE_ENTRIES = 250
"""An entry takes some 400 bytes, so that an answer stays below 150 kB however much waits."""
FETCH_DELAY_S = 900
"""How long a client is asked to wait before it looks again."""

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:relais:v2/feed-entry")


@dataclass(frozen=True, slots=True)
class PodSettings:
    """What the software of an office (or a billing software) takes the v2 way, and how it wants CODA: in ASCII, or
    byte for byte as the bank wrote it."""

    models: tuple[Model, ...] = MODELS
    cod: CodBytes = "ascii"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something for the feed of one company in one pod; `owner` is whose pod it is, `offered_at` UTC."""

    owner: str
    enterprise_number: EnterpriseNumber
    model: Model
    subject: str
    offered_at: datetime


@dataclass(frozen=True, slots=True)
class PodFeed:
    """One company's feed in a pod; its id fits signed 32 bits (fact 7)."""

    feed_id: int
    enterprise_number: EnterpriseNumber


@dataclass(frozen=True, slots=True)
class OwnCompany:
    """A connection's company as the connection may see it: neither its client code nor its office is told to a
    software, only whether it has one."""

    enterprise_number: EnterpriseNumber
    name: str
    language: Language
    has_office: bool


@dataclass(frozen=True, slots=True)
class PodOffsets:
    """How far a feed was marked as done: of what is delivered, and of what is delivered again."""

    read_to: int = 0
    again_read_to: int = 0

    def of(self, again: bool) -> int:
        """The offset of one of the two lists."""
        return self.again_read_to if again else self.read_to


@dataclass(frozen=True, slots=True)
class PodEntry:
    """An entry with what it is about: a document or a booked statement, never both."""

    feed_id: int
    position: int
    again: bool
    document: Document | None = None
    statement: TransactionsBooked | None = None

    @property
    def model(self) -> Model:
        """What kind of thing is fetched."""
        return "sales_invoice" if self.document is not None else "coda"

    @property
    def feed_index(self) -> UUID:
        """Under which name it is fetched, and marked as done."""
        return feed_index(self.feed_id, self.position)

    @property
    def metadata(self) -> dict[str, Any]:
        """What is told of it in the feed."""
        if self.document is not None:
            return invoice_metadata(self.document)
        return coda_metadata(self.statement) if self.statement is not None else {}


def feed_index(feed_id: int, position: int) -> UUID:
    """The name of an entry: the same whoever makes it, and no other entry's."""
    return uuid5(_NAMESPACE, f"{feed_id}/{position}")


def pod_of_office(office_id: OfficeId) -> str:
    """Whose pod that is, as row-level security compares it."""
    return f"office:{office_id}"


def pod_of_connection(connection_id: ConnectionId) -> str:
    """Whose pod that is, as row-level security compares it."""
    return f"connection:{connection_id}"


def office_for(periods: Sequence[OfficePeriod], day: date) -> OfficeId | None:
    """The office that receives what came in on a day: the one that serves the company then (the last to begin, where
    two do), else the first whose period begins later; None while there is neither."""
    serving = [each for each in periods if each.since <= day and (each.until is None or day < each.until)]
    if serving:
        return max(serving, key=lambda each: (each.since, each.office_id)).office_id
    later = [each for each in periods if each.since > day]
    return min(later, key=lambda each: (each.since, each.office_id)).office_id if later else None


def serves(office_id: OfficeId, periods: Sequence[OfficePeriod], day: date) -> bool:
    """Whether the office serves the company on a day; `until` is the first day on which it no longer does."""
    return any(
        each.office_id == office_id and each.since <= day and (each.until is None or day < each.until)
        for each in periods
    )


def coda_metadata(statement: TransactionsBooked) -> dict[str, Any]:
    """Of one statement: never null but for the extension zone, which is not told (facts 7 and 8)."""
    return {
        "first_statement_number": statement.sequence,
        "last_statement_number": statement.sequence,
        "new_balance_date": statement.new_balance_date.isoformat(),
        "iban": statement.iban,
        "bank_id": bank_id(statement.iban),
        "currency": str(statement.new_balance.currency),
        "movement_count": statement.movement_count,
        "extension_zone": None,
    }


def invoice_metadata(document: Document) -> dict[str, Any]:
    """Of a sales invoice, by names that no metadata of CODA has (fact 9)."""
    return {
        "document_id": document.document_id,
        "invoice_number": document.number,
        "invoice_kind": document.family,
        "self_billed": document.self_billed,
        "issue_date": document.issue_date.isoformat() if document.issue_date else None,
        "due_date": document.due_date.isoformat() if document.due_date else None,
        "customer_name": document.customer_name,
        "total": f"{document.tax_inclusive:.2f}" if document.tax_inclusive is not None else None,
        "total_currency": document.invoice_currency,
        "invoice_version": document.invoice_version,
        "supersedes": document.supersedes,
        "difference_count": len(document.differences),
        "sha256": document.document.sha256 if document.document is not None else None,
    }
