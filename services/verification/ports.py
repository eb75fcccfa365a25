"""What verification needs from the world."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.verification.domain.client_lists import ClientRow, RowRefusal
from services.verification.domain.connected import ConnectedCompany
from services.verification.domain.directory import Company, Office, Period, Software
from services.verification.domain.kbo import Edition, Layout, Record, Taken
from services.verification.domain.register import RegisterEntry
from services.verification.domain.requests import Request
from services.verification.domain.verdicts import Standing
from shared.chassis.messages import Task
from shared.contracts.directory import Mandate
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Iban, Language, OfficeId, SoftwareSlug


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


class ClientsImported(Task, kind="clients_imported"):
    """An import changed these companies: publish their snapshots, look at their requests again."""

    enterprise_numbers: tuple[EnterpriseNumber, ...]

    @property
    def key(self) -> str:
        """The batches of one import have no company in common."""
        return f"clients:{self.enterprise_numbers[0]}"


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
    name: str | None = None
    language: Language | None = None
    mandates: tuple[Mandate, ...] | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What an office that wants a company is told of it: is it known, does another office serve it then?"""

    known: bool
    taken: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the companies that are new or changed, how many of them are new, how many are as before."""

    changed: tuple[EnterpriseNumber, ...]
    created: int
    unchanged: int


class RequestStore(Protocol):
    """The requests and their answers. Whoever locks a request locked its company before; rows by their id."""

    async def lock_companies(self, numbers: Sequence[EnterpriseNumber]) -> None:
        """Whoever verifies a request and whoever changes the company wait for each other."""
        ...

    async def requests(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Request]:
        """The known ones among these, locked until the transaction ends."""
        ...

    async def open_requests(self, numbers: Sequence[EnterpriseNumber]) -> list[Request]:
        """The blocked, verified and active requests of these companies, locked until the transaction ends."""
        ...

    async def blocked_longest_unchecked(self, limit: int, now: datetime) -> list[EnterpriseNumber]:
        """Companies with blocked requests, those looked at longest ago first; they count as seen now."""
        ...

    async def waited_in_vain(self, now: datetime, limit: int) -> list[Request]:
        """Blocked requests whose time is over, longest ago first; only to be read."""
        ...

    async def save_requests(self, requests: Sequence[Request]) -> None: ...

    async def confirm_email(self, number: EnterpriseNumber, *, confirmed: bool) -> None:
        """Note whether the company's present address is confirmed; a newer address counts as confirmed."""
        ...

    async def count_readiness(self, software: SoftwareSlug, now: datetime) -> dict[str, tuple[int, datetime]]:
        """Count a call; how many there were in this `minute` and this `day` (UTC), and when these began."""
        ...


class ClientStore(Protocol):
    """What offices keep of their clients, one by one and by lists."""

    async def lock_directory(self) -> None:
        """Keeps out everybody who locks a company, until the transaction ends."""
        ...

    async def lock_accounts(self, ibans: Sequence[Iban]) -> None:
        """Whoever gives accounts to companies waits for whoever gives the same ones. After the companies' locks."""
        ...

    async def claim(self, number: EnterpriseNumber, office_id: OfficeId, day: date) -> Claim:
        """How a company stands to an office that wants to serve it from that day on; sees what the caller may not."""
        ...

    async def add_client(self, company: Company, claim: Claim, office_id: OfficeId, day: date) -> None:
        """Enter number, name and language of a company that nobody knew; have the office serve it from that day."""
        ...

    async def end_client(self, number: EnterpriseNumber, office_id: OfficeId, until: date) -> bool:
        """Until is the first day on which the office no longer serves it. False where it does not serve it then."""
        ...

    async def accounts_elsewhere(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> list[Iban]:
        """Those of the mandates whose account another company, seen or not, holds on a day of theirs."""
        ...

    async def account_holders(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> list[EnterpriseNumber]:
        """Which other companies those are, of those that the caller may see."""
        ...

    async def replace_periods(self, number: EnterpriseNumber, periods: Sequence[Period]) -> None:
        """The offices that serve a company, and when; row-level security leaves this to the operator."""
        ...

    async def take_accounts(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> None:
        """End other companies' mandates of these accounts on the day on which these begin."""
        ...

    async def client_numbers(
        self, office_id: OfficeId | None, after: str, limit: int, day: date
    ) -> list[EnterpriseNumber]:
        """The companies that an office serves that day, or all, in the order of their numbers, after one."""
        ...

    async def company_of_connection(self, connection: ConnectionId) -> ConnectedCompany | None:
        """The company of the caller, a live connection; None for a simulated one and for any other caller."""
        ...

    async def stage_clients(self, rows: Sequence[ClientRow]) -> None:
        """Lay rows of a list aside in this transaction."""
        ...

    async def staged_refusals(
        self, office_id: OfficeId, day: date, limit: int
    ) -> tuple[list[RowRefusal], set[int], int]:
        """What the directory says against the rows laid aside: the first by row, the rows refused, how many in all."""
        ...

    async def import_staged(self, office_id: OfficeId, day: date, *, dry_run: bool) -> Imported:
        """Enter what was laid aside and not refused. With `dry_run` tells the same and leaves all as it was."""
        ...

    async def awaited(self, numbers: Sequence[EnterpriseNumber]) -> list[EnterpriseNumber]:
        """Those that a blocked request waits for."""
        ...


class RegisterStore(Protocol):
    """What the register of enterprises (KBO/BCE) knows; for handlers and tasks only."""

    async def register_entries(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, RegisterEntry]: ...

    async def known_companies(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, Company]:
        """As `companies`, completed from the register; who stands only there has no office and no address."""
        ...


class Register(Protocol):
    """Where extracts are taken, one after the other. Nothing is visible before `replace` or `amend` is through.

    Both raise `KboRefused`: `kbo_enterprise_twice`; `replace` also `kbo_too_many_departures`, `kbo_register_busy`.
    """

    async def edition(self) -> Edition | None: ...

    async def begin(self) -> None:
        """Forget what is staged."""
        ...

    async def stage(self, layout: Layout, records: Iterable[Record]) -> None:
        """Read the records of one file to their end, and keep them aside."""
        ...

    async def replace(self, edition: Edition, *, departures_accepted: bool = False) -> Taken: ...

    async def amend(self, edition: Edition) -> Taken: ...


class DirectoryStore(RequestStore, ClientStore, RegisterStore, Protocol):
    """Companies, offices and softwares. What a caller may not see does not exist for it."""

    async def companies(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, Company]: ...

    async def companies_served_by(self, office_id: OfficeId) -> list[EnterpriseNumber]: ...

    async def put_company(self, company: Company) -> None:
        """Add or replace; an address that changed gets the next version and counts as not bounced."""
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

    async def lock_software(self, slug: SoftwareSlug) -> Software | None:
        """One software, locked until the transaction ends; None where the caller may not change it."""
        ...

    async def put_software(self, software: Software) -> None: ...

    async def next_company_version(self, number: EnterpriseNumber) -> int: ...

    async def next_company_versions(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, int]: ...

    async def next_office_version(self, office_id: OfficeId) -> int: ...

    async def next_software_version(self, software: SoftwareSlug) -> int: ...
