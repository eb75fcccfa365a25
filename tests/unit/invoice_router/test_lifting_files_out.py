"""Does a document with long files say the same, whether these are lifted out before it is parsed or not?"""

import base64
from datetime import date

import pytest

from services.invoice_router.domain import attachments, lifting
from services.invoice_router.domain.lifting import SHORTEST, Lifted, lifted
from services.invoice_router.domain.reading import read_document
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.safe_xml import LARGEST_DOCUMENT
from tests.unit.invoice_router.documents import attachment, invoice

TODAY = date(2026, 11, 28)
FILE = b"%PDF-1.7 " + bytes(range(256)) * 300
LONG = base64.b64encode(FILE).decode()
OTHER = base64.b64encode(b"%PDF-1.4 another" + FILE).decode()
WHOLE = invoice(attachment=attachment(LONG))
LETTERS = "A" * (SHORTEST + 5)


def _noted(note: str) -> bytes:
    return WHOLE.replace(b"<cbc:DocumentCurrencyCode", f"<cbc:Note>{note}</cbc:Note><cbc:DocumentCurrencyCode".encode())


DOCUMENTS = {
    "one file": WHOLE,
    "two files": invoice(attachment=attachment(LONG) + attachment(OTHER)),
    "the same file twice": invoice(attachment=attachment(LONG) * 2),
    "a long and a short file": invoice(attachment=attachment(OTHER) + attachment("JVBERi0xLjc=")),
    "of no use as base64": invoice(attachment=attachment(LETTERS)),
    "with a padding that is wrong": invoice(attachment=attachment(f"{LETTERS}==")),
    "with spaces around it": invoice(attachment=attachment(f" \n{LONG}\n ")),
    "in lines": invoice(attachment=attachment("\r\n".join(LONG[at : at + 76] for at in range(0, len(LONG), 76)))),
    "in a section of its own": invoice(attachment=attachment(f"<![CDATA[{LONG}]]>")),
    "like a tag in a section": invoice(attachment=attachment(f"<![CDATA[>{LONG}<]]>")),
    "with a word in the middle": invoice(attachment=attachment(f"{LONG[:70_000]}<!-- x -->{LONG[70_000:]}")),
    "no PDF": invoice(attachment=attachment(base64.b64encode(b"MZ" + FILE).decode())),
    "in a remark": WHOLE.replace(b"</Invoice>", f"<!-- >{LONG}< --></Invoice>".encode()),
    "in an element of the line": WHOLE.replace(b"</cbc:Name>", f"</cbc:Name><!-- -->{LETTERS}<x/>".encode(), 1),
    "as a note": _noted(LETTERS),
    "as a note that is too long": _noted(LETTERS * 2),
    "that ends in the middle": WHOLE[:-40],
    "with another tag at its end": WHOLE.replace(b"</Invoice>", b"</Other>"),
    "with NUL at its end": WHOLE + b"\x00",
    "of another root": WHOLE.replace(b"<Invoice", b"<Order").replace(b"</Invoice", b"</Order"),
    "that names a name": WHOLE.replace(b"2026-001", b"RelaisLiftedFile0", 1),
}  # fmt: skip


def _told(data: bytes) -> object:
    try:
        reading = read_document(data, today=TODAY)
    except DocumentRejected as rejected:
        return rejected.args
    return reading.invoice.model_dump_json(), reading.pdf


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_says_the_same_whether_its_files_are_lifted_out_or_not(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _told(DOCUMENTS[name])
    monkeypatch.setattr(attachments, "lifted", Lifted)
    assert _told(DOCUMENTS[name]) == told


def test_what_is_lifted_out_is_the_file_to_the_byte_and_no_copy_of_it() -> None:
    thin = lifted(DOCUMENTS["two files"])
    assert [base64.b64decode(file) for file in thin.files.values()] == [FILE, b"%PDF-1.4 another" + FILE]
    assert all(file.obj is DOCUMENTS["two files"] for file in thin.files.values())
    assert len(thin.data) < 10_000
    assert all(name.encode() in thin.data for name in thin.files)


@pytest.mark.parametrize("name", ["in lines", "with spaces around it", "like a tag in a section"])
def test_what_could_be_mistaken_stays_where_it_is(name: str) -> None:
    assert attachments.opened(DOCUMENTS[name])[1].taken == set()


def test_a_document_that_is_too_large_is_so_whatever_could_be_lifted_out_of_it() -> None:
    with pytest.raises(DocumentRejected) as refused:
        read_document(invoice(attachment=attachment("A" * (LARGEST_DOCUMENT - len(WHOLE) + len(LONG) + 1))))
    assert refused.value.code == "XML_TOO_LARGE"


def test_a_document_that_has_such_a_name_in_it_keeps_its_files() -> None:
    named = WHOLE.replace(b"</Invoice>", b"<!-- RelaisLiftedFile0 --></Invoice>")
    assert lifting.lifted(named) == Lifted(named)
