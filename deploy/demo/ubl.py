"""Makes sales invoices and credit notes: Peppol BIS Billing 3 (EN 16931) with totals that add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from xml.sax.saxutils import escape

from shared.values import EnterpriseNumber, Iban, StructuredReference

_NAMESPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
_CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Party:
    """A Belgian company that is registered for VAT."""

    name: str
    number: EnterpriseNumber
    street: str = "Marktplein 1"
    city: str = "Leuven"
    postal_code: str = "3000"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `rate` is the Belgian VAT rate in percent (21, 12, 6)."""

    name: str
    quantity: int
    price: Decimal
    rate: int = 21

    @property
    def net(self) -> Decimal:
        """BT-131."""
        return _cents(self.quantity * self.price)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the lines add up to: VAT is rounded once a rate (BR-CO-17), not on each line."""

    by_rate: tuple[tuple[int, Decimal, Decimal], ...]
    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        """BT-112."""
        return self.net + self.vat


def totals_of(lines: Sequence[Line]) -> Totals:
    """Taxable amount and VAT for each rate, and their sums."""
    rates = sorted({line.rate for line in lines}, reverse=True)
    taxable = {rate: sum((line.net for line in lines if line.rate == rate), Decimal(0)) for rate in rates}
    by_rate = tuple((rate, net, _cents(net * rate / 100)) for rate, net in taxable.items())
    return Totals(by_rate, sum(taxable.values(), Decimal(0)), sum((vat for _, _, vat in by_rate), Decimal(0)))


def ubl_invoice(
    *,
    number: str,
    issued: date,
    due: date,
    supplier: Party,
    customer: Party,
    lines: Sequence[Line],
    iban: Iban,
    reference: StructuredReference | None = None,
    terms: str = "",
    mandate: str = "",
) -> bytes:
    """An invoice of type 380, in UTF-8. The reference stands in BT-83 as people write it.

    `terms` are the payment terms (BT-20), such as a cash discount; with a `mandate` (BT-89) it is collected by SEPA
    direct debit.
    """
    head = (
        f"<cbc:ID>{escape(number)}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate>"
        f"<cbc:DueDate>{due}</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
        "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
        f"<cbc:BuyerReference>{escape(number)}</cbc:BuyerReference>"
    )
    payment = _payment(iban, reference, mandate) + _terms(terms)
    parts = (head, _parties(supplier, customer), payment, _sums(totals_of(lines)))
    return _document("Invoice", "".join(parts) + _lines(lines, "Invoice", "Invoiced"))


def ubl_credit_note(
    *,
    number: str,
    issued: date,
    credited_number: str,
    credited_on: date,
    supplier: Party,
    customer: Party,
    lines: Sequence[Line],
    iban: Iban,
) -> bytes:
    """A credit note of type 381 for an invoice; its amounts are positive."""
    head = (
        f"<cbc:ID>{escape(number)}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate>"
        "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"
        "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
        f"<cbc:BuyerReference>{escape(number)}</cbc:BuyerReference>"
        "<cac:BillingReference><cac:InvoiceDocumentReference>"
        f"<cbc:ID>{escape(credited_number)}</cbc:ID><cbc:IssueDate>{credited_on}</cbc:IssueDate>"
        "</cac:InvoiceDocumentReference></cac:BillingReference>"
    )
    parts = (head, _parties(supplier, customer), _payment(iban, None), _sums(totals_of(lines)))
    return _document("CreditNote", "".join(parts) + _lines(lines, "CreditNote", "Credited"))


def demo_reference(serial: int) -> StructuredReference:
    """A Belgian structured communication (OGM): ten digits and their remainder modulo 97, 97 for 0."""
    return StructuredReference(f"{serial:010d}{serial % 97 or 97:02d}")


def _document(root: str, content: str) -> bytes:
    schema = f"urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{schema}" {_NAMESPACES}>'
        f"<cbc:CustomizationID>{_CUSTOMIZATION}</cbc:CustomizationID><cbc:ProfileID>{_PROFILE}</cbc:ProfileID>"
        f"{content}</{root}>\n"
    ).encode()


def _parties(supplier: Party, customer: Party) -> str:
    return (
        f"<cac:AccountingSupplierParty>{_party(supplier)}</cac:AccountingSupplierParty>"
        f"<cac:AccountingCustomerParty>{_party(customer)}</cac:AccountingCustomerParty>"
    )


def _party(party: Party) -> str:
    name = escape(party.name)
    return (
        f'<cac:Party><cbc:EndpointID schemeID="0208">{party.number}</cbc:EndpointID>'
        f"<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>"
        f"<cac:PostalAddress><cbc:StreetName>{escape(party.street)}</cbc:StreetName>"
        f"<cbc:CityName>{escape(party.city)}</cbc:CityName><cbc:PostalZone>{party.postal_code}</cbc:PostalZone>"
        "<cac:Country><cbc:IdentificationCode>BE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        f"<cac:PartyTaxScheme><cbc:CompanyID>{party.number.vat}</cbc:CompanyID>"
        "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
        f"<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>"
        f'<cbc:CompanyID schemeID="0208">{party.number}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party>'
    )


def _payment(iban: Iban, reference: StructuredReference | None, mandate: str = "") -> str:
    told = f"<cbc:PaymentID>{escape(reference.formatted)}</cbc:PaymentID>" if reference else ""
    signed = f"<cac:PaymentMandate><cbc:ID>{escape(mandate)}</cbc:ID></cac:PaymentMandate>" if mandate else ""
    return (
        # UNCL4461: 59 SEPA direct debit, 30 credit transfer.
        f"<cac:PaymentMeans><cbc:PaymentMeansCode>{'59' if mandate else '30'}</cbc:PaymentMeansCode>{told}"
        f"<cac:PayeeFinancialAccount><cbc:ID>{iban}</cbc:ID></cac:PayeeFinancialAccount>{signed}</cac:PaymentMeans>"
    )


def _terms(note: str) -> str:
    return f"<cac:PaymentTerms><cbc:Note>{escape(note)}</cbc:Note></cac:PaymentTerms>" if note else ""


def _sums(totals: Totals) -> str:
    subtotals = "".join(
        f"<cac:TaxSubtotal>{_amount('TaxableAmount', net)}{_amount('TaxAmount', vat)}"
        f"{_category('TaxCategory', rate)}</cac:TaxSubtotal>"
        for rate, net, vat in totals.by_rate
    )
    return (
        f"<cac:TaxTotal>{_amount('TaxAmount', totals.vat)}{subtotals}</cac:TaxTotal><cac:LegalMonetaryTotal>"
        f"{_amount('LineExtensionAmount', totals.net)}{_amount('TaxExclusiveAmount', totals.net)}"
        f"{_amount('TaxInclusiveAmount', totals.gross)}{_amount('PayableAmount', totals.gross)}"
        "</cac:LegalMonetaryTotal>"
    )


def _lines(lines: Sequence[Line], kind: str, quantity: str) -> str:
    return "".join(
        f"<cac:{kind}Line><cbc:ID>{position}</cbc:ID>"
        f'<cbc:{quantity}Quantity unitCode="C62">{line.quantity}</cbc:{quantity}Quantity>'
        f"{_amount('LineExtensionAmount', line.net)}<cac:Item><cbc:Name>{escape(line.name)}</cbc:Name>"
        f"{_category('ClassifiedTaxCategory', line.rate)}</cac:Item>"
        f"<cac:Price>{_amount('PriceAmount', line.price)}</cac:Price></cac:{kind}Line>"
        for position, line in enumerate(lines, start=1)
    )


def _category(name: str, rate: int) -> str:
    return (
        f"<cac:{name}><cbc:ID>S</cbc:ID><cbc:Percent>{rate}</cbc:Percent>"
        f"<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:{name}>"
    )


def _amount(name: str, amount: Decimal) -> str:
    return f'<cbc:{name} currencyID="EUR">{amount:.2f}</cbc:{name}>'


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
