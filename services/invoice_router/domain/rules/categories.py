"""VAT by category (BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O, BR-AF, BR-AG, BR-B): one table, one check a row.

The rules of a category have the same numbers in every category: 01 is it in the breakdown; 02 to 04 who must have
which number, for lines, allowances and charges; 05 to 07 its rate on those; 08 its taxable amount; 09 its VAT;
10 whether a reason of exemption is told.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from services.invoice_router.domain.rules import special_categories
from services.invoice_router.domain.rules.calculations import SLACK, differs_by_slack, vat_of
from services.invoice_router.domain.rules.facts import Document, Registrations, Subtotal
from services.invoice_router.domain.rules.groups import Category
from services.invoice_router.domain.rules.report import Report
from services.invoice_router.domain.rules.taxable_sums import Sums

Rate = Literal["positive", "not negative", "zero", "none"]


class Kind(NamedTuple):
    """What one category asks for. `exempt`: it needs a reason; otherwise it may have none."""

    code: str
    prefix: str
    rate: Rate
    exempt: bool
    registered: Callable[[Registrations], bool]
    numbers: str

    @property
    def taxed(self) -> bool:
        """Whether VAT is charged: then a category may stand in the breakdown once a rate."""
        return self.rate in ("positive", "not negative")


def _seller(known: Registrations) -> bool:
    return known.seller_tax or known.representative_vat


def _seller_and_buyer(known: Registrations) -> bool:
    return _seller(known) and (known.buyer_vat or known.buyer_legal)


def _seller_vat(known: Registrations) -> bool:
    return known.seller_vat or known.representative_vat


def _both_vat(known: Registrations) -> bool:
    return _seller_vat(known) and known.buyer_vat


def _nobody_vat(known: Registrations) -> bool:
    return not (_seller_vat(known) or known.buyer_vat)


_SELLER = "the seller's VAT or tax number (BT-31, BT-32, BT-63)"
KINDS = (
    Kind("S", "BR-S", "positive", False, _seller, _SELLER),
    Kind("Z", "BR-Z", "zero", False, _seller, _SELLER),
    Kind("E", "BR-E", "zero", True, _seller, _SELLER),
    Kind("AE", "BR-AE", "zero", True, _seller_and_buyer, "a VAT number of the seller and a number of the buyer"),
    Kind("K", "BR-IC", "zero", True, _both_vat, "the VAT numbers of seller and buyer (BT-31, BT-48)"),
    Kind("G", "BR-G", "zero", True, _seller_vat, "the seller's VAT number (BT-31, BT-63)"),
    Kind("O", "BR-O", "none", True, _nobody_vat, "no VAT number of seller or buyer"),
    Kind("L", "BR-AF", "not negative", False, _seller, _SELLER),
    Kind("M", "BR-AG", "not negative", False, _seller, _SELLER),
)


class Uses(NamedTuple):
    """Where categories stand: on lines, on allowances and charges of any level (`parts`: both), in the breakdown."""

    lines: list[Category]
    parts: list[Category]
    allowances: list[Category]
    charges: list[Category]
    breakdown: list[tuple[Subtotal, Category]]
    anywhere: set[str]


def check(document: Document, report: Report) -> None:
    """All of this group. A category that the document does not name has nothing that could fail."""
    uses, sums = _uses(document), Sums(document)
    for kind in KINDS:
        if kind.code in uses.anywhere:
            _in_breakdown(document, kind, uses, report)
            _numbers(document, kind, uses, report)
            _rates(kind, uses, report)
            for subtotal, category in uses.breakdown:
                if category.code == kind.code and category.is_vat:
                    _taxable(sums, kind, subtotal, category, report)
                    _tax(kind, subtotal, category, report)
                    _exemption(kind, category, report)
    special_categories.check(document, uses.anywhere, report)


def _uses(document: Document) -> Uses:
    groups = [each for line in document.in_parts for each in line.allowances_charges]
    groups += document.allowances_charges
    uses = Uses(
        lines=document.line_categories,
        parts=[category for each in groups for category in each.categories],
        allowances=[category for each in groups if each.charge is False for category in each.categories],
        charges=[category for each in groups if each.charge is True for category in each.categories],
        breakdown=[(subtotal, category) for subtotal in document.subtotals for category in subtotal.categories],
        anywhere=set(),
    )
    uses.anywhere.update(category.code for category in (*uses.lines, *uses.parts))
    uses.anywhere.update(category.code for _, category in uses.breakdown)
    return uses


def _in_breakdown(document: Document, kind: Kind, uses: Uses, report: Report) -> None:
    """01: used on a line, an allowance or a charge, and in the breakdown; untaxed ones there exactly once."""
    told = [category for _, category in uses.breakdown if category.code == kind.code]
    used = [category for category in (*uses.lines, *uses.parts) if category.code == kind.code]
    if kind.code != "S":
        told, used = [each for each in told if each.is_vat], [each for each in used if each.is_vat]
    if not (told or used):
        return
    holds = bool(told) and bool(used) if kind.taxed else len(told) == 1
    if not holds:
        expected = "once for each rate that lines use" if kind.taxed else "exactly once"
        path = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID"
        report.add(f"{kind.prefix}-01", document.root, f"{kind.code}: {len(told)} times", expected, path)


def _numbers(document: Document, kind: Kind, uses: Uses, report: Report) -> None:
    """02, 03, 04: who must have which number. BR-S-02 also asks that the category of a line is one of VAT."""
    registered = kind.registered(document.registrations)
    of_document = kind.code == "O"  # BR-O-03 and BR-O-04 look at the document's own allowances and charges
    for ordinal, found in _places(document, uses, of_document):
        ours = [each for each in found if each.code == kind.code]
        of_vat = [each for each in ours if each.is_vat]
        if (kind.code, ordinal) == ("S", "02"):
            wrong = ours[:1] if not (registered and of_vat) else []
        else:
            wrong = of_vat[:1] if not registered else []
        for category in wrong:
            report.add(f"{kind.prefix}-{ordinal}", category.element, kind.code, kind.numbers)


def _places(document: Document, uses: Uses, of_document: bool) -> Iterator[tuple[str, list[Category]]]:
    own = document.allowances_charges
    yield "02", uses.lines
    for ordinal, charge, anywhere in (("03", False, uses.allowances), ("04", True, uses.charges)):
        yield (
            ordinal,
            [category for each in own if each.charge is charge for category in each.categories]
            if of_document
            else anywhere,
        )


def _rates(kind: Kind, uses: Uses, report: Report) -> None:
    """05, 06, 07: the rate on lines, allowances and charges."""
    for ordinal, found in (("05", uses.lines), ("06", uses.allowances), ("07", uses.charges)):
        for category in found:
            if category.code == kind.code and category.is_vat and not _rate_holds(kind.rate, category):
                rate = category.text("cbc:Percent")
                report.add(
                    f"{kind.prefix}-{ordinal}", category.element, rate, f"a rate that is {kind.rate}", "cbc:Percent"
                )


def _rate_holds(rate: Rate, category: Category) -> bool:
    if rate == "none":
        return not category.has_percent
    if category.percent is None:
        return False
    if rate == "zero":
        return category.percent == 0
    return category.percent > 0 if rate == "positive" else category.percent >= 0


def _taxable(sums: Sums, kind: Kind, subtotal: Subtotal, category: Category, report: Report) -> None:
    """08: the taxable amount is the sum of the lines and charges less the allowances of this category and rate."""
    if kind.taxed and category.percent is None:
        return
    percent = category.percent if kind.taxed else None
    found, expected = subtotal.taxable, sums.of(kind.code, percent)
    if expected is None:
        holds = False
    elif kind.taxed:
        holds = found is not None and abs(found - expected) < SLACK
    else:
        holds = found == expected
    if not holds:
        text = subtotal.group.part("cbc:TaxableAmount").trimmed
        report.add(f"{kind.prefix}-08", subtotal.group, text, expected or Decimal(0), "cbc:TaxableAmount")


def _tax(kind: Kind, subtotal: Subtotal, category: Category, report: Report) -> None:
    """09: the VAT of the category."""
    text = subtotal.group.part("cbc:TaxAmount").trimmed
    if not kind.taxed:
        if subtotal.tax != 0:
            report.add(f"{kind.prefix}-09", subtotal.group, text, Decimal(0), "cbc:TaxAmount")
        return
    if subtotal.taxable is None or category.percent is None:
        report.add(f"{kind.prefix}-09", subtotal.group, text, "", "cbc:TaxAmount")
        return
    expected = vat_of(subtotal.taxable, category.percent)
    if differs_by_slack(subtotal.tax, expected):
        signed = expected.copy_sign(subtotal.taxable)
        report.add(f"{kind.prefix}-09", subtotal.group, text, signed, "cbc:TaxAmount")


def _exemption(kind: Kind, category: Category, report: Report) -> None:
    """10: why no VAT is charged."""
    group = category.element
    told = bool(group.all("cbc:TaxExemptionReason") or group.all("cbc:TaxExemptionReasonCode"))
    if told != kind.exempt:
        expected = "a reason of exemption (BT-120, BT-121)" if kind.exempt else "no reason of exemption"
        found = group.part("cbc:TaxExemptionReason").trimmed or group.part("cbc:TaxExemptionReasonCode").trimmed
        report.add(f"{kind.prefix}-10", group, found, expected, "cbc:TaxExemptionReason")
