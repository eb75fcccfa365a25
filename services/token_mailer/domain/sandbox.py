"""Mails of mode `test`: they are written for the developer to read and leave the house by no mail server."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.token_mailer.domain.bounces import MailName
from services.token_mailer.domain.mails import Letter
from services.token_mailer.domain.records import Connection, Mail
from shared.contracts.sandbox import ADDRESS_DOMAIN, BOUNCING_MAILBOX
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, SoftwareSlug

KEPT_MAILS = 200
"""The newest mails that are kept for each software."""

_BOUNCING = f"{BOUNCING_MAILBOX}@{ADDRESS_DOMAIN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxMail:
    """One mail as its developer sees it. `code` opens a test connection only; live codes are stored nowhere. A mail
    that tells of an ending has none, and issue 0."""

    connection_id: ConnectionId
    issue: int
    ordinal: int
    software: SoftwareSlug
    enterprise_number: EnterpriseNumber
    recipient: EmailAddress
    subject: str
    text: str
    html: str
    code: str
    outcome: Literal["sent", "bounced"]
    written_at: datetime


def sandbox_mail(
    connection: Connection, mail: Mail | MailName, letter: Letter, code: str, recipient: EmailAddress, now: datetime
) -> SandboxMail:
    """The mail with what its simulated mail server did. Raises ValueError for a connection of mode `live`."""
    if connection.mode != "test":
        raise ValueError(f"mail_not_for_the_sandbox: found mode {connection.mode}, expected test")
    return SandboxMail(
        connection_id=connection.connection_id,
        issue=mail.issue,
        ordinal=mail.ordinal,
        software=connection.software,
        enterprise_number=connection.enterprise_number,
        recipient=recipient,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        code=code,
        outcome="bounced" if recipient == _BOUNCING else "sent",
        written_at=now,
    )
