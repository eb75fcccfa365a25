"""Files inside the document (BG-24). A bad one is told and set apart; the document is delivered all the same."""

import base64
import binascii
import re

from lxml import etree

from services.invoice_router.domain.fields import elements
from services.invoice_router.domain.rejection import warning
from shared.contracts.invoices import Finding
from shared.contracts.sales_invoices import Attachment
from shared.values import Sha256

OBJECT = "cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"

PDF = "application/pdf"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRST_BYTES = {
    PDF: b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "text/csv": b"",
    _SPREADSHEET: b"PK\x03\x04",
    "application/vnd.oasis.opendocument.spreadsheet": b"PK\x03\x04",
}
"""Peppol BIS Billing 3, code list of MIME types."""

_SPACE = re.compile(r"\s+")
_UNSAFE = re.compile(r"[^A-Za-z0-9._ -]+")
_LONGEST_NAME = 100


def read_attachments(root: etree._Element) -> tuple[tuple[Attachment, ...], list[Finding], bytes | None]:
    """What is inside, what is wrong with it (ATTACHMENT_BASE64, ATTACHMENT_MIME, ATTACHMENT_MAGIC), and the first PDF
    that is one."""
    pdf: bytes | None = None
    attachments: list[Attachment] = []
    findings: list[Finding] = []
    for element in elements(root, OBJECT):
        media_type = element.get("mimeCode", "")
        try:
            data = base64.b64decode(_SPACE.sub("", element.text or ""), validate=True)
        except (binascii.Error, ValueError) as error:
            findings.append(_set_apart("ATTACHMENT_BASE64", str(error), "base64"))
            attachments.append(_attachment(element, media_type, None))
            continue
        if media_type not in _FIRST_BYTES:
            findings.append(_set_apart("ATTACHMENT_MIME", media_type, ", ".join(_FIRST_BYTES)))
        elif not data.startswith(_FIRST_BYTES[media_type]):
            findings.append(_set_apart("ATTACHMENT_MAGIC", data[:8].hex(), f"the first bytes of {media_type}"))
        elif media_type == PDF and pdf is None:
            pdf = data
        attachments.append(_attachment(element, media_type, data))
    return tuple(attachments), findings, pdf


def safe_name(written: str) -> str:
    """The last part of a path, of harmless characters only."""
    return _UNSAFE.sub("_", re.split(r"[/\\]", written)[-1]).strip(". ")[:_LONGEST_NAME]


def _attachment(element: etree._Element, media_type: str, data: bytes | None) -> Attachment:
    return Attachment(
        name=safe_name(element.get("filename", "")),
        media_type=media_type[:_LONGEST_NAME],
        size=len(data or b""),
        sha256=Sha256.of(data) if data is not None else None,
    )


def _set_apart(code: str, found: str, expected: str) -> Finding:
    return warning(code, OBJECT, found, expected).model_copy(update={"severity": "quarantine"})
