"""Are codes in their lists (BR-CL), and have amounts at most two decimals (UBL-DT-01)? One pass over the tree."""

from collections.abc import Callable, Container

from services.invoice_router.domain.parts import BLANKS, Part
from services.invoice_router.domain.rules import code_lists as lists
from services.invoice_router.domain.rules import trade_codes
from services.invoice_router.domain.rules.facts import Document
from services.invoice_router.domain.rules.numbers import decimals
from services.invoice_router.domain.rules.report import Report

Check = Callable[[Part, Report], None]
_BELGIAN_EXEMPTIONS = "BETE-"
"""UBL.BE has reasons of exemption of its own, BETE-45 for instance."""

_INVOICED_OBJECT = "130"
_SUBJECT_LENGTH = 3
_MOST_DECIMALS = 2
_TRUE, _FALSE = ("true", "1"), ("false", "0")


_PRICE_AMOUNT = "cbc:PriceAmount"
_PRICE = "cac:Price"


def check(document: Document, report: Report) -> None:
    """All of this group."""
    _amounts(document, report)
    for element in document.tree.all(*_CHECKED):
        _CHECKS[element.name](element, report)
    _categories(document, report)
    for note in document.root.all("cbc:Note"):
        _note(note, report)


def _listed(code: str, allowed: Container[str], expected: str) -> Check:
    """A check that the text of an element is one of a list."""

    def listed(element: Part, report: Report) -> None:
        text = element.trimmed
        if text not in allowed:
            report.add(code, element, text, expected)

    return listed


def _attribute(code: str, name: str, allowed: Container[str], expected: str) -> Check:
    """A check that an attribute, where it is there, is one of a list."""

    def listed(element: Part, report: Report) -> None:
        value = element.attributes.get(name)
        if value is not None and value.strip(BLANKS) not in allowed:
            report.add(code, element, value, expected)

    return listed


def _amounts(document: Document, report: Report) -> None:
    if not document.currencies <= lists.CURRENCIES:
        for element in document.amounts:
            currency = element.attributes.get("currencyID") or ""
            if currency not in lists.CURRENCIES:
                report.add("BR-CL-03", element, currency, "a currency of ISO 4217")
    for element in document.amounts if document.precise else ():
        text = element.trimmed
        if decimals(text) > _MOST_DECIMALS and element.name != _PRICE_AMOUNT and _PRICE not in element.above:
            report.add("UBL-DT-01", element, text, "at most two decimals")


def _parent_is(element: Part, *names: str) -> bool:
    return bool(element.above) and element.above[0] in names


def _country(element: Part, report: Report) -> None:
    text = element.trimmed
    if text not in lists.COUNTRIES:
        origin = _parent_is(element, "cac:OriginCountry")
        if origin or _parent_is(element, "cac:Country"):
            report.add("BR-CL-15" if origin else "BR-CL-14", element, text, "a country of ISO 3166-1, such as BE")


def _identifier(element: Part, report: Report) -> None:
    scheme = element.attributes.get("schemeID")
    if scheme is None or scheme.strip(BLANKS) in lists.IDENTIFIER_SCHEMES:
        return
    name = element.above[0] if element.above else ""
    if name == "cac:PartyIdentification":
        if not (scheme == "SEPA" and _of_payee_or_seller(element)):
            report.add("BR-CL-10", element, scheme, "a scheme of ISO 6523, such as 0208")
    elif name in ("cac:StandardItemIdentification", "cac:DeliveryLocation"):
        code = "BR-CL-21" if name == "cac:StandardItemIdentification" else "BR-CL-26"
        report.add(code, element, scheme, "a scheme of ISO 6523, such as 0160")
    elif name in ("cac:AdditionalDocumentReference", "cac:DocumentReference"):
        of_object = element.beside("cbc:DocumentTypeCode") == _INVOICED_OBJECT
        if of_object and scheme not in trade_codes.REFERENCE_QUALIFIERS:
            report.add("BR-CL-07", element, scheme, "a reference qualifier of UNCL1153")


def _categories(document: Document, report: Report) -> None:
    parts = [part for line in document.in_parts for part in line.allowances_charges]
    told = [category for part in (*parts, *document.allowances_charges) for category in part.categories]
    told += [category for subtotal in document.subtotals for category in subtotal.categories]
    for code, found in (
        ("BR-CL-17", told),
        ("BR-CL-18", document.line_categories),
    ):
        for category in found:
            if category.has_code and category.code not in lists.TAX_CATEGORIES:
                expected = "a VAT category: AE, B, E, G, K, L, M, O, S or Z"
                report.add(code, category.element, category.code, expected, "cbc:ID")


def _of_payee_or_seller(element: Part) -> bool:
    return "cac:AccountingSupplierParty" in element.above or "cac:PayeeParty" in element.above


def _company(element: Part, report: Report) -> None:
    scheme = element.attributes.get("schemeID")
    if scheme is None or scheme.strip(BLANKS) in lists.IDENTIFIER_SCHEMES:
        return
    if _parent_is(element, "cac:PartyLegalEntity"):
        report.add("BR-CL-11", element, scheme, "a scheme of ISO 6523, such as 0208")


def _reason_code(element: Part, report: Report) -> None:
    text, indicator = element.trimmed, element.beside("cbc:ChargeIndicator")
    if indicator in _FALSE and text not in lists.ALLOWANCE_REASONS:
        report.add("BR-CL-19", element, text, "a reason of an allowance (UNCL5189)")
    if indicator in _TRUE and text not in lists.CHARGE_REASONS:
        report.add("BR-CL-20", element, text, "a reason of a charge (UNCL7161)")


def _exemption(element: Part, report: Report) -> None:
    text = element.trimmed
    belgian = report.scope.belgian_codes and text.startswith(_BELGIAN_EXEMPTIONS)
    if text not in lists.EXEMPTION_REASONS and not belgian:
        report.add("BR-CL-22", element, text, "a VATEX code, such as VATEX-EU-IC")


def _means(element: Part, report: Report) -> None:
    text = element.trimmed
    if text not in lists.PAYMENT_MEANS and _parent_is(element, "cac:PaymentMeans"):
        report.add("BR-CL-16", element, text, "a payment means of UNCL4461, such as 30")


def _period_code(element: Part, report: Report) -> None:
    text = element.trimmed
    if text not in lists.TAX_POINTS and _parent_is(element, "cac:InvoicePeriod"):
        report.add("BR-CL-06", element, text, "3, 35 or 432")


def _media_type(element: Part, report: Report) -> None:
    value = element.attributes.get("mimeCode")
    if value is not None and value not in lists.MEDIA_TYPES:
        report.add("BR-CL-24", element, value, "a PDF, PNG, JPEG, CSV, XLSX or ODS file")


def _note(element: Part, report: Report) -> None:
    """BR-CL-08: `#AAI#…` says what a note is about."""
    parts = element.written.split("#", 2)
    if len(parts) > 2 and len(parts[1]) == _SUBJECT_LENGTH and parts[1] not in trade_codes.NOTE_SUBJECTS:
        report.add("BR-CL-08", element, parts[1], "a subject of UNCL4451")


_UNIT = _attribute("BR-CL-23", "unitCode", trade_codes.UNITS, "a unit of UN/ECE Recommendation 20, such as C62")
_CHECKS: dict[str, Check] = {
    "cbc:ID": _identifier,
    "cbc:CompanyID": _company,
    "cbc:EndpointID": _attribute(
        "BR-CL-25", "schemeID", lists.ENDPOINT_SCHEMES, "a scheme of the EAS list, such as 0208"
    ),
    "cbc:InvoiceTypeCode": _listed("BR-CL-01", lists.INVOICE_TYPES, "a type of invoice (UNCL1001), such as 380"),
    "cbc:CreditNoteTypeCode": _listed(
        "BR-CL-01", lists.CREDIT_NOTE_TYPES, "a type of credit note (UNCL1001), such as 381"
    ),
    "cbc:DocumentCurrencyCode": _listed("BR-CL-04", lists.CURRENCIES, "a currency of ISO 4217"),
    "cbc:TaxCurrencyCode": _listed("BR-CL-05", lists.CURRENCIES, "a currency of ISO 4217"),
    "cbc:DescriptionCode": _period_code,
    "cbc:ItemClassificationCode": _attribute(
        "BR-CL-13", "listID", lists.ITEM_CLASSIFICATIONS, "a classification of UNTDID 7143"
    ),
    "cbc:IdentificationCode": _country,
    "cbc:PaymentMeansCode": _means,
    "cbc:AllowanceChargeReasonCode": _reason_code,
    "cbc:TaxExemptionReasonCode": _exemption,
    "cbc:InvoicedQuantity": _UNIT,
    "cbc:CreditedQuantity": _UNIT,
    "cbc:BaseQuantity": _UNIT,
    "cbc:EmbeddedDocumentBinaryObject": _media_type,
}
_CHECKED = tuple(_CHECKS)
