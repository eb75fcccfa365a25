"""What is missing between statements: kept for whoever looks at an account, and told to who reads its statements.

Softwares are told that may read them, and the office that serves the company on that day; an office that takes the
company over later, or whose company was not known yet, is told then.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.delivery.domain.accounts import Gap, accounts_of, with_alarm, with_end, with_opened
from services.delivery.domain.clients import Client
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.domain.office_notices import OfficeNotice, gap_facts, gap_notice, known_gap_notice
from services.delivery.domain.pods import office_for
from services.delivery.domain.statements import BookedStatement
from services.delivery.handlers.telling import tell
from services.delivery.handlers.telling_offices import tell_offices
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence, Received
from shared.contracts.statements import StatementGapAlarmed, StatementGapClosed, StatementGapOpened
from shared.values import EnterpriseNumber, OfficeId, SoftwareSlug, StatementId
from shared.values.days import belgian_day

Told = StatementGapOpened | StatementGapAlarmed | StatementGapClosed

_FOLD: dict[type[Any], Callable[..., Gap]] = {
    StatementGapOpened: with_opened,
    StatementGapAlarmed: with_alarm,
    StatementGapClosed: with_end,
}


async def keep_accounts(store: DeliveryStore, booked: Sequence[BookedStatement]) -> None:
    """The first and the last statement of each account. Whoever calls holds the companies' locks."""
    await store.save_accounts(accounts_of(booked))


async def tell_gaps(batch: Batch[Any], store: DeliveryStore) -> list[Consequence]:
    """Each software that may read the company's statements and the company's office hear of what is missing; not of
    what is past already."""
    numbers = {event.body.enterprise_number for event in batch}
    await batch.lock(f"company:{number}" for number in numbers)
    readers, clients = await store.statement_readers(numbers), await store.clients(numbers)
    known = await store.gaps({event.body.statement_id for event in batch})
    told: list[tuple[Cause, Notice]] = []
    to_offices: list[tuple[Cause, OfficeNotice]] = []
    for event in batch:
        body: Told = event.body
        before = known.get(body.statement_id)
        known[body.statement_id] = gap = _FOLD[type(body)](before, body, event.sequence, event.time)
        if before is None or event.sequence > before.version:
            softwares = readers.get(body.enterprise_number, [])
            told += [(event, _notice(event, gap, software)) for software in softwares]
            office = _office(clients, body.enterprise_number, event.time)
            if office is not None:
                to_offices.append((event, gap_notice(event.id, event.time, body, gap, *office)))
    await store.save_gaps(list(known.values()))
    consequences = await tell(store, told)
    return [*consequences, *await _tell_offices(store, to_offices)]


async def tell_offices_that_took_over(
    events: Mapping[EnterpriseNumber, Received[Any]], store: DeliveryStore
) -> list[Consequence]:
    """What is missing in the accounts of these companies, to their offices of now, where another one was told of it or
    none. Whoever calls holds the companies' locks."""
    gaps = await store.open_gaps(set(events))
    if not gaps:
        return []
    clients, before = await store.clients(set(events)), await store.told_offices({gap.statement_id for gap in gaps})
    told: list[tuple[Cause, OfficeNotice]] = []
    for gap in gaps:
        event = events[gap.enterprise_number]
        office = _office(clients, gap.enterprise_number, event.time)
        if office is not None and before.get(gap.statement_id) != office[0]:
            told.append((event, known_gap_notice(gap, event.time, *office)))
    return await _tell_offices(store, told)


async def _tell_offices(store: DeliveryStore, told: Sequence[tuple[Cause, OfficeNotice]]) -> list[Consequence]:
    await store.save_told_offices({StatementId(notice.event.subject): notice.office_id for _, notice in told})
    return await tell_offices(store, told)


def _office(
    clients: Mapping[EnterpriseNumber, Client], number: EnterpriseNumber, at: datetime
) -> tuple[OfficeId, str] | None:
    """The office that serves the company on the day of a moment (UTC), and its own code for it."""
    client = clients.get(number)
    office = office_for(client.offices, belgian_day(at)) if client is not None else None
    return (office, client.code_of(office)) if client is not None and office is not None else None


def _notice(event: Received[Told], gap: Gap, software: SoftwareSlug) -> Notice:
    return notice_of(event.id, event.time, event.body, software=software, data=gap_facts(event.body, gap))
