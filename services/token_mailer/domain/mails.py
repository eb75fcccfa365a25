"""The mail with a token, as bytes: the same bytes whenever the same mail is sent again.

Nothing in it comes from the moment of sending: Message-ID, Date and boundary belong to the mail (RFC 5322
§3.6.4).
"""

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.token_mailer.domain.records import Mail, Token
from shared.values import ConnectionId, EmailAddress


@dataclass(frozen=True, slots=True)
class Letter:
    """What a person reads, as text and as HTML without remote content."""

    subject: str
    text: str
    html: str


def message_id(connection_id: ConnectionId, issue: int, ordinal: int, domain: str) -> str:
    """`<32 hex digits@domain>`; one for each mail that was asked for, kept by automatic retries."""
    return f"<{_identity(connection_id, issue, ordinal)[:32]}@{domain}>"


def compose(letter: Letter, token: Token, mail: Mail, sender: str, recipient: EmailAddress) -> bytes:
    """The whole message (RFC 5322, `multipart/alternative`) with CRLF line ends.

    `sender` is an address, or a name with an address in angle brackets. Raises ValueError where a header
    would hold a line break.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = str(recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(token.issued_at)
    message["Message-ID"] = message_id(token.connection_id, token.issue, mail.ordinal, _domain(sender))
    message["Content-Language"] = token.language.value
    # RFC 3834 §5: out-of-office answers to this mail would go nowhere.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message.set_boundary("=_" + _identity(token.connection_id, token.issue, mail.ordinal)[32:])
    return message.as_bytes()


def _identity(connection_id: ConnectionId, issue: int, ordinal: int) -> str:
    return hashlib.sha256(f"{connection_id}|{issue}|{ordinal}".encode()).hexdigest()


def _domain(sender: str) -> str:
    return sender.rstrip("> ").rpartition("@")[2]
