"""What must be there of payment, references and periods."""

import re

from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rules.facts import Document
from services.invoice_router.domain.rules.report import Report

_CREDIT_TRANSFERS = ("30", "58")
_ACCOUNT = ("cac:PayeeFinancialAccount", "cbc:ID")
_MOST_CARD_DIGITS = 10
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def check(document: Document, report: Report) -> None:
    """All of this group."""
    root = document.root
    for means in root.all("cac:PaymentMeans"):
        _means(means, report)
    for reference in root.all("cac:AdditionalDocumentReference"):
        if not reference.part("cbc:ID").trimmed:
            report.add("BR-52", reference, "", "an identifier (BT-122)", "cbc:ID")
    for reference in root.all("cac:BillingReference"):
        path = ("cac:InvoiceDocumentReference", "cbc:ID")
        if not reference.reached(path):
            report.add("BR-55", reference, "", "the number of the earlier invoice (BT-25)", "/".join(path))
    _periods(document, report)


def _means(means: Part, report: Report) -> None:
    code = means.part("cbc:PaymentMeansCode").trimmed
    if not means.all("cbc:PaymentMeansCode"):
        report.add("BR-49", means, "", "a code of payment means (BT-81)", "cbc:PaymentMeansCode")
    if code in _CREDIT_TRANSFERS:
        if not means.reached(_ACCOUNT):
            report.add("BR-61", means, "", "the account to pay to (BT-84)", "/".join(_ACCOUNT))
        for account in means.all("cac:PayeeFinancialAccount"):
            if not account.part("cbc:ID").trimmed:
                report.add("BR-50", account, "", "the account to pay to (BT-84)", "cbc:ID")
    for number in means.reached(("cac:CardAccount", "cbc:PrimaryAccountNumberID")):
        if len(number.trimmed) > _MOST_CARD_DIGITS:
            report.add("BR-51", number, f"{len(number.trimmed)} characters", "the last digits of the card only")


def _periods(document: Document, report: Report) -> None:
    root = document.root
    for period in root.all("cac:InvoicePeriod"):
        if not any(period.all(name) for name in ("cbc:StartDate", "cbc:EndDate", "cbc:DescriptionCode")):
            report.add("BR-CO-19", period, "", "a start or an end (BT-73, BT-74)")
        _in_order(period, report, "BR-29")
        if period.all("cbc:DescriptionCode") and root.all("cbc:TaxPointDate"):
            expected = "either a tax point date (BT-7) or its code (BT-8)"
            report.add("BR-CO-03", period, period.part("cbc:DescriptionCode").trimmed, expected, "cbc:DescriptionCode")
    for line in document.in_parts:
        for period in line.group.all("cac:InvoicePeriod"):
            if not (period.all("cbc:StartDate") or period.all("cbc:EndDate")):
                report.add("BR-CO-20", period, "", "a start or an end (BT-134, BT-135)")
            _in_order(period, report, "BR-30")


def _in_order(period: Part, report: Report, code: str) -> None:
    start, end = period.part("cbc:StartDate").trimmed, period.part("cbc:EndDate").trimmed
    # Days without a zone sort as their texts do; any other spelling is a matter of the schema.
    if _DAY.fullmatch(start) and _DAY.fullmatch(end) and end < start:
        report.add(code, period, end, start, "cbc:EndDate")
