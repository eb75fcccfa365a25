"""Booked statements, and the softwares that may read them.

Whoever books for a company and whoever becomes its reader lock the company first, so that one of the two sees
the other, whichever comes first.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from services.delivery.domain.notices import Notice, may_read_statements, notice_of
from services.delivery.domain.statements import INLINE_BYTES, BookedStatement, movements_href
from services.delivery.handlers.gaps import keep_accounts
from services.delivery.handlers.pods import offer_statements, offer_to_readers
from services.delivery.handlers.routed_statements import deliver_statements
from services.delivery.handlers.telling import tell
from services.delivery.ports import DeliveryStore, Originals
from shared.chassis.errors import InvalidMessage
from shared.chassis.messages import Batch, Cause, Consequence, Received
from shared.contracts.connections import ConnectionChanged
from shared.contracts.public_payments import INLINE_MOVEMENTS, Movement
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug, StatementId

_READS_AT_ONCE = 8


async def read_movements(
    events: Sequence[Received[TransactionsBooked]], *, originals: Originals
) -> list[list[Movement] | Exception | None]:
    """The movements of each statement that is short enough to be told whole; None for a longer one."""
    gate = asyncio.Semaphore(_READS_AT_ONCE)

    async def read(body: TransactionsBooked) -> list[Movement] | Exception | None:
        if body.movement_count > INLINE_MOVEMENTS or body.movements.size >= INLINE_BYTES:
            return None
        async with gate:
            try:
                lines = (await originals.get(body.movements)).splitlines()
                if len(lines) > INLINE_MOVEMENTS:
                    return None
                return [Movement.model_validate_json(line) for line in lines]
            except ValidationError as error:
                return InvalidMessage("movements_unreadable", str(error.errors()[0]["msg"]), where="/movements")
            except Exception as error:
                return error

    return list(await asyncio.gather(*(read(event.body) for event in events)))


async def tell_transactions(batch: Batch[TransactionsBooked], store: DeliveryStore) -> list[Consequence]:
    """Every software whose active connection may read the company's statements hears of a booked one."""
    await batch.lock(_company(event.body.enterprise_number) for event in batch)
    readers = await store.statement_readers({event.body.enterprise_number for event in batch})
    told: list[tuple[Cause, Notice]] = []
    statements = []
    for event in batch:
        softwares = readers.get(event.body.enterprise_number, [])
        statement = BookedStatement(event.id, event.time, event.body, tuple(softwares))
        statements.append(statement)
        told += [(event, _notice(statement, software, event.prepared)) for software in softwares]
    await store.save_statements(statements)
    await keep_accounts(store, statements)
    consequences = await tell(store, told)
    causes = {event.body.statement_id: event for event in batch}
    routed = await offer_statements(store, statements)
    going = [(causes[each.statement_id], each.booked.booked_at, each) for each in routed]
    consequences += await deliver_statements(going, store)
    return consequences


async def know_connections(batch: Batch[ConnectionChanged], store: DeliveryStore) -> list[Consequence]:
    """Who may read a company's statements; one that became a reader hears of those booked since, if it had not.

    A connection of mode `test` never does: its number may be a real company's, whose statements are not for it.
    """
    live = [event for event in batch if event.body.mode == "live"]
    await batch.lock(_company(event.body.enterprise_number) for event in live)
    known = await store.connection_states({event.body.connection_id for event in live})
    fresh: list[Received[ConnectionChanged]] = []
    for event in live:
        body = event.body
        state, sequence = known.get(body.connection_id, ("", -1))
        if event.sequence <= sequence:
            continue
        known[body.connection_id] = body.state, event.sequence
        if body.state == "active" and state != "active" and may_read_statements(body.scopes):
            fresh.append(event)
    await store.save_connections([(event.body, event.sequence) for event in live])
    return await _catch_up(fresh, store)


async def _catch_up(fresh: Sequence[Received[ConnectionChanged]], store: DeliveryStore) -> list[Consequence]:
    changed: dict[StatementId, BookedStatement] = {}
    told: list[tuple[Cause, Notice]] = []
    to_read: list[tuple[ConnectionId, BookedStatement]] = []
    for event in fresh:
        software = event.body.software
        for found in await store.statements_since(event.body.enterprise_number, event.time):
            to_read.append((event.body.connection_id, found))
            statement = changed.get(found.statement_id, found)
            if software not in statement.readers:
                changed[found.statement_id] = replace(statement, readers=(*statement.readers, software))
                told.append((event, _notice(statement, software, None)))
    await store.save_statements(list(changed.values()))
    consequences = await tell(store, told)
    await offer_to_readers(store, to_read)
    return consequences


def _notice(statement: BookedStatement, software: SoftwareSlug, movements: Sequence[Movement] | None) -> Notice:
    """With its movements where they were read and the record stays small enough, else with where they are."""
    if movements is not None:
        whole = {"movements": [each.model_dump(mode="json") for each in movements], "movements_href": None}
        notice = _with(statement, software, whole)
        if len(notice.text.encode()) < INLINE_BYTES:
            return notice
    return _with(statement, software, {"movements": None, "movements_href": movements_href(statement.statement_id)})


def statement_notice(statement: BookedStatement, software: SoftwareSlug) -> Notice:
    """With where its movements are."""
    return _notice(statement, software, None)


def _with(statement: BookedStatement, software: SoftwareSlug, data: dict[str, Any]) -> Notice:
    return notice_of(statement.event_id, statement.booked_at, statement.body, software=software, data=data)


def _company(number: EnterpriseNumber) -> str:
    return f"company:{number}"
