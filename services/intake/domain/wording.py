"""How a reason is told to the people who use the software, in their language."""

from services.intake.domain.connections import Connection
from shared.contracts.reasons import reason
from shared.values import Language

ACCOUNTING_OFFICE = "accounting_office"
_OFFICE_IN_WORDS = {
    Language.NL: "uw accountantskantoor",
    Language.FR: "votre bureau comptable",
    Language.DE: "Ihre Buchhaltungskanzlei",
    Language.EN: "your accounting office",
}


def contact_in_words(contact: str, language: Language) -> str:
    """The accounting office in general words, or the help desk as the operator writes it."""
    return _OFFICE_IN_WORDS[language] if contact == ACCOUNTING_OFFICE else contact


def told(connection: Connection) -> str:
    """Why, and what to do now: a sentence or two in the language that the company is written to in."""
    return reason_told(connection.reason, connection.contact, connection.told_in or connection.language)


def reason_told(code: str, contact: str, language: Language | None) -> str:
    """A reason of the catalogue as text for end users."""
    spoken = language or Language.NL
    known = reason(code)
    text = f"{known.detail[spoken]} {known.next_action[spoken]}"
    return text.replace("{contact}", contact_in_words(contact, spoken))
