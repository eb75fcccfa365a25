"""Client companies and accounting offices, as the directory tells of them."""

from dataclasses import dataclass

from shared.contracts.directory import CompanyChanged, OfficeChanged, OfficePeriod
from shared.values import EnterpriseNumber, Language, OfficeId


@dataclass(frozen=True, slots=True)
class Client:
    """A client company: its name, language and code, and which office serves it when."""

    enterprise_number: EnterpriseNumber
    name: str
    language: Language
    client_code: str = ""
    offices: tuple[OfficePeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """An accounting office; `client` tells whether it is a client of the operator."""

    office_id: OfficeId
    name: str
    language: Language
    client: bool


def client_of(body: CompanyChanged) -> Client:
    """What delivery keeps of a company's snapshot."""
    return Client(body.enterprise_number, body.name, body.language, body.client_code, body.offices)


def office_of(body: OfficeChanged) -> Office:
    """What delivery keeps of an office's snapshot."""
    return Office(body.office_id, body.name, body.language, body.client)
