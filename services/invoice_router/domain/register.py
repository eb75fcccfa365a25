"""The register of a company's documents: new, the same again, or a newer version; and to which office they go.

Each document that is handed in ends in one of four ways: accepted and routed, accepted and held, repeated,
quarantined. Who asks holds the lock of the company, so that the order in which documents take it is the order of
their versions, whatever channel, connection or replica they come through.
"""

from collections.abc import Iterable
from dataclasses import replace

from services.invoice_router.domain import published
from services.invoice_router.domain.differences import differences
from services.invoice_router.domain.entries import (
    Company,
    DocumentKey,
    ReadDocument,
    RegisteredInvoice,
    content_of,
    registered,
)
from services.invoice_router.domain.heads import InvoiceHead
from services.invoice_router.domain.places import ROOTS
from services.invoice_router.domain.published import Published
from services.invoice_router.domain.rejection import warning
from services.invoice_router.domain.routing import COMPANY_UNKNOWN, NO_OFFICE, SANDBOX_DOCUMENT, office_on
from services.invoice_router.domain.verdicts import keeping_back, supplier_mismatch
from shared.contracts.directory import OfficePeriod
from shared.contracts.invoices import Difference, Finding, InvoiceQuarantined, InvoiceRepeated, InvoiceSubmitted
from shared.values import DocumentId, Sha256
from shared.values.days import belgian_day

SELLER_MISMATCH = "seller_mismatch"
DOCUMENT_INVALID = "document_invalid"

_OF_THE_SELLER = "SUPPLIER_"
"""Findings with such a code say that the seller is not proven to be the company of the connection."""


class Register:
    """The documents and companies that one batch touches; what it changed is written by whoever loaded it.

    `invoices` must hold, of each key that is submitted, the newest version, the newest that replaced another, and
    the one that says the same.
    """

    def __init__(self, invoices: Iterable[RegisteredInvoice], companies: Iterable[Company]) -> None:
        self.companies = {company.enterprise_number: company for company in companies}
        self.invoices: dict[DocumentId, RegisteredInvoice] = {}
        self._changed: set[DocumentId] = set()
        self.quarantined: list[InvoiceQuarantined] = []
        self.repeated: list[InvoiceRepeated] = []
        self._newest: dict[DocumentKey, RegisteredInvoice] = {}
        self._current: dict[DocumentKey, RegisteredInvoice] = {}
        self._saying: dict[tuple[DocumentKey, Sha256], DocumentId] = {}
        for invoice in sorted(invoices, key=lambda known: known.version):
            self._know(invoice)

    @property
    def changes(self) -> list[RegisteredInvoice]:
        """The invoices that are new or went further, in the order of their ids."""
        return [self.invoices[document_id] for document_id in sorted(self._changed)]

    def refuse(self, submitted: InvoiceSubmitted, finding: Finding) -> list[tuple[Published, int]]:
        """The document cannot be read."""
        return self._put_aside(submitted, DOCUMENT_INVALID, (finding,))

    def submit(self, submitted: InvoiceSubmitted, read: ReadDocument) -> list[tuple[Published, int]]:
        """A document was read: the events that follow, each with the document's own sequence.

        The same content is accepted once: the second document is told which one it repeats. Other content under
        the same key is the next version, and is delivered as such. A document of mode `test` is read and put aside.
        A document that is in the register already changes nothing.
        """
        invoice = read.invoice
        if reasons := keeping_back(invoice):
            of_seller = any(finding.code.startswith(_OF_THE_SELLER) for finding in reasons)
            return self._put_aside(submitted, SELLER_MISMATCH if of_seller else DOCUMENT_INVALID, reasons, invoice)
        if mismatch := supplier_mismatch(invoice, submitted.enterprise_number):
            return self._put_aside(submitted, SELLER_MISMATCH, (mismatch,), invoice)
        if submitted.mode == "test":
            # It is told what was found, and that is all: its number may be a real company's, whose documents,
            # versions, office and payments it must never touch.
            return self._put_aside(submitted, SANDBOX_DOCUMENT, invoice.findings, invoice)
        same = self._saying.get(content_of(submitted, invoice))
        if same is not None:
            return self._repeat(submitted, self.invoices[same])
        if submitted.document_id in self.invoices:
            return []
        return self._accept(submitted, read)

    def release(self, company: Company) -> list[tuple[Published, int]]:
        """A company changed: route what was held for it, oldest first.

        Whose day has no office is younger than all that have one, so nothing is passed over for good.
        """
        self.companies[company.enterprise_number] = company
        waiting = [
            invoice
            for invoice in self.invoices.values()
            if invoice.enterprise_number == company.enterprise_number and invoice.office_id is None
        ]
        waiting.sort(key=lambda invoice: (invoice.received_at, invoice.version, invoice.document_id))
        return [self._route(invoice) for invoice in waiting if self._office_of(company, invoice) is not None]

    def _accept(self, submitted: InvoiceSubmitted, read: ReadDocument) -> list[tuple[Published, int]]:
        entry = registered(submitted, read)
        current = self._current.get(entry.key)
        differing: tuple[Difference, ...] = ()
        remarks: tuple[Finding, ...] = ()
        if current is not None:
            entry = replace(entry, version=self._newest[entry.key].version + 1)
            if entry.received_at < current.received_at:
                remarks = (_late(entry, current),)
            else:
                entry = replace(entry, supersedes=current.document_id)
                differing = _differing(current, read)
        self._keep(entry)
        accepted = (published.accepted(submitted, read, entry, differing, remarks), 1)
        return [accepted] if self._waits_its_turn(entry) else [accepted, self._route(entry)]

    def _waits_its_turn(self, invoice: RegisteredInvoice) -> bool:
        """Whether older documents are still on their way to the office, which receives them in their order."""
        company = self.companies.get(invoice.enterprise_number)
        return company is not None and company.releasing and self._office_of(company, invoice) is not None

    def _office_of(self, company: Company, invoice: RegisteredInvoice) -> OfficePeriod | None:
        return office_on(company.offices, belgian_day(invoice.received_at))

    def _repeat(self, submitted: InvoiceSubmitted, known: RegisteredInvoice) -> list[tuple[Published, int]]:
        if known.document_id == submitted.document_id:
            return []
        repeated = published.repeated(submitted, known)
        self.repeated.append(repeated)
        return [(repeated, 1)]

    def _route(self, invoice: RegisteredInvoice) -> tuple[Published, int]:
        company = self.companies.get(invoice.enterprise_number)
        office = self._office_of(company, invoice) if company else None
        sequence = invoice.sequence + 1
        self._keep(replace(invoice, office_id=office.office_id if office else None, sequence=sequence))
        if company is None or office is None:
            return published.held(invoice, COMPANY_UNKNOWN if company is None else NO_OFFICE), sequence
        return published.routed(invoice, office.office_id, company.code_of(office)), sequence

    def _keep(self, invoice: RegisteredInvoice) -> None:
        self._know(invoice)
        self._changed.add(invoice.document_id)

    def _know(self, invoice: RegisteredInvoice) -> None:
        self.invoices[invoice.document_id] = invoice
        self._saying[invoice.key, invoice.content_sha256] = invoice.document_id
        for known, counts in ((self._newest, True), (self._current, invoice.in_turn)):
            if counts and (invoice.key not in known or known[invoice.key].version <= invoice.version):
                known[invoice.key] = invoice

    def _put_aside(
        self,
        submitted: InvoiceSubmitted,
        reason: str,
        findings: tuple[Finding, ...],
        invoice: InvoiceHead | None = None,
    ) -> list[tuple[Published, int]]:
        number, payable = (invoice.number, invoice.payable) if invoice is not None else ("", None)
        simulated = payable if reason == SANDBOX_DOCUMENT else None
        quarantined = published.quarantined(submitted, reason, findings, number, simulated)
        self.quarantined.append(quarantined)
        return [(quarantined, 1)]


def _differing(current: RegisteredInvoice, read: ReadDocument) -> tuple[Difference, ...]:
    """None where the version is from before facts were kept."""
    return differences(current.facts, read.json) if current.facts else ()


def _late(older: RegisteredInvoice, current: RegisteredInvoice) -> Finding:
    """The older of two versions came after the newer one: the accountant must not take it for the last word."""
    found, expected = f"received before version {current.version}", "the versions in their order"
    return warning("OLDER_VERSION", f"{ROOTS[older.family]}/cbc:ID", found, expected)
