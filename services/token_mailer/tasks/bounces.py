"""Mails that came back: read from their mailbox, noted once, told to whoever must know."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from services.token_mailer.domain.bounces import MailName, read_report, recipients_of
from services.token_mailer.domain.duties import NoteBounce
from services.token_mailer.domain.records import names_of
from services.token_mailer.ports import BounceBox, MailCounts, TokenStore
from shared.chassis.logs import logger
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun
from shared.contracts.connections import MailBounced
from shared.values import Sha256

_READ_AT_ONCE = 100
_log = logger("bounces")


class ReadReturnPath(Protocol):
    """Tells which of our mails an address was made for."""

    def first_of(self, addresses: tuple[str, ...]) -> MailName | None: ...


async def read_bounces(
    now: datetime, cause: Cause, store: TokenStore, *, box: BounceBox, paths: ReadReturnPath, counts: MailCounts
) -> list[Consequence]:
    """Looks into the mailbox. A report is filed away only when a committed transaction holds it, so at the look
    after the one that took it up: a crash between the two loses none and counts none twice."""
    waiting = {returned.name: (Sha256.of(returned.content), returned) for returned in await box.waiting(_READ_AT_ONCE)}
    noted = await store.noted_bounces([digest for digest, _ in waiting.values()])
    done, consequences = [], []
    for name, (digest, returned) in waiting.items():
        duty = None if digest in noted else duty_of(returned.content, "message/rfc822", (), paths=paths)
        if duty is not None:
            consequences.append(cause.then_do(duty, duty.sha256, once=True))
            continue
        done.append(name)
        if digest not in noted:
            counts.count("reported_ignored")
            _log.info("returned mail ignored", sha256=digest, bytes=len(returned.content))
    await box.file_away(done)
    return list(consequences)


def duty_of(
    content: bytes, media_type: str, recipients: tuple[str, ...], *, paths: ReadReturnPath
) -> NoteBounce | None:
    """The task that notes a report; None for what is no report, says nothing that matters, or concerns none of
    our mails. `recipients` is whom the report was sent to, where that is known."""
    mail = paths.first_of(recipients or recipients_of(content))
    if mail is None:
        return None
    return NoteBounce.of(Sha256.of(content), mail, read_report(content, media_type))


async def note_bounce(run: TaskRun[NoteBounce, TokenStore], *, counts: MailCounts) -> Settle:
    """Notes one report; the first that says that a mail did not arrive is told, with the version of its address."""

    async def settle(store: TokenStore) -> list[Consequence]:
        return await _note(run, store, counts)

    return settle


async def _note(run: TaskRun[NoteBounce, TokenStore], store: TokenStore, counts: MailCounts) -> list[Consequence]:
    told = run.task
    connection = (await store.lock_connections([told.connection_id])).get(told.connection_id)
    if not await store.note_bounce(told, run.now):
        return []
    counts.count(f"reported_{told.verdict}")
    token = await store.token(told.connection_id, told.issue)
    mail = await store.mail(told.connection_id, told.issue, told.ordinal)
    if connection is None or token is None or mail is None or mail.state == "bounced" or told.verdict == "delayed":
        return []
    if connection.state != "pending" or token.consumed_at is not None:
        return []  # somebody read the mail: what came back was a copy of it
    words = "given up on the way" if told.verdict == "given_up" else "came back"
    detail = f"the mail {words}: {told.reply_code} {told.status}"
    await store.save_mails([replace(mail, state="bounced", reply_code=told.reply_code, reply=detail)])
    connection = replace(connection, version=connection.version + 1)
    await store.save_connections([connection])
    body = MailBounced(
        **names_of(connection),
        address_version=token.address_version,
        reply_code=told.reply_code,
        detail=detail,
        given_up=told.verdict == "given_up",
    )
    return [run.cause.then(body, sequence=connection.version)]
