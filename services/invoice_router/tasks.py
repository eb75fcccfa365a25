"""What the router does by itself: go on with what was held for a company that has an office now."""

from services.invoice_router.domain.register import Register
from services.invoice_router.ports import RELEASED_AT_ONCE, ReleaseHeld, RouterStore
from shared.chassis.messages import Consequence
from shared.chassis.tasks import Settle, TaskRun


async def release_held(run: TaskRun[ReleaseHeld, RouterStore]) -> Settle:
    """Route the next documents that were held for the company, and come again while there are more."""

    async def settle(store: RouterStore) -> list[Consequence]:
        number = run.task.enterprise_number
        await store.lock_companies([number])
        [company] = await store.companies([number])
        register = Register(await store.held_invoices([number], RELEASED_AT_ONCE), [company])
        waiting = len(register.invoices)
        released = register.release(company)
        await store.save_invoices(register.changes)
        follows: list[Consequence] = [run.cause.then(body, sequence=sequence) for body, sequence in released]
        if released and waiting == RELEASED_AT_ONCE:
            follows.append(run.cause.then_do(run.task, number))
        else:
            await store.released(number)
        return follows

    return settle


async def release_died(task: ReleaseHeld, error: Exception, store: RouterStore) -> None:
    """What is left is a dead letter's, and goes on with that; what comes in no longer waits behind it."""
    await store.lock_companies([task.enterprise_number])
    await store.released(task.enterprise_number)
