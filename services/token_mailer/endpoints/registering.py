"""Registering a token: one winner, and the same answer again for ten minutes."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes
from typing import cast

from services.token_mailer.domain.issuing import DAY, waits_for
from services.token_mailer.domain.records import Connection, IssuedCredential, Token, names_of, snapshot
from services.token_mailer.domain.registering import TokenRefused, activated, issue_credential, refusal
from services.token_mailer.domain.tokens import NONCE_BYTES, OneTimeToken, TokenKeys, TokenMistyped
from services.token_mailer.endpoints.answers import refused, too_soon, unknown_connection
from services.token_mailer.ports import TokenStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call
from shared.chassis.keys import secret_sha256, secret_text
from shared.contracts.connections import ConnectionActivated
from shared.values import ConnectionId, Sha256, SoftwareSlug, ValueRejected


async def register(call: Call, text: str, wanted: ConnectionId | None) -> tuple[Connection, IssuedCredential]:
    """The connection and its credential, or the problem why not. A wrong try is counted, so the
    transaction that counts it must commit before the problem is raised."""
    software = SoftwareSlug(call.principal.id)
    async with call.transaction() as tx:
        store = cast(TokenStore, tx.store)
        if wanted is not None:
            await own_connection(store, wanted)
        scope = str(wanted or f"software:{software}")
        tries = await store.tries(scope)
        locked = tries.locked_for(tx.now)
        outcome: tuple[Connection, IssuedCredential] | TokenRefused
        if locked:
            outcome = TokenRefused("token_locked", retry_after=locked)
        else:
            token = await _known_token(store, text, software, wanted)
            if isinstance(token, TokenMistyped):
                outcome = TokenRefused("token_invalid", mistyped=token)
            elif token is None and await _is_anothers(call, store, text):
                outcome = TokenRefused("token_of_another_software")
            elif token is None:
                await store.save_tries(scope, software, tries.and_one(tx.now))
                outcome = TokenRefused("token_invalid")
            else:
                outcome = await _use(call, tx, store, token)
    if isinstance(outcome, TokenRefused):
        raise refused(outcome)
    return outcome


async def _known_token(
    store: TokenStore, text: str, software: SoftwareSlug, wanted: ConnectionId | None
) -> Token | TokenMistyped | None:
    try:
        sha256 = OneTimeToken(text).sha256
    except TokenMistyped as error:
        return error
    token = await store.token_by_digest(sha256, software)
    return token if token is not None and wanted in (None, token.connection_id) else None


async def _is_anothers(call: Call, store: TokenStore, text: str) -> bool:
    """Whether it is the token of another software. Who has one was mailed it, so this tells no secret."""
    holder = await store.holder_of(OneTimeToken(text).sha256)
    return holder is not None and holder.mode == call.principal.mode and holder.software != call.principal.id


async def _use(
    call: Call, tx: CallTransaction, store: TokenStore, token: Token
) -> tuple[Connection, IssuedCredential] | TokenRefused:
    connection = await own_connection(store, token.connection_id)
    consumed = await store.consume_token(token.sha256, token.software, tx.now) if is_pending(connection) else None
    older = await store.credentials(connection.connection_id)
    if consumed is None:
        return await _repeat_or_refuse(store, token, connection, older, tx.now)
    connection, credential = new_credential(call, connection, tx.now, issue=token.issue)
    connection = activated(connection, tx.now)
    await store.save_connections([connection])
    await store.save_credentials([credential])
    tx.publish(
        ConnectionActivated(**names_of(connection), activated_at=tx.now, scopes=connection.scopes),
        sequence=connection.version,
    )
    tx.publish(snapshot(connection, (credential,), tx.now), sequence=connection.version)
    return connection, credential


async def _repeat_or_refuse(
    store: TokenStore,
    token: Token,
    connection: Connection,
    older: tuple[IssuedCredential, ...],
    now: datetime,
) -> tuple[Connection, IssuedCredential] | TokenRefused:
    # Read again under the connection's lock: whoever was first has committed by now.
    token = await store.token_by_digest(token.sha256, token.software) or token
    answered = next((each for each in older if each.issue == token.issue and each.holds(now)), None)
    if token.may_be_repeated(now) and answered is not None and connection.state == "active":
        return connection, answered
    newest = (await store.newest_tokens([connection.connection_id])).get(connection.connection_id)
    return refusal(token, newest, connection)


def new_credential(
    call: Call, connection: Connection, now: datetime, issue: int
) -> tuple[Connection, IssuedCredential]:
    key = cast(TokenKeys, call.resources["keys"]).current
    return issue_credential(connection, key, token_bytes(NONCE_BYTES), now, call.cause.id, _digest, issue)


def _digest(secret: bytes) -> Sha256:
    return secret_sha256(secret_text(secret))


def is_pending(connection: Connection) -> bool:
    return connection.state == "pending"


async def own_connection(store: TokenStore, connection_id: ConnectionId) -> Connection:
    found = (await store.lock_connections([connection_id])).get(connection_id)
    if found is None:
        raise unknown_connection()
    return found


async def pending_connection(store: TokenStore, connection_id: ConnectionId) -> Connection:
    """Raises `Problem` 409 for one whose token was registered, or that has ended."""
    connection = await own_connection(store, connection_id)
    if not is_pending(connection):
        raise Problem(409, "connection_not_pending", f"found state {connection.state}, expected pending")
    return connection


async def recent_mails(store: TokenStore, connection: Connection, now: datetime) -> Sequence[datetime]:
    """When mails to the company were asked for in the last 24 hours, locked. Raises `Problem` 429 while one more may
    not be asked for."""
    locked = await store.lock_mailings(connection.mailed_numbers, now - DAY)
    mailed = locked.get(connection.enterprise_number, ())
    wait = waits_for(mailed, now)
    if wait:
        raise too_soon(wait, connection.language)
    return mailed


def connection_id_of(text: str) -> ConnectionId:
    """Raises `Problem` 404: what is no id names no connection."""
    try:
        return ConnectionId(text)
    except ValueRejected:
        raise unknown_connection() from None
