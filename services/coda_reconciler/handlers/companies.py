"""A company changed: know its mandates, and book the statements that waited for one."""

from services.coda_reconciler.domain.mandates import NO_MANDATE, Refusal, company_of, mandates_of
from services.coda_reconciler.domain.summary import summary_of
from services.coda_reconciler.handlers.booking import Arrival, book_statements
from services.coda_reconciler.handlers.preparation import reread
from services.coda_reconciler.handlers.releasing import released_events
from services.coda_reconciler.ports import (
    Documents,
    PreparedRelease,
    ReadStatement,
    ReconcilerStore,
    WaitingStatement,
)
from shared.chassis.messages import Batch, Consequence, Received
from shared.contracts.directory import CompanyChanged
from shared.contracts.documents import Claim
from shared.contracts.statements import StatementQuarantined
from shared.values import EnterpriseNumber


async def follow_companies(
    batch: Batch[CompanyChanged], store: ReconcilerStore, *, documents: Documents
) -> list[Consequence]:
    """Apply the highest snapshot of each company, then book what its mandates release.

    A mandate that only ended releases nothing, so only the accounts of the new snapshots are locked.
    """
    ibans = {mandate.iban for event in batch for mandate in event.body.mandates}
    await batch.lock(f"iban:{iban}" for iban in ibans)
    # A snapshot and its company's sequence are written under the company's lock: two replicas may hold them.
    await batch.lock(f"company:{event.body.enterprise_number}" for event in batch)
    newest = await _newest(batch, store)
    await store.replace_mandates(
        {company: event.sequence for company, event in newest.items()},
        [mandate for event in newest.values() for mandate in mandates_of(event.body)],
    )
    return await _release(batch, store, newest, documents)


async def _newest(
    batch: Batch[CompanyChanged], store: ReconcilerStore
) -> dict[EnterpriseNumber, Received[CompanyChanged]]:
    known = await store.company_sequences({event.body.enterprise_number for event in batch})
    newest: dict[EnterpriseNumber, Received[CompanyChanged]] = {}
    for event in batch:
        company = event.body.enterprise_number
        if event.sequence > known.get(company, -1):
            known[company], newest[company] = event.sequence, event
    return newest


async def _release(
    batch: Batch[CompanyChanged],
    store: ReconcilerStore,
    newest: dict[EnterpriseNumber, Received[CompanyChanged]],
    documents: Documents,
) -> list[Consequence]:
    ibans = {mandate.iban for event in newest.values() for mandate in event.body.mandates}
    mandates = await store.mandates(ibans)
    booked: list[tuple[Arrival, EnterpriseNumber]] = []
    refusals: list[tuple[StatementQuarantined, Claim]] = []
    consequences: list[Consequence] = []
    released = []
    for waiting in await store.waiting(ibans):
        causes = {
            company: event
            for company, event in newest.items()
            if waiting.iban in {mandate.iban for mandate in event.body.mandates}
        }
        read = await _read(waiting, list(causes.values()), documents)
        company = company_of(read.statement, mandates)
        if isinstance(company, EnterpriseNumber) and company in causes:
            arrival = Arrival(causes[company], waiting.file_sha256, read, waiting.received_at)
            booked.append((arrival, company))
        elif isinstance(company, Refusal) and company.code != NO_MANDATE:
            arrival = Arrival(next(iter(causes.values())), waiting.file_sha256, read, waiting.received_at)
            refusals.append((arrival.quarantined(company), waiting.raw))
            consequences.append(arrival.cause.then(arrival.quarantined(company)))
        else:
            continue
        released.append(waiting.content_sha256)
    await store.stop_waiting(released)
    await store.quarantine(refusals)
    told = await book_statements(batch, store, booked, documents)
    return [*consequences, *told, *released_events(booked, told)]


async def _read(
    waiting: WaitingStatement, events: list[Received[CompanyChanged]], documents: Documents
) -> ReadStatement:
    """As it was read before the transaction, or now, when it began to wait in between."""
    for event in events:
        read = prepared_release(event).statements.get(waiting.content_sha256)
        if read is not None:
            return read
    summary = summary_of(await reread(waiting.text, waiting.raw, documents))
    return ReadStatement(summary, None, waiting.raw, None)


def prepared_release(event: Received[CompanyChanged]) -> PreparedRelease:
    """What was read before the transaction. Raises `TypeError` when the service was built without that step."""
    if not isinstance(event.prepared, PreparedRelease):
        raise TypeError(f"expected a PreparedRelease, found {type(event.prepared).__name__}")
    return event.prepared
