"""The rules of Peppol BIS Billing 3.0.21 and Self-Billing 3 beyond those of EN 16931: PEPPOL-EN16931-R, -P, -F, -CL."""

import re
from datetime import date

from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rules import code_lists as lists
from services.invoice_router.domain.rules import participants, peppol_lines
from services.invoice_router.domain.rules.facts import Document, TaxTotal
from services.invoice_router.domain.rules.report import Report

_COMPLIANT = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc"
_BILLING, _SELF_BILLING = f"{_COMPLIANT}:billing:3.0", f"{_COMPLIANT}:selfbilling:3.0"
_PROCESS = re.compile(
    r"urn:fdc:peppol\.eu:2017:poacc:billing:01:1\.0"
    r"|urn:peppol:bis:billing_with_response|urn:peppol:france:billing:(?:non-)?regulated"
)
_SELF_BILLING_PROCESS = re.compile(r"urn:fdc:peppol\.eu:2017:poacc:selfbilling:[0-9]{2}:1\.0")
_SELF_BILLED_INVOICES, _SELF_BILLED_CREDIT_NOTES = frozenset(["389", "527"]), frozenset(["261"])
_GERMAN_TYPES = ("326", "384")
_EXEMPTIONS = {
    "VATEX-EU-G": ("PEPPOL-EN16931-P0104", "G"),
    "VATEX-EU-O": ("PEPPOL-EN16931-P0105", "O"),
    "VATEX-EU-IC": ("PEPPOL-EN16931-P0106", "K"),
    "VATEX-EU-AE": ("PEPPOL-EN16931-P0107", "AE"),
    "VATEX-EU-D": ("PEPPOL-EN16931-P0108", "E"),
    "VATEX-EU-F": ("PEPPOL-EN16931-P0109", "E"),
    "VATEX-EU-I": ("PEPPOL-EN16931-P0110", "E"),
    "VATEX-EU-J": ("PEPPOL-EN16931-P0111", "E"),
}
_DIRECT_DEBITS = ("49", "59")
_DATES = (
    "cbc:IssueDate",
    "cbc:DueDate",
    "cbc:TaxPointDate",
    "cbc:StartDate",
    "cbc:EndDate",
    "cbc:ActualDeliveryDate",
)
_TAX_AMOUNT = "cbc:TaxAmount"
_DATE_LENGTH = 10
_ATTACHMENT = "cbc:EmbeddedDocumentBinaryObject"


def check(document: Document, report: Report) -> None:
    """All of this group."""
    _process(document, report)
    _references(document, report)
    _parties(document.root, report)
    _tax_totals(document, report)
    _type(document, report)
    _exemptions(document, report)
    _payment(document.root, report)
    _currencies(document, report)
    for element in document.tree.all(*_DATES):
        if not _is_day(element.written):
            report.add("PEPPOL-EN16931-F001", element, element.written, "YYYY-MM-DD")
    for element in document.tree.blank:
        # An attachment is none when it was set apart.
        if not element.trimmed and element.name != _ATTACHMENT:
            report.add("PEPPOL-EN16931-R008", element, "", "no empty element")
    participants.check(document.tree, report)
    peppol_lines.check(document, report)


def _process(document: Document, report: Report) -> None:
    root, self_billing = document.root, report.scope.self_billing
    profile = root.part("cbc:ProfileID").trimmed
    if not root.all("cbc:ProfileID"):
        report.add("PEPPOL-EN16931-R001", root, "", "a business process (BT-23)", "cbc:ProfileID")
    if not (_SELF_BILLING_PROCESS if self_billing else _PROCESS).fullmatch(profile):
        report.add("PEPPOL-EN16931-R007", root, profile, "a business process of Peppol billing", "cbc:ProfileID")
    specification = root.part("cbc:CustomizationID").trimmed
    expected = _SELF_BILLING if self_billing else _BILLING
    if not specification.startswith(expected):
        report.add("PEPPOL-EN16931-R004", root, specification, expected, "cbc:CustomizationID")


def _references(document: Document, report: Report) -> None:
    root = document.root
    if len(root.all("cbc:Note")) > 1 and not _is_german(root):
        report.add("PEPPOL-EN16931-R002", root.all("cbc:Note")[1], f"{len(root.all('cbc:Note'))} notes", "one note")
    if not (root.all("cbc:BuyerReference") or root.reached(("cac:OrderReference", "cbc:ID"))):
        expected = "a buyer reference (BT-10) or an order number (BT-13)"
        report.add("PEPPOL-EN16931-R003", root, "", expected, "cbc:BuyerReference")
    projects = [
        reference
        for reference in root.all("cac:AdditionalDocumentReference")
        if reference.part("cbc:DocumentTypeCode").trimmed == "50"
    ]
    if document.family == "credit_note" and len(projects) > 1:
        report.add("PEPPOL-EN16931-R080", projects[1], f"{len(projects)} projects", "one project reference")


def _is_german(root: Part) -> bool:
    """Whether seller and buyer are both in Germany, which has exceptions of its own."""
    path = ("cac:Party", "cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")
    holders = ("cac:AccountingSupplierParty", "cac:AccountingCustomerParty")
    return all(any(each.trimmed.upper() == "DE" for each in root.reached((holder, *path))) for holder in holders)


def _parties(root: Part, report: Report) -> None:
    for code, holder, expected in (
        ("PEPPOL-EN16931-R010", "cac:AccountingCustomerParty", "the buyer's electronic address (BT-49)"),
        ("PEPPOL-EN16931-R020", "cac:AccountingSupplierParty", "the seller's electronic address (BT-34)"),
    ):
        for each in root.all(holder):
            for party in each.all("cac:Party"):
                if not party.all("cbc:EndpointID"):
                    report.add(code, party, "", expected, "cbc:EndpointID")


def _tax_totals(document: Document, report: Report) -> None:
    root = document.root
    detailed = [total for total in document.tax_totals if total.subtotals]
    bare = [total for total in document.tax_totals if not total.subtotals]
    if len(detailed) != 1:
        expected = "one VAT total with a breakdown"
        report.add("PEPPOL-EN16931-R053", root, f"{len(detailed)} VAT totals", expected, "cac:TaxTotal")
    tax_currency = root.part("cbc:TaxCurrencyCode").trimmed
    wanted = 1 if root.all("cbc:TaxCurrencyCode") else 0
    if len(bare) != wanted:
        expected = f"{wanted} without a breakdown"
        report.add("PEPPOL-EN16931-R054", root, f"{len(bare)} VAT totals", expected, "cac:TaxTotal")
    if not wanted:
        return
    if tax_currency == document.currency:
        report.add("PEPPOL-EN16931-R005", root, tax_currency, "another currency than BT-5", "cbc:TaxCurrencyCode")
    if _signs_differ(document.tax_totals, document.currency, tax_currency):
        report.add("PEPPOL-EN16931-R055", root, "", "VAT of the same sign in both currencies", "cac:TaxTotal")


def _signs_differ(totals: tuple[TaxTotal, ...], own: str, other: str) -> bool:
    first = [total.tax for total in totals if total.currency == own and total.tax is not None]
    second = [total.tax for total in totals if total.currency == other and total.tax is not None]
    return not any(one * two >= 0 for one in first for two in second)


def _type(document: Document, report: Report) -> None:
    root, self_billing = document.root, report.scope.self_billing
    for code, name, allowed in (
        (
            "PEPPOL-EN16931-P0100",
            "cbc:InvoiceTypeCode",
            _SELF_BILLED_INVOICES if self_billing else lists.PEPPOL_INVOICE_TYPES,
        ),
        (
            "PEPPOL-EN16931-P0101",
            "cbc:CreditNoteTypeCode",
            _SELF_BILLED_CREDIT_NOTES if self_billing else lists.PEPPOL_CREDIT_NOTE_TYPES,
        ),
    ):
        for element in root.all(name):
            found = element.trimmed
            if found not in allowed:
                report.add(code, element, found, " ".join(sorted(allowed)))
            if found in _GERMAN_TYPES and not self_billing and not _is_german(root):
                report.add("PEPPOL-EN16931-P0112", element, found, "380 between companies outside Germany")


def _exemptions(document: Document, report: Report) -> None:
    for subtotal in document.subtotals:
        for category in subtotal.categories:
            code, expected = _EXEMPTIONS.get(category.text("cbc:TaxExemptionReasonCode").upper(), ("", ""))
            if code and category.code != expected:
                report.add(code, category.element, category.code, expected, "cbc:ID")


def _payment(root: Part, report: Report) -> None:
    for means in root.all("cac:PaymentMeans"):
        code = means.part("cbc:PaymentMeansCode").trimmed
        if code in _DIRECT_DEBITS and not means.reached(("cac:PaymentMandate", "cbc:ID")):
            report.add("PEPPOL-EN16931-R061", means, "", "the mandate (BT-89)", "cac:PaymentMandate/cbc:ID")


def _currencies(document: Document, report: Report) -> None:
    """R051 and CL007; BT-111 alone is in another currency."""
    if document.currencies == {document.currency} and document.currency in lists.CURRENCIES:
        return
    bare = {total.group.part("cbc:TaxAmount") for total in document.tax_totals if not total.subtotals}
    for element in document.amounts:
        currency = element.attributes.get("currencyID") or ""
        if currency == document.currency:
            continue
        if currency not in lists.CURRENCIES:
            report.add("PEPPOL-EN16931-CL007", element, currency, "a currency of ISO 4217")
        if element.name != _TAX_AMOUNT or element not in bare:
            # Official: the VAT of a breakdown is judged with its total, not by itself.
            report.add("PEPPOL-EN16931-R051", element, currency, document.currency)


def _is_day(text: str) -> bool:
    if len(text) != _DATE_LENGTH or not text.isascii():
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
