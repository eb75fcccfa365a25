"""Telling a company that its connection has ended, where it did not end it itself."""

from collections.abc import Callable

from services.token_mailer.domain.bounces import MailName
from services.token_mailer.domain.duties import TellOfEnding
from services.token_mailer.domain.mails import compose_ending, ending_mail
from services.token_mailer.ports import AddressOpener, Letters, MailCounts, Post, TokenStore
from services.token_mailer.tasks.sandbox import SandboxPost
from shared.chassis.errors import Unavailable
from shared.chassis.logs import logger
from shared.chassis.messages import Consequence
from shared.chassis.tasks import Settle, TaskRun, settled
from shared.values import EmailAddress

_log = logger("endings")


async def tell_of_ending(
    run: TaskRun[TellOfEnding, TokenStore],
    *,
    opener: AddressOpener,
    letters: Letters,
    post: Post,
    sender: str,
    return_path: Callable[[MailName], str] | None = None,
    counts: MailCounts | None = None,
) -> Settle:
    """Hands the letter to the mail server, to the newest address of the company; the same bytes at every attempt.

    It is no mail with a token: it counts against no cool-down, and where it does not arrive nothing else changes.
    Raises `Unavailable` where the outcome is `retry` or `uncertain`.
    """
    async with run.transaction() as store:
        connection = (await store.lock_connections([run.task.connection_id])).get(run.task.connection_id)
        sealed = None if connection is None else await store.newest_address(connection)
    if connection is None or sealed is None:
        _log.warning("nobody to tell of an ending", connection_id=run.task.connection_id)
        return settled
    recipient, letter = EmailAddress(opener.open(sealed)), letters.ending_letter(connection)
    if connection.mode == "test":
        post = SandboxPost(run, connection, ending_mail(connection), letter)
    back_to = return_path(ending_mail(connection)) if return_path else sender
    receipt = await post.send(back_to, recipient, compose_ending(letter, connection, sender, recipient))
    if counts is not None:
        counts.count(receipt.outcome)
    if receipt.outcome in ("retry", "uncertain"):
        raise Unavailable(f"{receipt.outcome}: the mail server answered {receipt.reply_code or 'nothing'}")
    if receipt.outcome == "bounced":
        _log.warning("not told of an ending", connection_id=connection.connection_id, reply_code=receipt.reply_code)
    return settled


async def ending_gave_up(
    run: TaskRun[TellOfEnding, TokenStore], error: Exception, store: TokenStore, *, counts: MailCounts | None = None
) -> list[Consequence]:
    """No mail server took the letter for 72 hours: it is counted, and nothing else changes."""
    if counts is not None:
        counts.count("given_up")
    _log.warning("not told of an ending", connection_id=run.task.connection_id, reply_code=0)
    return []
