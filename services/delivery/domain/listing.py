"""What is looked for in a list of documents, and in which order it comes."""

import base64
import binascii
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from services.delivery.domain.documents import Document
from services.delivery.domain.feeds import Outcome
from shared.values import DocumentId, EnterpriseNumber

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

Acknowledged = Literal["open", "processed", "failed"]
Order = Literal["newest", "oldest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFilter:
    """What a document must be to be in a list; None and empty ask for nothing.

    `issued_to` and `received_to` are ends that no longer belong to it; `customer` stands somewhere in the customer's
    name or number, each of the `words` somewhere in what `search_text` holds or in the company's name; `amount` is
    the total with VAT or what is payable. `acknowledged` is what the office said of its entry.
    """

    companies: tuple[EnterpriseNumber, ...] = ()
    client_codes: tuple[str, ...] = ()
    documents: tuple[DocumentId, ...] = ()
    states: tuple[str, ...] = ()
    family: str = ""
    number: str = ""
    customer: str = ""
    reference: str = ""
    amount: Decimal | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    acknowledged: Acknowledged | None = None
    words: tuple[str, ...] = ()

    def holds(self, document: Document, outcome: Outcome = "", company_name: str = "") -> bool:
        """Whether a document is in the list; `outcome` is the acknowledgement of the office's entry, `company_name`
        what the caller knows of the company."""
        text = search_text(document)
        return (
            _among(document.enterprise_number, self.companies)
            and _among(document.client_code, self.client_codes)
            and _among(document.document_id, self.documents)
            and _among(document.state, self.states)
            and (not self.family or document.family == self.family)
            and (not self.number or document.number == self.number)
            and (not self.reference or document.reference == self.reference)
            and folded(self.customer) in text.split("\n")[1]
            and (self.amount is None or self.amount in (document.tax_inclusive, document.payable))
            and _within(document.issue_date, self.issued_from, self.issued_to)
            and _within(document.received_at, self.received_from, self.received_to)
            and (self.acknowledged is None or outcome == outcome_of(self.acknowledged))
            and all(folded(word) in text or folded(word) in folded(company_name) for word in self.words)
        )


EVERYTHING = DocumentFilter()
"""Looks for nothing in particular."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands by the time of its receipt (UTC): nothing that comes or changes moves it."""

    received_at: datetime
    document_id: DocumentId


class CursorUnusable(ValueError):
    """The text is no cursor of a list."""

    code = "cursor_invalid"


def place_of(document: Document) -> Place:
    """Where the document stands by its receipt."""
    return Place(document.received_at, document.document_id)


def cursor_after(place: Place) -> str:
    """The cursor behind a document, URL-safe."""
    microseconds = (place.received_at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"1:{microseconds}:{place.document_id}".encode()).decode().rstrip("=")


def place_after(cursor: str) -> Place | None:
    """The place that a cursor stands behind; None for the empty one, which is the beginning.

    Raises `CursorUnusable` for anything that `cursor_after` does not give.
    """
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        version, microseconds, document_id = text.split(":")
        place = Place(_EPOCH + int(microseconds) * timedelta(microseconds=1), DocumentId(document_id))
    except (binascii.Error, ValueError, OverflowError):
        raise CursorUnusable("the cursor is not one that was given out") from None
    if version != "1" or cursor_after(place) != cursor:
        raise CursorUnusable("the cursor is not one that was given out")
    return place


def outcome_of(acknowledged: Acknowledged) -> Outcome:
    """What an entry's outcome is when it counts as `acknowledged`."""
    return "" if acknowledged == "open" else acknowledged


def folded(text: str) -> str:
    """Text as it is looked for: without case, accents and repeated spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def search_text(document: Document) -> str:
    """The names and numbers of a document, folded, for `words` to be looked for in; the customer's on the second
    line. An office's own code is not among them: a software would find out what it is not told."""
    lines = (
        document.number,
        f"{document.customer_name} {document.customer_number}",
        f"{document.reference} {document.enterprise_number}",
    )
    return "\n".join(folded(line) for line in lines)


def _among(found: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or found in wanted


def _within(found: date | None, start: date | None, end: date | None) -> bool:
    """Dates or moments; what is not known lies within nothing that has an end."""
    if found is None:
        return start is None and end is None
    return (start is None or found >= start) and (end is None or found < end)
