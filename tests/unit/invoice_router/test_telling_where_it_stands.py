"""Does each finding point at the very element that it is about, also where there are several alike?"""

import pytest
from lxml import etree

from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain.fields import NAMESPACES
from services.invoice_router.domain.reading import read_document, read_invoice
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.verdicts import judged
from shared.values import EnterpriseNumber
from tests.unit.invoice_router.documents import BUYER, COMPANY, IBAN, attachment, credit_note, invoice

SCHEMAS = UblSchemas.installed()
GOOD, BAD = "+++090/9337/55493+++", "+++090/9337/55494+++"


def means(account: str = IBAN, *, text: str = GOOD, name: str = "PaymentID", due: str = "") -> str:
    day = f"<cbc:PaymentDueDate>{due}</cbc:PaymentDueDate>" if due else ""
    return (
        f"<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>{day}<cbc:{name}>{text}</cbc:{name}>"
        f"<cac:PayeeFinancialAccount><cbc:ID>{account}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
    )


def registered(number: str, scheme: str = "VAT") -> bytes:
    return (
        f"<cac:PartyTaxScheme><cbc:CompanyID>{number}</cbc:CompanyID>"
        f"<cac:TaxScheme><cbc:ID>{scheme}</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
    ).encode()


def places(data: bytes, code: str) -> list[str]:
    """Where findings of that code point; each place holds one element of the document and no other."""
    found = [finding.location for finding in read_invoice(data).findings if finding.code == code]
    root = etree.fromstring(data)
    for place in found:
        path = "/*" + place.removeprefix("/Invoice").removeprefix("/CreditNote")
        assert len(root.xpath(path, namespaces=NAMESPACES)) == 1, place
    return found


@pytest.mark.parametrize(
    ("payment", "code", "place"),
    [
        (means("BE71096123456760"), "IBAN", "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID"),
        (means() + means("BE71096123456760"), "IBAN", "cac:PaymentMeans[2]/cac:PayeeFinancialAccount/cbc:ID"),
        (means() + means("BE83138811735115"), "IBAN_BANK_UNKNOWN",
         "cac:PaymentMeans[2]/cac:PayeeFinancialAccount/cbc:ID"),
        (means() + means(text=BAD), "REFERENCE_CHECKSUM", "cac:PaymentMeans[2]/cbc:PaymentID"),
        (means(text=BAD) + means(), "REFERENCE_CHECKSUM", "cac:PaymentMeans[1]/cbc:PaymentID"),
        (means(text=BAD, name="InstructionID"), "REFERENCE_CHECKSUM", "cac:PaymentMeans/cbc:InstructionID"),
    ],
)  # fmt: skip
def test_of_several_means_of_payment_the_one_is_told(payment: str, code: str, place: str) -> None:
    assert places(invoice(payment=payment), code) == [f"/Invoice/{place}"]


def test_the_second_of_two_remittance_texts_is_told() -> None:
    legacy = invoice(payment=means() + means() + means(text="17"), customization="1.0", profile_id="FFF.BE X")
    assert places(legacy, "REMITTANCE_TEXTS") == ["/Invoice/cac:PaymentMeans[3]/cbc:PaymentID"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (invoice(due="2026-01-31"), "/Invoice/cbc:DueDate"),
        (invoice(due="", payment=means(due="2026-01-31")), "/Invoice/cac:PaymentMeans/cbc:PaymentDueDate"),
        (invoice(due="", payment=means() + means(due="2026-01-31")), "/Invoice/cac:PaymentMeans[2]/cbc:PaymentDueDate"),
        (credit_note(due="2026-01-31"), "/CreditNote/cac:PaymentMeans/cbc:PaymentDueDate"),
    ],
)
def test_a_due_date_is_told_where_it_stands(data: bytes, place: str) -> None:
    assert places(data, "DUE_BEFORE_ISSUE") == [place]


def test_of_several_registrations_of_the_supplier_the_one_is_told() -> None:
    first = registered("NL123456789B01")
    data = invoice(vat=f"BE{BUYER}").replace(b"<cac:PartyTaxScheme>", first + b"<cac:PartyTaxScheme>", 1)
    supplier = "/Invoice/cac:AccountingSupplierParty/cac:Party"
    assert places(data, "SUPPLIER_NUMBERS_DIFFER") == [f"{supplier}/cac:PartyTaxScheme[2]/cbc:CompanyID"]


@pytest.mark.parametrize(("data", "root"), [(invoice(), "/Invoice"), (credit_note(), "/CreditNote")])
def test_another_supplier_than_the_company_of_the_connection_is_told_from_the_root(data: bytes, root: str) -> None:
    verdict, findings = judged(read_invoice(data), EnterpriseNumber(BUYER))
    assert (verdict, findings[-1].code, findings[-1].found) == ("quarantined", "SUPPLIER_MISMATCH", COMPANY)
    assert findings[-1].location == f"{root}/cac:AccountingSupplierParty/cac:Party"


def test_an_attachment_that_breaks_the_schema_is_told_with_its_line() -> None:
    data = invoice(attachment="\n" + attachment("JVBERi0=")).replace(b' mimeCode="application/pdf"', b"")
    with pytest.raises(DocumentRejected) as caught:
        read_document(data, schema=SCHEMAS.check)
    line = data[: data.index(b"<cbc:EmbeddedDocumentBinaryObject")].count(b"\n") + 1
    assert caught.value.location.endswith(f"/cbc:EmbeddedDocumentBinaryObject (line {line})")


@pytest.mark.parametrize("number", ["", " ", "<b>17</b>"])
def test_a_number_that_is_empty_is_not_told_as_one_too_many_or_too_few(number: str) -> None:
    with pytest.raises(DocumentRejected) as caught:
        read_invoice(invoice(number=number))
    assert (caught.value.code, caught.value.found) == ("UBL_ID_COUNT", "an element without a number")
