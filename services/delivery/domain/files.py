"""A document as files: what they are called, where they lie, and what goes out together.

Names are the same whenever the same document is handed over again, so that a repeat meets what is there already.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from services.delivery.domain.channels import FileKind, StatementFileKind
from services.delivery.domain.deliverables import Deliverable, filed, subject_of
from services.delivery.domain.documents import Document
from services.delivery.domain.office_notices import OfficeNotice
from services.delivery.domain.statements import RoutedStatement
from shared.contracts.statements import TransactionsBooked
from shared.values import ChannelId, EnterpriseNumber, Language
from shared.values.moments import utc_text

SALES_INVOICES = "Invoices-OUT-01"
"""The folder of sales invoices, under the company's and the year's."""
MEDIA_TYPES: dict[FileKind | StatementFileKind, str] = {
    "xml": "application/xml",
    "pdf": "application/pdf",
    "json": "application/json",
    "cod": "application/vnd.coda",
}

_LONGEST_NUMBER = 60
_LONGEST_CODE = 60
_NOT_IN_NUMBERS = re.compile(r"[^A-Za-z0-9.-]+")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?")
"""Device names: no file on Windows may be called so, whatever stands behind a dot."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a document; `name` is without folder.

    `made_here` are those that a later release, or another language, makes otherwise: they take the place of the
    ones before. What was sent to us never changes under its name.
    """

    kind: FileKind | StatementFileKind
    name: str
    data: bytes
    made_here: bool = False

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A document as a channel sends it. Every part of it is the same whenever it is sent again.

    `without_pdf` tells that no PDF could be made; `test` that nothing of it is real, and `code` is then what proves the
    mailbox.
    """

    parcel_id: UUID
    document: Deliverable
    added_at: datetime
    language: Language
    occasion: str = ""
    files: tuple[File, ...] = ()
    without_pdf: bool = False
    test: bool = False
    code: str = ""

    @property
    def folder(self) -> tuple[str, ...]:
        """Where its files lie: the company's folder, the year, the kind of document or the account."""
        document = filed(self.document)
        if isinstance(document, RoutedStatement):
            own = company_folder(document.client_code, document.enterprise_number)
            return own, f"{document.body.year:04d}", str.__str__(document.body.iban)
        year = (document.issue_date or document.received_at.date()).year
        return company_folder(document.client_code, document.enterprise_number), f"{year:04d}", SALES_INVOICES


def parcel_id(channel_id: ChannelId, document: Deliverable, occasion: str) -> UUID:
    """The same for every try; another one for each redelivery, or receivers would take it for a repeat. What is told
    has one id in the feed and by every channel."""
    if isinstance(document, OfficeNotice):
        return document.event.id
    return uuid5(subject_of(document).uuid, f"{channel_id}/{occasion}")


def file_name(document: Document, kind: FileKind) -> str:
    """`20260302_2026-0412_0403170701_1f0c3a9b.xml`: day of issue, number, supplier, start of the XML's SHA-256."""
    day = (document.issue_date or document.received_at.date()).strftime("%Y%m%d")
    digest = document.document.sha256[:8] if document.document is not None else "0" * 8
    return f"{day}_{_safe_number(document.number)}_{document.enterprise_number}_{digest}.{kind}"


def statement_file_name(body: TransactionsBooked, kind: StatementFileKind) -> str:
    """`20260302_BE71096123456769_EUR_041_1f0c3a9b.cod`: day of the new balance, account, currency, number in the year,
    start of the SHA-256 of the bank's lines."""
    account = f"{str.__str__(body.iban)}_{body.new_balance.currency}"
    day, digest = body.new_balance_date.strftime("%Y%m%d"), body.statement.sha256[:8]
    return f"{day}_{account}_{body.sequence:03d}_{digest}.{kind}"


def company_folder(client_code: str, number: EnterpriseNumber) -> str:
    """The office's code of a company as one harmless part of a path; the enterprise number where there is none.

    A code that cannot stand as it is gets the enterprise number behind it, so that no two companies share a folder.
    """
    code = unicodedata.normalize("NFC", client_code)
    safe = "".join(each if each.isalnum() or each in "._-" else "_" for each in code).strip("._-")[:_LONGEST_CODE]
    if not safe or _RESERVED.fullmatch(safe) is not None:
        return str(number)
    return safe if safe == client_code else f"{safe}_{number}"


def sidecar_file(document: Document, sidecar: bytes) -> bytes:
    """The sidecar as offices get it: everything that was read, and under `relais` what only this house knows.

    Nothing in it changes later, so that a repeat is the same. Raises ValueError: the sidecar is no JSON object.
    """
    read = json.loads(sidecar)
    if not isinstance(read, dict):
        raise ValueError("sidecar_malformed: expected a JSON object")
    known = {
        "document_id": document.document_id,
        "software": document.software,
        "enterprise_number": document.enterprise_number,
        "client_code": document.client_code,
        "received_at": utc_text(document.received_at),
        "sha256": document.document.sha256 if document.document is not None else None,
        "version": document.invoice_version,
        "supersedes": document.supersedes,
        "differences": [each.model_dump(mode="json") for each in document.differences],
    }
    return json.dumps({**read, "relais": known}, ensure_ascii=False, separators=(",", ":")).encode()


def _safe_number(number: str) -> str:
    folded = unicodedata.normalize("NFKD", number).encode("ascii", "ignore").decode()
    safe = _NOT_IN_NUMBERS.sub("-", folded)
    return re.sub(r"\.{2,}", ".", safe)[:_LONGEST_NUMBER].strip("-.") or "without-number"
