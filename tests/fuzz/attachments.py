"""Whatever stands in an attachment, its document is read, its name is harmless, and no bad file is handed on."""

import base64
import hashlib
import re
import sys
from xml.sax.saxutils import quoteattr

import atheris

with atheris.instrument_imports(include=["services.invoice_router"]):
    from services.invoice_router.domain.reading import Reading, read_document

from tests.unit.invoice_router.documents import invoice

MEDIA_TYPES = ("application/pdf", "image/png", "image/jpeg", "text/csv", "text/html", "")
STARTS = (b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04", b"MZ", b"")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNSAFE_NAME = re.compile(r"[/\\\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]|^\.\.?$")


def read(data: bytes) -> None:
    """Raises when a document is refused for its attachments, or an attachment is not what it says."""
    given = atheris.FuzzedDataProvider(data)
    parts = [_attachment(given) for _ in range(given.ConsumeIntInRange(1, 3))]
    reading = read_document(invoice(attachment="".join(parts)))
    for file in reading.invoice.attachments:
        if UNSAFE_NAME.search(file.name):
            raise AssertionError(f"a name that leads elsewhere: {file.name!r}")
    _check_pdf(reading)


def _attachment(given: atheris.FuzzedDataProvider) -> str:
    media_type, name = MEDIA_TYPES[given.ConsumeIntInRange(0, len(MEDIA_TYPES) - 1)], given.ConsumeUnicode(60)
    content = STARTS[given.ConsumeIntInRange(0, len(STARTS) - 1)] + given.ConsumeBytes(200)
    text = base64.b64encode(content).decode() if given.ConsumeBool() else given.ConsumeUnicode(80)
    clean = NOT_IN_XML.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
        f"mimeCode={quoteattr(media_type)} filename={quoteattr(NOT_IN_XML.sub('', name))}>{clean}"
        "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )


def _check_pdf(reading: Reading) -> None:
    sound = [
        file for file in reading.invoice.attachments if file.media_type == "application/pdf" and not file.set_apart
    ]
    if (reading.pdf is None) != (not sound):
        raise AssertionError(f"{len(sound)} sound PDFs, and the first of them is {reading.pdf!r}")
    if reading.pdf is None:
        return
    if not reading.pdf.startswith(b"%PDF-") or hashlib.sha256(reading.pdf).hexdigest() != sound[0].sha256:
        raise AssertionError(f"no PDF was handed on as one: {reading.pdf[:20]!r}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
