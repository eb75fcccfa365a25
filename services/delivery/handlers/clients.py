"""Client companies and offices as the directory tells of them: names, languages, codes, who serves whom."""

from services.delivery.domain.clients import client_of, office_of
from services.delivery.handlers.gaps import tell_offices_that_took_over
from services.delivery.handlers.pods import offer_kept
from services.delivery.handlers.routed_statements import deliver_statements
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Consequence
from shared.contracts.directory import CompanyChanged, OfficeChanged


async def know_clients(batch: Batch[CompanyChanged], store: DeliveryStore) -> list[Consequence]:
    """The newest snapshot of each company is kept; statements that waited for its office go there, and an office that
    took it over is told what is missing."""
    await batch.lock(f"company:{event.body.enterprise_number}" for event in batch)
    await store.save_clients([(client_of(event.body), event.sequence) for event in batch])
    events = {event.body.enterprise_number: event for event in batch}
    found = [(events[each.enterprise_number], each) for each in await offer_kept(store, set(events))]
    delivered = await deliver_statements([(event, event.time, statement) for event, statement in found], store)
    return [*delivered, *await tell_offices_that_took_over(events, store)]


async def know_offices(batch: Batch[OfficeChanged], store: DeliveryStore) -> list[Consequence]:
    """The newest snapshot of each office is kept; its credentials are the chassis's own affair."""
    await store.save_offices([(office_of(event.body), event.sequence) for event in batch])
    return []
