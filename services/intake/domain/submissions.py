"""What a software published on its own topic, read: an asking, a document, or a business answer why not."""

from dataclasses import dataclass

from pydantic import ValidationError

from services.intake.domain.connections import Ask
from services.intake.domain.documents import Unusable, flaw_of_xml
from shared.contracts import SubmissionRejected
from shared.contracts.submissions import CONNECTION_HEADER, CONNECTION_TYPE, DOCUMENT_TYPE
from shared.values import ConnectionId, SoftwareSlug, ValueRejected

_FOUND_LENGTH = 80


@dataclass(frozen=True, slots=True)
class DocumentSubmission:
    """A document, and over which connection it comes in."""

    connection_id: ConnectionId


def read(event_type: str, value: bytes, headers: dict[str, str]) -> Ask | DocumentSubmission | Unusable:
    """What the submission is. Never raises: whatever a tenant publishes is answered, not failed on."""
    if event_type == CONNECTION_TYPE:
        return _ask(value)
    if event_type == DOCUMENT_TYPE:
        return flaw_of_xml(value) or _document(headers)
    return Unusable(
        "submission_type_unknown",
        "The header ce_type names no kind of submission.",
        pointer="/headers/ce_type",
        found=_short(event_type) or "nothing",
        expected=f"{CONNECTION_TYPE} or {DOCUMENT_TYPE}",
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
        first = error.errors(include_url=False)[0]
        pointer = "".join(f"/{step}" for step in first["loc"])
        told = first.get("ctx") or {}
        if "found" in told:  # one of our values: it names its own code and what it expected
            found, expected = str(told["found"]), str(told["expected"])
            return Unusable(first["type"], _sentence(first["msg"]), pointer, found, expected)
        code = "json_malformed" if first["type"] == "json_invalid" else "submission_malformed"
        found = "" if isinstance(first["input"], dict) else _short(first["input"])
        return Unusable(code, _sentence(first["msg"]), pointer, found, "an object with enterprise_number")


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
