"""What may be there only once, or only together (UBL-SR), and what an attachment must say of itself (UBL-DT)."""

from typing import NamedTuple

from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rules.facts import Document
from services.invoice_router.domain.rules.groups import Line, is_vat
from services.invoice_router.domain.rules.report import Report, judge_alike
from services.invoice_router.domain.trees import Tree


class Once(NamedTuple):
    """A path below a group that leads to one element at most."""

    code: str
    path: tuple[str, ...]


def _once(code: str, path: str) -> Once:
    return Once(code, tuple(path.split("/")))


_SELLER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"
_IN_DOCUMENT = (
    _once("UBL-SR-01", "cac:ContractDocumentReference/cbc:ID"),
    _once("UBL-SR-02", "cac:ReceiptDocumentReference/cbc:ID"),
    _once("UBL-SR-03", "cac:DespatchDocumentReference/cbc:ID"),
    _once("UBL-SR-05", "cac:PaymentTerms/cbc:Note"),
    _once("UBL-SR-08", "cac:InvoicePeriod"),
    _once("UBL-SR-09", f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName"),
    _once("UBL-SR-10", f"{_SELLER}/cac:PartyName/cbc:Name"),
    _once("UBL-SR-11", f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyID"),
    _once("UBL-SR-14", f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyLegalForm"),
    _once("UBL-SR-15", f"{_BUYER}/cac:PartyLegalEntity/cbc:RegistrationName"),
    _once("UBL-SR-16", f"{_BUYER}/cac:PartyIdentification/cbc:ID"),
    _once("UBL-SR-17", f"{_BUYER}/cac:PartyLegalEntity/cbc:CompanyID"),
    _once("UBL-SR-24", "cac:Delivery"),
    _once("UBL-SR-39", "cac:ProjectReference/cbc:ID"),
    _once("UBL-SR-40", f"{_BUYER}/cac:PartyName/cbc:Name"),
    _once("UBL-SR-45", "cac:PaymentMeans/cbc:PaymentDueDate"),
    _once("UBL-SR-49", "cac:InvoicePeriod/cbc:DescriptionCode"),
    _once("UBL-SR-54", "cac:PaymentMeans/cac:CardAccount"),
    _once("UBL-SR-55", "cac:PaymentMeans/cac:PaymentMandate"),
    _once("UBL-SR-56", "cac:OriginatorDocumentReference/cbc:ID"),
)
_IN_LINE = (
    _once("UBL-SR-34", "cbc:Note"),
    _once("UBL-SR-35", "cac:OrderLineReference/cbc:LineID"),
    _once("UBL-SR-36", "cac:InvoicePeriod"),
    _once("UBL-SR-37", "cac:Price/cac:AllowanceCharge/cbc:Amount"),
    _once("UBL-SR-50", "cac:Item/cbc:Description"),
    _once("UBL-SR-52", "cac:DocumentReference"),
)
_IN_MEANS = (
    _once("UBL-SR-26", "cbc:PaymentID"),
    _once("UBL-SR-27", "cbc:PaymentMeansCode"),
    _once("UBL-SR-28", "cac:PaymentMandate/cbc:ID"),
)
_IN_REPRESENTATIVE = (
    _once("UBL-SR-22", "cac:PartyName/cbc:Name"),
    _once("UBL-SR-23", "cac:PartyTaxScheme/cbc:CompanyID"),
)
_IN_DELIVERY = (_once("UBL-SR-25", "cac:DeliveryParty/cac:PartyName/cbc:Name"),)
_IN_REFERENCE = (_once("UBL-SR-33", "cbc:DocumentDescription"),)
_IN_SUBTOTAL = (_once("UBL-SR-32", "cac:TaxCategory/cbc:TaxExemptionReason"),)
_CREDITORS = (
    ("cac:AccountingSupplierParty", "cac:Party"),
    ("cac:AccountingCustomerParty", "cac:Party"),
    ("cac:PayeeParty",),
)
_OBJECT, _PROJECT = "130", "50"
"""DocumentTypeCode of the invoiced object (BT-18), and in a credit note of the project (BT-11)."""

_BINARIES = ("cbc:EmbeddedDocumentBinaryObject", "cbc:BinaryObject")
_TAX_SCHEME = "cac:PartyTaxScheme"
_ADDRESSES = ("cac:PostalAddress", "cac:Address")


def check(document: Document, report: Report) -> None:
    """All of this group."""
    root = document.root
    _at_most_once(root, _IN_DOCUMENT, report)
    for name, rows in (
        ("cac:PaymentMeans", _IN_MEANS),
        ("cac:TaxRepresentativeParty", _IN_REPRESENTATIVE),
        ("cac:Delivery", _IN_DELIVERY),
        ("cac:AdditionalDocumentReference", _IN_REFERENCE),
    ):
        for group in root.all(name):
            _at_most_once(group, rows, report)
    for lines in document.alike:
        judge_alike(lines, _line, report)
    for subtotal in document.subtotals:
        _at_most_once(subtotal.group, _IN_SUBTOTAL, report)
    _reasons(document, report)
    _tax_registrations(root, report)
    _payment(document, report)
    _payees(root, report)
    _references(document, report)
    _rare_elements(document.tree, report)


def _line(line: Line, report: Report) -> None:
    _at_most_once(line.group, _IN_LINE, report)
    if len(line.categories) != 1:
        path = "cac:Item/cac:ClassifiedTaxCategory"
        report.add("UBL-SR-48", line.group, f"{len(line.categories)} categories", "exactly one VAT category", path)


def _at_most_once(group: Part, rows: tuple[Once, ...], report: Report) -> None:
    children = group.children
    for code, path in rows:
        if path[0] in children:
            found = group.reached(path)
            if len(found) > 1:
                report.add(code, found[1], f"{len(found)} times", "at most once")


def _reasons(document: Document, report: Report) -> None:
    own = [each for line in document.in_parts for each in line.allowances_charges]
    for each in (*document.allowances_charges, *own):
        found = each.group.all("cbc:AllowanceChargeReason")
        if len(found) > 1 and each.charge is not None:
            report.add("UBL-SR-31" if each.charge else "UBL-SR-30", found[1], f"{len(found)} reasons", "at most one")


def _tax_registrations(root: Part, report: Report) -> None:
    for holder, of_vat, of_others in (
        ("cac:AccountingSupplierParty", "UBL-SR-12", "UBL-SR-13"),
        ("cac:AccountingCustomerParty", "UBL-SR-18", ""),
    ):
        parties = [party for each in root.all(holder) for party in each.all("cac:Party")]
        schemes = [scheme for party in parties for scheme in party.all("cac:PartyTaxScheme")]
        for code, vat in ((of_vat, True), (of_others, False)):
            numbers = [each for scheme in schemes if is_vat(scheme) is vat for each in scheme.all("cbc:CompanyID")]
            if code and len(numbers) > 1:
                report.add(code, numbers[1], f"{len(numbers)} numbers", "at most one")
        if of_others:
            for party in parties:
                if len(party.all("cac:PartyTaxScheme")) > 2:
                    report.add("UBL-SR-42", party, f"{len(party.all('cac:PartyTaxScheme'))} times", "at most twice")


def _payment(document: Document, report: Report) -> None:
    means = document.root.all("cac:PaymentMeans")
    for code, name in (("UBL-SR-44", "cbc:PaymentID"), ("UBL-SR-47", "cbc:PaymentMeansCode")):
        distinct = {each.written: each for group in means for each in group.all(name)}
        if len(distinct) > 1:
            expected = "one remittance text" if code == "UBL-SR-44" else "one code of payment means"
            report.add(code, list(distinct.values())[1], " | ".join(distinct), expected)
    named = [each for group in means for each in group.all("cbc:PaymentMeansCode") if "name" in each.attributes]
    if len(named) > 1:
        report.add("UBL-SR-46", named[1], f"{len(named)} names", "at most one")
    creditors = [
        each
        for path in _CREDITORS
        for each in document.root.reached((*path, "cac:PartyIdentification", "cbc:ID"))
        if each.attributes.get("schemeID", "").upper() == "SEPA"
    ]
    if len(creditors) > 1:
        report.add("UBL-SR-29", creditors[1], f"{len(creditors)} creditor identifiers", "at most one (BT-90)")


def _payees(root: Part, report: Report) -> None:
    seller = {
        each.trimmed
        for each in root.reached(
            ("cac:AccountingSupplierParty", "cac:Party", "cac:PartyLegalEntity", "cbc:RegistrationName")
        )
    }
    for payee in root.all("cac:PayeeParty"):
        names = payee.reached(("cac:PartyName", "cbc:Name"))
        identifiers = [
            each
            for each in payee.reached(("cac:PartyIdentification", "cbc:ID"))
            if each.attributes.get("schemeID") != "SEPA"
        ]
        another = any(name.trimmed != legal for name in names for legal in seller)
        for code, found in (
            ("UBL-SR-19", names),
            ("UBL-SR-20", identifiers),
            ("UBL-SR-21", payee.reached(("cac:PartyLegalEntity", "cbc:CompanyID"))),
        ):
            if len(found) > 1 or not another:
                report.add(code, payee, f"{len(found)} times", "at most once, of another than the seller")


def _references(document: Document, report: Report) -> None:
    objects = 0
    for reference in document.root.all("cac:AdditionalDocumentReference"):
        code = reference.part("cbc:DocumentTypeCode").trimmed
        objects += len(reference.all("cbc:ID")) if code == _OBJECT else 0
        of_project = document.family == "credit_note" and code == _PROJECT
        schemes = [each for each in reference.all("cbc:ID") if each.attributes.get("schemeID") is not None]
        if code != _OBJECT and not of_project and (schemes or reference.all("cbc:DocumentTypeCode")):
            report.add("UBL-SR-43", reference, code, "a scheme only for an invoiced object (BT-18)")
    if objects > 1:
        report.add("UBL-SR-04", document.root, f"{objects} times", "at most one invoiced object (BT-18)")
    for reference in document.root.all("cac:BillingReference"):
        earlier = reference.all("cac:InvoiceDocumentReference")
        if len(earlier) > 1:
            report.add("UBL-SR-06", earlier[1], f"{len(earlier)} times", "at most once")
        if not any(each.all("cbc:ID") for each in earlier):
            report.add("UBL-SR-07", reference, "", "the number of the earlier invoice (BT-25)")


def _rare_elements(tree: Tree, report: Report) -> None:
    for element in tree.all(*_BINARIES):
        for code, name in (("UBL-DT-06", "mimeCode"), ("UBL-DT-07", "filename")):
            if name not in element.attributes:
                report.add(code, element, "", f"the attribute {name}", f"@{name}")
    for element in tree.all(_TAX_SCHEME):
        if not (element.reached(("cac:TaxScheme", "cbc:ID")) and element.all("cbc:CompanyID")):
            report.add("UBL-SR-53", element, "", "a tax scheme and a number in it")
    for element in tree.all(*_ADDRESSES):
        lines = element.all("cac:AddressLine")
        if len(lines) > 1:
            report.add("UBL-SR-51", lines[1], f"{len(lines)} lines", "at most one")
