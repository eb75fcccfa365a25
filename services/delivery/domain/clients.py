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

    def code_of(self, office_id: OfficeId) -> str:
        """The office's own code, that of its last period; a snapshot of before has one code for all of them."""
        own = [period for period in self.offices if period.office_id == office_id]
        code = max(own, key=lambda period: period.since).client_code if own else None
        return self.client_code if code is None else code


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
