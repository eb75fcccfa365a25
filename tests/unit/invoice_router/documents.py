"""Makes valid Peppol BIS Billing 3 documents for tests, and leaves every field open to be made wrong.

A document without changes passes the schema of UBL 2.1 and every rule; a credit note only misses the invoice that it
corrects, which no official rule asks for.
"""

COMPANY = "0403170701"
BUYER = "0202239951"
IBAN = "BE71096123456769"
REFERENCE = "090933755493"

BIS_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
BIS_SELF_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
EN_16931 = "urn:cen.eu:en16931:2017"
UBL_BE = "urn:cen.eu:en16931:2017#conformant#urn:UBL.BE:1.0.0.20180214"

_SPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
_VAT = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
_BELGIUM = (
    "<cac:PostalAddress><cac:Country><cbc:IdentificationCode>{}</cbc:IdentificationCode></cac:Country>"
    "</cac:PostalAddress>"
)


def invoice(**changes: str) -> bytes:
    """An invoice of 121.00 EUR; `changes` name its parts (see `_FACTS` and `_PARTS`)."""
    return _document("Invoice", "380", changes)


def credit_note(**changes: str) -> bytes:
    """A credit note of 121.00 EUR."""
    return _document("CreditNote", "381", changes)


def attachment(content: str, *, media_type: str = "application/pdf", name: str = "invoice.pdf") -> str:
    """A BG-24 with this base64 text."""
    return (
        "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
        f'mimeCode="{media_type}" filename="{name}">{content}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>'
        "</cac:AdditionalDocumentReference>"
    )


def line(number: int = 1, *, root: str = "Invoice", net: str = "100.00", currency: str = "EUR", **changes: str) -> str:
    """A line of one piece; `changes` name `item` (after its name), `inside` (after the net amount) and `name`, `rate`,
    `category`, `quantity` and `price`."""
    facts = {"name": "Desembrood", "rate": "21", "category": "S", "quantity": "1", "price": net} | changes
    piece = "InvoicedQuantity" if root == "Invoice" else "CreditedQuantity"
    return (
        f'<cac:{root}Line><cbc:ID>{number}</cbc:ID><cbc:{piece} unitCode="C62">{facts["quantity"]}</cbc:{piece}>'
        f'<cbc:LineExtensionAmount currencyID="{currency}">{net}</cbc:LineExtensionAmount>{facts.get("inside", "")}'
        f"<cac:Item><cbc:Name>{facts['name']}</cbc:Name>{facts.get('item', '')}<cac:ClassifiedTaxCategory>"
        f"<cbc:ID>{facts['category']}</cbc:ID><cbc:Percent>{facts['rate']}</cbc:Percent>{_VAT}"
        "</cac:ClassifiedTaxCategory></cac:Item>"
        f'<cac:Price><cbc:PriceAmount currencyID="{currency}">{facts["price"]}</cbc:PriceAmount></cac:Price>'
        f"</cac:{root}Line>"
    )


_FACTS = {
    "declaration": '<?xml version="1.0" encoding="UTF-8"?>', "prologue": "", "customization": BIS_BILLING,
    "profile_id": "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", "number": "2026-17", "issued": "2026-02-01",
    "due": "2026-03-03", "currency": "EUR", "endpoint": COMPANY, "endpoint_scheme": "0208", "legal": COMPANY,
    "legal_scheme": "0208", "vat": f"BE{COMPANY}", "supplier_country": "BE", "buyer_endpoint": BUYER,
    "buyer_scheme": "0208", "buyer_country": "BE", "buyer": "Garage Peeters", "reference": "+++090/9337/55493+++",
    "iban": IBAN, "means": "30", "net": "100.00", "tax": "21.00", "inclusive": "121.00", "payable": "121.00",
    "rate": "21", "category": "S",
}  # fmt: skip
"""Texts and attributes."""

_PARTS = {
    "extra": "",  # after the currency: BT-6, BT-19, BT-10 comes after it
    "buyer_reference": "<cbc:BuyerReference>PO-7</cbc:BuyerReference>",
    "references": "",  # periods, orders, corrected invoices
    "attachment": "",
    "identification": "",
    "buyer_identity": "",  # between the address of the buyer and its name
    "parties": "",  # payee, tax representative, delivery
    "payment": "",  # takes the place of the means of payment
    "terms": "",  # after the means of payment
    "allowances": "",
    "taxes": "",  # takes the place of all VAT totals
    "accounting_tax": "",  # after the VAT total
    "totals": "",  # takes the place of the amounts of the whole document
    "more_totals": "",  # before the amount to pay
    "lines": "",  # takes the place of the line
}
"""Pieces of XML."""


def _document(root: str, type_code: str, changes: dict[str, str]) -> bytes:
    unknown = changes.keys() - _FACTS.keys() - _PARTS.keys() - {"type_code"}
    if unknown:
        raise ValueError(f"a document has no {sorted(unknown)}")
    facts = {"root": root, "spaces": _SPACES, "vat_scheme": _VAT, "type_code": type_code, **_FACTS, **_PARTS, **changes}
    facts["due_date"] = f"<cbc:DueDate>{facts['due']}</cbc:DueDate>" if root == "Invoice" and facts["due"] else ""
    facts["payment_due"] = (
        f"<cbc:PaymentDueDate>{facts['due']}</cbc:PaymentDueDate>" if root == "CreditNote" and facts["due"] else ""
    )
    facts["supplier_address"] = _BELGIUM.format(facts["supplier_country"])
    facts["buyer_address"] = _BELGIUM.format(facts["buyer_country"])
    for name, template in (("payment", _PAYMENT), ("taxes", _TAXES), ("totals", _TOTALS)):
        facts[name] = facts[name] or template.format(**facts)
    facts["lines"] = facts["lines"] or line(
        root=root, net=facts["net"], currency=facts["currency"], rate=facts["rate"], category=facts["category"]
    )
    return _DOCUMENT.format(**facts).encode()


_PAYMENT = """<cac:PaymentMeans><cbc:PaymentMeansCode>{means}</cbc:PaymentMeansCode>{payment_due}
    <cbc:PaymentID>{reference}</cbc:PaymentID>
    <cac:PayeeFinancialAccount><cbc:ID>{iban}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"""

_TAXES = """<cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">{tax}</cbc:TaxAmount><cac:TaxSubtotal>
    <cbc:TaxableAmount currencyID="{currency}">{net}</cbc:TaxableAmount>
    <cbc:TaxAmount currencyID="{currency}">{tax}</cbc:TaxAmount>
    <cac:TaxCategory><cbc:ID>{category}</cbc:ID><cbc:Percent>{rate}</cbc:Percent>{vat_scheme}</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>"""

_TOTALS = """<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="{currency}">{net}</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="{currency}">{net}</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="{currency}">{inclusive}</cbc:TaxInclusiveAmount>{more_totals}
    <cbc:PayableAmount currencyID="{currency}">{payable}</cbc:PayableAmount></cac:LegalMonetaryTotal>"""

_DOCUMENT = """{declaration}{prologue}<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2" {spaces}>
  <cbc:CustomizationID>{customization}</cbc:CustomizationID>
  <cbc:ProfileID>{profile_id}</cbc:ProfileID>
  <cbc:ID>{number}</cbc:ID>
  <cbc:IssueDate>{issued}</cbc:IssueDate>
  {due_date}
  <cbc:{root}TypeCode>{type_code}</cbc:{root}TypeCode>
  <cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
  {extra}
  {buyer_reference}
  {references}
  {attachment}
  <cac:AccountingSupplierParty><cac:Party>
    <cbc:EndpointID schemeID="{endpoint_scheme}">{endpoint}</cbc:EndpointID>
    {identification}
    {supplier_address}
    <cac:PartyTaxScheme><cbc:CompanyID>{vat}</cbc:CompanyID>{vat_scheme}</cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Bakkerij De Korenaar</cbc:RegistrationName>
      <cbc:CompanyID schemeID="{legal_scheme}">{legal}</cbc:CompanyID></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cbc:EndpointID schemeID="{buyer_scheme}">{buyer_endpoint}</cbc:EndpointID>
    {buyer_address}
    {buyer_identity}
    <cac:PartyLegalEntity><cbc:RegistrationName>{buyer}</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingCustomerParty>
  {parties}
  {payment}
  {terms}
  {allowances}
  {taxes}
  {accounting_tax}
  {totals}
  {lines}
</{root}>
"""
