"""Is a document kept back unless every place that names its supplier names the same company?"""

import pytest

from services.invoice_router.domain.reading import read_invoice
from services.invoice_router.domain.verdicts import keeping_back, verdict_of
from shared.contracts.invoices import Finding
from tests.unit.invoice_router.documents import BUYER, COMPANY, attachment, invoice

SUPPLIER = "/Invoice/cac:AccountingSupplierParty/cac:Party"
CUSTOMER = "/Invoice/cac:AccountingCustomerParty/cac:Party"
WRONG = "0403170702"
ESTABLISHMENT = "2403170701"


def identified(number: str, scheme: str = "") -> str:
    attribute = f' schemeID="{scheme}"' if scheme else ""
    return f"<cac:PartyIdentification><cbc:ID{attribute}>{number}</cbc:ID></cac:PartyIdentification>"


def own(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    """Code, severity and place of our own findings."""
    return [(each.code, each.severity, each.location) for each in findings if each.code.startswith(("SUPP", "CUST"))]


@pytest.mark.parametrize(
    "changes",
    [
        {"legal": "0403.170.701"},
        {"legal": "BE0403170701"},
        {"legal": "BE 0403.170.701"},
        {"endpoint": "BE0403170701"},
        {"endpoint": "0208:0403170701"},
        {"endpoint_scheme": "9925", "endpoint": "BE0403170701"},
        {"endpoint_scheme": "9925", "endpoint": "9925:BE0403170701"},
        {"endpoint_scheme": "0193", "endpoint": "0403170701"},
        {"endpoint_scheme": "BE:CBE", "endpoint": "0403170701"},
        {"vat": "BTW BE 0403.170.701"},
        {"vat": "BE(0)403.170.701"},
        {"vat": "403170701"},
        {"identification": identified("0403170701", "0208")},
        {"identification": identified("BE0403170701")},
    ],
)
def test_the_spelling_of_the_number_does_not_matter(changes: dict[str, str]) -> None:
    found = read_invoice(invoice(**changes))
    assert (found.supplier_number, keeping_back(found)) == (COMPANY, ())


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"endpoint": WRONG}, "cbc:EndpointID"),
        ({"endpoint_scheme": "9925", "endpoint": f"BE{WRONG}"}, "cbc:EndpointID"),
        ({"endpoint_scheme": "0193", "endpoint": WRONG}, "cbc:EndpointID"),
        ({"endpoint": "the baker"}, "cbc:EndpointID"),
        ({"legal": WRONG}, "cac:PartyLegalEntity/cbc:CompanyID"),
        ({"legal": ESTABLISHMENT}, "cac:PartyLegalEntity/cbc:CompanyID"),
        ({"legal_scheme": "", "legal": WRONG}, "cac:PartyLegalEntity/cbc:CompanyID"),
        ({"legal_scheme": "", "legal": ESTABLISHMENT}, "cac:PartyLegalEntity/cbc:CompanyID"),
        ({"vat": f"BE{WRONG}"}, "cac:PartyTaxScheme/cbc:CompanyID"),
        ({"vat": WRONG}, "cac:PartyTaxScheme/cbc:CompanyID"),
        ({"vat": "BE unknown"}, "cac:PartyTaxScheme/cbc:CompanyID"),
        ({"identification": identified(WRONG, "0208")}, "cac:PartyIdentification/cbc:ID"),
        ({"identification": identified(f"BE{WRONG}")}, "cac:PartyIdentification/cbc:ID"),
        # Check digits 00, 98 and 99 leave the same rest as right ones, and are none (libraries let them pass).
        ({"legal": "0485000000"}, "cac:PartyLegalEntity/cbc:CompanyID"),
        ({"legal": "0400008598"}, "cac:PartyLegalEntity/cbc:CompanyID"),
        ({"legal": "0400008499"}, "cac:PartyLegalEntity/cbc:CompanyID"),
    ],
)
def test_a_number_that_is_none_keeps_the_document_back(changes: dict[str, str], place: str) -> None:
    found = read_invoice(invoice(**changes))
    assert own(found.findings) == [("SUPPLIER_NUMBER", "quarantine", f"{SUPPLIER}/{place}")]
    assert (found.supplier_number, found.number, verdict_of(found)) == (None, "2026-17", "quarantined")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"vat": f"BE{BUYER}"}, "cac:PartyTaxScheme/cbc:CompanyID"),
        ({"legal": BUYER}, "cac:PartyLegalEntity/cbc:CompanyID"),
        ({"legal": BUYER, "legal_scheme": ""}, "cac:PartyLegalEntity/cbc:CompanyID"),
        ({"identification": identified(BUYER, "0208")}, "cac:PartyIdentification/cbc:ID"),
        ({"identification": identified(BUYER)}, "cac:PartyIdentification/cbc:ID"),
        ({"identification": identified(COMPANY, "0208") + identified(BUYER, "0208")},
         "cac:PartyIdentification[2]/cbc:ID"),
    ],
)  # fmt: skip
def test_two_numbers_keep_the_document_back(changes: dict[str, str], place: str) -> None:
    found = read_invoice(invoice(**changes))
    assert own(found.findings) == [("SUPPLIER_NUMBERS_DIFFER", "quarantine", f"{SUPPLIER}/{place}")]
    [finding] = keeping_back(found)
    assert (finding.found, finding.expected) == (BUYER, f"{COMPANY}, as in {SUPPLIER}/cbc:EndpointID")
    assert (found.supplier_number, verdict_of(found)) == (None, "quarantined")


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint_scheme": "0106", "legal_scheme": "0106", "vat": "NL1"},
        {"endpoint_scheme": "0002", "endpoint": "552100554", "legal_scheme": "", "legal": "552100554",
         "vat": "FR61552100554", "supplier_country": "FR"},
        {"endpoint_scheme": "0088", "endpoint": "5412345000013", "legal_scheme": "0184", "vat": ""},
    ],
)  # fmt: skip
def test_a_supplier_without_a_belgian_number_keeps_the_document_back(changes: dict[str, str]) -> None:
    found = read_invoice(invoice(**changes))
    assert own(found.findings) == [("SUPPLIER_NUMBER_MISSING", "quarantine", SUPPLIER)]
    assert (found.supplier_number, verdict_of(found)) == (None, "quarantined")


@pytest.mark.parametrize(
    "identification",
    [
        identified("0012345678"),  # ten digits of somebody's own list
        identified("BE12ZZZ0403170701", "SEPA"),
        identified("BE71096123456769"),
        identified("BENELUX-12"),
        identified("5412345000013", "0088"),
    ],
)
def test_an_identifier_of_another_kind_is_no_number_of_the_supplier(identification: str) -> None:
    found = read_invoice(invoice(identification=identification))
    assert (found.supplier_number, own(found.findings)) == (COMPANY, [])


def test_a_foreign_vat_number_beside_the_belgian_one_is_nothing_odd() -> None:
    second = (
        "<cac:PartyTaxScheme><cbc:CompanyID>NL123456789B01</cbc:CompanyID>"
        "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
    )
    document = invoice().replace(b"<cac:PartyLegalEntity>", second.encode() + b"<cac:PartyLegalEntity>", 1)
    assert read_invoice(document).supplier_number == COMPANY


def vat_of_customer(number: str) -> str:
    return (
        f"<cac:PartyTaxScheme><cbc:CompanyID>{number}</cbc:CompanyID>"
        "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"buyer_identity": vat_of_customer(f"BE{BUYER}")}, []),
        ({"buyer_identity": vat_of_customer(f"BE{WRONG}")},
         [("CUSTOMER_NUMBER", "warn", f"{CUSTOMER}/cac:PartyTaxScheme/cbc:CompanyID")]),
        ({"buyer_identity": vat_of_customer(f"BE{COMPANY}")},
         [("CUSTOMER_NUMBERS_DIFFER", "warn", f"{CUSTOMER}/cac:PartyTaxScheme/cbc:CompanyID")]),
        ({"buyer_identity": vat_of_customer("FR61552100554"), "buyer_country": "FR", "buyer_scheme": "0002",
          "buyer_endpoint": "552100554"}, []),
    ],
)  # fmt: skip
def test_an_odd_number_of_the_customer_is_told_and_delivered(
    changes: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    found = read_invoice(invoice(**changes))
    assert (own(found.findings), verdict_of(found), found.supplier_number) == (expected, "accepted", COMPANY)


def test_a_file_that_is_set_apart_keeps_no_document_back() -> None:
    found = read_invoice(invoice(attachment=attachment("%%%")))
    assert [(each.code, each.severity) for each in found.findings] == [("ATTACHMENT_BASE64", "quarantine")]
    assert (keeping_back(found), verdict_of(found)) == ((), "accepted")
