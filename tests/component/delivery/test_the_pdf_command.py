"""`relais ubl pdf` at a terminal: no service runs, and the router's own reading reads."""

import asyncio
import base64
import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from deploy.command_line import app
from tests.unit.invoice_router.documents import attachment, credit_note, invoice

INSIDE = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


async def relais(*words: object) -> Any:
    """The command; its loop needs a thread without one."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["ubl", "pdf", *map(str, words)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "invoice.xml").write_bytes(invoice())
    (tmp_path / "credit.xml").write_bytes(credit_note())
    with_pdf = attachment(base64.b64encode(INSIDE).decode())
    (tmp_path / "with.xml").write_bytes(invoice(attachment=with_pdf))
    return tmp_path


def text_of(path: Path) -> str:
    return PdfReader(io.BytesIO(path.read_bytes())).pages[0].extract_text()


async def test_a_page_is_written_beside_the_document_and_holds_it(folder: Path) -> None:
    done = await relais(folder / "invoice.xml")
    assert done.exit_code == 0, done.output
    made = folder / "invoice.pdf"
    assert done.stdout == f"{made}: a page made of the document\n"
    assert text_of(made).startswith("Factuur 2026-17")
    assert PdfReader(made).attachments["invoice.xml"] == [(folder / "invoice.xml").read_bytes()]


async def test_the_language_and_the_place_are_the_callers_choice(folder: Path) -> None:
    done = await relais(folder / "credit.xml", "--language", "fr", "--output", folder / "named.pdf")
    assert done.exit_code == 0, done.output
    assert text_of(folder / "named.pdf").startswith("Note de crédit 2026-17")
    assert not (folder / "credit.pdf").exists()


async def test_the_pdf_inside_is_preferred_unless_a_page_is_asked_for(folder: Path) -> None:
    assert (await relais(folder / "with.xml")).exit_code == 0
    assert (folder / "with.pdf").read_bytes() == INSIDE
    assert (await relais(folder / "with.xml", "--render", "--output", folder / "page.pdf")).exit_code == 0
    assert text_of(folder / "page.pdf").startswith("Factuur")


async def test_a_document_that_cannot_be_read_ends_with_one(folder: Path) -> None:
    (folder / "bad.xml").write_bytes(b"<!DOCTYPE a><a/>")
    done = await relais(folder / "bad.xml")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "XML_DOCTYPE" in done.stderr and not (folder / "bad.pdf").exists()


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "documenttype"), ("fr", "type de document"), ("de", "Dokumenttyp"), ("en", "export")]
)
async def test_why_a_document_cannot_be_read_is_said_in_the_language_that_was_asked_for(
    folder: Path, language: str, words: str
) -> None:
    (folder / "bad.xml").write_bytes(b"<!DOCTYPE a><a/>")
    done = await relais(folder / "bad.xml", "--language", language)
    assert words in done.stderr


@pytest.mark.parametrize("words", [("absent.xml",), (".",), ("invoice.xml", "--output", "absent/x.pdf"), ()])
async def test_what_cannot_be_used_ends_with_two(folder: Path, words: tuple[str, ...]) -> None:
    done = await relais(*(word if word.startswith("--") else folder / word for word in words))
    assert done.exit_code == 2 and done.stdout == "" and done.stderr != ""


async def test_a_file_that_is_there_is_not_overwritten_unasked(folder: Path) -> None:
    (folder / "invoice.pdf").write_bytes(b"somebody's own")
    assert (await relais(folder / "invoice.xml")).exit_code == 2
    assert (folder / "invoice.pdf").read_bytes() == b"somebody's own"
    assert (await relais(folder / "invoice.xml", "--language", "xx")).exit_code == 2
