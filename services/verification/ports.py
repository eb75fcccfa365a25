"""What verification needs from the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.verification.domain.directory import Company, Office, Software
from services.verification.domain.requests import Request
from services.verification.domain.verdicts import Standing
from shared.chassis.messages import Task
from shared.contracts.directory import Mandate
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, OfficeId, SoftwareSlug


class CompanyTouched(Task, kind="company_touched"):
    """A company's entry changed: publish its snapshot, look at its requests again."""

    enterprise_number: EnterpriseNumber

    @property
    def key(self) -> str:
        """One at a time for each company."""
        return f"company:{self.enterprise_number}"


class CompanyAwaited(Task, kind="company_awaited"):
    """Requests wait for a company whose entry did not change: look at them again, for its periods may have."""

    enterprise_number: EnterpriseNumber

    @property
    def key(self) -> str:
        """One at a time for each company."""
        return f"company:{self.enterprise_number}"


class OfficeTouched(Task, kind="office_touched"):
    """An office's entry changed; with `clients_changed`, so did what its companies can expect."""

    office_id: OfficeId
    clients_changed: bool = False


class SoftwareTouched(Task, kind="software_touched"):
    """A software's entry changed."""

    software: SoftwareSlug


class Seal(Protocol):
    """Seals a company's address so that only token_mailer can read it."""

    def __call__(self, email: EmailAddress, /) -> Sealed[EmailAddress]: ...


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail to this version of a company's address came back."""

    enterprise_number: EnterpriseNumber
    address_version: int


@dataclass(frozen=True, slots=True)
class CompanyEdit:
    """What of a company is to change; None leaves it as it is. `email_removed` takes the address away."""

    email: EmailAddress | None = None
    email_removed: bool = False
    client_code: str | None = None
    mandates: tuple[Mandate, ...] | None = None


class RequestStore(Protocol):
    """The requests and their answers. Whoever locks a request locked its company before; rows by their id."""

    async def lock_companies(self, numbers: Sequence[EnterpriseNumber]) -> None:
        """Whoever verifies a request and whoever changes the company wait for each other."""
        ...

    async def requests(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Request]:
        """The known ones among these, locked until the transaction ends."""
        ...

    async def open_requests(self, numbers: Sequence[EnterpriseNumber]) -> list[Request]:
        """The blocked and the verified requests of these companies, locked until the transaction ends."""
        ...

    async def blocked_longest_unchecked(self, limit: int, now: datetime) -> list[EnterpriseNumber]:
        """Companies with blocked requests, those looked at longest ago first; they count as seen now."""
        ...

    async def waited_in_vain(self, now: datetime, limit: int) -> list[Request]:
        """Blocked requests whose time is over, longest ago first; only to be read."""
        ...

    async def save_requests(self, requests: Sequence[Request]) -> None: ...


class DirectoryStore(RequestStore, Protocol):
    """Companies, offices and softwares. What a caller may not see does not exist for it."""

    async def companies(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, Company]: ...

    async def companies_served_by(self, office_id: OfficeId) -> list[EnterpriseNumber]: ...

    async def put_company(self, company: Company) -> None:
        """Add or replace; an address that changed, or bounced and is entered again, gets the next version and
        counts as not bounced."""
        ...

    async def edit_company(self, number: EnterpriseNumber, edit: CompanyEdit) -> bool:
        """False when the caller has no such company. The address as in `put_company`."""
        ...

    async def mark_bounced(self, bounces: Sequence[Bounce]) -> list[EnterpriseNumber]:
        """The companies whose current address that was."""
        ...

    async def standing(self, number: EnterpriseNumber, day: date) -> Standing | None:
        """How a company stands; answers any caller, for it tells nothing else."""
        ...

    async def offices(self, ids: Sequence[OfficeId]) -> dict[OfficeId, Office]: ...

    async def put_office(self, office: Office) -> None: ...

    async def softwares(self, slugs: Sequence[SoftwareSlug] | None = None) -> dict[SoftwareSlug, Software]:
        """These, or all."""
        ...

    async def put_software(self, software: Software) -> None: ...

    async def next_company_version(self, number: EnterpriseNumber) -> int: ...

    async def next_office_version(self, office_id: OfficeId) -> int: ...

    async def next_software_version(self, software: SoftwareSlug) -> int: ...
