"""Sending one mail: what the mail server says, and what is told of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from services.token_mailer.domain.bounces import MailName
from services.token_mailer.domain.duties import SendTokenMail
from services.token_mailer.domain.mails import Letter, compose
from services.token_mailer.domain.records import Connection, Mail, Token, names_of
from services.token_mailer.domain.tokens import TokenKeys, derive_token
from services.token_mailer.ports import AddressOpener, Letters, MailCounts, Post, Receipt, TokenStore
from services.token_mailer.tasks.sandbox import SandboxPost
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Consequence
from shared.chassis.tasks import Settle, TaskRun, settled
from shared.contracts.connections import MailBounced, TokenMailed
from shared.values import EmailAddress

_DELIVERY_TIME_EXPIRED = 451
"""Told as the reply code when no mail server ever gave one (RFC 5321 §4.2.2)."""
_ENHANCED_STATUS = re.compile(r"(?:\w+: )?(?:[245]\d\d[ -])?([245]\.\d{1,3}\.\d{1,3})\b")
"""At the beginning of a reply (RFC 3463 §2); the name of an error and the code itself may stand before it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a mail was made of when it was opened. `too_late`: its token ended before any mail could tell it."""

    connection: Connection
    token: Token
    mail: Mail
    too_late: bool


async def send_token_mail(
    run: TaskRun[SendTokenMail, TokenStore],
    *,
    keys: TokenKeys,
    opener: AddressOpener,
    letters: Letters,
    post: Post,
    sender: str,
    return_path: Callable[[MailName], str] | None = None,
    counts: MailCounts | None = None,
) -> Settle:
    """Hands the mail to the mail server; the same bytes at every attempt, so an uncertain outcome is tried
    again.

    Mails come back to `return_path`, or to the sender where there is none. Raises `Unavailable` where the
    outcome is `retry` or `uncertain`.
    """
    async with run.transaction() as store:
        found = await _open_mail(run.task, store, run.now)
        if found is not None and not found.too_late:
            await store.save_mails([replace(found.mail, state="sending", attempts=run.attempt)])
    if found is None:
        return settled
    if found.too_late:
        return _giving_up(run, found, counts)
    recipient = EmailAddress(opener.open(found.connection.email))
    letter, code = _letter(found, keys, letters)
    if found.connection.mode == "test":
        post = SandboxPost(run, found.connection, found.mail, letter, code)
    message = compose(letter, found.token, found.mail, sender, recipient)
    receipt = await post.send(_back_to(run.task, return_path, sender), recipient, message)
    if counts is not None:
        counts.count(receipt.outcome)
    if receipt.outcome in ("retry", "uncertain"):
        async with run.transaction() as store:
            await store.save_mails([_noted(found.mail, receipt, run.attempt)])
        raise Unavailable(f"{receipt.outcome}: {_in_words(receipt)}")

    async def settle(store: TokenStore) -> list[Consequence]:
        return await _settle(run, found, receipt, _in_words(receipt), store)

    return settle


def _letter(found: Opened, keys: TokenKeys, letters: Letters) -> tuple[Letter, str]:
    """The letter, and the code in it."""
    token = found.token
    code = derive_token(keys.of(token.key_id), token.connection_id, token.issue, token.nonce).grouped
    letter = letters.token_letter(
        token=token,
        grouped=code,
        software=token.software,
        number=found.connection.enterprise_number,
        scopes=found.connection.scopes,
    )
    return letter, code


def _back_to(task: SendTokenMail, return_path: Callable[[MailName], str] | None, sender: str) -> str:
    return return_path(MailName(task.connection_id, task.issue, task.ordinal)) if return_path else sender


async def mail_gave_up(
    run: TaskRun[SendTokenMail, TokenStore], error: Exception, store: TokenStore, *, counts: MailCounts | None = None
) -> list[Consequence]:
    """No mail server took the mail for 72 hours: the software is told, and that this is no bounce."""
    found = await _open_mail(run.task, store, run.now)
    return [] if found is None else list(await _giving_up(run, found, counts)(store))


def _giving_up(run: TaskRun[SendTokenMail, TokenStore], found: Opened, counts: MailCounts | None) -> Settle:
    receipt = Receipt("bounced", found.mail.reply_code or _DELIVERY_TIME_EXPIRED)
    detail = f"given up: {found.mail.reply or _in_words(Receipt('retry'))}"

    async def settle(store: TokenStore) -> list[Consequence]:
        if counts is not None:
            counts.count("given_up")
        return await _settle(run, found, receipt, detail, store, given_up=True)

    return settle


async def _open_mail(task: SendTokenMail, store: TokenStore, now: datetime) -> Opened | None:
    """The mail with what it needs; None when it was sent already or its token is no longer worth sending."""
    connection = (await store.lock_connections([task.connection_id])).get(task.connection_id)
    token = (await store.newest_tokens([task.connection_id])).get(task.connection_id)
    mail = await store.mail(task.connection_id, task.issue, task.ordinal)
    if connection is None or token is None or mail is None or mail.state in ("sent", "bounced", "dropped"):
        return None
    current = connection.state == "pending" and token.issue == task.issue and token.consumed_at is None
    too_late = not token.is_live(now)
    # A later mail with the same token says all that this one would: after an outage nobody gets five. When it is
    # too late, an earlier one that arrived is reason enough to keep silent.
    needless = await _sent(token, 1 if too_late else mail.ordinal + 1, store)
    if not current or token.ended in ("superseded", "revoked") or needless:
        await store.save_mails([replace(mail, state="dropped")])
        return None
    return Opened(connection, token, mail, too_late)


async def _sent(token: Token, first_ordinal: int, store: TokenStore) -> bool:
    """Whether a mail with this token, from this ordinal on, was sent."""
    ordinals = range(first_ordinal, token.mails + 1)
    mails = [await store.mail(token.connection_id, token.issue, ordinal) for ordinal in ordinals]
    return any(mail is not None and mail.state == "sent" for mail in mails)


async def _settle(
    run: TaskRun[SendTokenMail, TokenStore],
    opened: Opened,
    receipt: Receipt,
    detail: str,
    store: TokenStore,
    *,
    given_up: bool = False,
) -> list[Consequence]:
    """Tells of the mail as it was opened: a newer token or address since then is another mail's."""
    token, mail = opened.token, opened.mail
    connection = (await store.lock_connections([token.connection_id]))[token.connection_id]
    noted = replace(_noted(mail, receipt, run.attempt), reply=detail)
    await store.save_mails([replace(noted, sent_at=run.now) if receipt.outcome == "sent" else noted])
    connection = replace(connection, version=connection.version + 1)
    await store.save_connections([connection])
    body: TokenMailed | MailBounced
    if receipt.outcome == "sent":
        body = TokenMailed(
            **names_of(connection),
            issue=token.issue,
            ordinal=mail.ordinal,
            masked_email=opened.connection.masked_email,
            expires_at=token.expires_at,
        )
    else:
        body = MailBounced(
            **names_of(connection),
            address_version=token.address_version,
            reply_code=receipt.reply_code,
            detail=detail,
            given_up=given_up,
        )
    return [run.cause.then(body, sequence=connection.version)]


def _noted(mail: Mail, receipt: Receipt, attempt: int) -> Mail:
    return replace(
        mail,
        state=receipt.outcome,
        attempts=attempt,
        reply_code=receipt.reply_code,
        reply=_in_words(receipt),
    )


def _in_words(receipt: Receipt) -> str:
    """Code and enhanced status only: the server's own words may quote the address."""
    if receipt.reply_code == 0:
        return "no mail server answered"
    status = _ENHANCED_STATUS.match(receipt.reply)
    return f"the mail server answered {receipt.reply_code}{f' {status[1]}' if status else ''}"
