"""What verification does with the events it listens to."""

from dataclasses import replace

from services.verification.domain import sandbox
from services.verification.domain.moving import office_ahead
from services.verification.domain.requests import Request, active, answer, answered, asked, revoked
from services.verification.ports import Bounce, CompanyTouched, DirectoryStore, RequestStore, Seal
from shared.chassis.messages import Batch, Consequence
from shared.contracts import ConnectionActivated, ConnectionRequested, ConnectionRevoked, MailBounced
from shared.values import ConnectionId
from shared.values.days import belgian_day


async def verify_requests(
    batch: Batch[ConnectionRequested], store: DirectoryStore, *, seal: Seal, help_desk: str
) -> list[Consequence]:
    """Answer every request from the directory as it is now: six queries, however many requests."""
    numbers = sorted({event.body.enterprise_number for event in batch})
    await store.lock_companies(numbers)
    companies = await store.known_companies(numbers)
    softwares = await store.softwares(sorted({event.body.software for event in batch}))
    requests = await store.requests(sorted({event.body.connection_id for event in batch}))
    sealed = {number: seal(company.email) for number, company in companies.items() if company.email}

    changed: dict[ConnectionId, Request] = {}
    consequences: list[Consequence] = []
    for event in batch:
        request = asked(requests.get(event.body.connection_id), event.body)
        if request is None:
            continue
        if request.mode == "test":
            trial = sandbox.tried(request, softwares.get(request.software), batch.now)
            requests[request.connection_id] = changed[request.connection_id] = trial.request
            consequences += sandbox.follow(event, trial, seal, help_desk)
            continue
        company = companies.get(request.enterprise_number)
        request = answered(request, company, softwares.get(request.software), batch.now)
        requests[request.connection_id] = changed[request.connection_id] = request
        told = answer(request, company, sealed.get(request.enterprise_number), help_desk)
        consequences.append(event.then(told, sequence=request.version))
    await store.save_requests(list(changed.values()))
    return consequences


async def note_bounces(
    batch: Batch[MailBounced], store: DirectoryStore, *, seal: Seal, help_desk: str
) -> list[Consequence]:
    """Mark the addresses that mails came back from; the company's task tells whoever waits for it.

    A bounce of an address that was replaced meanwhile says nothing about the new one, and a mail that was given
    up nothing about its address.
    """
    real = [event.body for event in batch if not event.body.given_up and event.body.mode == "live"]
    bounces = [Bounce(body.enterprise_number, body.address_version) for body in real]
    await store.lock_companies(sorted({event.body.enterprise_number for event in batch}))
    marked = set(await store.mark_bounced(bounces))
    consequences = await _note_simulated_bounces(batch, store, seal, help_desk)
    for event in batch:
        if event.body.enterprise_number in marked:
            marked.remove(event.body.enterprise_number)
            task = CompanyTouched(enterprise_number=event.body.enterprise_number)
            consequences.append(event.then_do(task, task.key, once=True))
    return consequences


async def _note_simulated_bounces(
    batch: Batch[MailBounced], store: RequestStore, seal: Seal, help_desk: str
) -> list[Consequence]:
    """A mail to a simulated company came back: only its own request hears of it."""
    simulated = [event for event in batch if event.body.mode == "test"]
    if not simulated:
        return []
    known = await store.requests(sorted({event.body.connection_id for event in simulated}))
    changed: dict[ConnectionId, Request] = {}
    consequences: list[Consequence] = []
    for event in simulated:
        request = known.get(event.body.connection_id)
        trial = sandbox.bounced(request, batch.now) if request is not None else None
        if trial is not None:
            known[event.body.connection_id] = changed[event.body.connection_id] = trial.request
            consequences += sandbox.follow(event, trial, seal, help_desk)
    await store.save_requests(list(changed.values()))
    return consequences


async def close_requests(batch: Batch[ConnectionActivated], store: DirectoryStore) -> list[Consequence]:
    """The token came back: the request is done, and a later change of the address concerns it no more."""
    numbers = sorted({event.body.enterprise_number for event in batch})
    await store.lock_companies(numbers)
    known = await store.requests(sorted({event.body.connection_id for event in batch}))
    companies = await store.companies(numbers)
    closed: dict[ConnectionId, Request] = {}
    for event in batch:
        request = known.get(event.body.connection_id)
        if request is not None:
            company = companies.get(request.enterprise_number) if request.mode == "live" else None
            office = office_ahead(company, belgian_day(batch.now)) if company is not None else None
            done = active(request, event.body.activated_at)
            closed[request.connection_id] = replace(done, office_id=office or request.office_id)
    await store.save_requests(list(closed.values()))
    return []


async def end_requests(batch: Batch[ConnectionRevoked], store: RequestStore) -> list[Consequence]:
    """One of the three sides ended the connection: whatever changes in the directory, its software hears nothing."""
    await store.lock_companies(sorted({event.body.enterprise_number for event in batch}))
    known = await store.requests(sorted({event.body.connection_id for event in batch}))
    await store.save_requests([revoked(request) for request in known.values()])
    return []
