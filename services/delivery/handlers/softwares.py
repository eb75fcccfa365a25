"""A software became known: it gets its edge on Kafka."""

from services.delivery.domain.edges import OpenEdge
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Consequence
from shared.contracts.directory import SoftwareChanged


async def know_softwares(batch: Batch[SoftwareChanged], store: DeliveryStore) -> list[Consequence]:
    """A software that is new gets its edge on Kafka."""
    missing = await store.softwares_without_edge({event.body.software for event in batch})
    newest = {event.body.software: event for event in batch}
    return [
        event.then_do(OpenEdge(edge_kind="software", owner=slug), f"software.{slug}", once=True)
        for slug, event in newest.items()
        if slug in missing
    ]
