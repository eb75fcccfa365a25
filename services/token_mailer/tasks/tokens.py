"""Tokens on time and on request: those that nobody registered end, and one that is wanted anew is renewed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from services.token_mailer.domain.duties import RenewToken, SendTokenMail
from services.token_mailer.domain.issuing import DAY, Issuing, renew
from services.token_mailer.domain.records import Connection, Token, names_of
from services.token_mailer.ports import TokenStore
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun
from shared.contracts.connections import TokenExpired
from shared.values import ConnectionId

_EXPIRED_AT_ONCE = 500


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
            body = TokenExpired(**names_of(connection), issue=token.issue)
            consequences.append(cause.then(body, sequence=connection.version))
    await store.save_connections(list(changed.values()))
    await store.save_tokens(expired)
    return list(consequences)


async def renew_token(run: TaskRun[RenewToken, TokenStore], *, issuing: Issuing, nonce: Callable[[], bytes]) -> Settle:
    """Issues another token and mails it; the older one ends. Nothing happens where there is a newer one already,
    or the connection waits for none."""

    async def settle(store: TokenStore) -> list[Consequence]:
        key = run.task.connection_id
        connection = (await store.lock_connections([key])).get(key)
        token = (await store.newest_tokens([key])).get(key)
        if connection is None or token is None or connection.state != "pending" or token.issue != run.task.issue:
            return []
        mailings = await store.lock_mailings(connection.mailed_numbers, run.now - DAY)
        mailed = mailings.get(connection.enterprise_number, ())
        answer = renew(connection, token, mailed, run.now, nonce(), issuing)
        await store.save_connections([answer.connection])
        await store.save_tokens(answer.tokens)
        if answer.mail is None:
            return []
        await store.save_mails([answer.mail])
        duty = SendTokenMail.of(answer.mail)
        return [run.cause.then_do(duty, duty.key, due=answer.mail.due_at)]

    return settle
