"""The durable tasks that follow from what was decided."""

from services.token_mailer.domain.records import Mail
from shared.chassis.messages import Task
from shared.values import ConnectionId


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
