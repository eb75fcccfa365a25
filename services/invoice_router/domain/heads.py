"""The few facts of an invoice that decide what becomes of it, read from its sidecar.

A sidecar is made where the document is read, in another process, and is stored as it is. To make all of it into
values again would take longer than everything else that is done with it here.
"""

from dataclasses import dataclass
from datetime import date

from shared.contracts.event import Facts
from shared.contracts.invoices import Family, Finding
from shared.values import EnterpriseNumber, Iban, Money, Sha256, StructuredReference


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What was made of a document: a `SalesInvoice` as JSON, and the bytes of the first PDF inside the document."""

    json: bytes
    pdf: bytes | None = None


class HeadCustomer(Facts):
    """Who the buyer is, as written."""

    name: str = ""
    number: str = ""
    vat_number: str = ""
    endpoint: str = ""


class HeadMeans(Facts):
    """How the buyer is asked to pay: the mandate of a direct debit."""

    mandate: str = ""


class HeadPreceding(Facts):
    """An invoice that is corrected."""

    number: str


class InvoiceHead(Facts):
    """A `SalesInvoice` without what nobody asks for here; the names and their meaning are the same."""

    family: Family
    number: str
    self_billed: bool = False
    issue_date: date
    due_date: date | None = None
    supplier_number: EnterpriseNumber | None = None
    customer: HeadCustomer
    payment_terms: str = ""
    payment_means: tuple[HeadMeans, ...] = ()
    preceding: tuple[HeadPreceding, ...] = ()
    tax_exclusive: Money | None = None
    tax_inclusive: Money
    payable: Money
    reference: StructuredReference | None = None
    ibans: tuple[Iban, ...] = ()
    findings: tuple[Finding, ...] = ()
    content_sha256: Sha256
