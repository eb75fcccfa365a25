"""The directory as others know it: full snapshots on compacted topics."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.contracts.access import Credential
from shared.contracts.documents import Sealed
from shared.contracts.event import Event, Facts
from shared.values import EmailAddress, EnterpriseNumber, Iban, Language, OfficeId, SoftwareSlug


class OfficePeriod(Facts):
    """The days on which an accounting office serves a company; `until` is the first day it no longer does."""

    office_id: OfficeId
    since: date
    until: date | None = None
    client_code: str | None = Field(
        None, max_length=100, description="the office's own code for the company; null: the company's `client_code`"
    )


class Mandate(Facts):
    """The bank may send us the statements of this account."""

    iban: Iban
    since: date
    until: date | None = None


class CompanyChanged(Event, topic="company.changed.v1", owner="verification", key="enterprise_number", compacted=True):
    """Everything the other services may know of a client company."""

    enterprise_number: EnterpriseNumber
    name: str
    language: Language
    client_code: str = ""
    offices: tuple[OfficePeriod, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    email: Sealed[EmailAddress] | None = Field(None, description="sealed to token_mailer")
    address_version: int = Field(0, ge=0)


class OfficeChanged(Event, topic="office.changed.v1", owner="verification", key="office_id", compacted=True):
    """An accounting office and the credentials it calls with."""

    office_id: OfficeId
    name: str
    language: Language
    client: bool = Field(description="whether the office is a client of the operator")
    credentials: tuple[Credential, ...] = ()


class SoftwareChanged(Event, topic="software.changed.v1", owner="verification", key="software", compacted=True):
    """A billing software and the keys it calls with."""

    software: SoftwareSlug
    name: str
    state: Literal["active", "suspended"] = "active"
    credentials: tuple[Credential, ...] = ()
    scopes: tuple[str, ...] = Field((), description="all that its connections may ever do; empty: everything")
    daily_companies: int | None = Field(
        None, ge=1, description="different enterprise numbers that it may ask for in a day; null: no quota of its own"
    )
