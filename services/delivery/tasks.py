"""What delivery does on the outside and on time: open edges on Kafka, forget what is long told."""

from datetime import datetime, timedelta
from typing import Any

from services.delivery.domain.edges import OpenEdge, edge_of
from services.delivery.ports import DeliveryStore, Edges
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun

STREAM_KEPT = timedelta(days=30)
"""How long a software can read back in its stream."""


async def open_edge(run: TaskRun[OpenEdge, DeliveryStore], *, edges: Edges) -> Settle:
    """Makes topics, user and access rules; only then the edge is said to be ready.

    Raises `Unavailable` while Kafka does not answer.
    """
    edge = edge_of(run.task.edge_kind, run.task.owner)
    async with run.transaction() as store:
        # First, because the administration's loop takes rules of nobody in this table for leftovers.
        await store.want_edge(edge)
    await edges.open(edge)

    async def settle(store: Any) -> list[Consequence]:
        await store.edge_opened(edge, run.now)
        return []

    return settle


async def forget_notices(now: datetime, cause: Cause, store: DeliveryStore) -> list[Consequence]:
    """Keeps the streams to 30 days."""
    await store.forget_notices(now - STREAM_KEPT)
    return []
