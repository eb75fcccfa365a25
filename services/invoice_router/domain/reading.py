"""Bytes to a typed invoice: safe XML, the schema, the fields of EN 16931-1, and what is odd about them.

1. The gate (`safe_xml`) takes the bytes or refuses them. 2. The files inside are decoded once and taken out of the
tree. 3. The schema. 4. The fields; what must be there and cannot be read refuses the document. 5. Whose it is, what an
accountant would ask, and what the rules of EN 16931 and Peppol find: none of that keeps a document from being read.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from services.invoice_router.domain import attachments, identity, parties, profiles, references, rules, totals
from services.invoice_router.domain.accounting import accounting_findings, told_once
from services.invoice_router.domain.content import content_sha256
from services.invoice_router.domain.fields import Part, identifier
from services.invoice_router.domain.lines import lines, period
from services.invoice_router.domain.payments import payment
from services.invoice_router.domain.rejection import DocumentRejected, capped
from services.invoice_router.domain.safe_xml import read_xml
from services.invoice_router.domain.schema import SchemaCheck, unchecked
from shared.contracts.invoices import Family
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import ValueRejected

_ROOTS: dict[str, Family] = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "invoice",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "credit_note",
}
_TYPE_CODE: dict[Family, str] = {"invoice": "cbc:InvoiceTypeCode", "credit_note": "cbc:CreditNoteTypeCode"}
_DOCUMENTS = {
    "order": "cac:OrderReference",
    "contract": "cac:ContractDocumentReference",
    "tender": "cac:OriginatorDocumentReference",
    "despatch_advice": "cac:DespatchDocumentReference",
    "receiving_advice": "cac:ReceiptDocumentReference",
}
_AMOUNTS = {
    "line_total": "cbc:LineExtensionAmount",
    "allowance_total": "cbc:AllowanceTotalAmount",
    "charge_total": "cbc:ChargeTotalAmount",
    "tax_exclusive": "cbc:TaxExclusiveAmount",
    "prepaid": "cbc:PrepaidAmount",
    "rounding": "cbc:PayableRoundingAmount",
}

Fields = dict[str, Any]
"""Some of the fields of a `SalesInvoice`, which checks them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document is; `pdf` are the bytes of the first PDF inside it that is one."""

    invoice: SalesInvoice
    pdf: bytes | None


def read_document(data: bytes, *, schema: SchemaCheck = unchecked, today: date | None = None) -> Reading:
    """The invoice that a document is. Raises `DocumentRejected`, nothing else.

    What is found beyond safety, schema and the amounts and dates that must be there are findings of the invoice.
    `today` is the day in Belgium.
    """
    root = read_xml(data)
    family = _ROOTS.get(str(root.tag))
    if family is None:
        raise DocumentRejected("UBL_ROOT", "/", root.tag, "a UBL 2.1 Invoice or CreditNote")
    files = attachments.take_files(root)
    schema(root, family)
    try:
        return Reading(_read(root, family, files, today), files.pdf)
    except ValueRejected as error:
        raise DocumentRejected(error.code.upper(), "", error.found, error.expected) from None


def read_invoice(data: bytes) -> SalesInvoice:
    """The invoice alone of `read_document`."""
    return read_document(data).invoice


def _read(root: etree._Element, family: Family, files: attachments.Files, today: date | None) -> SalesInvoice:
    document = Part.of(root)
    # Held until the end: lxml makes an element's object and its name anew for each of the walks below, if nobody does.
    elements = list(root.iter())
    number, supplier_findings = identity.supplier_number(document)
    pay = payment(document)
    invoice = SalesInvoice(
        **_head(document, family),
        **_references(document),
        **_delivery(document),
        **_sums(document),
        supplier_number=number,
        supplier=parties.party(document.part(parties.SUPPLIER).part("cac:Party")),
        customer=parties.party(document.part(parties.CUSTOMER).part("cac:Party")),
        payee=parties.party_or_none(document.part("cac:PayeeParty")),
        tax_representative=parties.party_or_none(document.part("cac:TaxRepresentativeParty")),
        payment_means=pay.means,
        payment_text=" ".join(pay.texts),
        reference=pay.reference,
        ibans=pay.ibans,
        allowances_charges=totals.allowances_charges(document),
        lines=lines(document, family),
        attachments=tuple(files.attachments),
        content_sha256=content_sha256(elements, files.digests),
    )
    own = [*document.notes.findings, *accounting_findings(invoice, pay.texts, today)]
    own += identity.customer_findings(document)
    official = rules.check(root, family)
    # What keeps something back comes first: the last ones are left out where there are too many.
    findings = capped([*supplier_findings, *files.findings, *told_once(own, official), *official])
    return invoice.model_copy(update={"findings": findings})


def _head(document: Part, family: Family) -> Fields:
    customization, profile_id = document.text(profiles.CUSTOMIZATION), document.text("cbc:ProfileID")
    profile = profiles.profile_of(customization, profile_id)
    profiles.note_profile(profile, customization, document)
    type_code = document.text(_TYPE_CODE[family])
    return {
        "family": family,
        "number": identifier(document, "cbc:ID"),
        "type_code": type_code,
        "self_billed": profile == "bis_self_billing" or type_code in profiles.SELF_BILLED_TYPES,
        "profile": profile,
        "customization_id": customization,
        "profile_id": profile_id,
        "issue_date": document.required_day("cbc:IssueDate"),
        "due_date": references.due_date(document),
        "tax_point_date": document.day("cbc:TaxPointDate"),
        "period": period(document, "cac:InvoicePeriod"),
        "currency": document.notes.currency,
        "notes": tuple(document.texts("cbc:Note")),
        "payment_terms": "\n".join(
            note for terms in document.parts("cac:PaymentTerms") for note in terms.texts("cbc:Note")
        ),
        "buyer_reference": document.text("cbc:BuyerReference"),
        "accounting_cost": document.text("cbc:AccountingCost"),
    }


def _references(document: Part) -> Fields:
    numbers = {field: references.referenced(document, name) for field, name in _DOCUMENTS.items()}
    return {
        **numbers,
        "sales_order": document.part("cac:OrderReference").text("cbc:SalesOrderID"),
        "project": references.project(document),
        "invoiced_object": references.invoiced_object(document),
        "preceding": references.preceding_invoices(document),
        "software": references.software(document),
    }


def _delivery(document: Part) -> Fields:
    delivery = document.part("cac:Delivery")
    if not delivery:
        return {}
    place = delivery.part("cac:DeliveryLocation").part("cac:Address")
    return {
        "delivery_date": delivery.day("cbc:ActualDeliveryDate"),
        "delivery_name": delivery.part("cac:DeliveryParty").part("cac:PartyName").text("cbc:Name"),
        "delivery_address": parties.address(place) if place else None,
    }


def _sums(document: Part) -> Fields:
    total = totals.monetary_total(document)
    accounting = totals.tax_currency(document)
    taxes = totals.taxes(document, accounting)
    return {
        **{field: total.amount(name) for field, name in _AMOUNTS.items()},
        "tax_inclusive": total.required_amount("cbc:TaxInclusiveAmount"),
        "payable": total.required_amount("cbc:PayableAmount"),
        "tax_currency": accounting,
        "tax": taxes.total,
        "tax_accounting": taxes.accounting,
        "taxes": taxes.subtotals,
    }
