"""The directory: companies, the offices that serve them, and the softwares that ask."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from shared.contracts import CompanyChanged, OfficeChanged, SoftwareChanged
from shared.contracts.access import Credential
from shared.contracts.directory import Mandate, OfficePeriod
from shared.contracts.documents import Sealed
from shared.values import EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug


@dataclass(frozen=True, slots=True)
class Period:
    """The days on which an office serves a company, and whether that office is a client of the operator.

    `client_code` is None for the office whose code stands with the company itself: the first one. A later office has
    its own, empty until it enters one.
    """

    office_id: OfficeId
    since: date
    until: date | None
    client: bool
    client_code: str | None = None

    def holds_on(self, day: date) -> bool:
        """`until` is the first day on which the office no longer serves the company."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Company:
    """One company as the directory knows it. `version` counts its published snapshots."""

    enterprise_number: EnterpriseNumber
    name: str
    language: Language
    client_code: str = ""
    ceased: bool = False
    email: EmailAddress | None = None
    address_version: int = 0
    bounced: bool = False
    unconfirmed: bool = False
    periods: tuple[Period, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    version: int = 0

    @property
    def current_code(self) -> str:
        """The code of the office that serves the company last, of those that the caller sees."""
        return self.code_of(max(self.periods, key=_begin)) if self.periods else self.client_code

    def code_of(self, period: Period) -> str:
        """The office's own code for the company."""
        return self.client_code if period.client_code is None else period.client_code

    def with_code(self, code: str, office_id: OfficeId | None = None) -> "Company":
        """With a code that an office entered; without one named, for the office that serves the company last."""
        own = [period for period in self.periods if office_id in (None, period.office_id)]
        last = max(own, key=_begin, default=None)
        if last is None or last.client_code is None:
            return replace(self, client_code=code)
        coded = replace(last, client_code=code)
        return replace(self, periods=tuple(coded if period == last else period for period in self.periods))

    @property
    def is_shared(self) -> bool:
        """Only clients leave the directory; who was told of a company also hears that it is one no more."""
        return self.version > 0 or any(period.client for period in self.periods)

    def office_on(self, day: date) -> OfficeId | None:
        """The client office that serves the company on that day; the one that began last, where two do."""
        serving = [period for period in self.periods if period.client and period.holds_on(day)]
        return max(serving, key=lambda period: (period.since, period.office_id)).office_id if serving else None


@dataclass(frozen=True, slots=True)
class Office:
    """An accounting office and the keys it calls with (digests only)."""

    office_id: OfficeId
    name: str
    language: Language
    client: bool
    credentials: tuple[Credential, ...] = ()


@dataclass(frozen=True, slots=True)
class Software:
    """A billing software and the keys it calls with (digests only).

    `scopes` is all that its keys and connections may ever do (empty: everything), `daily_companies` how many
    different companies it may ask for in a day (None: no quota of its own).
    """

    software: SoftwareSlug
    name: str
    state: Literal["active", "suspended"] = "active"
    credentials: tuple[Credential, ...] = ()
    scopes: tuple[str, ...] = ()
    daily_companies: int | None = None


def company_snapshot(company: Company, sealed: Sealed[EmailAddress] | None) -> CompanyChanged:
    """What the other services may know of a client company; only offices that are clients are named."""
    return CompanyChanged(
        enterprise_number=company.enterprise_number,
        name=company.name,
        language=company.language,
        client_code=company.current_code,
        offices=tuple(
            OfficePeriod(
                office_id=period.office_id,
                since=period.since,
                until=period.until,
                client_code=company.code_of(period),
            )
            for period in company.periods
            if period.client
        ),
        mandates=company.mandates,
        email=sealed,
        address_version=company.address_version,
    )


def office_snapshot(office: Office) -> OfficeChanged:
    """The office with everything that others authenticate it by."""
    return OfficeChanged(
        office_id=office.office_id,
        name=office.name,
        language=office.language,
        client=office.client,
        credentials=office.credentials,
    )


def software_snapshot(software: Software) -> SoftwareChanged:
    """The software with everything that others authenticate it by."""
    return SoftwareChanged(
        software=software.software,
        name=software.name,
        state=software.state,
        credentials=software.credentials,
        scopes=software.scopes,
        daily_companies=software.daily_companies,
    )


def overlapping(periods: Sequence[Period]) -> tuple[Period, Period] | None:
    """Two periods of one office that overlap; None when there are none."""
    ordered = sorted(periods, key=lambda period: (period.office_id, period.since))
    for earlier, later in itertools.pairwise(ordered):
        same_office = earlier.office_id == later.office_id
        if same_office and (earlier.until is None or later.since < earlier.until):
            return earlier, later
    return None


def served_twice(periods: Sequence[Period]) -> tuple[Period, Period] | None:
    """Two periods, of whatever offices, on one day; None where the company has one office at a time."""
    ordered = sorted(periods, key=lambda period: (period.since, period.office_id))
    for earlier, later in itertools.pairwise(ordered):
        if earlier.until is None or later.since < earlier.until:
            return earlier, later
    return None


def reassigned(periods: Sequence[Period], office_id: OfficeId, since: date) -> tuple[Period, ...]:
    """The periods once the company is the office's from that day on: every other one ends there."""
    if any(p.office_id == office_id and p.until is None and p.since <= since for p in periods):
        kept = [p for p in periods if p.office_id == office_id or p.since < since]
        return tuple(p if p.office_id == office_id else _until(p, since) for p in kept)
    kept = [_until(period, since) for period in periods if period.since < since]
    return (*kept, Period(office_id, since, None, False, next_code(periods, office_id, known=bool(periods))))


def next_code(periods: Sequence[Period], office_id: OfficeId, *, known: bool) -> str | None:
    """The code with which an office begins to serve a company: that of its last period, or none yet.

    None stands for the company's own code, which is that of the first office: one that made the company `known`.
    """
    own = [period for period in periods if period.office_id == office_id]
    if own:
        return max(own, key=_begin).client_code
    return "" if known else None


def _begin(period: Period) -> tuple[date, OfficeId]:
    return period.since, period.office_id


def _until(period: Period, day: date) -> Period:
    return period if period.until is not None and period.until <= day else replace(period, until=day)
