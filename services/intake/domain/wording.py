"""How a connection's reason is told to the people who use the software, in their language."""

from services.intake.domain.connections import Connection
from shared.contracts.reasons import REASONS, reason
from shared.values import Language


def language_of(connection: Connection) -> Language:
    """The company's language as verification told it, else the one that was asked for, else Dutch."""
    return connection.told_in or connection.language or Language.NL


def reason_of(connection: Connection) -> str:
    """The code of the catalogue that says why it is not connected; one for a connection without a reason, too."""
    if connection.reason in REASONS and connection.access != "revoked":
        return connection.reason
    if connection.state == "token_expired":
        return "token_expired"
    return "consent_withdrawn" if connection.access == "revoked" else "temporarily_unavailable"


def hindrance(connection: Connection) -> str | None:
    """The code of the catalogue for what stands in the way of this connection; None when nothing does."""
    if connection.state == "token_expired":
        return "token_expired"
    if connection.state in ("blocked", "refused", "expired"):
        return reason_of(connection)
    return None


def told(connection: Connection) -> str:
    """Why, and what to do now with whom: two sentences or three, for end users. Never raises."""
    spoken, known = language_of(connection), reason(reason_of(connection))
    return f"{known.detail[spoken]} {known.next_action_for(connection.contact)[spoken]}".strip()
