"""What is missing between statements: kept for whoever looks at an account, and told to who reads its statements."""

from collections.abc import Callable, Sequence
from typing import Any

from services.delivery.domain.accounts import Gap, accounts_of, with_alarm, with_end, with_opened
from services.delivery.domain.gap_words import gap_sentences
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.domain.statements import BookedStatement
from services.delivery.handlers.telling import tell
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence, Received
from shared.contracts.statements import StatementGapAlarmed, StatementGapClosed, StatementGapOpened
from shared.values import SoftwareSlug

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
    """Each software that may read the company's statements hears of what is missing; not of what is past already."""
    await batch.lock(f"company:{event.body.enterprise_number}" for event in batch)
    readers = await store.statement_readers({event.body.enterprise_number for event in batch})
    known = await store.gaps({event.body.statement_id for event in batch})
    told: list[tuple[Cause, Notice]] = []
    for event in batch:
        body: Told = event.body
        before = known.get(body.statement_id)
        known[body.statement_id] = gap = _FOLD[type(body)](before, body, event.sequence, event.time)
        if before is None or event.sequence > before.version:
            softwares = readers.get(body.enterprise_number, [])
            told += [(event, _notice(event, gap, software)) for software in softwares]
    await store.save_gaps(list(known.values()))
    return await tell(store, told)


def _notice(event: Received[Told], gap: Gap, software: SoftwareSlug) -> Notice:
    body = event.body
    if isinstance(body, StatementGapClosed):
        return notice_of(event.id, event.time, body, software=software)
    jump = body.found_balance - body.expected_balance
    data = {
        "difference": {"amount": f"{jump.amount:f}", "currency": str(jump.currency)},
        "opened_at": gap.opened_at,
        "i18n": gap_sentences(body),
    }
    return notice_of(event.id, event.time, body, software=software, data=data)
