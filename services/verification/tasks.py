"""What verification does by itself: publish what changed, look at waiting requests again, let them expire.

Endpoints never publish snapshots, for row-level security hides a part of them from whoever changed the rest.
"""

from collections.abc import Sequence
from datetime import datetime

from services.verification.domain import sandbox
from services.verification.domain.directory import company_snapshot, office_snapshot, software_snapshot
from services.verification.domain.moving import moved
from services.verification.domain.requests import Request, answer, expired, expiry, is_over, reconsidered
from services.verification.ports import (
    ClientsImported,
    CompanyAwaited,
    CompanyTouched,
    DirectoryStore,
    OfficeTouched,
    Seal,
    SoftwareTouched,
)
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun
from shared.values import EnterpriseNumber
from shared.values.days import belgian_day

SWEEP_COMPANIES = 1000
"""Companies that one sweep looks at; those seen longest ago come first, so everyone's turn comes."""
EXPIRY_REQUESTS = 1000
"""Requests that expire in one transaction; the next minute takes the rest."""


async def publish_company(run: TaskRun[CompanyTouched, DirectoryStore], *, seal: Seal, help_desk: str) -> Settle:
    """Publish the snapshot of a company that changed, and tell its requests what that means to them."""

    async def settle(store: DirectoryStore) -> list[Consequence]:
        number = run.task.enterprise_number
        await store.lock_companies([number])
        company = (await store.companies([number])).get(number)
        consequences: list[Consequence] = []
        if company is not None and company.is_shared:
            version = await store.next_company_version(number)
            sealed = seal(company.email) if company.email else None
            consequences.append(run.cause.then(company_snapshot(company, sealed), sequence=version))
        return consequences + await _reconsider(store, [number], run.now, run.cause, seal, help_desk)

    return settle


async def publish_clients(run: TaskRun[ClientsImported, DirectoryStore], *, seal: Seal, help_desk: str) -> Settle:
    """As for one company, for some companies of an imported list."""

    async def settle(store: DirectoryStore) -> list[Consequence]:
        numbers = list(run.task.enterprise_numbers)
        await store.lock_companies(numbers)
        companies = [each for each in (await store.companies(numbers)).values() if each.is_shared]
        versions = await store.next_company_versions([company.enterprise_number for company in companies])
        consequences: list[Consequence] = []
        for company in companies:
            snapshot = company_snapshot(company, seal(company.email) if company.email else None)
            consequences.append(run.cause.then(snapshot, sequence=versions[company.enterprise_number]))
        return consequences + await _reconsider(store, numbers, run.now, run.cause, seal, help_desk)

    return settle


async def publish_office(run: TaskRun[OfficeTouched, DirectoryStore]) -> Settle:
    """Publish an office; where it became a client, or is one no more, its companies are touched too."""

    async def settle(store: DirectoryStore) -> list[Consequence]:
        office_id = run.task.office_id
        version = await store.next_office_version(office_id)
        office = (await store.offices([office_id]))[office_id]
        consequences: list[Consequence] = [run.cause.then(office_snapshot(office), sequence=version)]
        numbers = await store.companies_served_by(office_id) if run.task.clients_changed else []
        for task in (CompanyTouched(enterprise_number=number) for number in numbers):
            consequences.append(run.cause.then_do(task, task.key, once=True))
        return consequences

    return settle


async def publish_software(run: TaskRun[SoftwareTouched, DirectoryStore]) -> Settle:
    """Publish a software and the digests of its keys."""

    async def settle(store: DirectoryStore) -> list[Consequence]:
        slug = run.task.software
        version = await store.next_software_version(slug)
        software = (await store.softwares([slug]))[slug]
        return [run.cause.then(software_snapshot(software), sequence=version)]

    return settle


async def reconsider_company(run: TaskRun[CompanyAwaited, DirectoryStore], *, seal: Seal, help_desk: str) -> Settle:
    """Tell the requests of one company what has become of it without a change of its entry."""

    async def settle(store: DirectoryStore) -> list[Consequence]:
        number = run.task.enterprise_number
        await store.lock_companies([number])
        return await _reconsider(store, [number], run.now, run.cause, seal, help_desk)

    return settle


async def continue_trial(run: TaskRun[sandbox.ContinueTrial, DirectoryStore], *, seal: Seal, help_desk: str) -> Settle:
    """Answer a test request after its simulated delay, unless it was asked again or answered otherwise."""

    async def settle(store: DirectoryStore) -> list[Consequence]:
        await store.lock_companies([run.task.enterprise_number])
        request = (await store.requests([run.task.connection_id])).get(run.task.connection_id)
        if request is None or request.ordinal != run.task.ordinal:
            return []
        software = (await store.softwares([request.software])).get(request.software)
        trial = sandbox.continued(request, software, run.now)
        if trial is None:
            return []
        await store.save_requests([trial.request])
        return sandbox.follow(run.cause, trial, seal, help_desk)

    return settle


async def sweep_blocked(now: datetime, cause: Cause, store: DirectoryStore) -> list[Consequence]:
    """Have blocked requests looked at again: periods of offices begin and end without anybody touching them.

    A task for each company, so that one that cannot be answered keeps no other waiting.
    """
    numbers = await store.blocked_longest_unchecked(SWEEP_COMPANIES, now)
    tasks = (CompanyAwaited(enterprise_number=number) for number in numbers)
    return [cause.then_do(task, task.key, once=True) for task in tasks]


async def expire_requests(now: datetime, cause: Cause, store: DirectoryStore) -> list[Consequence]:
    """End the blocked requests whose reason nobody mended in time."""
    found = await store.waited_in_vain(now, EXPIRY_REQUESTS)
    if not found:
        return []
    await store.lock_companies(sorted({request.enterprise_number for request in found}))
    # Looked at again under the locks: the reason may have been mended meanwhile.
    current = await store.requests(sorted(request.connection_id for request in found))
    over = [expired(request) for request in current.values() if is_over(request, now)]
    await store.save_requests(over)
    return [cause.then(expiry(request), sequence=request.version) for request in over]


async def _reconsider(
    store: DirectoryStore,
    numbers: Sequence[EnterpriseNumber],
    now: datetime,
    cause: Cause,
    seal: Seal,
    help_desk: str,
) -> list[Consequence]:
    requests = await store.open_requests(numbers)
    if not requests:
        return []
    companies = await store.known_companies(sorted({request.enterprise_number for request in requests}))
    softwares = await store.softwares(sorted({request.software for request in requests}))
    changed: list[Request] = []
    consequences: list[Consequence] = []
    for request in requests:
        if request.mode == "test":
            continue  # the directory is not its world: only its own delays change its answer
        company = companies.get(request.enterprise_number)
        move = moved(request, company, belgian_day(now))
        if move is not None:
            changed.append(move[0])
            consequences.append(cause.then(move[1], sequence=move[0].version))
        after = reconsidered(request, company, softwares.get(request.software), now)
        if after is None:
            continue
        changed.append(after)
        sealed = seal(company.email) if company and company.email and after.state == "verified" else None
        consequences.append(cause.then(answer(after, company, sealed, help_desk), sequence=after.version))
    await store.save_requests(changed)
    return consequences
