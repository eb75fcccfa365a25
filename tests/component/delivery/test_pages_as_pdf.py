"""Are the PDF files what a reader, an archive and a screen reader need, whatever a stranger wrote into the document?"""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.delivery.adapters.rendering.typst_pages import TypstPages
from services.delivery.domain.rendering.invoice_page import invoice_page
from services.delivery.domain.rendering.legible import DRAWN, MARK
from services.delivery.domain.rendering.pages import Page
from services.delivery.domain.rendering.statement_page import statement_page
from services.delivery.ports.rendering import Source
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import Language, Money
from tests.unit.delivery.booked_statements import CODA, booked, movement
from tests.unit.delivery.booked_statements import lines as json_lines
from tests.unit.delivery.sales_invoices import credit_note, line, sales_invoice, with_every_text

NL = Language.NL
XML = Source("invoice.xml", "application/xml", b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9\xff\x00</a>')
NASTY = (
    '#read("/etc/passwd") *bold* _it_ $x^2$ `raw` #{1+1} <label> @ref [x] // no /* comment */ \\u{41} '
    "= heading \n- list \u202egnp.exe\u202c \x00\x07 😀漢 e\u0301 "
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> TypstPages:
    return TypstPages(tmp_path_factory.mktemp("pages"))


@pytest.fixture
def read(pages: TypstPages) -> Callable[..., PdfReader]:
    """The file of an invoice, opened."""

    def opened(invoice: SalesInvoice, language: Language = NL, source: Source = XML) -> PdfReader:
        return PdfReader(io.BytesIO(pages.pdf("invoice", invoice_page(invoice, language), source)))

    return opened


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.NL, "Factuur VF-2026-0042|Vervaldatum|1 april 2026|Te betalen|365,90 EUR|Pagina 1 van 1"),
        (Language.FR, "Facture VF-2026-0042|Date d’échéance|1er avril 2026|À payer|365,90 EUR|Page 1 sur 1"),
        (Language.DE, "Rechnung VF-2026-0042|Fällig am|1. April 2026|Zu zahlen|365,90 EUR|Seite 1 von 1"),
        (Language.EN, "Invoice VF-2026-0042|Due date|1 April 2026|Amount due|365.90 EUR|Page 1 of 1"),
    ],
)
def test_an_invoice_reads_as_its_reader_does(read: Callable[..., PdfReader], language: Language, told: str) -> None:
    reader = read(sales_invoice(), language)
    text = text_of(reader).replace("\u00a0", " ")
    always = [
        "0403.170.701",
        "BE71 0961 2345 6769",
        "KREDBEBB",
        "+++090/9337/55493+++",
        "Crème brûlée & café",
        "Relais",
    ]
    assert [each for each in [*told.split("|"), *always] if each not in text] == []
    assert reader.trailer["/Root"]["/Lang"] == f"{language}-BE"
    assert reader.metadata is not None and reader.metadata.title == told.split("|")[0]


def test_the_file_is_an_archive_with_the_document_inside_byte_for_byte(read: Callable[..., PdfReader]) -> None:
    reader = read(sales_invoice())
    assert {name: data for name, [data] in reader.attachments.items()} == {"invoice.xml": XML.data}
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    for claim in ("<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert claim in metadata
    [file] = [each.get_object() for each in root["/AF"]]
    assert file["/AFRelationship"] == "/Source" and root["/MarkInfo"]["/Marked"]
    fonts = {name for page in reader.pages for name in _fonts(page)}
    assert fonts and all("+" in name for name in fonts)  # subsets, and so embedded


def _fonts(page: object) -> set[str]:
    fonts = page["/Resources"]["/Font"]  # type: ignore[index]
    return {font.get_object()["/BaseFont"] for font in fonts.values()}


def test_the_same_document_has_the_same_bytes_on_every_day(pages: TypstPages, tmp_path: Path) -> None:
    page = invoice_page(sales_invoice(), NL)
    assert pages.pdf("invoice", page, XML) == TypstPages(tmp_path).pdf("invoice", page, XML)
    assert pages.pdf("invoice", page, XML) != pages.pdf("invoice", page, replace(XML, data=b"<b/>"))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(9999, 12, 31)])
def test_a_document_of_a_strange_day_has_a_page_too(read: Callable[..., PdfReader], day: date) -> None:
    assert str(day.year) in text_of(read(sales_invoice(issue_date=day)))


def test_nothing_that_a_stranger_writes_is_more_than_text(read: Callable[..., PdfReader]) -> None:
    text = text_of(read(with_every_text(NASTY)))
    assert "root:" not in text
    for shown in ('#read("/etc/passwd")', "*bold*", "$x^2$", "`raw`", "#{1+1}", "<label>", "@ref", "gnp.exe", "é"):
        assert text.count(shown) > 10, shown
    assert MARK in text and "stands" not in text and "staat voor een teken" in text


@pytest.mark.parametrize("text", ["x" * 10_000, "漢" * 10_000, "a b " * 2_500, "ﷺ" * 200, "<" * 5_000])
def test_texts_without_end_or_without_a_space_have_pages(read: Callable[..., PdfReader], text: str) -> None:
    reader = read(with_every_text(text, lines=(line(1),)))
    assert 1 < len(reader.pages) < 300
    for page in (reader.pages[0], reader.pages[-1]):
        assert f"van {len(reader.pages)}" in page.extract_text()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.text(alphabet=sorted(DRAWN), max_size=200))
def test_every_text_has_a_page(pages: TypstPages, anything: str, shown: str) -> None:
    invoice = sales_invoice(notes=(anything, shown), lines=(line(1, name=shown, description=anything),))
    assert pages.pdf("invoice", invoice_page(invoice, NL), XML).startswith(b"%PDF")


def test_a_document_of_two_thousand_lines_repeats_its_head_on_each_page(read: Callable[..., PdfReader]) -> None:
    reader = read(sales_invoice(lines=tuple(line(1, name=f"Artikel nummer {n}") for n in range(2_000))))
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) > 40
    with_lines = [text for text in texts if "Artikel nummer" in text]
    assert all("Omschrijving Aantal Eenheidsprijs" in text for text in with_lines)
    assert all("Factuur VF-2026-0042 · Bakkerij De Korenaar BV" in text for text in texts[1:])
    assert all("Alleen de gestructureerde factuur telt" in text for text in texts)
    assert sum(text.count("Artikel nummer") for text in texts) == 2_000


def test_amounts_end_below_each_other(read: Callable[..., PdfReader]) -> None:
    amounts = ["0.10", "1234567.89", "-5.00", "99.99"]
    invoice = sales_invoice(lines=tuple(line(1, net=Money.of(each, "EUR")) for each in amounts), allowances_charges=())
    layout = read(invoice).pages[0].extract_text(extraction_mode="layout")
    ends = [
        each.index(shown) + len(shown)
        for each in layout.splitlines()
        for shown in ("0,10", "1.234.567,89", "−5,00", "99,99")
        if "Desembrood" in each and each.rstrip().endswith(shown)
    ]
    # pypdf guesses columns from widths of characters; left-aligned they would end eight columns apart.
    assert len(ends) == 4 and max(ends) - min(ends) <= 2


def test_the_largest_numbers_stay_on_the_paper(read: Callable[..., PdfReader]) -> None:
    huge = Money.of("-999999999999999.999", "EUR")
    long = Decimal("123456789012345.1234567891")
    text = text_of(read(sales_invoice(lines=(line(1, net=huge, price=long, quantity=long),), payable=huge)))
    assert "−999.999.999.999.999,999" in text.replace("\n", "")


def test_every_character_that_is_let_through_has_a_glyph_in_every_weight(pages: TypstPages) -> None:
    plain = invoice_page(sales_invoice(), NL)
    letters = tuple("".join(chunk) for chunk in _chunks(sorted(DRAWN), 60))
    sections = (replace(plain.sections[0], heading=" ".join(letters), facts=(), paragraphs=letters),)
    pages.pdf("invoice", replace(plain, sections=sections), XML)


def _chunks(letters: list[str], size: int) -> list[list[str]]:
    return [letters[at : at + size] for at in range(0, len(letters), size)]


def test_a_credit_note_and_self_billing_are_named_on_paper(read: Callable[..., PdfReader]) -> None:
    text = text_of(read(credit_note(self_billed=True)))
    for shown in (
        "Creditnota CN-2026-0007",
        "Factuur uitgereikt door afnemer",
        "Gecrediteerde factuur",
        "VF-2026-0042",
    ):
        assert shown in text


def _statement(movements: int) -> Page:
    return statement_page(booked(movements), json_lines([movement() for _ in range(movements)]), CODA, Language.FR)


def test_a_statement_has_a_replica_with_the_lines_of_the_bank_inside(pages: TypstPages) -> None:
    source = Source("statement.cod", "application/vnd.coda", CODA)
    reader = PdfReader(io.BytesIO(pages.pdf("statement", _statement(200), source)))
    text = text_of(reader)
    assert text.count("+++090/9337/55493+++") == 200 and len(reader.pages) > 3
    assert "Extrait de compte 2026/041" in text and "BAKKERIJ DE KORENAAR" in text
    assert f"Page {len(reader.pages)} sur {len(reader.pages)}" in text
    assert {name: data for name, [data] in reader.attachments.items()} == {"statement.cod": CODA}


def test_an_empty_statement_says_that_there_is_nothing(pages: TypstPages) -> None:
    source = Source("statement.cod", "application/vnd.coda", CODA)
    assert "Aucune opération." in text_of(PdfReader(io.BytesIO(pages.pdf("statement", _statement(0), source))))


def test_a_movement_of_strangers_is_text_and_nothing_more(pages: TypstPages) -> None:
    strange = movement(communication={"type": None, "text": NASTY}, reference=None)
    strange |= {"counterparty": {"name": NASTY, "account": NASTY, "bic": NASTY}}
    page = statement_page(booked(1), json.dumps(strange).encode(), NASTY.encode(), NL)
    source = Source("statement.cod", "application/vnd.coda", CODA)
    text = text_of(PdfReader(io.BytesIO(pages.pdf("statement", page, source))))
    assert text.count('#read("/etc/passwd")') == 4 and "root:" not in text
