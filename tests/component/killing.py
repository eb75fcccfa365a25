"""SIGKILL where a crash could lose or double something: before the commit, and before Kafka's offset.

The process is held at the very place by what it waits for there: the lock of a company, and a Kafka that is gone.
"""

import signal
from collections.abc import Awaitable
from contextlib import AsyncExitStack

from deploy.local.kafka import Kafka
from tests.component.processes import Process, Processes


async def killed_before_its_commit(
    processes: Processes, process: Process, service: str, company: str, work: Awaitable[None]
) -> None:
    """The process has read its work and waits for the company that somebody else holds."""
    async with processes.holding_company(service, company):
        await work
        await processes.until_company_is_waited_for()
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def killed_before_its_offset(
    processes: Processes, kafka: Kafka, service: str, company: str, committed: str
) -> None:
    """A new process reads what waits and commits, which the query `committed` sees; Kafka is gone before that.

    One that is only stopped would find the offset in its socket later. It is back when this ends.
    """
    async with AsyncExitStack() as stack:
        async with processes.holding_company(service, company):
            process = await stack.enter_async_context(processes.running(service))
            await processes.until_company_is_waited_for()
            kafka.kill()
            assert kafka.child is not None
            await kafka.child.wait()
        await processes.until(committed)
    assert process.returncode == -signal.SIGKILL
    await kafka.start()
