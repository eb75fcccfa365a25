"""The directory in memory, for tests: the same answers as Postgres, row-level security included."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from services.verification.adapters.memory_clients import MemoryClients
from services.verification.domain.connected import ConnectedCompany
from services.verification.domain.directory import Company, Office, Software
from services.verification.domain.register import RegisterEntry, standing_with_register, with_register
from services.verification.domain.requests import Request
from services.verification.domain.verdicts import Standing, standing_of
from services.verification.ports import Bounce, CompanyEdit
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, OfficeId, SoftwareSlug
from shared.values.days import belgian_day

WORKER = "worker"
"""Who sees every row: handlers and tasks. Endpoints act as their principal, such as `office:janssens`."""


@dataclass
class Shelf:
    """All rows; shared by the stores of a test. `now` is what Postgres calls now(), `connections` are the companies of
    live connections as the projection of credentials has them."""

    companies: dict[EnterpriseNumber, Company] = field(default_factory=dict)
    offices: dict[OfficeId, Office] = field(default_factory=dict)
    softwares: dict[SoftwareSlug, Software] = field(default_factory=dict)
    requests: dict[ConnectionId, Request] = field(default_factory=dict)
    checked_at: dict[ConnectionId, datetime] = field(default_factory=dict)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    unconfirmed: dict[EnterpriseNumber, int] = field(default_factory=dict)
    readiness: dict[tuple[SoftwareSlug, str], tuple[int, datetime]] = field(default_factory=dict)
    register: dict[EnterpriseNumber, RegisterEntry] = field(default_factory=dict)
    connections: dict[ConnectionId, EnterpriseNumber] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 2, 9, tzinfo=UTC)


class MemoryDirectory(MemoryClients):
    """The directory store over a shelf."""

    def __init__(self, shelf: Shelf, principal: str = WORKER) -> None:
        super().__init__(shelf)
        self._shelf, self._principal = shelf, principal

    async def requests(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Request]:
        return {id: self._shelf.requests[id] for id in ids if id in self._shelf.requests}

    async def open_requests(self, numbers: Sequence[EnterpriseNumber]) -> list[Request]:
        known = sorted(self._shelf.requests.values(), key=lambda request: request.connection_id)
        return [
            request
            for request in known
            if request.enterprise_number in numbers and request.state in ("blocked", "verified", "active")
        ]

    async def blocked_longest_unchecked(self, limit: int, now: datetime) -> list[EnterpriseNumber]:
        blocked = [request for request in self._shelf.requests.values() if request.state == "blocked"]
        seen = self._shelf.checked_at
        blocked.sort(key=lambda request: (seen[request.connection_id], request.connection_id))
        seen.update({request.connection_id: now for request in blocked[:limit]})
        return sorted({request.enterprise_number for request in blocked[:limit]})

    async def waited_in_vain(self, now: datetime, limit: int) -> list[Request]:
        over = [
            (request.expires_at, request.connection_id, request)
            for request in self._shelf.requests.values()
            if request.state == "blocked" and request.expires_at is not None and request.expires_at <= now
        ]
        return [request for _, _, request in sorted(over, key=lambda row: row[:2])[:limit]]

    async def save_requests(self, requests: Sequence[Request]) -> None:
        for request in requests:
            self._shelf.requests[request.connection_id] = request
            self._shelf.checked_at.setdefault(request.connection_id, self._shelf.now)

    async def confirm_email(self, number: EnterpriseNumber, *, confirmed: bool) -> None:
        if self._sees(number):
            known = self._shelf.companies[number]
            self._shelf.unconfirmed[number] = 0 if confirmed else known.address_version

    async def count_readiness(self, software: SoftwareSlug, now: datetime) -> dict[str, tuple[int, datetime]]:
        begun = now.replace(second=0, microsecond=0)
        for span, begins in (("minute", begun), ("day", begun.replace(hour=0, minute=0))):
            calls, before = self._shelf.readiness.get((software, span), (0, begins))
            self._shelf.readiness[software, span] = (calls + 1 if before == begins else 1, begins)
        return {span: self._shelf.readiness[software, span] for span in ("minute", "day")}

    async def lock_companies(self, numbers: Sequence[EnterpriseNumber]) -> None:
        """One event loop, no await between reading and writing: nothing to wait for."""

    async def companies(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, Company]:
        return {number: self._with_offices(self._shelf.companies[number]) for number in numbers if self._sees(number)}

    async def register_entries(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, RegisterEntry]:
        return {number: self._shelf.register[number] for number in numbers if number in self._shelf.register}

    async def known_companies(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, Company]:
        return with_register(await self.companies(numbers), await self.register_entries(numbers))

    async def companies_served_by(self, office_id: OfficeId) -> list[EnterpriseNumber]:
        return sorted(
            company.enterprise_number
            for company in self._shelf.companies.values()
            if any(p.office_id == office_id for p in company.periods)
        )

    async def put_company(self, company: Company) -> None:
        known = self._shelf.companies.get(company.enterprise_number)
        mandates = tuple(sorted(company.mandates, key=lambda mandate: mandate.iban))
        first_version = int(company.email is not None)
        fresh = replace(company, mandates=mandates, bounced=False, address_version=first_version, version=0)
        if known is not None:
            kept = replace(fresh, email=known.email, address_version=known.address_version)
            fresh = _readdressed(replace(kept, bounced=known.bounced, version=known.version), company.email)
        self._shelf.companies[company.enterprise_number] = fresh

    async def edit_company(self, number: EnterpriseNumber, edit: CompanyEdit) -> bool:
        if not self._sees(number):
            return False
        known = self._shelf.companies[number]
        edited = _readdressed(known, edit.email) if edit.email_removed or edit.email else known
        named = {"name": edit.name, "language": edit.language}
        edited = replace(edited, **{name: value for name, value in named.items() if value is not None})  # type: ignore[arg-type]
        if edit.client_code is not None:
            edited = edited.with_code(edit.client_code, self._office())
        if edit.mandates is not None:
            edited = replace(edited, mandates=tuple(sorted(edit.mandates, key=lambda mandate: mandate.iban)))
        self._shelf.companies[number] = edited
        return True

    async def mark_bounced(self, bounces: Sequence[Bounce]) -> list[EnterpriseNumber]:
        marked = set()
        for bounce in bounces:
            known = self._shelf.companies.get(bounce.enterprise_number)
            if known and known.email and known.address_version == bounce.address_version:
                self._shelf.companies[bounce.enterprise_number] = replace(known, bounced=True)
                marked.add(bounce.enterprise_number)
        return sorted(marked)

    async def standing(self, number: EnterpriseNumber, day: date) -> Standing | None:
        known = self._shelf.companies.get(number)
        entry = self._shelf.register.get(number)
        standing = standing_of(self._with_offices(known), day) if known is not None else None
        return standing_with_register(standing, entry.ceased if entry is not None else None)

    async def company_of_connection(self, connection: ConnectionId) -> ConnectedCompany | None:
        number = self._shelf.connections.get(connection) if self._principal == f"connection:{connection}" else None
        known = self._shelf.companies.get(number) if number is not None else None
        if known is None:
            return None
        request = self._shelf.requests.get(connection)
        activated_at = request.activated_at if request is not None else None
        return ConnectedCompany(known.enterprise_number, known.name, known.language, known.mandates, activated_at)

    async def offices(self, ids: Sequence[OfficeId]) -> dict[OfficeId, Office]:
        own = {f"office:{id}": id for id in ids}
        seen = ids if self._sees_all() else [own[self._principal]] if self._principal in own else []
        return {id: self._shelf.offices[id] for id in seen if id in self._shelf.offices}

    async def put_office(self, office: Office) -> None:
        self._shelf.offices[office.office_id] = office

    async def softwares(self, slugs: Sequence[SoftwareSlug] | None = None) -> dict[SoftwareSlug, Software]:
        known = self._shelf.softwares
        return {slug: known[slug] for slug in sorted(known) if slugs is None or slug in slugs}

    async def lock_software(self, slug: SoftwareSlug) -> Software | None:
        return self._shelf.softwares.get(slug) if self._sees_all() else None

    async def put_software(self, software: Software) -> None:
        self._shelf.softwares[software.software] = software

    async def next_company_version(self, number: EnterpriseNumber) -> int:
        known = self._shelf.companies[number]
        self._shelf.companies[number] = replace(known, version=known.version + 1)
        return known.version + 1

    async def next_company_versions(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, int]:
        known = [number for number in numbers if number in self._shelf.companies]
        return {number: await self.next_company_version(number) for number in known}

    async def next_office_version(self, office_id: OfficeId) -> int:
        return self._next("office", office_id)

    async def next_software_version(self, software: SoftwareSlug) -> int:
        return self._next("software", software)

    def _next(self, kind: str, key: str) -> int:
        self._shelf.versions[kind, key] = self._shelf.versions.get((kind, key), 0) + 1
        return self._shelf.versions[kind, key]

    def _sees_all(self) -> bool:
        return self._principal in (WORKER, "operator", "operator:operator")

    def _sees(self, number: EnterpriseNumber) -> bool:
        known, today = self._shelf.companies.get(number), belgian_day(self._shelf.now)
        return known is not None and (
            self._sees_all()
            or any(f"office:{p.office_id}" == self._principal and p.holds_on(today) for p in known.periods)
        )

    def _office(self) -> OfficeId | None:
        kind, _, name = self._principal.partition(":")
        return OfficeId(name) if kind == "office" else None

    def _with_offices(self, company: Company) -> Company:
        offices, own = self._shelf.offices, self._office()
        periods = (
            replace(period, client=period.office_id in offices and offices[period.office_id].client)
            for period in sorted(company.periods, key=lambda period: (period.since, period.office_id))
            if own in (None, period.office_id)
        )
        awaited = self._shelf.unconfirmed.get(company.enterprise_number)
        unconfirmed = company.email is not None and awaited == company.address_version
        return replace(company, periods=tuple(periods), unconfirmed=unconfirmed)


def _readdressed(company: Company, email: EmailAddress | None) -> Company:
    if email == company.email:
        return company
    return replace(company, email=email, bounced=False, address_version=company.address_version + 1)
