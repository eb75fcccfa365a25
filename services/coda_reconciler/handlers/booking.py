"""Books statements in one transaction: state of all of them in, decisions one after the other, one write out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.coda_reconciler.domain.booking import Account, Books, Entry, extended
from services.coda_reconciler.domain.chain import Chain, Extension, FurtherThanKnown
from services.coda_reconciler.domain.links import Link
from services.coda_reconciler.domain.mandates import Refusal
from services.coda_reconciler.domain.matching.facts import LedgerMovement
from services.coda_reconciler.domain.matching.reversals import is_return
from services.coda_reconciler.handlers.asking_wider import ask_wider
from services.coda_reconciler.handlers.gaps import keep_gaps
from services.coda_reconciler.handlers.parts import settle_in_parts
from services.coda_reconciler.handlers.preparation import placed
from services.coda_reconciler.handlers.surroundings import around_movements, keep, ledger_of
from services.coda_reconciler.ports import Documents, ReadStatement, ReconcilerStore
from shared.chassis.logs import logger
from shared.chassis.messages import Batch, Cause, Consequence
from shared.contracts.statements import StatementQuarantined
from shared.values import EnterpriseNumber, Sha256, StatementId

_log = logger("booking")


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
    placed_ones = [(arrival, await placed(arrival.read, company, documents)) for arrival, company in arrivals]
    entries = [(arrival, _entry(arrival, read), read.paying) for arrival, read in placed_ones]
    await batch.lock(f"company:{entry.company}" for _, entry, _ in entries)
    around = await around_movements(store, [movement for _, _, paying in entries for movement in paying])
    chains, extensions = await _extended(store, [entry for _, entry, _ in entries])
    books = Books(ledger_of(around.found), around.reaching, around.found.too_many)
    consequences: list[Consequence] = []
    refusals = []
    booked = []
    changed: dict[StatementId, Link] = {}
    wider: list[tuple[Cause, list[LedgerMovement]]] = []
    for arrival, entry, paying in entries:
        extension = extensions[entry.statement_id]
        if isinstance(extension, Refusal):
            quarantined = arrival.quarantined(extension)
            refusals.append((quarantined, entry.raw))
            consequences.append(arrival.cause.then(quarantined))
            continue
        booked.append(entry)
        changed |= extension.changed
        _tell_renumbered(entry, extension)
        if around.widened:
            paying = tuple(around.widened.get(each.key, each) for each in paying)
            asked = [each for each in paying if each.key in around.widened and not is_return(each)]
            wider.append((arrival.cause, asked))
        published = books.book(entry, paying, extension)
        consequences += [arrival.cause.then(event.body, sequence=event.sequence) for event in published]
    await store.quarantine(refusals)
    await store.book(booked, changed.values(), chains)
    await keep(store, books.ledger, around.found, books.movements, around.names, around.ties)
    for arrival, entry, _ in entries if around.found.too_many else ():
        if entry.company in around.found.too_many:
            put_off = [each.key for each in books.movements if each.statement_id == entry.statement_id]
            consequences += await settle_in_parts(store, arrival.cause, entry.company, put_off)
    consequences += await ask_wider(store, wider)
    return [*consequences, *await keep_gaps(store, consequences, batch.now)]


def _tell_renumbered(entry: Entry, extension: Extension) -> None:
    """A bank that gives a number twice is no mistake of anybody here, but whoever runs this should know of it."""
    if extension.renumbered:
        number = f"{entry.statement.year}/{entry.statement.sequence:03d}"
        _log.warning("a number came again, and the balance goes on", enterprise_number=entry.company, number=number)


async def _extended(
    store: ReconcilerStore, entries: Sequence[Entry]
) -> tuple[dict[Account, Chain], dict[StatementId, Extension | Refusal]]:
    """The chains with all of them in their places: read around these, or whole in the rare case that this is too
    little."""
    new = [(entry.account, entry.link) for entry in entries]
    try:
        chains = await store.chains(new)
        return chains, extended(chains, entries)
    except FurtherThanKnown:
        chains = await store.chains(new, whole=True)
        return chains, extended(chains, entries)


def _entry(arrival: Arrival, read: ReadStatement) -> Entry:
    if read.movements is None or read.owner is None:
        raise TypeError("the movements of a statement that is to be booked were not written")
    return Entry(
        statement=read.statement,
        company=read.owner,
        file_sha256=arrival.file_sha256,
        raw=read.raw,
        movements=read.movements,
        received_at=arrival.received_at,
    )
