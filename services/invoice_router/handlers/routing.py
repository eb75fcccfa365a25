"""What becomes of documents, and of a company's offices.

Both lock the company before they look: what misses an office is held under the same lock that a new office releases
it under.
"""

from dataclasses import replace

from services.invoice_router.domain.entries import Company, ReadDocument, content_of
from services.invoice_router.domain.register import Register
from services.invoice_router.ports import RELEASED_AT_ONCE, ReleaseHeld, RouterStore, UnreadableDocument
from shared.chassis.messages import Batch, Consequence, Received
from shared.contracts.directory import CompanyChanged
from shared.contracts.invoices import InvoiceSubmitted
from shared.values import EnterpriseNumber


async def route_documents(batch: Batch[InvoiceSubmitted], store: RouterStore) -> list[Consequence]:
    """Accept, hold, repeat or quarantine each document, one after the other over the state of all of them."""
    companies = {event.body.enterprise_number for event in batch}
    await batch.lock(f"company:{company}" for company in companies)
    contents = {
        content_of(event.body, read.invoice) for event in batch if isinstance(read := event.prepared, ReadDocument)
    }
    register = Register(await store.invoices(contents), await store.companies(companies))
    consequences: list[Consequence] = []
    for event in batch:
        read = prepared_document(event)
        if isinstance(read, ReadDocument):
            published = register.submit(event.body, read)
        else:
            published = register.refuse(event.body, read.finding)
        consequences += [event.then(body, sequence=sequence) for body, sequence in published]
    await store.quarantine(register.quarantined)
    await store.note_repeats(register.repeated)
    await store.save_invoices(register.changes)
    return consequences


async def follow_companies(batch: Batch[CompanyChanged], store: RouterStore) -> list[Consequence]:
    """Apply the highest snapshot of each company and route what was held for it; caused by that snapshot.

    Where that is more than one transaction takes up, tasks go on with it, and what comes in waits behind it.
    """
    numbers = {event.body.enterprise_number for event in batch}
    await batch.lock(f"company:{number}" for number in numbers)
    register = Register(await store.held_invoices(numbers, RELEASED_AT_ONCE), await store.companies(numbers))
    is_all = len(register.invoices) < RELEASED_AT_ONCE
    newest: dict[EnterpriseNumber, Received[CompanyChanged]] = {}
    for event in batch:
        number = event.body.enterprise_number
        known = register.companies.get(number)
        if known is None or event.sequence > known.sequence:
            register.companies[number] = replace(company_of(event), releasing=not is_all)
            newest[number] = event
    consequences: list[Consequence] = []
    for number, event in newest.items():
        released = register.release(register.companies[number])
        consequences += [event.then(body, sequence=sequence) for body, sequence in released]
        if not is_all:
            consequences.append(event.then_do(ReleaseHeld(enterprise_number=number), number, once=True))
    await store.save_companies([register.companies[number] for number in newest])
    await store.save_invoices(register.changes)
    return consequences


def company_of(event: Received[CompanyChanged]) -> Company:
    """What the router keeps of a snapshot."""
    body = event.body
    return Company(body.enterprise_number, body.offices, body.client_code, event.sequence)


def prepared_document(event: Received[InvoiceSubmitted]) -> ReadDocument | UnreadableDocument:
    """What was read before the transaction. Raises `TypeError` when the service was built without that step."""
    if not isinstance(event.prepared, ReadDocument | UnreadableDocument):
        raise TypeError(f"expected a document that was read, found {type(event.prepared).__name__}")
    return event.prepared
