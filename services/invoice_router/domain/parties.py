"""Who sells, who buys, who is paid and who represents (BG-4, BG-7, BG-10, BG-11), as written."""

from collections.abc import Iterator

from services.invoice_router.domain.parts import Part
from shared.contracts.sales_invoices import Address, Party

SUPPLIER = "cac:AccountingSupplierParty"
CUSTOMER = "cac:AccountingCustomerParty"
_NOWHERE = Address()


def party(part: Part) -> Party:
    """What is written of a party; empty for one that is not there."""
    if not part:
        return Party()
    legal, contact = part.part("cac:PartyLegalEntity"), part.part("cac:Contact")
    trading_name = part.part("cac:PartyName").text("cbc:Name")
    return Party(
        name=legal.text("cbc:RegistrationName") or trading_name or _person(part.part("cac:Person")),
        trading_name=trading_name,
        number=legal.text("cbc:CompanyID"),
        vat_number=vat_number(part),
        endpoint=part.schemed("cbc:EndpointID"),
        identifiers=tuple(
            identifier for each in part.all("cac:PartyIdentification") if (identifier := each.schemed("cbc:ID"))
        ),
        legal_form=legal.text("cbc:CompanyLegalForm"),
        address=address(part.part("cac:PostalAddress")),
        contact_name=contact.text("cbc:Name"),
        telephone=contact.text("cbc:Telephone"),
        email=contact.text("cbc:ElectronicMail"),
    )


def party_or_none(part: Part) -> Party | None:
    """A party that need not be there."""
    return party(part) if part else None


def address(part: Part) -> Address:
    """Where somebody is; UBL 2.0 documents have the number of the house apart."""
    if not part:
        return _NOWHERE
    street = (part.text("cbc:StreetName"), part.text("cbc:BuildingNumber"))
    return Address(
        street=" ".join(text for text in street if text),
        additional_street=part.text("cbc:AdditionalStreetName"),
        line=part.part("cac:AddressLine").text("cbc:Line"),
        city=part.text("cbc:CityName"),
        postal_zone=part.text("cbc:PostalZone"),
        subdivision=part.text("cbc:CountrySubentity"),
        country=part.part("cac:Country").text("cbc:IdentificationCode"),
    )


def vat_schemes(part: Part) -> Iterator[Part]:
    """Where the numbers stand under which a party is registered for VAT (BT-31, BT-48, BT-63)."""
    for scheme in part.all("cac:PartyTaxScheme"):
        if scheme.part("cac:TaxScheme").text("cbc:ID").upper() == "VAT":
            yield scheme


def vat_number(part: Part) -> str:
    """The first of these numbers, as written."""
    return next((number for scheme in vat_schemes(part) if (number := scheme.text("cbc:CompanyID"))), "")


def _person(part: Part) -> str:
    names = (part.text("cbc:FirstName"), part.text("cbc:FamilyName"))
    return " ".join(name for name in names if name)
