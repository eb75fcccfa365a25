"""Books statements in one transaction: state of all of them in, decisions one after the other, one write out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.coda_reconciler.domain.booking import Books, Entry, ledger_movements
from services.coda_reconciler.domain.mandates import Refusal
from services.coda_reconciler.handlers.gaps import keep_gaps
from services.coda_reconciler.handlers.parts import settle_in_parts
from services.coda_reconciler.handlers.preparation import placed
from services.coda_reconciler.handlers.surroundings import around_movements, keep, ledger_of
from services.coda_reconciler.ports import Documents, ReadStatement, ReconcilerStore
from shared.chassis.messages import Batch, Cause, Consequence
from shared.contracts.statements import StatementQuarantined
from shared.values import EnterpriseNumber, Sha256


@dataclass(frozen=True, slots=True)
class Arrival:
    """A readable statement, the file it came in and when (UTC), and what it is handled for now."""

    cause: Cause
    file_sha256: Sha256
    read: ReadStatement
    received_at: datetime | None

    def quarantined(self, refusal: Refusal) -> StatementQuarantined:
        """What is published when it is not booked."""
        text = self.read.statement.text
        return StatementQuarantined(
            file_sha256=self.file_sha256,
            index=text.index,
            code=refusal.code,
            line=text.first_line,
            columns=refusal.columns,
            found=refusal.found,
            expected=refusal.expected,
        )


async def book_statements(
    batch: Batch[Any],
    store: ReconcilerStore,
    arrivals: Sequence[tuple[Arrival, EnterpriseNumber]],
    documents: Documents,
) -> list[Consequence]:
    """Book them in their order. The accounts are locked already; the companies are locked here."""
    if not arrivals:
        return []
    entries = [(arrival, await _entry(arrival, company, documents)) for arrival, company in arrivals]
    await batch.lock(f"company:{entry.company}" for _, entry in entries)
    movements = {entry.statement_id: ledger_movements(entry) for _, entry in entries}
    around = await around_movements(store, [movement for each in movements.values() for movement in each])
    chains = await store.chains({entry.account for _, entry in entries})
    books = Books(chains, ledger_of(around.found), around.reaching, around.found.too_many)
    consequences: list[Consequence] = []
    refusals = []
    for arrival, entry in entries:
        published = books.book(entry, movements[entry.statement_id])
        if isinstance(published, Refusal):
            quarantined = arrival.quarantined(published)
            refusals.append((quarantined, entry.raw))
            consequences.append(arrival.cause.then(quarantined))
        else:
            consequences += [arrival.cause.then(event.body, sequence=event.sequence) for event in published]
    await store.quarantine(refusals)
    await store.book(books.booked, books.changed_links.values())
    await keep(store, books.ledger, around.found, books.movements, around.names)
    for arrival, entry in entries if around.found.too_many else ():
        if entry.company in around.found.too_many:
            put_off = [each.key for each in books.movements if each.statement_id == entry.statement_id]
            consequences += await settle_in_parts(store, arrival.cause, entry.company, put_off)
    return [*consequences, *await keep_gaps(store, consequences, batch.now)]


async def _entry(arrival: Arrival, company: EnterpriseNumber, documents: Documents) -> Entry:
    read = await placed(arrival.read, company, documents)
    if read.movements is None:
        raise TypeError(f"the movements of a statement of {company} were not written")
    return Entry(
        statement=read.statement,
        company=company,
        file_sha256=arrival.file_sha256,
        raw=read.raw,
        movements=read.movements,
        received_at=arrival.received_at,
        facts=read.facts,
    )
