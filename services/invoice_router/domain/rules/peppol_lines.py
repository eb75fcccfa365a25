"""Peppol's rules about lines, prices, allowances and charges, and the code lists that it repeats."""

import re
from decimal import Decimal

from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rules import code_lists as lists
from services.invoice_router.domain.rules.facts import Document, summed
from services.invoice_router.domain.rules.groups import QUANTITY_NAMES, Line
from services.invoice_router.domain.rules.numbers import cents, number_in
from services.invoice_router.domain.rules.report import Report

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
        _net(line, report)
        for price in line.prices:
            _price(document, line.group, price, report)
        for each in line.allowances_charges:
            _allowance_charge(each.group, report)
        _objects(line.group, report)
        if starts or ends:
            _within(line.group, starts, ends, report)
    _repeated_lists(document, report)


def _net(line: Line, report: Report) -> None:
    """R120: quantity times price, with the allowances and charges of the line."""
    if line.quantity is None:
        return  # the schema says so already
    expected = line.quantity * (line.price or _ZERO)
    if line.base != _ONE:
        expected /= line.base
    for charge, sign in ((True, _ONE), (False, -_ONE)) if line.allowances_charges else ():
        expected += sign * cents(summed([each.amount for each in line.allowances_charges if each.charge is charge]))
    if abs((line.net or _ZERO) - expected) > SLACK:
        found = line.group.part("cbc:LineExtensionAmount").trimmed
        report.add("PEPPOL-EN16931-R120", line.group, found, cents(expected), "cbc:LineExtensionAmount")


def _price(document: Document, line: Part, price: Part, report: Report) -> None:
    base = price.part("cbc:BaseQuantity")
    if base:
        number = number_in(price, "cbc:BaseQuantity")
        if number is None or number <= 0:
            report.add("PEPPOL-EN16931-R121", base, base.trimmed, "more than zero")
        quantity = line.part(QUANTITY_NAMES[document.family])
        unit = base.attributes.get("unitCode")
        if unit is not None and quantity and quantity.attributes.get("unitCode") != unit:
            report.add("PEPPOL-EN16931-R130", base, unit, quantity.attributes.get("unitCode") or "")
    for each in price.all("cac:AllowanceCharge"):
        indicator = each.part("cbc:ChargeIndicator").trimmed
        if indicator != "false":
            report.add("PEPPOL-EN16931-R044", each, indicator, "false", "cbc:ChargeIndicator")
        gross, amount = number_in(each, "cbc:BaseAmount"), number_in(each, "cbc:Amount")
        net = number_in(price, "cbc:PriceAmount")
        if each.all("cbc:BaseAmount") and (gross is None or amount is None or net != gross - amount):
            expected = "" if gross is None or amount is None else gross - amount
            report.add("PEPPOL-EN16931-R046", price, price.part("cbc:PriceAmount").trimmed, expected, "cbc:PriceAmount")


def _allowance_charge(group: Part, report: Report) -> None:
    indicator = group.part("cbc:ChargeIndicator").trimmed
    if indicator not in ("true", "false"):
        report.add("PEPPOL-EN16931-R043", group, indicator, "true or false", "cbc:ChargeIndicator")
    has_percent, has_base = bool(group.all("cbc:MultiplierFactorNumeric")), bool(group.all("cbc:BaseAmount"))
    if has_percent and not has_base:
        report.add("PEPPOL-EN16931-R041", group, "", "the base amount of the percentage", "cbc:BaseAmount")
    if has_base and not has_percent:
        report.add("PEPPOL-EN16931-R042", group, "", "the percentage of the base", "cbc:MultiplierFactorNumeric")
    percent, base = number_in(group, "cbc:MultiplierFactorNumeric"), number_in(group, "cbc:BaseAmount")
    if percent is not None and base is not None:
        expected = base * percent / _HUNDRED
        if abs((number_in(group, "cbc:Amount") or _ZERO) - expected) > SLACK:
            report.add("PEPPOL-EN16931-R040", group, group.part("cbc:Amount").trimmed, cents(expected), "cbc:Amount")


def _objects(line: Part, report: Report) -> None:
    if "cac:DocumentReference" not in line.children:
        return
    references = line.all("cac:DocumentReference")
    if len(references) > 1:
        report.add("PEPPOL-EN16931-R100", references[1], f"{len(references)} objects", "one invoiced object")
    if references and not any(each.part("cbc:DocumentTypeCode").trimmed == "130" for each in references):
        found = references[0].part("cbc:DocumentTypeCode").trimmed
        report.add("PEPPOL-EN16931-R101", references[0], found, "130", "cbc:DocumentTypeCode")


def _bounds(root: Part) -> tuple[list[str], list[str]]:
    """The days between which the periods of lines lie."""
    periods = root.all("cac:InvoicePeriod")
    starts, ends = ([period.part(name).trimmed for period in periods] for name in ("cbc:StartDate", "cbc:EndDate"))
    return [day for day in starts if _DAY.fullmatch(day)], [day for day in ends if _DAY.fullmatch(day)]


def _within(line: Part, starts: list[str], ends: list[str], report: Report) -> None:
    for period in line.all("cac:InvoicePeriod"):
        start, end = period.part("cbc:StartDate").trimmed, period.part("cbc:EndDate").trimmed
        if _DAY.fullmatch(start) and starts and start < starts[0]:
            report.add("PEPPOL-EN16931-R110", period, start, starts[0], "cbc:StartDate")
        if _DAY.fullmatch(end) and ends and end > ends[0]:
            report.add("PEPPOL-EN16931-R111", period, end, ends[0], "cbc:EndDate")


def _repeated_lists(document: Document, report: Report) -> None:
    """CL001, CL002, CL003, CL006, CL008: the lists of EN 16931 once more, under Peppol's ids."""
    root = document.root
    for reference in root.all("cac:AdditionalDocumentReference"):
        for element in reference.reached(("cac:Attachment", "cbc:EmbeddedDocumentBinaryObject")):
            media_type = element.attributes.get("mimeCode")
            if media_type is not None and media_type not in lists.MEDIA_TYPES:
                expected = "a PDF, PNG, JPEG, CSV, XLSX or ODS file"
                report.add("PEPPOL-EN16931-CL001", element, media_type, expected)
    own = [each for line in document.in_parts for each in line.allowances_charges]
    for each in (*document.allowances_charges, *own):
        code, allowed = (
            ("PEPPOL-EN16931-CL003", lists.CHARGE_REASONS)
            if each.charge
            else ("PEPPOL-EN16931-CL002", lists.ALLOWANCE_REASONS)
        )
        for element in each.group.all("cbc:AllowanceChargeReasonCode"):
            if each.charge is not None and element.trimmed not in allowed:
                report.add(code, element, element.trimmed, "a code of the list of reasons")
    for element in root.reached(("cac:InvoicePeriod", "cbc:DescriptionCode")):
        if element.trimmed not in lists.TAX_POINTS:
            report.add("PEPPOL-EN16931-CL006", element, element.trimmed, "3, 35 or 432")
    for holder in ("cac:AccountingSupplierParty", "cac:AccountingCustomerParty"):
        for element in root.reached((holder, "cac:Party", "cbc:EndpointID")):
            scheme = element.attributes.get("schemeID")
            if scheme is not None and scheme not in lists.PEPPOL_ENDPOINT_SCHEMES:
                report.add("PEPPOL-EN16931-CL008", element, scheme, "a scheme of the EAS list, such as 0208")
