"""What must be there of parties: seller, buyer, payee, tax representative, and where goods went."""

from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rules.code_lists import VAT_PREFIXES
from services.invoice_router.domain.rules.facts import Document
from services.invoice_router.domain.rules.groups import is_vat
from services.invoice_router.domain.rules.report import Report

_COUNTRY = ("cac:Country", "cbc:IdentificationCode")
_COUNTRY_PATH = "/".join(_COUNTRY)
_ADDRESS = ("cac:DeliveryLocation", "cac:Address")
_VAT_HOLDERS = ("cac:AccountingSupplierParty", "cac:AccountingCustomerParty", "cac:TaxRepresentativeParty")


def check(document: Document, report: Report) -> None:
    """All of this group."""
    root = document.root
    for seller in root.all("cac:AccountingSupplierParty"):
        _identified(seller, report)
    for holder, of_country, of_scheme in (
        ("cac:AccountingSupplierParty", "BR-09", "BR-62"),
        ("cac:AccountingCustomerParty", "BR-11", "BR-63"),
    ):
        for each in root.all(holder):
            for party in each.all("cac:Party"):
                _address(party, report, of_country)
                _endpoint(party, report, of_scheme)
    for representative in root.all("cac:TaxRepresentativeParty"):
        _representative(representative, report)
    for payee in root.all("cac:PayeeParty"):
        _payee(root, payee, report)
    for delivery in root.all("cac:Delivery"):
        for location in delivery.all("cac:DeliveryLocation"):
            for address in location.all("cac:Address"):
                if not address.reached(_COUNTRY):
                    report.add("BR-57", address, "", "the country delivered to (BT-80)", _COUNTRY_PATH)
    for name in _VAT_HOLDERS:
        for each in root.all(name):
            for party in [each, *each.all("cac:Party")]:
                _vat_number(party, report)


def _identified(holder: Part, report: Report) -> None:
    """BR-CO-26: the buyer's software must be able to recognise the seller."""
    for party in holder.all("cac:Party"):
        identified = [each for each in party.reached(("cac:PartyIdentification", "cbc:ID")) if _names_seller(each)]
        registered = party.reached(("cac:PartyLegalEntity", "cbc:CompanyID"))
        taxed = any(each.all("cbc:CompanyID") and is_vat(each) for each in party.all("cac:PartyTaxScheme"))
        if identified or registered or taxed:
            return
    report.add("BR-CO-26", holder, "", "a number of the seller (BT-29, BT-30 or BT-31)", "cac:Party")


def _names_seller(identification: Part) -> bool:
    return identification.attributes.get("schemeID") != "SEPA"


def _address(party: Part, report: Report, code: str) -> None:
    for address in party.all("cac:PostalAddress"):
        if not any(country.trimmed for country in address.reached(_COUNTRY)):
            report.add(code, address, "", "a country", _COUNTRY_PATH)


def _endpoint(party: Part, report: Report, code: str) -> None:
    for endpoint in party.all("cbc:EndpointID"):
        if endpoint.attributes.get("schemeID") is None:
            report.add(code, endpoint, "", "the scheme of the address (EAS)", "@schemeID")


def _representative(party: Part, report: Report) -> None:
    if not any(name.trimmed for name in party.reached(("cac:PartyName", "cbc:Name"))):
        report.add("BR-18", party, "", "a name (BT-62)", "cac:PartyName/cbc:Name")
    if not party.all("cac:PostalAddress"):
        report.add("BR-19", party, "", "an address (BG-12)", "cac:PostalAddress")
    _address(party, report, "BR-20")
    if not any(each.all("cbc:CompanyID") and is_vat(each) for each in party.all("cac:PartyTaxScheme")):
        report.add("BR-56", party, "", "a VAT number (BT-63)", "cac:PartyTaxScheme/cbc:CompanyID")


def _payee(root: Part, payee: Part, report: Report) -> None:
    """BR-17: a payee is somebody else than the seller."""
    seller = ("cac:AccountingSupplierParty", "cac:Party")
    for code_path in (("cac:PartyName", "cbc:Name"), ("cac:PartyIdentification", "cbc:ID")):
        own = {element.trimmed for element in payee.reached(code_path)}
        same = own & {element.trimmed for element in root.reached((*seller, *code_path))}
        if same or (code_path[0] == "cac:PartyName" and not own):
            report.add("BR-17", payee, ", ".join(sorted(same)), "the name of another than the seller (BT-59)")
            return


def _vat_number(party: Part, report: Report) -> None:
    for scheme in party.all("cac:PartyTaxScheme"):
        number = scheme.part("cbc:CompanyID").trimmed
        if len(number) > 1 and is_vat(scheme) and number[:2] not in VAT_PREFIXES:
            report.add("BR-CO-09", scheme, number, "a country code first", "cbc:CompanyID")
