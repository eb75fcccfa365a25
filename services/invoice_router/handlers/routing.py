"""What the router does when a document or a changed company comes in.

Both lock the company before they look: what misses an office is held under the same lock that a new office releases
it under.
"""

from collections.abc import Sequence

from services.invoice_router.domain.register import Company, Register
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.ports import (
    Documents,
    InvoiceReader,
    ReadDocument,
    RouterStore,
    UnreadableDocument,
)
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.messages import Batch, Consequence, Received
from shared.contracts.directory import CompanyChanged
from shared.contracts.invoices import InvoiceSubmitted
from shared.values import EnterpriseNumber

SIDECAR_TYPE = "application/json"
PDF_TYPE = "application/pdf"

Prepared = ReadDocument | UnreadableDocument


async def read_documents(
    events: Sequence[Received[InvoiceSubmitted]], *, documents: Documents, reader: InvoiceReader
) -> list[Prepared | Exception]:
    """Before the transaction: one reading an event, or the error that decides what becomes of the event."""
    return [await _read_document(event.body, documents, reader) for event in events]


async def _read_document(
    submitted: InvoiceSubmitted, documents: Documents, reader: InvoiceReader
) -> Prepared | Exception:
    try:
        reading = await reader.read(await documents.get(submitted.document))
        owner, sidecar = submitted.enterprise_number, reading.invoice.model_dump_json().encode()
        pdf = await documents.put(reading.pdf, owner, PDF_TYPE) if reading.pdf is not None else submitted.pdf
        return ReadDocument(reading.invoice, await documents.put(sidecar, owner, SIDECAR_TYPE), pdf)
    except DocumentRejected as rejected:
        return UnreadableDocument(rejected.finding)
    except (InvalidMessage, Unavailable) as error:
        return error


async def route_documents(batch: Batch[InvoiceSubmitted], store: RouterStore) -> list[Consequence]:
    """Accept, hold or quarantine each document, one after the other over the state of all of them."""
    companies = {event.body.enterprise_number for event in batch}
    await batch.lock(f"company:{company}" for company in companies)
    keys = {
        (event.body.enterprise_number, read.invoice.family, read.invoice.number, read.invoice.issue_date.year)
        for event in batch
        if isinstance(read := event.prepared, ReadDocument)
    }
    register = Register(await store.invoices(keys), await store.companies(companies))
    consequences: list[Consequence] = []
    for event in batch:
        read = prepared_document(event)
        if isinstance(read, ReadDocument):
            published = register.submit(event.body, read.invoice, read.sidecar)
        else:
            published = register.refuse(event.body, read.finding)
        consequences += [event.then(body, sequence=sequence) for body, sequence in published]
    await store.quarantine(register.quarantined)
    await _write(register, store)
    return consequences


async def follow_companies(batch: Batch[CompanyChanged], store: RouterStore) -> list[Consequence]:
    """Apply the highest snapshot of each company and route what was held for it; caused by that snapshot."""
    numbers = {event.body.enterprise_number for event in batch}
    await batch.lock(f"company:{number}" for number in numbers)
    register = Register(await store.held_invoices(numbers), await store.companies(numbers))
    newest: dict[EnterpriseNumber, Received[CompanyChanged]] = {}
    for event in batch:
        number = event.body.enterprise_number
        known = register.companies.get(number)
        if known is None or event.sequence > known.sequence:
            register.companies[number] = company_of(event)
            newest[number] = event
    consequences = [
        event.then(body, sequence=sequence)
        for number, event in newest.items()
        for body, sequence in register.release(register.companies[number])
    ]
    await store.save_companies([register.companies[number] for number in newest])
    await _write(register, store)
    return list(consequences)


def company_of(event: Received[CompanyChanged]) -> Company:
    """What the router keeps of a snapshot."""
    body = event.body
    return Company(body.enterprise_number, body.offices, body.client_code, event.sequence)


def prepared_document(event: Received[InvoiceSubmitted]) -> Prepared:
    """What was read before the transaction. Raises `TypeError` when the service was built without that step."""
    if not isinstance(event.prepared, ReadDocument | UnreadableDocument):
        raise TypeError(f"expected a document that was read, found {type(event.prepared).__name__}")
    return event.prepared


async def _write(register: Register, store: RouterStore) -> None:
    await store.save_invoices([register.invoices[document_id] for document_id in sorted(register.changed)])
