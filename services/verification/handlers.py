"""What verification does with the events it listens to."""

from services.verification.domain.requests import Request, active, answer, answered, asked
from services.verification.ports import Bounce, CompanyTouched, DirectoryStore, RequestStore, Seal
from shared.chassis.messages import Batch, Consequence
from shared.contracts import ConnectionActivated, ConnectionRequested, MailBounced
from shared.values import ConnectionId


async def verify_requests(
    batch: Batch[ConnectionRequested], store: DirectoryStore, *, seal: Seal, help_desk: str
) -> list[Consequence]:
    """Answer every request from the directory as it is now: five queries, however many requests."""
    numbers = sorted({event.body.enterprise_number for event in batch})
    await store.lock_companies(numbers)
    companies = await store.companies(numbers)
    softwares = await store.softwares(sorted({event.body.software for event in batch}))
    requests = await store.requests(sorted({event.body.connection_id for event in batch}))
    sealed = {number: seal(company.email) for number, company in companies.items() if company.email}

    changed: dict[ConnectionId, Request] = {}
    consequences: list[Consequence] = []
    for event in batch:
        request = asked(requests.get(event.body.connection_id), event.body)
        if request is None:
            continue
        company = companies.get(request.enterprise_number)
        request = answered(request, company, softwares.get(request.software), batch.now)
        requests[request.connection_id] = changed[request.connection_id] = request
        told = answer(request, company, sealed.get(request.enterprise_number), help_desk)
        consequences.append(event.then(told, sequence=request.version))
    await store.save_requests(list(changed.values()))
    return consequences


async def note_bounces(batch: Batch[MailBounced], store: DirectoryStore) -> list[Consequence]:
    """Mark the addresses that mails came back from; the company's task tells whoever waits for it.

    A bounce of an address that was replaced meanwhile says nothing about the new one.
    """
    bounces = [Bounce(event.body.enterprise_number, event.body.address_version) for event in batch]
    await store.lock_companies(sorted({bounce.enterprise_number for bounce in bounces}))
    marked = set(await store.mark_bounced(bounces))
    consequences: list[Consequence] = []
    for event in batch:
        if event.body.enterprise_number in marked:
            marked.remove(event.body.enterprise_number)
            task = CompanyTouched(enterprise_number=event.body.enterprise_number)
            consequences.append(event.then_do(task, task.key, once=True))
    return consequences


async def close_requests(batch: Batch[ConnectionActivated], store: RequestStore) -> list[Consequence]:
    """The token came back: the request is done, and a later change of the address concerns it no more."""
    await store.lock_companies(sorted({event.body.enterprise_number for event in batch}))
    known = await store.requests(sorted({event.body.connection_id for event in batch}))
    await store.save_requests([active(request) for request in known.values()])
    return []
