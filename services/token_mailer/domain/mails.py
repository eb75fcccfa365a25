"""The mail with a token, and the one that tells of an ending, as bytes: the same whenever the same mail is sent again.

Nothing in it comes from the moment of sending: Message-ID, Date and boundary belong to the mail (RFC 5322
§3.6.4).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.token_mailer.domain.bounces import MailName
from services.token_mailer.domain.records import Connection, Mail, Token
from shared.values import ConnectionId, EmailAddress, Language


@dataclass(frozen=True, slots=True)
class Letter:
    """What a person reads, as text and as HTML without remote content."""

    subject: str
    text: str
    html: str


def message_id(connection_id: ConnectionId, issue: int, ordinal: int, domain: str) -> str:
    """`<32 hex digits@domain>`; one for each mail that was asked for, kept by automatic retries."""
    return f"<{_identity(connection_id, issue, ordinal)[:32]}@{domain}>"


def ending_mail(connection: Connection) -> MailName:
    """How the mail that tells of a connection's ending is named: no token belongs to it, so its issue is 0."""
    return MailName(connection.connection_id, 0, 1)


def compose(letter: Letter, token: Token, mail: Mail, sender: str, recipient: EmailAddress) -> bytes:
    """The whole message with a token (RFC 5322, `multipart/alternative`) with CRLF line ends.

    `sender` is an address, or a name with an address in angle brackets. Raises ValueError where a header
    would hold a line break.
    """
    name = MailName(token.connection_id, token.issue, mail.ordinal)
    return _message(letter, name, token.issued_at, token.language, sender, recipient)


def compose_ending(letter: Letter, connection: Connection, sender: str, recipient: EmailAddress) -> bytes:
    """As `compose`, the message that tells of the connection's ending. Raises ValueError for one that has not
    ended."""
    if connection.ended_at is None:
        raise ValueError(f"connection_not_ended: found state {connection.state}, expected revoked")
    name = ending_mail(connection)
    return _message(letter, name, connection.ended_at, connection.language, sender, recipient)


def _message(
    letter: Letter, name: MailName, written_at: datetime, language: Language, sender: str, recipient: EmailAddress
) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = str(recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = message_id(name.connection_id, name.issue, name.ordinal, _domain(sender))
    # RFC 3834 §5: out-of-office answers to this mail would go nowhere.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    # Of the whole (RFC 3282); set_content would drop it.
    message["Content-Language"] = language.value
    message.set_boundary("=_" + _identity(name.connection_id, name.issue, name.ordinal)[32:])
    return message.as_bytes()


def _identity(connection_id: ConnectionId, issue: int, ordinal: int) -> str:
    return hashlib.sha256(f"{connection_id}|{issue}|{ordinal}".encode()).hexdigest()


def _domain(sender: str) -> str:
    return sender.rstrip("> ").rpartition("@")[2]
