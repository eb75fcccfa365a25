"""Peppol's rules about lines, prices, allowances and charges, and the code lists that it repeats."""

import re
from decimal import Decimal

from services.invoice_router.domain.rules import code_lists as lists
from services.invoice_router.domain.rules.facts import QUANTITY_NAMES, Document, Line, summed
from services.invoice_router.domain.rules.report import Report
from services.invoice_router.domain.rules.tree import Group, cents, text_of

SLACK = Decimal("0.02")
"""How much a line or an allowance may differ from its price or its percentage."""

_ONE, _ZERO, _HUNDRED = Decimal(1), Decimal(0), Decimal(100)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def check(document: Document, report: Report) -> None:
    """All of this group."""
    for each in document.allowances_charges:
        _allowance_charge(each.group, report)
    starts, ends = _bounds(document.root)
    for line in document.lines:
        _net(document, line, report)
        for price in line.prices:
            _price(document, line.group, price, report)
        for each in line.allowances_charges:
            _allowance_charge(each.group, report)
        _objects(line.group, report)
        if starts or ends:
            _within(line.group, starts, ends, report)
    _repeated_lists(document, report)


def _net(document: Document, line: Line, report: Report) -> None:
    """R120: quantity times price, with the allowances and charges of the line."""
    group, name = line.group, QUANTITY_NAMES[document.family]
    quantity = group.number(name) if group.all(name) else _ONE
    price, base = line.price or _ZERO, _ONE
    for each in line.prices:
        base = each.number("cbc:BaseQuantity") or _ONE
    if quantity is None:
        return  # the schema says so already
    expected = quantity * price / base
    for charge, sign in ((True, _ONE), (False, -_ONE)) if line.allowances_charges else ():
        expected += sign * cents(summed([each.amount for each in line.allowances_charges if each.charge is charge]))
    if abs((line.net or _ZERO) - expected) > SLACK:
        found = group.text("cbc:LineExtensionAmount")
        report.add("PEPPOL-EN16931-R120", group, found, cents(expected), "cbc:LineExtensionAmount")


def _price(document: Document, line: Group, price: Group, report: Report) -> None:
    base = price.first("cbc:BaseQuantity")
    if base is not None:
        number = price.number("cbc:BaseQuantity")
        if number is None or number <= 0:
            report.add("PEPPOL-EN16931-R121", base, text_of(base), "more than zero")
        quantity = line.first(QUANTITY_NAMES[document.family])
        unit = base.get("unitCode")
        if unit is not None and quantity is not None and quantity.get("unitCode") != unit:
            report.add("PEPPOL-EN16931-R130", base, unit, quantity.get("unitCode") or "")
    for each in price.groups("cac:AllowanceCharge"):
        if each.text("cbc:ChargeIndicator") != "false":
            report.add("PEPPOL-EN16931-R044", each, each.text("cbc:ChargeIndicator"), "false", "cbc:ChargeIndicator")
        gross, amount, net = each.number("cbc:BaseAmount"), each.number("cbc:Amount"), price.number("cbc:PriceAmount")
        if each.all("cbc:BaseAmount") and (gross is None or amount is None or net != gross - amount):
            expected = "" if gross is None or amount is None else gross - amount
            report.add("PEPPOL-EN16931-R046", price, price.text("cbc:PriceAmount"), expected, "cbc:PriceAmount")


def _allowance_charge(group: Group, report: Report) -> None:
    indicator = group.text("cbc:ChargeIndicator")
    if indicator not in ("true", "false"):
        report.add("PEPPOL-EN16931-R043", group, indicator, "true or false", "cbc:ChargeIndicator")
    has_percent, has_base = bool(group.all("cbc:MultiplierFactorNumeric")), bool(group.all("cbc:BaseAmount"))
    if has_percent and not has_base:
        report.add("PEPPOL-EN16931-R041", group, "", "the base amount of the percentage", "cbc:BaseAmount")
    if has_base and not has_percent:
        report.add("PEPPOL-EN16931-R042", group, "", "the percentage of the base", "cbc:MultiplierFactorNumeric")
    percent, base = group.number("cbc:MultiplierFactorNumeric"), group.number("cbc:BaseAmount")
    if percent is not None and base is not None:
        expected = base * percent / _HUNDRED
        if abs((group.number("cbc:Amount") or _ZERO) - expected) > SLACK:
            report.add("PEPPOL-EN16931-R040", group, group.text("cbc:Amount"), cents(expected), "cbc:Amount")


def _objects(line: Group, report: Report) -> None:
    if "cac:DocumentReference" not in line.children:
        return
    references = line.groups("cac:DocumentReference")
    if len(references) > 1:
        report.add("PEPPOL-EN16931-R100", references[1], f"{len(references)} objects", "one invoiced object")
    if references and not any(each.text("cbc:DocumentTypeCode") == "130" for each in references):
        found = references[0].text("cbc:DocumentTypeCode")
        report.add("PEPPOL-EN16931-R101", references[0], found, "130", "cbc:DocumentTypeCode")


def _bounds(root: Group) -> tuple[list[str], list[str]]:
    """The days between which the periods of lines lie."""
    periods = root.groups("cac:InvoicePeriod")
    starts, ends = ([period.text(name) for period in periods] for name in ("cbc:StartDate", "cbc:EndDate"))
    return [day for day in starts if _DAY.fullmatch(day)], [day for day in ends if _DAY.fullmatch(day)]


def _within(line: Group, starts: list[str], ends: list[str], report: Report) -> None:
    for period in line.groups("cac:InvoicePeriod"):
        start, end = period.text("cbc:StartDate"), period.text("cbc:EndDate")
        if _DAY.fullmatch(start) and starts and start < starts[0]:
            report.add("PEPPOL-EN16931-R110", period, start, starts[0], "cbc:StartDate")
        if _DAY.fullmatch(end) and ends and end > ends[0]:
            report.add("PEPPOL-EN16931-R111", period, end, ends[0], "cbc:EndDate")


def _repeated_lists(document: Document, report: Report) -> None:
    """CL001, CL002, CL003, CL006, CL008: the lists of EN 16931 once more, under Peppol's ids."""
    root = document.root
    for reference in root.groups("cac:AdditionalDocumentReference"):
        for element in reference.reached(("cac:Attachment", "cbc:EmbeddedDocumentBinaryObject")):
            media_type = element.get("mimeCode")
            if media_type is not None and media_type not in lists.MEDIA_TYPES:
                expected = "a PDF, PNG, JPEG, CSV, XLSX or ODS file"
                report.add("PEPPOL-EN16931-CL001", element, media_type, expected)
    own = [each for line in document.lines for each in line.allowances_charges]
    for each in (*document.allowances_charges, *own):
        code, allowed = (
            ("PEPPOL-EN16931-CL003", lists.CHARGE_REASONS)
            if each.charge
            else ("PEPPOL-EN16931-CL002", lists.ALLOWANCE_REASONS)
        )
        for element in each.group.all("cbc:AllowanceChargeReasonCode"):
            if each.charge is not None and text_of(element) not in allowed:
                report.add(code, element, text_of(element), "a code of the list of reasons")
    for element in root.reached(("cac:InvoicePeriod", "cbc:DescriptionCode")):
        if text_of(element) not in lists.TAX_POINTS:
            report.add("PEPPOL-EN16931-CL006", element, text_of(element), "3, 35 or 432")
    for holder in ("cac:AccountingSupplierParty", "cac:AccountingCustomerParty"):
        for element in root.reached((holder, "cac:Party", "cbc:EndpointID")):
            scheme = element.get("schemeID")
            if scheme is not None and scheme not in lists.PEPPOL_ENDPOINT_SCHEMES:
                report.add("PEPPOL-EN16931-CL008", element, scheme, "a scheme of the EAS list, such as 0208")
