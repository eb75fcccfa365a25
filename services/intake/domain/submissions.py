"""What a software published on its own topic, read: an asking, a document, or a business answer why not."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from services.intake.domain.connections import Ask, Connection
from services.intake.domain.documents import Unusable, flaw_of_xml
from services.intake.domain.probing import TooMuch
from shared.chassis.messages import Task
from shared.contracts import SubmissionRejected
from shared.contracts.documents import Claim
from shared.contracts.submissions import (
    BANK_FILE_TYPE,
    CONNECTION_HEADER,
    CONNECTION_TYPE,
    DOCUMENT_TYPE,
    REFERENCE_TYPE,
    SUBMISSION_TYPES,
    BankFileReference,
    DocumentReference,
)
from shared.values import ConnectionId, DocumentId, Sha256, SoftwareSlug, UploadId, ValueRejected

_FOUND_LENGTH = 80


@dataclass(frozen=True, slots=True)
class DocumentSubmission:
    """A document, and over which connection it comes in."""

    connection_id: ConnectionId


@dataclass(frozen=True, slots=True)
class ReferenceSubmission:
    """A document that was uploaded before, and over which connection it comes in."""

    connection_id: ConnectionId
    document: UploadId
    pdf: UploadId | None


@dataclass(frozen=True, slots=True)
class BankFileSubmission:
    """A bank's file that was uploaded before."""

    bank_file: UploadId


class HandInDocument(Task, kind="hand_in_document"):
    """A stored document waits for its connection to be heard to be active; a submission cannot be parked."""

    submission_id: str
    software: SoftwareSlug
    connection_id: ConnectionId
    document: Claim
    pdf: Claim | None = None
    received_at: datetime


def suspended() -> Unusable:
    """Nothing is taken from a software that the operator suspended."""
    return Unusable(
        "software_suspended", "The software is suspended.", found="suspended", expected="an active software", status=403
    )


def rate_limited(too_much: TooMuch) -> Unusable:
    """The software asked for too many companies, or for too many that nobody knows."""
    return Unusable(
        "rate_limited",
        f"Too many companies were asked for; please ask for further ones after {too_much.until:%Y-%m-%dT%H:%M:%SZ}.",
        "/enterprise_number",
        status=429,
    )


def already_connected(connection: Connection) -> Unusable:
    """The company is connected with this software; `found` is the connection."""
    since = f" since {connection.active_since:%Y-%m-%dT%H:%M:%SZ}" if connection.active_since else ""
    return Unusable(
        "already_connected",
        f"The company is already connected with this software{since}.",
        "/enterprise_number",
        connection.connection_id,
        "a company that is not connected yet",
    )


def duplicate_bank_file(sha256: Sha256) -> Unusable:
    """The same bytes came before, from whomever; `found` is their digest."""
    return Unusable(
        "duplicate", "The same file came in before.", "/bank_file", sha256, "bytes that did not come before"
    )


def duplicate(document: DocumentId) -> Unusable:
    """The same bytes came before over this connection; `found` is the document that they are."""
    return Unusable(
        "duplicate", "The same document came in before.", found=document, expected="bytes that did not come before"
    )


def read(
    event_type: str, value: bytes, headers: dict[str, str]
) -> Ask | DocumentSubmission | ReferenceSubmission | BankFileSubmission | Unusable:
    """What the submission is. Never raises: whatever a tenant publishes is answered, not failed on."""
    if event_type == CONNECTION_TYPE:
        return _ask(value)
    if event_type == DOCUMENT_TYPE:
        return flaw_of_xml(value) or _document(headers)
    if event_type == REFERENCE_TYPE:
        return _reference(value, headers)
    if event_type == BANK_FILE_TYPE:
        return _bank_file(value)
    return Unusable(
        "submission_type_unknown",
        "The header ce_type names no kind of submission.",
        pointer="/headers/ce_type",
        found=_short(event_type) or "nothing",
        expected=f"one of {', '.join(SUBMISSION_TYPES)}",
    )


def rejected(software: SoftwareSlug, submission_id: str, flaw: Unusable) -> SubmissionRejected:
    """The event that tells the software why its submission cannot be used."""
    return SubmissionRejected(
        submission_id=submission_id,
        software=software,
        code=flaw.code,
        detail=flaw.detail,
        pointer=flaw.pointer,
        found=flaw.found,
        expected=flaw.expected,
    )


def _ask(value: bytes) -> Ask | Unusable:
    try:
        return Ask.model_validate_json(value)
    except ValidationError as error:
        return _unusable(error, "an object with enterprise_number")


def _reference(value: bytes, headers: dict[str, str]) -> ReferenceSubmission | Unusable:
    over = _document(headers)
    if isinstance(over, Unusable):
        return over
    try:
        named = DocumentReference.model_validate_json(value)
    except ValidationError as error:
        return _unusable(error, "an object with document")
    return ReferenceSubmission(over.connection_id, named.document, named.pdf)


def _bank_file(value: bytes) -> BankFileSubmission | Unusable:
    try:
        return BankFileSubmission(BankFileReference.model_validate_json(value).bank_file)
    except ValidationError as error:
        return _unusable(error, "an object with bank_file")


def _unusable(error: ValidationError, expected: str) -> Unusable:
    first = error.errors(include_url=False)[0]
    pointer = "".join(f"/{step}" for step in first["loc"])
    told = first.get("ctx") or {}
    if "found" in told:  # one of our values: it names its own code and what it expected
        return Unusable(first["type"], _sentence(first["msg"]), pointer, str(told["found"]), str(told["expected"]))
    code = "json_malformed" if first["type"] == "json_invalid" else "submission_malformed"
    found = "" if isinstance(first["input"], dict) else _short(first["input"])
    return Unusable(code, _sentence(first["msg"]), pointer, found, expected)


def _document(headers: dict[str, str]) -> DocumentSubmission | Unusable:
    found = headers.get(CONNECTION_HEADER, "")
    try:
        return DocumentSubmission(ConnectionId(found))
    except ValueRejected as flaw:
        pointer = f"/headers/{CONNECTION_HEADER}"
        return Unusable(flaw.code, "The header names no connection.", pointer, flaw.found, flaw.expected)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".removesuffix(".") + "."


def _short(found: object) -> str:
    text = found.decode("utf-8", "backslashreplace") if isinstance(found, bytes) else str(found)
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[:81])
    return printable if len(printable) <= _FOUND_LENGTH else printable[: _FOUND_LENGTH - 1] + "…"
