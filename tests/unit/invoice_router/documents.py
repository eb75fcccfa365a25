"""Makes valid Peppol BIS Billing 3 documents for tests, and leaves every field open to be made wrong."""

COMPANY = "0403170701"
IBAN = "BE71096123456769"
REFERENCE = "090933755493"

_SPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
_PROFILE = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"


def invoice(**changes: str) -> bytes:
    """An invoice of 121.00 EUR; `changes` name its parts."""
    return _document("Invoice", "380", changes)


def credit_note(**changes: str) -> bytes:
    """A credit note of 121.00 EUR."""
    return _document("CreditNote", "381", changes)


def _document(root: str, type_code: str, changes: dict[str, str]) -> bytes:
    facts = {
        "declaration": '<?xml version="1.0" encoding="UTF-8"?>', "prologue": "", "number": "2026-17",
        "issued": "2026-02-01",
        "due": "2026-03-03", "currency": "EUR", "endpoint": COMPANY, "endpoint_scheme": "0208", "legal": COMPANY,
        "legal_scheme": "0208", "vat": f"BE{COMPANY}", "reference": "+++090/9337/55493+++", "iban": IBAN,
        "net": "100.00", "tax": "21.00", "inclusive": "121.00", "payable": "121.00", "extra": "", "attachment": "",
        "type_code": type_code, "buyer": "Garage Peeters", "identification": "",
    } | changes  # fmt: skip
    unknown = facts.keys() - set(_TEMPLATE_FIELDS)
    if unknown:
        raise ValueError(f"a document has no {sorted(unknown)}")
    line = "InvoiceLine" if root == "Invoice" else "CreditNoteLine"
    quantity = "InvoicedQuantity" if root == "Invoice" else "CreditedQuantity"
    due = f"<cbc:DueDate>{facts['due']}</cbc:DueDate>" if root == "Invoice" else ""
    text = _TEMPLATE.format(
        root=root, line=line, quantity=quantity, spaces=_SPACES, profile=_PROFILE, due_date=due,
        payment_due=f"<cbc:PaymentDueDate>{facts['due']}</cbc:PaymentDueDate>" if root == "CreditNote" else "", **facts
    )  # fmt: skip
    return text.encode()


_TEMPLATE_FIELDS = [
    "declaration",
    "prologue",
    "number",
    "issued",
    "due",
    "currency",
    "endpoint",
    "endpoint_scheme",
    "legal",
    "legal_scheme",
    "vat",
    "reference",
    "iban",
    "net",
    "tax",
    "inclusive",
    "payable",
    "extra",
    "attachment",
    "type_code",
    "buyer",
    "identification",
]

_TEMPLATE = """{declaration}{prologue}<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2" {spaces}>
  <cbc:CustomizationID>{profile}</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
  <cbc:ID>{number}</cbc:ID>
  <cbc:IssueDate>{issued}</cbc:IssueDate>
  {due_date}
  <cbc:{root}TypeCode>{type_code}</cbc:{root}TypeCode>
  <cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
  {extra}
  {attachment}
  <cac:AccountingSupplierParty><cac:Party>
    <cbc:EndpointID schemeID="{endpoint_scheme}">{endpoint}</cbc:EndpointID>
    {identification}
    <cac:PartyTaxScheme><cbc:CompanyID>{vat}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Bakkerij De Korenaar</cbc:RegistrationName>
      <cbc:CompanyID schemeID="{legal_scheme}">{legal}</cbc:CompanyID></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cac:PartyLegalEntity><cbc:RegistrationName>{buyer}</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>{payment_due}<cbc:PaymentID>{reference}</cbc:PaymentID>
    <cac:PayeeFinancialAccount><cbc:ID>{iban}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">{tax}</cbc:TaxAmount><cac:TaxSubtotal>
    <cbc:TaxableAmount currencyID="{currency}">{net}</cbc:TaxableAmount>
    <cbc:TaxAmount currencyID="{currency}">{tax}</cbc:TaxAmount>
    <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="{currency}">{net}</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="{currency}">{net}</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="{currency}">{inclusive}</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="{currency}">{payable}</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <cac:{line}><cbc:ID>1</cbc:ID><cbc:{quantity} unitCode="C62">1</cbc:{quantity}>
    <cbc:LineExtensionAmount currencyID="{currency}">{net}</cbc:LineExtensionAmount></cac:{line}>
</{root}>
"""


def attachment(content: str, *, media_type: str = "application/pdf", name: str = "invoice.pdf") -> str:
    """A BG-24 with this base64 text."""
    return (
        "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
        f'mimeCode="{media_type}" filename="{name}">{content}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>'
        "</cac:AdditionalDocumentReference>"
    )
