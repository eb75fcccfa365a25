"""A sales invoice in values: the JSON sidecar of every accepted document.

invoice_router writes it, delivery renders from it, accountants read it. Terms follow EN 16931-1: BT and BG numbers.
Every amount is in the invoice's own `currency` unless it says otherwise.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from shared.contracts.event import Facts
from shared.contracts.invoices import Family, Finding
from shared.values import Currency, EnterpriseNumber, Iban, Money, Sha256, StructuredReference

Profile = Literal["bis_billing", "bis_self_billing", "ubl_be", "e_fff", "en_16931", "other"]
"""Which customisation (BT-24) a document follows: Peppol BIS Billing 3 and Self-Billing 3, UBL.BE 1.0, e-FFF."""


class Address(Facts):
    """Where a party is (BG-5, BG-8, BG-15), as written."""

    street: str = ""
    additional_street: str = ""
    line: str = ""
    city: str = ""
    postal_zone: str = ""
    subdivision: str = ""
    country: str = Field("", description="ISO 3166-1 alpha-2")


class Party(Facts):
    """The seller (BG-4), the buyer (BG-7), the payee (BG-10) or a tax representative (BG-11), as written."""

    name: str = Field("", description="BT-27, BT-44: the legal name, else the trading name")
    trading_name: str = Field("", description="BT-28, BT-45")
    number: str = Field("", description="BT-30, BT-47")
    vat_number: str = Field("", description="BT-31, BT-48")
    endpoint: str = Field("", description="BT-34, BT-49: `<EAS scheme>:<identifier>`")
    identifiers: tuple[str, ...] = Field(
        (), description="BT-29, BT-46, BT-60: `<scheme>:<identifier>` where there is one"
    )
    legal_form: str = Field("", description="BT-33")
    address: Address = Address()
    contact_name: str = ""
    telephone: str = ""
    email: str = ""


class Period(Facts):
    """Days with both ends (BG-14, BG-26)."""

    start: date | None = None
    end: date | None = None


class AllowanceCharge(Facts):
    """Something taken off or added, to the document (BG-20, BG-21) or to a line (BG-27, BG-28)."""

    charge: bool = Field(description="true where it is added")
    amount: Money
    base: Money | None = None
    percent: Decimal | None = None
    reason_code: str = ""
    reason: str = ""
    tax_category: str = ""
    tax_percent: Decimal | None = None


class TaxSubtotal(Facts):
    """VAT by category and rate (BG-23)."""

    category: str = Field(description="BT-118, UNCL5305")
    percent: Decimal | None = Field(None, description="BT-119")
    taxable: Money
    tax: Money
    exemption_code: str = Field("", description="BT-121, VATEX")
    exemption_reason: str = Field("", description="BT-120")
    box: str = Field("", description="UBL.BE TaxCategory/Name: the box of the Belgian VAT return")


class PaymentMeans(Facts):
    """How the buyer is asked to pay (BG-16)."""

    code: str = Field("", description="BT-81, UNCL4461")
    text: str = Field("", description="BT-83 as written")
    account: str = Field("", description="BT-84 as written")
    account_name: str = Field("", description="BT-85")
    bic: str = Field("", description="BT-86")
    mandate: str = Field("", description="BT-89")
    debited_account: str = Field("", description="BT-91 as written")
    card: str = Field("", description="BT-87: the last digits of the card's number")


class PrecedingInvoice(Facts):
    """An invoice that this document corrects or follows (BG-3)."""

    number: str = Field(description="BT-25")
    issue_date: date | None = Field(None, description="BT-26")


class Attachment(Facts):
    """A file inside the document, or where one lies (BG-24).

    `sha256` is of the decoded bytes, None where there are none; `code` of the finding says why a file was set apart.
    """

    name: str
    media_type: str
    description: str = Field("", description="BT-123")
    uri: str = Field("", description="BT-124; never fetched")
    size: int = 0
    sha256: Sha256 | None = None
    set_apart: str = Field("", description="code of the finding for which the file is not handed on as a file")


class Line(Facts):
    """An invoice line (BG-25)."""

    id: str = Field("", description="BT-126")
    name: str = Field("", description="BT-153")
    description: str = Field("", description="BT-154")
    note: str = Field("", description="BT-127")
    quantity: Decimal | None = Field(None, description="BT-129")
    unit: str = Field("", description="BT-130, UNECE Rec 20")
    price: Decimal | None = Field(None, description="BT-146; more decimals than money has")
    price_base_quantity: Decimal | None = Field(None, description="BT-149")
    net: Money | None = Field(None, description="BT-131")
    tax_category: str = Field("", description="BT-151")
    tax_percent: Decimal | None = Field(None, description="BT-152")
    tax_box: str = Field("", description="UBL.BE ClassifiedTaxCategory/Name: the box of the Belgian VAT return")
    seller_item: str = Field("", description="BT-155")
    buyer_item: str = Field("", description="BT-156")
    standard_item: str = Field("", description="BT-157")
    order_line: str = Field("", description="BT-132")
    accounting_cost: str = Field("", description="BT-133: where the buyer books the line")
    period: Period | None = Field(None, description="BG-26")
    allowances_charges: tuple[AllowanceCharge, ...] = ()


class SalesInvoice(Facts):
    """Everything that was read of an invoice or credit note.

    `supplier_number` is None where the document names no usable one: then a finding `SUPPLIER_...` of severity
    `quarantine` says why, and the document is not delivered. A finding `ATTACHMENT_...` of severity `quarantine` sets
    that one file apart and keeps no document back. `content_sha256` is that of the canonical XML without attachments,
    and of the attachments' own digests: equal for two documents that say the same.
    """

    family: Family
    number: str = Field(description="BT-1")
    type_code: str = Field(description="BT-3, UNCL1001")
    self_billed: bool = Field(False, description="made out by the buyer in the seller's name")
    profile: Profile = "other"
    customization_id: str = Field("", description="BT-24")
    profile_id: str = Field("", description="BT-23")
    issue_date: date = Field(description="BT-2")
    due_date: date | None = Field(None, description="BT-9")
    tax_point_date: date | None = Field(None, description="BT-7")
    delivery_date: date | None = Field(None, description="BT-72")
    period: Period | None = Field(None, description="BG-14")
    currency: Currency = Field(description="BT-5")
    tax_currency: Currency | None = Field(None, description="BT-6")
    notes: tuple[str, ...] = Field((), description="BT-22")
    payment_terms: str = Field("", description="BT-20")
    buyer_reference: str = Field("", description="BT-10")
    order: str = Field("", description="BT-13")
    sales_order: str = Field("", description="BT-14")
    despatch_advice: str = Field("", description="BT-16")
    receiving_advice: str = Field("", description="BT-15")
    tender: str = Field("", description="BT-17")
    invoiced_object: str = Field("", description="BT-18")
    accounting_cost: str = Field("", description="BT-19: where the buyer books the invoice")
    contract: str = Field("", description="BT-12")
    project: str = Field("", description="BT-11")
    supplier_number: EnterpriseNumber | None = Field(
        None, description="the one number that all places of the seller name"
    )
    supplier: Party
    customer: Party
    payee: Party | None = Field(None, description="BG-10: where money goes to another than the seller (factoring)")
    tax_representative: Party | None = Field(None, description="BG-11")
    delivery_name: str = Field("", description="BT-70")
    delivery_address: Address | None = Field(None, description="BG-15")
    line_total: Money | None = Field(None, description="BT-106")
    allowance_total: Money | None = Field(None, description="BT-107")
    charge_total: Money | None = Field(None, description="BT-108")
    tax_exclusive: Money | None = Field(None, description="BT-109")
    tax: Money | None = Field(None, description="BT-110")
    tax_accounting: Money | None = Field(None, description="BT-111, in `tax_currency`")
    tax_inclusive: Money = Field(description="BT-112")
    prepaid: Money | None = Field(None, description="BT-113")
    rounding: Money | None = Field(None, description="BT-114")
    payable: Money = Field(description="BT-115")
    taxes: tuple[TaxSubtotal, ...] = ()
    payment_means: tuple[PaymentMeans, ...] = ()
    payment_text: str = Field("", description="BT-83, the distinct texts")
    reference: StructuredReference | None = Field(None, description="BT-83 where it is an OGM or RF reference")
    ibans: tuple[Iban, ...] = Field((), description="BT-84, each once")
    preceding: tuple[PrecedingInvoice, ...] = ()
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    lines: tuple[Line, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    software: str = Field("", description="UBL.BE: name and version of the software that made the document")
    findings: tuple[Finding, ...] = ()
    content_sha256: Sha256
