"""Who sells and who buys."""

from lxml import etree

from services.invoice_router.domain.fields import elements, text, texts
from services.invoice_router.domain.rejection import DocumentRejected
from shared.contracts.sales_invoices import Party
from shared.values import EnterpriseNumber, ValueRejected

SUPPLIER = "cac:AccountingSupplierParty/cac:Party"
_CUSTOMER = "cac:AccountingCustomerParty/cac:Party"
_BELGIAN_SCHEMES = ("0208", "9925", "0193")
"""EAS code list: enterprise number, VAT number; 0193 is what UBL.BE writes."""


def supplier_number(root: etree._Element) -> EnterpriseNumber:
    """The seller's number: every place that names a Belgian one must name the same one.

    Raises `DocumentRejected` SUPPLIER_NUMBER_MISSING, SUPPLIER_NUMBER or SUPPLIER_NUMBERS_DIFFER. The official
    schematrons accept wrong check digits and two different numbers, so this is a rule of our own.
    """
    numbers: dict[str, EnterpriseNumber] = {}
    for place, written in _supplier_places(root):
        try:
            numbers[place] = EnterpriseNumber(written)
        except ValueRejected as error:
            raise DocumentRejected("SUPPLIER_NUMBER", place, error.found, error.expected) from None
    if not numbers:
        expected = "a Belgian enterprise or VAT number of the supplier"
        raise DocumentRejected("SUPPLIER_NUMBER_MISSING", SUPPLIER, "", expected)
    first = next(iter(numbers.values()))
    for place, number in numbers.items():
        if number != first:
            raise DocumentRejected("SUPPLIER_NUMBERS_DIFFER", place, number, f"{first}, as in {next(iter(numbers))}")
    return first


def supplier(root: etree._Element) -> Party:
    """BG-4, as written."""
    return Party(name=_name(root, SUPPLIER))


def customer(root: etree._Element) -> Party:
    """BG-7, as written."""
    numbers = (
        text(root, f"{_CUSTOMER}/cac:PartyLegalEntity/cbc:CompanyID"),
        text(root, f"{_CUSTOMER}/cac:PartyTaxScheme/cbc:CompanyID"),
        text(root, f"{_CUSTOMER}/cbc:EndpointID"),
    )
    return Party(name=_name(root, _CUSTOMER), number=next((number for number in numbers if number), ""))


def _name(root: etree._Element, party: str) -> str:
    legal = text(root, f"{party}/cac:PartyLegalEntity/cbc:RegistrationName")
    return legal or text(root, f"{party}/cac:PartyName/cbc:Name")


def _supplier_places(root: etree._Element) -> list[tuple[str, str]]:
    places = []
    for path in ("cbc:EndpointID", "cac:PartyIdentification/cbc:ID", "cac:PartyLegalEntity/cbc:CompanyID"):
        for element in elements(root, f"{SUPPLIER}/{path}"):
            written = (element.text or "").strip()
            if _is_belgian(element.get("schemeID", ""), written, legal=path.endswith("CompanyID")):
                places.append((f"{SUPPLIER}/{path}", written))
    for scheme in elements(root, f"{SUPPLIER}/cac:PartyTaxScheme"):
        if text(scheme, "cac:TaxScheme/cbc:ID").upper() == "VAT":
            path = f"{SUPPLIER}/cac:PartyTaxScheme/cbc:CompanyID"
            places += [(path, written) for written in texts(scheme, "cbc:CompanyID") if _is_vat(written)]
    return places


def _is_belgian(scheme: str, written: str, *, legal: bool) -> bool:
    if scheme:
        return scheme in _BELGIAN_SCHEMES
    return _is_vat(written) or (legal and written[:1].isdigit())


def _is_vat(written: str) -> bool:
    return written[:2].upper() == "BE" or written[:1] in ("0", "1")
