"""The router's tables in memory: the same behaviour as Postgres, for tests of rules and of handlers."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from services.invoice_router.domain.entries import Company, Content, RegisteredInvoice
from shared.contracts.invoices import InvoiceQuarantined, InvoiceRepeated
from shared.values import DocumentId, EnterpriseNumber


class MemoryRouter:
    """A `RouterStore` over dictionaries."""

    def __init__(self) -> None:
        self.known_companies: dict[EnterpriseNumber, Company] = {}
        self.registered: dict[DocumentId, RegisteredInvoice] = {}
        self.quarantined: dict[DocumentId, InvoiceQuarantined] = {}
        self.repeated: dict[DocumentId, InvoiceRepeated] = {}

    async def lock_companies(self, numbers: Collection[EnterpriseNumber]) -> None:
        """One handler runs at a time, so there is nobody to keep out."""

    async def companies(self, numbers: Collection[EnterpriseNumber]) -> list[Company]:
        """What is known of these companies."""
        return [self.known_companies[number] for number in numbers if number in self.known_companies]

    async def save_companies(self, companies: Sequence[Company]) -> None:
        """Put these snapshots in the place of the older ones."""
        for company in companies:
            known = self.known_companies.get(company.enterprise_number)
            if known is None or known.sequence < company.sequence:
                self.known_companies[company.enterprise_number] = company

    async def released(self, number: EnterpriseNumber) -> None:
        """Nothing that was held for the company is on its way any more."""
        if number in self.known_companies:
            self.known_companies[number] = replace(self.known_companies[number], releasing=False)

    async def invoices(self, contents: Collection[Content]) -> list[RegisteredInvoice]:
        """Of each key the newest version, the newest that replaced another, and the one that says the same."""
        found: dict[DocumentId, RegisteredInvoice] = {}
        for key, content in contents:
            versions = [invoice for invoice in self.registered.values() if invoice.key == key]
            current = max((each for each in versions if each.in_turn), key=_version, default=None)
            newest = max(versions, key=_version, default=None)
            same = next((each for each in versions if each.content_sha256 == content), None)
            for invoice in (newest, same):
                if invoice is not None:
                    found.setdefault(invoice.document_id, replace(invoice, facts=b""))
            if current is not None:
                found[current.document_id] = current
        return list(found.values())

    async def held_invoices(self, numbers: Collection[EnterpriseNumber], most: int) -> list[RegisteredInvoice]:
        """What waits for an office of these companies, without facts: the `most` that were received first."""
        waiting = [
            replace(invoice, facts=b"")
            for invoice in self.registered.values()
            if invoice.office_id is None and invoice.enterprise_number in numbers
        ]
        return sorted(waiting, key=lambda each: (each.received_at, each.version, each.document_id))[:most]

    async def save_invoices(self, invoices: Sequence[RegisteredInvoice]) -> None:
        """Write new invoices, and the office and sequence of known ones."""
        for invoice in invoices:
            known = self.registered.get(invoice.document_id, invoice)
            self.registered[invoice.document_id] = replace(
                known, office_id=invoice.office_id, sequence=invoice.sequence
            )

    async def quarantine(self, quarantined: Sequence[InvoiceQuarantined]) -> None:
        """Keep what is not delivered, and why; the first reason of a document stays."""
        for refusal in quarantined:
            self.quarantined.setdefault(refusal.document_id, refusal)

    async def note_repeats(self, repeated: Sequence[InvoiceRepeated]) -> None:
        """Keep which document said what another had said before."""
        for repeat in repeated:
            self.repeated.setdefault(repeat.document_id, repeat)


def _version(invoice: RegisteredInvoice) -> int:
    return invoice.version
