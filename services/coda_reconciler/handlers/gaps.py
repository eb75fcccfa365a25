"""Keeps the record of every gap, and sees to it that somebody is alarmed when what is missing does not come."""

from collections.abc import Sequence
from datetime import datetime

from services.coda_reconciler.domain.gaps import PATIENCE_BANK_DAYS, Gap, RaiseGapAlarm
from services.coda_reconciler.ports import GapStore
from shared.chassis.messages import Consequence, Publish
from shared.contracts.statements import StatementGapClosed, StatementGapOpened
from shared.values import StatementId
from shared.values.bank_days import after_bank_days


async def keep_gaps(store: GapStore, told: Sequence[Consequence], now: datetime) -> list[Consequence]:
    """Writes what the events among `told` say of gaps; gives the alarms that are due (UTC) unless they close.

    A gap that only moved keeps the moment at which it opened, and its alarm.
    """
    opened: dict[StatementId, Gap] = {}
    closed: dict[StatementId, int] = {}
    alarms: dict[StatementId, Consequence] = {}
    for each in told:
        if isinstance(each, Publish) and isinstance(each.body, StatementGapOpened):
            body = each.body
            opened[body.statement_id] = Gap(body, each.sequence, now)
            closed.pop(body.statement_id, None)
            task = RaiseGapAlarm(statement_id=body.statement_id, enterprise_number=body.enterprise_number)
            due = after_bank_days(now, PATIENCE_BANK_DAYS)
            alarms[body.statement_id] = each.cause.then_do(task, body.statement_id, due=due, once=True)
        elif isinstance(each, Publish) and isinstance(each.body, StatementGapClosed):
            closed[each.body.statement_id] = each.sequence
            alarms.pop(each.body.statement_id, None)
    await store.open_gaps(list(opened.values()))
    await store.close_gaps(closed, now)
    return list(alarms.values())
