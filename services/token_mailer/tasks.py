"""What the token mailer does on the outside and on time: send mails, end tokens."""

import re
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.token_mailer.domain.duties import SendTokenMail
from services.token_mailer.domain.mails import compose
from services.token_mailer.domain.records import Connection, Mail, Token
from services.token_mailer.domain.tokens import TokenKeys, derive_token
from services.token_mailer.ports import AddressOpener, Letters, Post, Receipt, TokenStore
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun, settled
from shared.contracts.connections import MailBounced, TokenExpired, TokenMailed
from shared.values import ConnectionId, EmailAddress

_EXPIRED_AT_ONCE = 500
_DELIVERY_TIME_EXPIRED = 451
"""Told as the reply code when no mail server ever gave one (RFC 5321 §4.2.2)."""
_ENHANCED_STATUS = re.compile(r"(?:\w+: )?(?:[245]\d\d[ -])?([245]\.\d{1,3}\.\d{1,3})\b")
"""At the beginning of a reply (RFC 3463 §2); the name of an error and the code itself may stand before it."""

Opened = tuple[Connection, Token, Mail]
"""What a mail was made of when it was opened: its own connection, token and mail."""


async def send_token_mail(
    run: TaskRun[SendTokenMail, TokenStore],
    *,
    keys: TokenKeys,
    opener: AddressOpener,
    letters: Letters,
    post: Post,
    sender: str,
) -> Settle:
    """Hands the mail to the mail server; the same bytes at every attempt, so an uncertain outcome is tried
    again.

    Raises `Unavailable` where the outcome is `retry` or `uncertain`.
    """
    async with run.transaction() as store:
        found = await _open_mail(run.task, store, run.now)
        if found is None:
            return settled
        connection, token, mail = found
        await store.save_mails([replace(mail, state="sending", attempts=run.attempt)])
    one_time = derive_token(keys.of(token.key_id), token.connection_id, token.issue, token.nonce)
    letter = letters.token_letter(
        token=token, grouped=one_time.grouped, software=token.software, number=connection.enterprise_number
    )
    recipient = EmailAddress(opener.open(connection.email))
    receipt = await post.send(sender, recipient, compose(letter, token, mail, sender, recipient))
    if receipt.outcome in ("retry", "uncertain"):
        async with run.transaction() as store:
            await store.save_mails([_noted(mail, receipt, run.attempt)])
        raise Unavailable(f"{receipt.outcome}: {_in_words(receipt)}")

    async def settle(store: TokenStore) -> list[Consequence]:
        return await _settle(run, found, receipt, _in_words(receipt), store)

    return settle


async def mail_gave_up(
    run: TaskRun[SendTokenMail, TokenStore], error: Exception, store: TokenStore
) -> list[Consequence]:
    """No mail server took the mail for 72 hours: the software is told, as for an address that does not
    exist."""
    found = await _open_mail(run.task, store, run.now)
    if found is None:
        return []
    mail = found[2]
    receipt = Receipt("bounced", mail.reply_code or _DELIVERY_TIME_EXPIRED)
    detail = f"not deliverable within 72 hours: {mail.reply or _in_words(Receipt('retry'))}"
    return await _settle(run, found, receipt, detail, store)


async def expire_tokens(now: datetime, cause: Cause, store: TokenStore) -> list[Consequence]:
    """Ends the tokens that nobody registered in time."""
    overdue = await store.overdue_tokens(now, _EXPIRED_AT_ONCE)
    connections = await store.lock_connections(sorted({token.connection_id for token in overdue}))
    newest = await store.newest_tokens(list(connections))
    expired, consequences = [], []
    changed: dict[ConnectionId, Connection] = {}
    by_connection: dict[ConnectionId, list[Token]] = defaultdict(list)
    for token in overdue:
        by_connection[token.connection_id].append(token)
    for connection_id, connection in connections.items():
        for token in by_connection[connection_id]:
            # Looked at again under the lock: it may have been registered or superseded meanwhile.
            current = newest.get(connection_id)
            if current is None or current.issue != token.issue or current.ended or current.consumed_at is not None:
                continue
            connection = replace(connection, version=connection.version + 1)
            changed[connection_id] = connection
            expired.append(replace(current, ended="expired"))
            body = TokenExpired(**_names(connection), issue=token.issue)
            consequences.append(cause.then(body, sequence=connection.version))
    await store.save_connections(list(changed.values()))
    await store.save_tokens(expired)
    return list(consequences)


async def _open_mail(task: SendTokenMail, store: TokenStore, now: datetime) -> Opened | None:
    """The mail with what it needs; None when it was sent already or its token is no longer worth sending."""
    connection = (await store.lock_connections([task.connection_id])).get(task.connection_id)
    token = (await store.newest_tokens([task.connection_id])).get(task.connection_id)
    mail = await store.mail(task.connection_id, task.issue, task.ordinal)
    if connection is None or token is None or mail is None or mail.state in ("sent", "bounced", "dropped"):
        return None
    if connection.state != "pending" or token.issue != task.issue or not token.is_live(now):
        await store.save_mails([replace(mail, state="dropped")])
        return None
    return connection, token, mail


async def _settle(
    run: TaskRun[SendTokenMail, TokenStore], opened: Opened, receipt: Receipt, detail: str, store: TokenStore
) -> list[Consequence]:
    """Tells of the mail as it was opened: a newer token or address since then is another mail's."""
    sent_to, token, mail = opened
    connection = (await store.lock_connections([token.connection_id]))[token.connection_id]
    noted = replace(_noted(mail, receipt, run.attempt), reply=detail)
    await store.save_mails([replace(noted, sent_at=run.now) if receipt.outcome == "sent" else noted])
    connection = replace(connection, version=connection.version + 1)
    await store.save_connections([connection])
    body: TokenMailed | MailBounced
    if receipt.outcome == "sent":
        body = TokenMailed(
            **_names(connection),
            issue=token.issue,
            ordinal=mail.ordinal,
            masked_email=sent_to.masked_email,
            expires_at=token.expires_at,
        )
    else:
        body = MailBounced(
            **_names(connection),
            address_version=token.address_version,
            reply_code=receipt.reply_code,
            detail=detail,
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


def _names(connection: Connection) -> dict[str, Any]:
    return {
        "connection_id": connection.connection_id,
        "enterprise_number": connection.enterprise_number,
        "software": connection.software,
        "mode": connection.mode,
    }
