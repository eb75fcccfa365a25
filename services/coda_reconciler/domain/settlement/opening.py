"""From an accepted invoice to what is open of it."""

from services.coda_reconciler.domain.matching.debtors import debtor_keys
from services.coda_reconciler.domain.matching.facts import Discount, OpenItem
from services.coda_reconciler.domain.matching.numbers import number_keys
from shared.contracts.invoices import InvoiceAccepted


def item_of(invoice: InvoiceAccepted) -> OpenItem:
    """The open item of an accepted invoice or credit note; one that asks for less than nothing is not open."""
    return OpenItem(
        enterprise_number=invoice.enterprise_number,
        family=invoice.family,
        number=invoice.number,
        year=invoice.issue_date.year,
        document_id=invoice.document_id,
        document_version=invoice.version,
        reference=invoice.reference,
        currency=invoice.payable.currency,
        payable=max(invoice.payable.thousandths, 0),
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        customer_name=invoice.customer.name,
        debtors=debtor_keys(invoice.customer),
        keys=number_keys(invoice.number),
        discounts=tuple(Discount(abs(discount.amount.thousandths), discount.until) for discount in invoice.discounts),
        mandate=invoice.mandate,
        preceding=invoice.preceding,
    )
