"""Bytes to a typed invoice: safe XML, the fields of EN 16931-1, and what is odd about them."""

import hashlib
from dataclasses import dataclass
from datetime import date

from lxml import etree

from services.invoice_router.domain import attachments, parties, payments, totals
from services.invoice_router.domain.fields import (
    amount,
    currency,
    day,
    identifier,
    required_amount,
    text,
    texts,
)
from services.invoice_router.domain.rejection import DocumentRejected, capped, warning
from services.invoice_router.domain.safe_xml import ATTACHMENT, read_xml
from shared.contracts.invoices import Family, Finding
from shared.contracts.sales_invoices import Attachment, PrecedingInvoice, SalesInvoice
from shared.values import Sha256, ValueRejected

_ROOTS: dict[str, Family] = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "invoice",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "credit_note",
}
_LINES: dict[Family, str] = {"invoice": "cac:InvoiceLine", "credit_note": "cac:CreditNoteLine"}
_TYPE_PATHS: dict[Family, str] = {"invoice": "cbc:InvoiceTypeCode", "credit_note": "cbc:CreditNoteTypeCode"}
_DUE_PATHS: dict[Family, str] = {
    "invoice": "cbc:DueDate",
    # A CreditNote has no DueDate (UBL 2.1 XSD).
    "credit_note": "cac:PaymentMeans/cbc:PaymentDueDate",
}
_CREDIT_CODES = ("381", "261", "396", "532", "81", "83")
_SELF_BILLED = ("389", "261")
_CORRECTED = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document is; `pdf` are the bytes of the first PDF inside it that is one."""

    invoice: SalesInvoice
    pdf: bytes | None


def read_document(data: bytes) -> Reading:
    """The invoice that a document is. Raises `DocumentRejected`, nothing else.

    What EN 16931 and Peppol find beyond safety, identity and typed amounts are findings of the invoice: a document
    is never kept from the accountant for them.
    """
    root = read_xml(data)
    family = _ROOTS.get(str(root.tag))
    if family is None:
        raise DocumentRejected("UBL_ROOT", "/", root.tag, "a UBL 2.1 Invoice or CreditNote")
    try:
        return _read(root, family)
    except ValueRejected as error:
        raise DocumentRejected(error.code.upper(), "", error.found, error.expected) from None


def read_invoice(data: bytes) -> SalesInvoice:
    """The invoice alone of `read_document`."""
    return read_document(data).invoice


def _read(root: etree._Element, family: Family) -> Reading:
    money = currency(root)
    total = totals.monetary_total(root)
    issued = day(root, "cbc:IssueDate")
    if issued is None:
        raise DocumentRejected("DATE_MISSING", "cbc:IssueDate", "", "the day of issue, YYYY-MM-DD")
    due = day(root, _DUE_PATHS[family])
    payment_text, reference, reference_findings = payments.payment_reference(root)
    ibans, iban_findings = payments.accounts(root)
    files, file_findings, pdf = attachments.read_attachments(root)
    type_code = text(root, _TYPE_PATHS[family])
    corrected = tuple(texts(root, _CORRECTED))
    taxes, tax_findings = totals.tax_subtotals(root, money)
    findings = [
        *totals.check_totals(root, money, _LINES[family], taxes),
        *tax_findings,
        *_oddities(family, type_code, issued, due, corrected),
        *reference_findings,
        *iban_findings,
        *file_findings,
    ]
    invoice = SalesInvoice(
        family=family,
        number=identifier(root, "cbc:ID"),
        type_code=type_code,
        self_billed=type_code in _SELF_BILLED,
        customization_id=text(root, "cbc:CustomizationID"),
        profile_id=text(root, "cbc:ProfileID"),
        issue_date=issued,
        due_date=due,
        currency=money,
        supplier_number=parties.supplier_number(root),
        supplier=parties.supplier(root),
        customer=parties.customer(root),
        line_total=amount(total, "cbc:LineExtensionAmount", money),
        tax_exclusive=amount(total, "cbc:TaxExclusiveAmount", money),
        tax_inclusive=required_amount(total, "cbc:TaxInclusiveAmount", money),
        prepaid=amount(total, "cbc:PrepaidAmount", money),
        rounding=amount(total, "cbc:PayableRoundingAmount", money),
        payable=required_amount(total, "cbc:PayableAmount", money),
        taxes=taxes,
        payment_text=payment_text,
        reference=reference,
        ibans=ibans,
        preceding=tuple(PrecedingInvoice(number=number) for number in corrected),
        attachments=files,
        findings=capped(findings),
        content_sha256=content_sha256(root, files),
    )
    return Reading(invoice, pdf)


def content_sha256(root: etree._Element, files: tuple[Attachment, ...]) -> Sha256:
    """SHA-256 of the canonical XML (C14N 1.0) without attachments, and of the attachments' digests.

    Empties the attachments of the tree, so it comes last.
    """
    for element in root.iter(ATTACHMENT):
        element.text = None
    digest = hashlib.sha256(etree.tostring(root, method="c14n", with_comments=False))
    for file in files:
        digest.update((file.sha256 or file.name).encode())
    return Sha256(digest.hexdigest())


def _oddities(
    family: Family, type_code: str, issued: date, due: date | None, corrected: tuple[str, ...]
) -> list[Finding]:
    findings = []
    if (type_code in _CREDIT_CODES) != (family == "credit_note"):
        findings.append(warning("BR-CL-01", _TYPE_PATHS[family], type_code, f"a type code of a {family}"))
    if due is not None and due < issued:
        findings.append(warning("DUE_BEFORE_ISSUE", _DUE_PATHS[family], due.isoformat(), f"{issued} or later"))
    if family == "credit_note" and not corrected:
        findings.append(warning("CREDIT_NOTE_REFERENCE", _CORRECTED, "", "the number of the corrected invoice"))
    return findings
