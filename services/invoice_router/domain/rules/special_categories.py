"""What single categories of VAT ask besides: goods within the Union (K), outside VAT (O), Italian split (B)."""

from services.invoice_router.domain.rules.facts import Document
from services.invoice_router.domain.rules.groups import Category
from services.invoice_router.domain.rules.report import Report

_COUNTRY = ("cac:Delivery", "cac:DeliveryLocation", "cac:Address", "cac:Country", "cbc:IdentificationCode")
_DAY = ("cac:Delivery", "cbc:ActualDeliveryDate")


def check(document: Document, named: set[str], report: Report) -> None:
    """BR-IC-11, BR-IC-12, BR-O-11 to BR-O-14, BR-B-01, BR-B-02; `named` are the categories of the document."""
    if "K" in named and _in_breakdown(document, "K"):
        _delivery(document, report)
    if "O" in named and _in_breakdown(document, "O"):
        _nothing_else(document, report)
    if "B" in named:
        _split_payment(document, report)


def _in_breakdown(document: Document, code: str) -> bool:
    return any(
        category.code == code and category.is_vat for subtotal in document.subtotals for category in subtotal.categories
    )


def _delivery(document: Document, report: Report) -> None:
    root = document.root
    if not any(each.trimmed for each in root.reached(_DAY)) and not any(
        period.size for period in root.all("cac:InvoicePeriod")
    ):
        report.add("BR-IC-11", root, "", "the day of delivery (BT-72) or a period (BG-14)", "/".join(_DAY))
    if not any(each.trimmed for each in root.reached(_COUNTRY)):
        report.add("BR-IC-12", root, "", "the country delivered to (BT-80)", "/".join(_COUNTRY))


def _nothing_else(document: Document, report: Report) -> None:
    allowances_charges = [each for line in document.lines for each in line.allowances_charges]
    allowances_charges += document.allowances_charges
    places: tuple[tuple[str, list[Category]], ...] = (
        ("BR-O-11", [each for subtotal in document.subtotals for each in subtotal.categories]),
        ("BR-O-12", [each for line in document.lines for each in line.categories]),
        ("BR-O-13", [each for part in allowances_charges if part.charge is False for each in part.categories]),
        ("BR-O-14", [each for part in allowances_charges if part.charge is True for each in part.categories]),
    )
    for code, found in places:
        other = next((each for each in found if each.is_vat and each.code != "O"), None)
        if other is not None:
            report.add(code, other.element, other.code, "O", "cbc:ID")


def _split_payment(document: Document, report: Report) -> None:
    foreign = [
        part.trimmed
        for name, parts in document.tree.named.items()
        if name.rpartition(":")[2] == "IdentificationCode"
        for part in parts
        if part.trimmed != "IT"
    ]
    if foreign:
        report.add("BR-B-01", document.root, ", ".join(sorted(set(foreign))), "IT only")
    categories = [each.code for line in document.lines for each in line.categories]
    categories += [each.code for part in document.allowances_charges for each in part.categories]
    categories += [each.code for subtotal in document.subtotals for each in subtotal.categories]
    if "S" in categories:
        report.add("BR-B-02", document.root, "S", "no category S beside B")
