"""The durable tasks that follow from what was decided."""

from typing import Literal

from services.token_mailer.domain.bounces import MailName, Report
from services.token_mailer.domain.records import Mail
from shared.chassis.messages import Task
from shared.values import ConnectionId, Sha256


class SendTokenMail(Task, kind="send_token_mail"):
    """Send one mail that was asked for. The token is not in here: it is derived while sending."""

    connection_id: ConnectionId
    issue: int
    ordinal: int

    @classmethod
    def of(cls, mail: Mail) -> "SendTokenMail":
        """The task that sends this mail."""
        return cls(connection_id=mail.connection_id, issue=mail.issue, ordinal=mail.ordinal)

    @property
    def key(self) -> str:
        """One at a time for each mail: one that waits for its next attempt holds no newer mail up."""
        return f"{self.connection_id}/{self.issue}/{self.ordinal}"


class TellOfEnding(Task, kind="tell_of_ending"):
    """Write to the company that its connection has ended. A connection ends once, so there is one letter."""

    connection_id: ConnectionId

    @property
    def key(self) -> str:
        """One at a time for each connection."""
        return str(self.connection_id)


class NoteBounce(Task, kind="note_bounce"):
    """Note what a mail server on the way said of one of our mails. `sha256` is the report's: one report counts
    once, by whichever door it came."""

    sha256: Sha256
    connection_id: ConnectionId
    issue: int
    ordinal: int
    verdict: Literal["bounced", "given_up", "delayed"]
    status: str
    reply_code: int

    @classmethod
    def of(cls, sha256: Sha256, mail: MailName, report: Report) -> "NoteBounce | None":
        """The task that notes this report; None when it says nothing that matters."""
        if report.verdict == "ignored":
            return None
        return cls(
            sha256=sha256,
            connection_id=mail.connection_id,
            issue=mail.issue,
            ordinal=mail.ordinal,
            verdict=report.verdict,
            status=report.status,
            reply_code=report.reply_code,
        )


class RenewToken(Task, kind="renew_token"):
    """Issue another token for a connection that was asked to have one; the older one ends."""

    connection_id: ConnectionId
    issue: int
    """The newest when it was asked for: asking twice at once renews once."""
