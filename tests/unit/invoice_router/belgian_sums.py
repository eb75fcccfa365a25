"""Invalid Belgian documents whose sums, VAT, codes or files are wrong: what is wrong, and the findings to give."""

from tests.unit.invoice_router.documents import BIS_BILLING, UBL_BE, attachment, credit_note, invoice, line
from tests.unit.invoice_router.rules.mutations import part, taxes

Table = dict[str, tuple[bytes, str]]
"""Name to document and codes."""

CORRECTED = (
    "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>2026-1</cbc:ID></cac:InvoiceDocumentReference>"
    "</cac:BillingReference>"
)
BUYER_VAT = (
    "<cac:PartyTaxScheme><cbc:CompanyID>{}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    "</cac:PartyTaxScheme>"
)
_EXCLUSIVE = b'TaxExclusiveAmount currencyID="EUR">100.00'
_SECOND_TOTAL = '<cac:TaxTotal><cbc:TaxAmount currencyID="{}">21.00</cbc:TaxAmount></cac:TaxTotal>'


def sums() -> Table:
    """Totals, lines, prices, discounts."""
    charged = '<cbc:{}TotalAmount currencyID="EUR">5.00</cbc:{}TotalAmount>'
    return {
        "lines that do not add up": (
            invoice(lines=line(net="60.00") + line(2, net="39.00")),
            "BR-CO-10 BR-S-08",
        ),
        "total of discounts without discounts": (
            invoice(more_totals=charged.format("Allowance", "Allowance")),
            "BR-CO-11 BR-CO-13",
        ),
        "total of charges without charges": (
            invoice(more_totals=charged.format("Charge", "Charge")),
            "BR-CO-12 BR-CO-13",
        ),
        "total without VAT that does not follow": (
            invoice().replace(_EXCLUSIVE, _EXCLUSIVE.replace(b"100", b"90")),
            "BR-CO-13 BR-CO-15",
        ),
        "VAT that is not the sum of its rates": (
            invoice(taxes=taxes(("S", "21", "100.00", "21.00"), total="20.00")),
            "BR-CO-14 BR-CO-15",
        ),
        "total with VAT a cent too high": (invoice(inclusive="121.01", payable="121.01"), "BR-CO-15"),
        "amount to pay that does not follow": (invoice(payable="120.00"), "BR-CO-16"),
        "deposit that is not taken off": (
            invoice(more_totals='<cbc:PrepaidAmount currencyID="EUR">21.00</cbc:PrepaidAmount>'),
            "BR-CO-16",
        ),
        "rounding that is not counted": (
            invoice(more_totals='<cbc:PayableRoundingAmount currencyID="EUR">0.02</cbc:PayableRoundingAmount>'),
            "BR-CO-16",
        ),
        "line that is not quantity times price": (
            invoice(lines=line(quantity="3", price="33.00")),
            "PEPPOL-EN16931-R120",
        ),
        "negative price": (invoice(lines=line(quantity="-1", price="-100.00")), "BR-27"),
        "line in another currency": (invoice(lines=line(currency="USD")), "PEPPOL-EN16931-R051"),
        "three decimals": (
            invoice(lines=line(net="60.005") + line(2, net="39.995")),
            "BR-DEC-23 UBL-DT-01",
        ),
        "line without a name": (
            invoice(lines=line().replace("<cbc:Name>Desembrood</cbc:Name>", "")),
            "BR-25",
        ),
        "line without a price": (
            invoice(lines=line().partition("<cac:Price>")[0] + "</cac:InvoiceLine>"),
            "BR-26 BR-27 PEPPOL-EN16931-R120",
        ),
        "discount without a reason": (
            invoice(
                allowances=part(charge=False).replace(
                    "<cbc:AllowanceChargeReason>because</cbc:AllowanceChargeReason>", ""
                ),
                lines=line(net="110.00"), totals=_totals(lines="110.00", allowances="10.00"),
            ),
            "BR-33 BR-CO-21",
        ),
    }  # fmt: skip


def _totals(*, lines: str, allowances: str) -> str:
    amounts = (
        ("LineExtension", lines), ("TaxExclusive", "100.00"), ("TaxInclusive", "121.00"),
        ("AllowanceTotal", allowances), ("Payable", "121.00"),
    )  # fmt: skip
    inside = "".join(f'<cbc:{name}Amount currencyID="EUR">{amount}</cbc:{name}Amount>' for name, amount in amounts)
    return f"<cac:LegalMonetaryTotal>{inside}</cac:LegalMonetaryTotal>"


def vat() -> Table:
    """VAT by rate and category, and the currency that it is declared in."""
    untaxed = {"rate": "0", "tax": "0.00", "inclusive": "100.00", "payable": "100.00"}

    def exempt(category: str, taxable: str = "100.00", tax: str = "0.00") -> str:
        return taxes((category, "0", taxable, tax), total=tax)

    unexplained = exempt("E").replace("<cbc:TaxExemptionReason>because</cbc:TaxExemptionReason>", "")
    return {
        "taxable amount that the lines do not make": (
            invoice(taxes=taxes(("S", "21", "98.00", "20.58"), total="20.58"), inclusive="120.58", payable="120.58"),
            "BR-S-08",
        ),
        "VAT of the wrong rate": (
            invoice(taxes=taxes(("S", "21", "100.00", "6.00"), total="6.00"), inclusive="106.00", payable="106.00"),
            "BR-CO-17 BR-S-09",
        ),
        "VAT five cents off": (
            invoice(taxes=taxes(("S", "21", "100.00", "21.05"), total="21.05"), inclusive="121.05", payable="121.05"),
            "VAT_DIFFERENCE",
        ),
        "rate on the lines that the summary does not have": (invoice(lines=line(rate="6")), "BR-S-08"),
        "standard rate of zero": (
            invoice(lines=line(rate="0"), taxes=exempt("S"), inclusive="100.00", payable="100.00"),
            "BR-S-05",
        ),
        "exempt amount that the lines do not make": (
            invoice(category="E", taxes=exempt("E", "99.00"), **untaxed),
            "BR-E-08",
        ),
        "exempt without a reason": (invoice(category="E", taxes=unexplained, **untaxed), "BR-E-10"),
        "exempt with VAT": (
            invoice(category="E", rate="0", taxes=exempt("E", tax="21.00")),
            "BR-CO-17 BR-E-09",
        ),
        "reverse charge without the customer's number": (
            invoice(category="AE", taxes=exempt("AE"), **untaxed),
            "BR-AE-02",
        ),
        "goods within the Union without a delivery": (
            invoice(category="K", taxes=exempt("K"), buyer_identity=BUYER_VAT.format("NL123456789B01"), **untaxed),
            "BR-IC-11 BR-IC-12",
        ),
        "outside VAT with VAT numbers": (
            invoice(
                category="O", lines=line(category="O").replace("<cbc:Percent>21</cbc:Percent>", ""),
                taxes=exempt("O").replace("<cbc:Percent>0</cbc:Percent>", ""), **untaxed,
            ),
            "BR-O-02",
        ),
        "category that does not exist": (
            invoice(category="X"),
            "BR-CL-17 BR-CL-18",
        ),
        "two VAT totals with a summary": (
            invoice(accounting_tax=taxes(("S", "21", "100.00", "21.00"), total="21.00")),
            "BR-CO-15 PEPPOL-EN16931-R053",
        ),
        "two VAT totals in one currency": (
            invoice(accounting_tax=_SECOND_TOTAL.format("EUR")),
            "BR-CO-15 PEPPOL-EN16931-R054",
        ),
        "no VAT total": (
            invoice(taxes=" ", inclusive="100.00", payable="100.00"),
            "BR-CO-15 BR-CO-18 BR-S-01 PEPPOL-EN16931-R053",
        ),
        "dollars without VAT in euro": (invoice(currency="USD"), "TAX_IN_EUR_MISSING"),
        "second currency without its VAT": (
            invoice(currency="USD", extra="<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode>"),
            "BR-53 PEPPOL-EN16931-R054 PEPPOL-EN16931-R055",
        ),
    }  # fmt: skip


def codes() -> Table:
    """Types, units, reasons, processes."""
    return {
        "type of a credit note in an invoice": (invoice(type_code="381"), "BR-CL-01 PEPPOL-EN16931-P0100"),
        "type of an invoice in a credit note": (
            credit_note(type_code="380", references=CORRECTED),
            "BR-CL-01 PEPPOL-EN16931-P0101",
        ),
        "corrected invoice of German kind": (invoice(type_code="384"), "PEPPOL-EN16931-P0112"),
        "self-billing as Peppol billing": (invoice(type_code="389"), "PEPPOL-EN16931-P0100"),
        "unit in a word": (invoice(lines=line().replace('"C62"', '"stuk"')), "BR-CL-23"),
        "unknown reason of exemption": (
            invoice(
                category="E", rate="0", inclusive="100.00", payable="100.00",
                taxes=taxes(("E", "0", "100.00", "0.00"), total="0.00").replace(
                    "<cbc:TaxExemptionReason>because</cbc:TaxExemptionReason>",
                    "<cbc:TaxExemptionReasonCode>BETE-45</cbc:TaxExemptionReasonCode>",
                ),
            ),
            "BR-CL-22",
        ),
        "unknown process": (invoice(profile_id="urn:www.cenbii.eu:profile:bii04:ver2.0"), "PEPPOL-EN16931-R007"),
    }  # fmt: skip


def profiles_and_files() -> Table:
    """Formats, and files inside."""
    return {
        "UBL.BE without its PDF": (invoice(customization=UBL_BE), "PDF_MISSING"),
        "e-FFF": (invoice(customization="1.0", profile_id="FFF.BE - B2B"), "PROFILE_LEGACY"),
        "unknown format": (invoice(customization="urn:example:mine"), "PROFILE_UNKNOWN"),
        "Peppol billing 2": (
            invoice(customization=BIS_BILLING.replace(":3.0", ":2.0")),
            "PEPPOL-EN16931-R004",
        ),
        "programme as PDF": (invoice(attachment=attachment("TVqQAAMAAAAEAAAA")), "ATTACHMENT_MAGIC"),
        "attachment that is not Base64": (invoice(attachment=attachment("JVBERi0x!!")), "ATTACHMENT_BASE64"),
        "web page": (
            invoice(attachment=attachment("PGh0bWw+", media_type="text/html")),
            "ATTACHMENT_MIME BR-CL-24 PEPPOL-EN16931-CL001",
        ),
    }
