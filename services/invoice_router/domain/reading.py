"""Bytes to a typed invoice: safe XML, the schema, the fields of EN 16931-1, and what is odd about them.

1. The gate (`safe_xml`) takes the bytes or refuses them. 2. The files inside are decoded once and taken out of the
bytes (`lifting`) or the tree. 3. The schema. 4. The fields; what must be there and cannot be read refuses the
document. 5. Whose it is, what an accountant would ask, and what the rules of EN 16931 and Peppol find: none of that
keeps a document from being read.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from services.invoice_router.domain import attachments, identity, parties, profiles, references, rules, totals
from services.invoice_router.domain.accounting import accounting_findings, told_once
from services.invoice_router.domain.content import content_sha256
from services.invoice_router.domain.fields import Notes, currency, identifier
from services.invoice_router.domain.lines import lines, period
from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.payments import payment
from services.invoice_router.domain.rejection import DocumentRejected, capped
from services.invoice_router.domain.schema import SchemaCheck, unchecked
from services.invoice_router.domain.trees import tree_of
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
    root, files = attachments.opened(data)
    family = _ROOTS.get(str(root.tag))
    if family is None:
        raise DocumentRejected("UBL_ROOT", "/", root.tag, "a UBL 2.1 Invoice or CreditNote")
    schema(root, family)
    try:
        return Reading(_read(root, family, files, today), files.pdf)
    except ValueRejected as error:
        raise DocumentRejected(error.code.upper(), "", error.found, error.expected) from None


def read_invoice(data: bytes) -> SalesInvoice:
    """The invoice alone of `read_document`."""
    return read_document(data).invoice


def _read(root: etree._Element, family: Family, files: attachments.Files, today: date | None) -> SalesInvoice:
    tree = tree_of(root)
    document = tree.root
    notes = Notes(currency(document))
    number, supplier_findings = identity.supplier_number(document)
    pay = payment(document, notes)
    invoice = SalesInvoice(
        **_head(document, family, notes),
        **_references(document, notes),
        **_delivery(document, notes),
        **_sums(document, notes),
        supplier_number=number,
        supplier=parties.party(document.part(parties.SUPPLIER).part("cac:Party")),
        customer=parties.party(document.part(parties.CUSTOMER).part("cac:Party")),
        payee=parties.party_or_none(document.part("cac:PayeeParty")),
        tax_representative=parties.party_or_none(document.part("cac:TaxRepresentativeParty")),
        payment_means=pay.means,
        payment_text=" ".join(pay.texts),
        reference=pay.reference,
        ibans=pay.ibans,
        allowances_charges=totals.allowances_charges(document, notes),
        lines=lines(tree, family, notes),
        attachments=tuple(files.attachments),
        content_sha256=content_sha256(tree.form, files.digests),
    )
    own = [*notes.findings, *accounting_findings(invoice, document, pay.texts, today)]
    own += identity.customer_findings(document)
    official = rules.check(tree, family)
    # What keeps something back comes first: the last ones are left out where there are too many.
    findings = capped([*supplier_findings, *files.findings, *told_once(own, official), *official])
    return invoice.model_copy(update={"findings": findings})


def _head(document: Part, family: Family, notes: Notes) -> Fields:
    customization, profile_id = document.text(profiles.CUSTOMIZATION), document.text("cbc:ProfileID")
    profile = profiles.profile_of(customization, profile_id)
    profiles.note_profile(profile, customization, document, notes)
    type_code = document.text(_TYPE_CODE[family])
    return {
        "family": family,
        "number": identifier(document, "cbc:ID"),
        "type_code": type_code,
        "self_billed": profile == "bis_self_billing" or type_code in profiles.SELF_BILLED_TYPES,
        "profile": profile,
        "customization_id": customization,
        "profile_id": profile_id,
        "issue_date": notes.required_day(document, "cbc:IssueDate"),
        "due_date": references.due_date(document, notes),
        "tax_point_date": notes.day(document, "cbc:TaxPointDate"),
        "period": period(document, "cac:InvoicePeriod", notes),
        "currency": notes.currency,
        "notes": tuple(document.texts("cbc:Note")),
        "payment_terms": "\n".join(
            note for terms in document.all("cac:PaymentTerms") for note in terms.texts("cbc:Note")
        ),
        "buyer_reference": document.text("cbc:BuyerReference"),
        "accounting_cost": document.text("cbc:AccountingCost"),
    }


def _references(document: Part, notes: Notes) -> Fields:
    numbers = {field: references.referenced(document, name) for field, name in _DOCUMENTS.items()}
    return {
        **numbers,
        "sales_order": document.part("cac:OrderReference").text("cbc:SalesOrderID"),
        "project": references.project(document),
        "invoiced_object": references.invoiced_object(document),
        "preceding": references.preceding_invoices(document, notes),
        "software": references.software(document, notes),
    }


def _delivery(document: Part, notes: Notes) -> Fields:
    delivery = document.part("cac:Delivery")
    if not delivery:
        return {}
    place = delivery.part("cac:DeliveryLocation").part("cac:Address")
    return {
        "delivery_date": notes.day(delivery, "cbc:ActualDeliveryDate"),
        "delivery_name": delivery.part("cac:DeliveryParty").part("cac:PartyName").text("cbc:Name"),
        "delivery_address": parties.address(place) if place else None,
    }


def _sums(document: Part, notes: Notes) -> Fields:
    total = totals.monetary_total(document)
    accounting = totals.tax_currency(document, notes)
    taxes = totals.taxes(document, accounting, notes)
    return {
        **{field: notes.amount(total, name) for field, name in _AMOUNTS.items()},
        "tax_inclusive": notes.required_amount(total, "cbc:TaxInclusiveAmount"),
        "payable": notes.required_amount(total, "cbc:PayableAmount"),
        "tax_currency": accounting,
        "tax": taxes.total,
        "tax_accounting": taxes.accounting,
        "taxes": taxes.subtotals,
    }
