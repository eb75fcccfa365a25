"""A mail server that does what the test says, and keeps what it was given."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy

from services.token_mailer.domain.duties import SendTokenMail
from services.token_mailer.ports import Receipt
from shared.chassis.messages import Task
from shared.values import ConnectionId, EmailAddress

_CODE = re.compile(r"\b[0-9A-Z]{3}(?:-[0-9A-Z]{3}){8}\b")
_ANSWERS = {
    "sent": Receipt("sent", 250, "250 taken over"),
    "retry": Receipt("retry", 451, "451 4.3.0 later"),
    "uncertain": Receipt("uncertain", 0, "the line broke"),
    "bounced": Receipt("bounced", 550, "550 5.1.1 nobody here"),
}
OUTCOMES = tuple(_ANSWERS)


@dataclass(frozen=True)
class Arrived:
    """One mail in a company's mailbox."""

    connection_id: ConnectionId
    issue: int
    ordinal: int
    recipient: EmailAddress
    content: bytes
    code: str


class Post:
    """`arrived` is what companies have; `refused` whose mails came back."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.refused: set[ConnectionId] = set()
        self._task: Task | None = None
        self._outcome = "sent"

    def attempt(self, task: Task, outcome: str) -> None:
        """What is being sent, and what the mail server is going to say."""
        self._task, self._outcome = task, outcome

    async def send(self, sender: str, recipient: EmailAddress, message: bytes) -> Receipt:
        task = self._task
        if not isinstance(task, SendTokenMail):
            assert not _CODE.search(_text(message)), "a code in a letter that is no mail of a code"
            return _ANSWERS[self._outcome]
        if self._outcome == "bounced":
            self.refused.add(task.connection_id)
        if self._outcome in ("sent", "uncertain"):
            (code,) = set(_CODE.findall(_text(message)))
            self.arrived.append(Arrived(task.connection_id, task.issue, task.ordinal, recipient, message, code))
        return _ANSWERS[self._outcome]


def _text(message: bytes) -> str:
    body = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())
