"""Opening the edge on Kafka for offices and softwares, and closing it for those that are suspended."""

from dataclasses import replace
from typing import Any

from services.delivery.domain.edges import OpenEdge, edge_of
from services.delivery.ports import DeliveryStore, Edges
from shared.chassis.messages import Consequence
from shared.chassis.tasks import Settle, TaskRun
from shared.values import SoftwareSlug


async def open_edge(run: TaskRun[OpenEdge, DeliveryStore], *, edges: Edges) -> Settle:
    """Makes topics, user and access rules; only then the edge is said to be ready. Takes user and rules away from a
    software that is suspended.

    Raises `Unavailable` while Kafka does not answer.
    """
    edge = edge_of(run.task.edge_kind, run.task.owner)
    async with run.transaction() as store:
        # First, because the administration's loop takes rules of nobody in this table for leftovers.
        if edge.kind == "software":
            edge = replace(edge, closed=await store.suspended_software(SoftwareSlug(edge.owner)))
        await store.want_edge(edge)
    await (edges.close(edge) if edge.closed else edges.open(edge))

    async def settle(store: Any) -> list[Consequence]:
        if not edge.closed:
            await store.edge_opened(edge, run.now)
        return []

    return settle
