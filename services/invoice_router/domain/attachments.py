"""Files inside the document (BG-24). A bad one is told and set apart; the document is delivered all the same.

Each is decoded once and taken out of the tree, so that nothing after it carries megabytes of base64 along: neither
the schema, which would refuse the document for base64 that it may well be delivered without, nor any rule.
"""

import binascii
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lxml import etree

from services.invoice_router.domain.fields import NAMESPACES
from services.invoice_router.domain.lifting import Lifted, lifted
from services.invoice_router.domain.places import short_name
from services.invoice_router.domain.rejection import MOST_FINDINGS, DocumentRejected, warning
from services.invoice_router.domain.safe_xml import LARGEST_DOCUMENT, read_xml
from shared.contracts.invoices import Finding
from shared.contracts.sales_invoices import Attachment
from shared.values import Sha256

PDF = "application/pdf"
_REFERENCE = "cac:AdditionalDocumentReference"
_OBJECT = "cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
_URI = "cac:Attachment/cac:ExternalReference/cbc:URI"
_TAKEN_OUT = "AAAA"
"""Base64 that stands where a file stood: an element that became empty would break PEPPOL-EN16931-R008."""


@dataclass(frozen=True, slots=True)
class FileType:
    """A media type of Peppol BIS Billing 3 (PEPPOL-EN16931-CL001)."""

    extensions: tuple[str, ...]
    first_bytes: bytes


FILE_TYPES = {
    PDF: FileType((".pdf",), b"%PDF-"),
    "image/png": FileType((".png",), b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": FileType((".jpg", ".jpeg"), b"\xff\xd8\xff"),
    "text/csv": FileType((".csv",), b""),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": FileType((".xlsx",), b"PK\x03\x04"),
    "application/vnd.oasis.opendocument.spreadsheet": FileType((".ods",), b"PK\x03\x04"),
}
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"<!DOCTYPE", b"<html", b"<HTML", b"<script")
"""A text has no magic bytes of its own; it must not have those of what a double click would run or show."""

_NONE_LIFTED: Mapping[str, memoryview] = MappingProxyType({})
_LONGEST_NAME = 100
_LONGEST_TYPE = 100
_EXTENSION = re.compile(r"\.[^.]{1,5}$")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Names that mean a device to Windows, with any extension."""


@dataclass(slots=True)
class Files:
    """What was inside a document: each file's facts, what was wrong, the first PDF that is one, and the digests that
    tell whether two documents hold the same files."""

    attachments: list[Attachment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    pdf: bytes | None = None
    digests: list[Sha256] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    """The names of those that were lifted out of the document before it was parsed."""


def opened(data: bytes) -> tuple[etree._Element, Files]:
    """The tree of a document, and the files that were in it. Raises `DocumentRejected` as `read_xml`."""
    # What is too large as it came does not become small enough by this.
    thin = lifted(data) if len(data) <= LARGEST_DOCUMENT else Lifted(data)
    if thin.files:
        try:
            root = read_xml(thin.data)
            files = take_files(root, thin.files)
            if files.taken == thin.files.keys():
                return root, files
        except DocumentRejected:
            # Told below, with the places that it has in the document as it came.
            pass
    root = read_xml(data)
    return root, take_files(root)


def take_files(root: etree._Element, long_files: Mapping[str, memoryview] = _NONE_LIFTED) -> Files:
    """Take the files out of the tree. Findings: ATTACHMENT_MIME, ATTACHMENT_BASE64, ATTACHMENT_MAGIC.

    `long_files` are those of which there is but a name in the tree.
    """
    files = Files()
    references = root.findall(_REFERENCE, NAMESPACES)
    all_of_them = f"/{short_name(root.tag)}/{_REFERENCE}"
    for index, reference in enumerate(references, start=1):
        place = f"{all_of_them}[{index}]" if len(references) > 1 else all_of_them
        for element in reference.iterfind(_OBJECT, NAMESPACES):
            _take(element, reference, f"{place}/{_OBJECT}", files, long_files)
        for element in reference.iterfind(_URI, NAMESPACES):
            # Told to the accountant, never fetched: whoever wrote the document chose where it leads.
            name = safe_name(_text(reference, "cbc:ID")) or "attachment"
            uri = (element.text or "").strip()
            files.attachments.append(Attachment(name=name, media_type="", description=_described(reference), uri=uri))
    return files


def safe_name(written: str) -> str:
    """The last part of a path: letters and digits of any script, dots, spaces, hyphens and underscores."""
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", written)[-1])
    name = "".join(_harmless(last)).strip(". ")[:_LONGEST_NAME].strip(". ")
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def _harmless(name: str) -> Iterator[str]:
    previous = ""
    for character in name:
        kept = character if character.isalnum() or character in "._- " else "_"
        if kept != "_" or previous != "_":
            yield kept
        previous = kept


def _take(
    element: etree._Element, reference: etree._Element, place: str, files: Files, long_files: Mapping[str, memoryview]
) -> None:
    media_type = element.get("mimeCode", "").strip().lower()
    written = element.text or ""
    text = long_files.get(written, written)
    if written:
        element.text = _TAKEN_OUT
    if written in long_files:
        files.taken.add(written)
    finding: Finding | None = None
    data: bytes | None = None
    try:
        data = _decoded(text)
    except ValueError as error:
        finding = _set_apart("ATTACHMENT_BASE64", place, str(error), "base64")
        files.digests.append(Sha256.of(text.encode() if isinstance(text, str) else bytes(text)))
    if data is not None:
        files.digests.append(Sha256.of(data))
        finding = _wrong_with(data, media_type, place)
        if finding is None and media_type == PDF and files.pdf is None:
            files.pdf = data
    if finding is not None and len(files.findings) < MOST_FINDINGS:
        files.findings.append(finding)
    files.attachments.append(
        Attachment(
            name=_file_name(element.get("filename", ""), media_type, len(files.attachments) + 1),
            media_type=media_type[:_LONGEST_TYPE],
            description=_described(reference),
            size=len(data or b""),
            sha256=files.digests[-1] if data is not None else None,
            set_apart=finding.code if finding is not None else "",
        )
    )


def _decoded(text: str | memoryview) -> bytes:
    """RFC 4648 without tolerance, but for the line breaks that MIME puts in. Raises `ValueError`."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        if not isinstance(text, str):
            raise
        # Only now a copy without spaces: most files of two megabytes are one long line.
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)


def _wrong_with(data: bytes, media_type: str, place: str) -> Finding | None:
    known = FILE_TYPES.get(media_type)
    if known is None:
        return _set_apart("ATTACHMENT_MIME", place, media_type, ", ".join(FILE_TYPES))
    start = data[:16]
    if not data or not start.startswith(known.first_bytes) or (not known.first_bytes and start.startswith(_PROGRAMS)):
        return _set_apart("ATTACHMENT_MAGIC", place, start[:8].hex(), f"the first bytes of {media_type}")
    return None


def _file_name(written: str, media_type: str, position: int) -> str:
    """Harmless, and of the extension that the media type has: `invoice.pdf.exe` is `invoice.pdf.exe.pdf`."""
    name = safe_name(written) or f"attachment-{position}"
    known = FILE_TYPES.get(media_type)
    if known is None or name.lower().endswith(known.extensions) or not _EXTENSION.search(name):
        return name
    return f"{name}{known.extensions[0]}"


def _described(reference: etree._Element) -> str:
    return _text(reference, "cbc:DocumentDescription")


def _text(parent: etree._Element, name: str) -> str:
    return (parent.findtext(name, "", NAMESPACES) or "").strip()


def _set_apart(code: str, place: str, found: str, expected: str) -> Finding:
    return warning(code, place, found, expected).model_copy(update={"severity": "quarantine"})
