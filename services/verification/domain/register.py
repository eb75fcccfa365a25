"""What the register of enterprises (KBO/BCE) adds to the directory: names, and who has ceased."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.verification.domain.directory import Company
from services.verification.domain.verdicts import Standing
from shared.values import EnterpriseNumber, Language

_GERMAN = range(4700, 4800)
_WALLOON = (range(1300, 1500), range(4000, 8000))
_BRUSSELS = range(1000, 1300)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One enterprise. `names` by language, None where the register tells none; `postal_code` of its seat, or ""."""

    enterprise_number: EnterpriseNumber
    ceased: bool = False
    names: Mapping[Language | None, str] = field(default_factory=dict)
    postal_code: str = ""

    @property
    def language(self) -> Language:
        """A hint: the language of the place, if the company has a name in it; else that of its names; else Dutch."""
        of_names = [language for language in self.names if language is not None]
        of_place = language_of_place(self.postal_code)
        if of_place is not None and (of_place in of_names or not of_names):
            return of_place
        return next((language for language in Language if language in of_names), of_place or Language.NL)

    @property
    def name(self) -> str:
        """The name in that language, else without one, else any; empty when the register has none."""
        wanted = (self.language, None, *Language)
        return next((self.names[language] for language in wanted if language in self.names), "")


def language_of_place(postal_code: str) -> Language | None:
    """The official language of a Belgian postal code; None for Brussels, which has two, and for no code."""
    code = int(postal_code) if postal_code.isascii() and postal_code.isdecimal() else 0
    if code < 1000 or code > 9999 or code in _BRUSSELS:
        return None
    if code in _GERMAN:
        return Language.DE
    return Language.FR if any(code in area for area in _WALLOON) else Language.NL


def with_register(
    companies: Mapping[EnterpriseNumber, Company], entries: Mapping[EnterpriseNumber, RegisterEntry]
) -> dict[EnterpriseNumber, Company]:
    """The directory's companies and those that only the register knows, whom no office serves."""
    known = {number: company_of(entry) for number, entry in entries.items()}
    for number, company in companies.items():
        entry = entries.get(number)
        known[number] = company if entry is None else completed(company, entry)
    return known


def company_of(entry: RegisterEntry) -> Company:
    """A company of which the directory knows nothing."""
    return Company(entry.enterprise_number, entry.name, entry.language, ceased=entry.ceased)


def completed(company: Company, entry: RegisterEntry) -> Company:
    """What an office or the operator entered stands; a company has ceased where either says so."""
    return replace(company, name=company.name or entry.name, ceased=company.ceased or entry.ceased)


def standing_with_register(standing: Standing | None, ceased: bool | None) -> Standing | None:
    """How a company stands, `ceased` as the register says it; None: the register does not know the company."""
    if ceased is None:
        return standing
    return Standing(ceased=ceased) if standing is None else replace(standing, ceased=standing.ceased or ceased)
