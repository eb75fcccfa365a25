"""A software became known, was suspended or is active again: its edge on Kafka follows."""

from services.delivery.domain.edges import OpenEdge
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Consequence, Received
from shared.contracts.directory import SoftwareChanged
from shared.values import SoftwareSlug


async def know_softwares(batch: Batch[SoftwareChanged], store: DeliveryStore) -> list[Consequence]:
    """A software that is new gets its edge on Kafka; one that is suspended loses it until it is active again.

    The task looks at the state when it is done, so it does not matter which of two changes asked for it.
    """
    newest: dict[SoftwareSlug, Received[SoftwareChanged]] = {}
    for event in batch:
        known = newest.get(event.body.software)
        if known is None or known.sequence < event.sequence:
            newest[event.body.software] = event
    touched = await store.softwares_without_edge(set(newest))
    touched |= await store.note_software_states(
        [(slug, event.body.state == "suspended", event.sequence) for slug, event in sorted(newest.items())]
    )
    return [
        newest[slug].then_do(OpenEdge(edge_kind="software", owner=slug), f"software.{slug}", once=True)
        for slug in sorted(touched)
    ]
