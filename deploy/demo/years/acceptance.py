"""A made-up invoice as the event that the router makes of it, without writing and reading its UBL."""

from uuid import NAMESPACE_OID, uuid5

from deploy.demo.years.truths import Invoiced
from shared.contracts.documents import Claim
from shared.contracts.invoices import CashDiscount, Customer, InvoiceAccepted
from shared.values import ConnectionId, DocumentId, Money, Sha256, SoftwareSlug


def accepted(invoice: Invoiced) -> InvoiceAccepted:
    """What the reconciler hears of it."""
    company, customer = invoice.company.number, invoice.customer.party
    name = f"{company}/{invoice.family}/{invoice.number}"
    digest = Sha256.of(name.encode())
    claim = Claim(path=f"{company}/{digest}", sha256=digest, size=len(name), media_type="application/xml")
    payable = Money.from_thousandths(invoice.payable, invoice.currency)
    return InvoiceAccepted(
        document_id=DocumentId.of(uuid5(NAMESPACE_OID, name)),
        enterprise_number=company,
        connection_id=ConnectionId.of(uuid5(NAMESPACE_OID, company)),
        software=SoftwareSlug("demo"),
        family=invoice.family,
        number=invoice.number,
        issue_date=invoice.issued,
        due_date=None if invoice.credits else invoice.due,
        tax_inclusive=payable,
        payable=payable,
        reference=invoice.reference,
        ibans=(invoice.iban,),
        customer=Customer(name=customer.name, number=customer.number),
        discounts=_discounts(invoice),
        mandate=invoice.mandate,
        preceding=(invoice.credits.number,) if invoice.credits else (),
        document=claim,
        sidecar=claim,
    )


def _discounts(invoice: Invoiced) -> tuple[CashDiscount, ...]:
    until = invoice.discount_until
    if until is None:
        return ()
    amount = Money.from_thousandths(invoice.payable - invoice.discounted, invoice.currency)
    return (CashDiscount(amount=amount, until=until),)
