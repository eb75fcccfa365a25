"""A sales invoice in values, as the sidecar of every accepted document holds it. BT and BG: EN 16931-1."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from shared.contracts.invoices import Customer, Family, Finding
from shared.values import Currency, EnterpriseNumber, Iban, Money, Sha256, StructuredReference


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class TaxSubtotal(_Facts):
    """VAT by category and rate (BG-23)."""

    category: str
    percent: Decimal | None
    taxable: Money
    tax: Money


class Attachment(_Facts):
    """A file inside the document (BG-24); `sha256` is of the decoded bytes, None when they cannot be decoded."""

    name: str
    media_type: str
    size: int
    sha256: Sha256 | None


class Invoice(_Facts):
    """Everything that was read of a document. Amounts are in `currency`.

    `content_sha256` is that of the canonical XML without attachments, and of the attachments' own digests: equal
    for two documents that say the same.
    """

    family: Family
    number: str
    type_code: str
    self_billed: bool
    customization: str
    profile: str
    issue_date: date
    due_date: date | None
    currency: Currency
    supplier: EnterpriseNumber
    supplier_name: str
    customer: Customer
    line_total: Money | None
    tax_exclusive: Money | None
    tax_inclusive: Money
    prepaid: Money | None
    rounding: Money | None
    payable: Money
    taxes: tuple[TaxSubtotal, ...]
    payment_text: str
    reference: StructuredReference | None
    ibans: tuple[Iban, ...]
    corrected_numbers: tuple[str, ...]
    line_count: int
    attachments: tuple[Attachment, ...]
    findings: tuple[Finding, ...]
    content_sha256: Sha256
