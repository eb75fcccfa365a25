"""What the console does when a service told of a dead letter, or of a bank statement that needs an operator."""

from typing import Any

from services.console.domain import statements
from services.console.ports import ConsoleStore
from shared.chassis.messages import Batch, Consequence
from shared.contracts.statements import StatementGapAlarmed, StatementQuarantined


async def keep(batch: Batch, store: ConsoleStore) -> list[Consequence]:  # type: ignore[type-arg]
    """Keeps each dead letter as its service last told it."""
    await store.keep_failures([event.body for event in batch], batch.now)
    return []


async def keep_put_aside(batch: Batch[Any], store: ConsoleStore) -> list[Consequence]:
    """Statements that are put aside, and those that a company has meanwhile."""
    places = {(event.body.file_sha256, event.body.index) for event in batch}
    await batch.lock(f"file:{digest}" for digest, _ in places)
    known = {each.place: each for each in await store.put_aside(places)}
    for event in batch:
        place = (event.body.file_sha256, event.body.index)
        is_told = isinstance(event.body, StatementQuarantined)
        change = statements.put_aside if is_told else statements.released
        known[place] = change(known.get(place), event.body, event.time)
    await store.keep_put_aside(list(known.values()))
    return []


async def keep_missing(batch: Batch[Any], store: ConsoleStore) -> list[Consequence]:
    """Statements that did not come within one bank day, and the end of it."""
    await batch.lock(f"company:{event.body.enterprise_number}" for event in batch)
    known = {each.statement_id: each for each in await store.missing({event.body.statement_id for event in batch})}
    for event in batch:
        change = statements.alarmed if isinstance(event.body, StatementGapAlarmed) else statements.closed
        key = event.body.statement_id
        known[key] = change(known.get(key), event.body, event.sequence, event.time)
    await store.keep_missing(list(known.values()))
    return []
