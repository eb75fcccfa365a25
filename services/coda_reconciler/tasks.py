"""What the reconciler does on time: raise an alarm about a statement that did not come."""

from collections.abc import Sequence
from typing import Any

from services.coda_reconciler.domain.gaps import RaiseGapAlarm, alarm_of
from services.coda_reconciler.ports import ReconcilerStore
from shared.chassis.messages import Consequence
from shared.chassis.tasks import Settle, TaskRun


async def raise_gap_alarm(run: TaskRun[RaiseGapAlarm, ReconcilerStore]) -> Settle:
    """Tells that a gap is still open; nothing where it closed meanwhile, or where it was told already."""

    async def settle(store: Any) -> Sequence[Consequence]:
        gap = await store.alarm_gap(run.task.enterprise_number, run.task.statement_id, run.now)
        return [run.cause.then(alarm_of(gap), sequence=gap.version)] if gap is not None else []

    return settle
