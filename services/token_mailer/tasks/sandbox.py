"""The mail server of mode `test`: it writes down what it is given, and says what the sandbox says."""

from dataclasses import dataclass

from services.token_mailer.domain.bounces import MailName
from services.token_mailer.domain.duties import SendTokenMail, TellOfEnding
from services.token_mailer.domain.mails import Letter
from services.token_mailer.domain.records import Connection, Mail
from services.token_mailer.domain.sandbox import sandbox_mail
from services.token_mailer.ports import Receipt, TokenStore
from shared.chassis.tasks import TaskRun
from shared.values import EmailAddress

_NO_SUCH_MAILBOX = 550


@dataclass(frozen=True, slots=True)
class SandboxPost:
    """Takes one mail of a connection of mode `test`; nothing is sent anywhere. A mail that is given twice is
    kept once."""

    run: TaskRun[SendTokenMail, TokenStore] | TaskRun[TellOfEnding, TokenStore]
    connection: Connection
    mail: Mail | MailName
    letter: Letter
    code: str = ""

    async def send(self, sender: str, recipient: EmailAddress, message: bytes) -> Receipt:
        """Keeps the letter for its developer. Raises ValueError for a connection of mode `live`."""
        kept = sandbox_mail(self.connection, self.mail, self.letter, self.code, recipient, self.run.now)
        async with self.run.transaction() as store:
            await store.keep_sandbox_mail(kept)
        if kept.outcome == "bounced":
            return Receipt("bounced", _NO_SUCH_MAILBOX, "550 5.1.1 no such mailbox in the sandbox")
        return Receipt("sent", 250, "250 2.0.0 kept for the developer")
