"""Redeliveries that were asked for at a door, carried out at once."""

from typing import Any
from uuid import uuid4

from services.delivery import handlers, tasks
from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.domain.redelivery import Redeliver
from shared.chassis.messages import Cause, Do
from shared.chassis.tasks import TaskRun
from tests.component.delivery.doors import NOW, Runtime


async def performed(runtime: Runtime) -> list[Any]:
    """Runs redeliveries until nothing follows; gives what else followed."""
    followed, duties = [], [each for each in runtime.written if isinstance(each, Do)]
    while duties:
        duty = duties.pop(0)
        cause = Cause(id=uuid4(), correlation_id="c")
        run: TaskRun[Any, Any] = TaskRun(duty.task, 1, NOW, cause, None, lambda store: store)  # type: ignore[arg-type]
        settle = await tasks.redeliver(run, deliver_again=handlers.deliver_again)
        for each in await settle(MemoryDelivery(runtime.tables)):
            (duties if isinstance(each, Do) and isinstance(each.task, Redeliver) else followed).append(each)
    return followed
