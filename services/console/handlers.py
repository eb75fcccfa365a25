"""What the console does when a service told of a dead letter."""

from services.console.ports import ConsoleStore
from shared.chassis.messages import Batch, Consequence


async def keep(batch: Batch, store: ConsoleStore) -> list[Consequence]:  # type: ignore[type-arg]
    """Keeps each dead letter as its service last told it."""
    await store.keep_failures([event.body for event in batch], batch.now)
    return []
