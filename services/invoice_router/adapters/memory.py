"""The router's tables in memory: the same behaviour as Postgres, for tests of rules and of handlers."""

from collections.abc import Collection, Sequence

from services.invoice_router.domain.register import Company, DocumentKey, RegisteredInvoice
from shared.contracts.invoices import InvoiceQuarantined
from shared.values import DocumentId, EnterpriseNumber


class MemoryRouter:
    """A `RouterStore` over dictionaries."""

    def __init__(self) -> None:
        self.known_companies: dict[EnterpriseNumber, Company] = {}
        self.registered: dict[DocumentId, RegisteredInvoice] = {}
        self.quarantined: dict[DocumentId, InvoiceQuarantined] = {}

    async def companies(self, numbers: Collection[EnterpriseNumber]) -> list[Company]:
        """What is known of these companies."""
        return [self.known_companies[number] for number in numbers if number in self.known_companies]

    async def save_companies(self, companies: Sequence[Company]) -> None:
        """Put these snapshots in the place of the older ones."""
        self.known_companies |= {company.enterprise_number: company for company in companies}

    async def invoices(self, keys: Collection[DocumentKey]) -> list[RegisteredInvoice]:
        """Every version of these invoices."""
        return [invoice for invoice in self.registered.values() if invoice.key in keys]

    async def held_invoices(self, numbers: Collection[EnterpriseNumber]) -> list[RegisteredInvoice]:
        """What waits for an office of these companies."""
        return [
            invoice
            for invoice in self.registered.values()
            if invoice.office_id is None and invoice.enterprise_number in numbers
        ]

    async def save_invoices(self, invoices: Sequence[RegisteredInvoice]) -> None:
        """Write new invoices, and the office and sequence of known ones."""
        self.registered |= {invoice.document_id: invoice for invoice in invoices}

    async def quarantine(self, quarantined: Sequence[InvoiceQuarantined]) -> None:
        """Keep what is not delivered, and why; the first reason of a document stays."""
        for refusal in quarantined:
            self.quarantined.setdefault(refusal.document_id, refusal)
