"""What must be there: BR-01 to BR-65 about the document, its lines, its allowances, its VAT breakdown."""

from typing import NamedTuple

from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rules import party_checks, payment_checks
from services.invoice_router.domain.rules.facts import Document, Subtotal
from services.invoice_router.domain.rules.groups import LINE_NAMES, QUANTITY_NAMES, AllowanceCharge, Line
from services.invoice_router.domain.rules.numbers import number_in
from services.invoice_router.domain.rules.report import Report, judge_alike


class Requirement(NamedTuple):
    """A path below a group that must lead somewhere; `filled`: to a text that is not empty."""

    code: str
    path: tuple[str, ...]
    expected: str
    filled: bool = False


_PARTY = "cac:Party"
_PRICE = ("cac:Price", "cbc:PriceAmount")
_ITEM_NAME = ("cac:Item", "cbc:Name")
_OF_DOCUMENT = (
    Requirement("BR-01", ("cbc:CustomizationID",), "a specification identifier (BT-24)", True),
    Requirement("BR-02", ("cbc:ID",), "an invoice number (BT-1)", True),
    Requirement("BR-03", ("cbc:IssueDate",), "an issue date (BT-2)", True),
    Requirement("BR-05", ("cbc:DocumentCurrencyCode",), "a currency (BT-5)", True),
    Requirement(
        "BR-06",
        ("cac:AccountingSupplierParty", _PARTY, "cac:PartyLegalEntity", "cbc:RegistrationName"),
        "the seller's name (BT-27)",
        True,
    ),
    Requirement(
        "BR-07",
        ("cac:AccountingCustomerParty", _PARTY, "cac:PartyLegalEntity", "cbc:RegistrationName"),
        "the buyer's name (BT-44)",
        True,
    ),
    Requirement("BR-08", ("cac:AccountingSupplierParty", _PARTY, "cac:PostalAddress"), "the seller's address (BG-5)"),
    Requirement("BR-10", ("cac:AccountingCustomerParty", _PARTY, "cac:PostalAddress"), "the buyer's address (BG-8)"),
    Requirement("BR-CO-18", ("cac:TaxTotal", "cac:TaxSubtotal"), "a VAT breakdown (BG-23)"),
)
_OF_TOTALS = (
    Requirement("BR-12", ("cbc:LineExtensionAmount",), "the sum of the lines (BT-106)"),
    Requirement("BR-13", ("cbc:TaxExclusiveAmount",), "the total without VAT (BT-109)"),
    Requirement("BR-14", ("cbc:TaxInclusiveAmount",), "the total with VAT (BT-112)"),
    Requirement("BR-15", ("cbc:PayableAmount",), "the amount due (BT-115)"),
)
_OF_LINE = (
    Requirement("BR-24", ("cbc:LineExtensionAmount",), "a net amount (BT-131)"),
    Requirement("BR-26", _PRICE, "a price (BT-146)"),
)
_FILLED = (
    ("BR-21", ("cbc:ID",), "a line identifier (BT-126)"),
    ("BR-25", _ITEM_NAME, "an item name (BT-153)"),
)
_OF_SUBTOTAL = (
    Requirement("BR-45", ("cbc:TaxableAmount",), "a taxable amount (BT-116)"),
    Requirement("BR-46", ("cbc:TaxAmount",), "an amount of VAT (BT-117)"),
)
_REASON = ("cbc:AllowanceChargeReason", "cbc:AllowanceChargeReasonCode")


def check(document: Document, report: Report) -> None:
    """All of this group."""
    _document(document, report)
    for totals in document.totals:
        require(report, totals, _OF_TOTALS)
    for each in document.allowances_charges:
        if each.charge is not None:
            codes = ("BR-36", "BR-37", "BR-38", "BR-CO-22") if each.charge else ("BR-31", "BR-32", "BR-33", "BR-CO-21")
            _allowance_charge(each, report, codes)
    for subtotal in document.subtotals:
        _subtotal(subtotal, report)
    for lines in document.alike:
        judge_alike(lines, _line, report)
    for line in document.in_parts:
        _values(line, report)
    party_checks.check(document, report)
    payment_checks.check(document, report)


def require(report: Report, group: Part, requirements: tuple[Requirement, ...]) -> None:
    """Tell of each requirement that a group does not meet."""
    children = group.children
    for code, path, expected, filled in requirements:
        found = group.reached(path) if path[0] in children else ()
        if not found or (filled and not any(element.trimmed for element in found)):
            report.add(code, group, "", expected, "/".join(path))


def _document(document: Document, report: Report) -> None:
    root = document.root
    require(report, root, _OF_DOCUMENT)
    if not (root.part("cbc:InvoiceTypeCode").trimmed or root.part("cbc:CreditNoteTypeCode").trimmed):
        name = "cbc:InvoiceTypeCode" if document.family == "invoice" else "cbc:CreditNoteTypeCode"
        report.add("BR-04", root, "", "a type code (BT-3)", name)
    if not document.lines:
        report.add("BR-16", root, "", "at least one line (BG-25)", LINE_NAMES[document.family])
    currencies = {total.currency for total in document.tax_totals}
    for element in root.all("cbc:TaxCurrencyCode"):
        if element.trimmed not in currencies:
            report.add("BR-53", root, "", f"the VAT total in {element.trimmed} (BT-111)", "cac:TaxTotal/cbc:TaxAmount")


def _allowance_charge(each: AllowanceCharge, report: Report, codes: tuple[str, str, str, str]) -> None:
    of_amount, of_category, *of_reason = codes
    group = each.group
    if not group.all("cbc:Amount"):
        report.add(of_amount, group, "", "an amount", "cbc:Amount")
    if not any(category.is_vat and category.has_code for category in each.categories):
        report.add(of_category, group, "", "a VAT category", "cac:TaxCategory/cbc:ID")
    _reason(group, report, of_reason)


def _reason(group: Part, report: Report, codes: list[str]) -> None:
    if not any(group.all(name) for name in _REASON):
        for code in codes:
            report.add(code, group, "", "a reason or the code of one", _REASON[0])


def _subtotal(subtotal: Subtotal, report: Report) -> None:
    require(report, subtotal.group, _OF_SUBTOTAL)
    of_vat = [category for category in subtotal.categories if category.is_vat]
    if not any(category.has_code for category in of_vat):
        report.add("BR-47", subtotal.group, "", "a VAT category (BT-118)", "cac:TaxCategory/cbc:ID")
    if not any(category.has_percent or category.code == "O" for category in of_vat):
        report.add("BR-48", subtotal.group, "", "a VAT rate (BT-119)", "cac:TaxCategory/cbc:Percent")


def _line(line: Line, report: Report) -> None:
    group = line.group
    require(report, group, _OF_LINE)
    if not (group.all("cbc:InvoicedQuantity") or group.all("cbc:CreditedQuantity")):
        report.add("BR-22", group, "", "a quantity (BT-129)", QUANTITY_NAMES["invoice"])
    for each in line.allowances_charges:
        if each.charge is not None:
            of_amount, *of_reason = ("BR-43", "BR-44", "BR-CO-24") if each.charge else ("BR-41", "BR-42", "BR-CO-23")
            if not each.group.all("cbc:Amount"):
                report.add(of_amount, each.group, "", "an amount", "cbc:Amount")
            _reason(each.group, report, of_reason)
    _item(group, report)


def _values(line: Line, report: Report) -> None:
    """What is asked of the values of a line, not of its parts."""
    group = line.group
    for code, path, expected in _FILLED:
        for part in group.reached(path):
            if part.trimmed:
                break
        else:
            report.add(code, group, "", expected, "/".join(path))
    name = "cbc:InvoicedQuantity" if "cbc:InvoicedQuantity" in group.children else "cbc:CreditedQuantity"
    quantity = group.part(name)
    if not quantity or quantity.attributes.get("unitCode") is None:
        report.add("BR-23", group, "", "a unit of the quantity (BT-130)", f"{name}/@unitCode")
    for category in line.categories:
        if category.is_vat and category.has_code:
            break
    else:
        report.add("BR-CO-04", group, "", "a VAT category (BT-151)", "cac:Item/cac:ClassifiedTaxCategory/cbc:ID")
    _prices(line, report)


def _prices(line: Line, report: Report) -> None:
    """BR-27 and BR-28: no price is below zero; who gives money back writes a credit note."""
    if line.price is None or line.price < 0:
        found = " ".join(each.trimmed for each in line.group.reached(_PRICE)[:1])
        report.add("BR-27", line.group, found, "a price of zero or more (BT-146)", "/".join(_PRICE))
    for price in line.prices:
        for each in price.all("cac:AllowanceCharge"):
            gross = number_in(each, "cbc:BaseAmount")
            if gross is not None and gross < 0:
                report.add("BR-28", each, gross, "a price of zero or more (BT-148)", "cbc:BaseAmount")


def _item(line: Part, report: Report) -> None:
    for item in line.all("cac:Item"):
        for each in item.all("cac:AdditionalItemProperty"):
            if not (each.all("cbc:Name") and each.all("cbc:Value")):
                report.add("BR-54", each, "", "a name (BT-160) and a value (BT-161)")
        for element in item.reached(("cac:StandardItemIdentification", "cbc:ID")):
            if element.attributes.get("schemeID") is None:
                report.add("BR-64", element, "", "the scheme of the identifier (BT-157)", "@schemeID")
        for element in item.reached(("cac:CommodityClassification", "cbc:ItemClassificationCode")):
            if element.attributes.get("listID") is None:
                report.add("BR-65", element, "", "the list of the classification (BT-158)", "@listID")
