"""How a connection's reason is told to the people who use the software, in their language."""

from services.intake.domain.connections import Connection
from shared.contracts.reasons import reason
from shared.values import Language


def language_of(connection: Connection) -> Language:
    """The company's language as verification told it, else the one that was asked for, else Dutch."""
    return connection.told_in or connection.language or Language.NL


def told(connection: Connection) -> str:
    """Why, and what to do now with whom: two sentences or three, for end users."""
    spoken, known = language_of(connection), reason(connection.reason)
    return f"{known.detail[spoken]} {known.next_action_for(connection.contact)[spoken]}".strip()
