"""Does memory behave like Postgres? One suite over both; then what only Postgres can show."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.token_mailer.adapters.postgres import PostgresTokens
from services.token_mailer.domain.duties import NoteBounce
from services.token_mailer.domain.records import Connection, IssuedCredential, Mail, Token
from services.token_mailer.domain.registering import Tries
from services.token_mailer.domain.tokens import TokenKey, derive_token
from shared.contracts.documents import Sealed
from shared.values import (
    ConnectionId,
    CredentialId,
    EnterpriseNumber,
    Language,
    OfficeId,
    Sha256,
    SoftwareSlug,
)

NOW = datetime(2026, 3, 14, 9, 30, 0, 123456, tzinfo=UTC)
KEY = TokenKey(bytes(range(32)))
ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
NUMBER = EnterpriseNumber("0010.080.080")


def connection(number: int = 1, software: SoftwareSlug = ROBAWS) -> Connection:
    return Connection(
        connection_id=ConnectionId.of(UUID(int=number)),
        enterprise_number=NUMBER,
        software=software,
        mode="live",
        office_id=OfficeId("janssens"),
        language=Language.FR,
        company_name="Boulangerie « L'Épi »",
        scopes=("invoices:write", "statements:read"),
        email=Sealed(key_id="0" * 16, ciphertext="AAAA"),
        masked_email="z***@e***.be",
        address_version=1,
        ordinal=1,
        heard=3,
        issue=1,
        version=4,
    )


def token(of: Connection, issue: int = 1, **changes: Any) -> Token:
    facts: dict[str, Any] = {
        "connection_id": of.connection_id,
        "issue": issue,
        "software": of.software,
        "key_id": KEY.id,
        "nonce": bytes(16),
        "sha256": derive_token(KEY, of.connection_id, issue, bytes(16)).sha256,
        "address_version": 1,
        "language": of.language,
        "company_name": of.company_name,
        "issued_at": NOW,
        "expires_at": NOW + timedelta(hours=72),
        "mails": 1,
    }
    return Token(**facts | changes)


def mail(of: Connection, ordinal: int = 1, requested_at: datetime = NOW) -> Mail:
    return Mail(
        connection_id=of.connection_id,
        issue=1,
        ordinal=ordinal,
        enterprise_number=of.enterprise_number,
        requested_at=requested_at,
        due_at=requested_at,
    )


def credential(of: Connection, generation: int = 1) -> IssuedCredential:
    return IssuedCredential(
        credential_id=CredentialId(f"credential{of.connection_id[-4:]}{generation}"),
        connection_id=of.connection_id,
        generation=generation,
        issue=1,
        key_id=KEY.id,
        nonce=bytes(range(16)),
        secret_sha256=Sha256.of(b"secret"),
        issued_at=NOW,
        cause_id=uuid4(),
    )


async def test_what_was_saved_is_read_back_whole(store: Any) -> None:
    of = connection()
    await store.save_connections([of])
    await store.save_tokens([token(of)])
    await store.save_mails([mail(of)])
    await store.save_credentials([made := credential(of)])
    assert await store.lock_connections([of.connection_id]) == {of.connection_id: of}
    assert await store.newest_tokens([of.connection_id]) == {of.connection_id: token(of)}
    assert await store.mail(of.connection_id, 1, 1) == mail(of)
    assert await store.credentials(of.connection_id) == (made,)


async def test_saving_again_replaces_what_was_there(store: Any) -> None:
    of = connection()
    await store.save_connections([of])
    await store.save_connections([changed := replace(of, state="active", version=5, scopes=())])
    await store.save_tokens([token(of)])
    await store.save_tokens([ended := token(of, ended="superseded"), second := token(of, 2)])
    await store.save_mails([mail(of)])
    await store.save_mails([sent := replace(mail(of), state="sent", attempts=2, reply_code=250, sent_at=NOW)])
    await store.save_credentials([made := credential(of)])
    await store.save_credentials([replace(made, ends_at=NOW), later := credential(of, 2)])
    assert await store.lock_connections([of.connection_id]) == {of.connection_id: changed}
    assert await store.newest_tokens([of.connection_id]) == {of.connection_id: second}
    assert await store.token_by_digest(ended.sha256, ROBAWS) == ended
    assert await store.mail(of.connection_id, 1, 1) == sent
    assert await store.credentials(of.connection_id) == (replace(made, ends_at=NOW), later)


async def test_what_is_not_there_is_not_found(store: Any) -> None:
    unknown = ConnectionId.of(UUID(int=99))
    assert await store.lock_connections([unknown]) == {}
    assert await store.newest_tokens([unknown]) == {}
    assert await store.mail(unknown, 1, 1) is None
    assert await store.credentials(unknown) == ()
    assert await store.token_by_digest(Sha256.of(b"x"), ROBAWS) is None
    assert await store.tries("robaws") == Tries()


async def test_a_token_is_consumed_once_by_its_own_software_and_in_time(store: Any) -> None:
    of = connection()
    await store.save_connections([of])
    await store.save_tokens([issued := token(of)])
    assert await store.consume_token(issued.sha256, BILLIT, NOW) is None
    assert await store.consume_token(issued.sha256, ROBAWS, issued.expires_at) is None
    assert await store.consume_token(issued.sha256, ROBAWS, NOW) == replace(issued, consumed_at=NOW)
    assert await store.consume_token(issued.sha256, ROBAWS, NOW) is None


@pytest.mark.parametrize("ended", ["superseded", "expired", "revoked"])
async def test_an_ended_token_is_never_consumed(store: Any, ended: Any) -> None:
    of = connection()
    await store.save_connections([of])
    await store.save_tokens([issued := token(of, ended=ended)])
    assert await store.consume_token(issued.sha256, ROBAWS, NOW) is None


async def test_overdue_tokens_are_those_without_an_end_oldest_first(store: Any) -> None:
    first, second, third = connection(1), connection(2), connection(3)
    await store.save_connections([first, second, third])
    late = token(first, expires_at=NOW - timedelta(hours=1))
    later = token(second, expires_at=NOW)
    await store.save_tokens([later, late, token(third), token(first, 2, expires_at=NOW, ended="expired")])
    assert await store.overdue_tokens(NOW, 10) == [late, later]
    assert await store.overdue_tokens(NOW, 1) == [late]


async def test_mails_to_a_company_count_over_all_its_connections(store: Any) -> None:
    one, other = connection(1), connection(2, BILLIT)
    await store.save_connections([one, other])
    await store.save_tokens([token(one), token(other)])
    day_ago = NOW - timedelta(days=1)
    await store.save_mails([mail(one, 1, day_ago), mail(other), mail(one, 2, NOW - timedelta(hours=1))])
    times = await store.lock_mailings([NUMBER, EnterpriseNumber("0010.080.179")], day_ago)
    assert {number: list(moments) for number, moments in times.items()} == {NUMBER: [NOW - timedelta(hours=1), NOW]}


async def test_a_token_is_found_by_its_issue_also_when_it_is_not_the_newest(store: Any) -> None:
    of = connection()
    await store.save_connections([of])
    await store.save_tokens([first := token(of, ended="superseded"), token(of, 2)])
    assert await store.token(of.connection_id, 1) == first
    assert await store.token(of.connection_id, 3) is None


async def test_a_report_of_a_bounce_is_noted_once(store: Any) -> None:
    bounce = NoteBounce(
        sha256=Sha256.of(b"report"), connection_id=connection().connection_id, issue=1, ordinal=1,
        verdict="bounced", status="5.1.1", reply_code=550,
    )  # fmt: skip
    assert await store.noted_bounces([bounce.sha256]) == set()
    assert await store.note_bounce(bounce, NOW)
    assert not await store.note_bounce(bounce, NOW + timedelta(hours=1))
    assert await store.noted_bounces([bounce.sha256, Sha256.of(b"other")]) == {bounce.sha256}


async def test_wrong_tries_are_kept(store: Any) -> None:
    await store.save_tries("software:robaws", ROBAWS, Tries(1, NOW))
    await store.save_tries("software:robaws", ROBAWS, Tries(2, NOW))
    assert await store.tries("software:robaws") == Tries(2, NOW)


@asynccontextmanager
async def acting_as(pool: asyncpg.Pool, principal: str) -> AsyncIterator[PostgresTokens]:
    async with pool.acquire() as opened, opened.transaction():
        await opened.execute("select set_config('app.principal', $1, true)", principal)
        yield PostgresTokens(opened)


async def test_of_twenty_racers_one_wins_every_token(worker: asyncpg.Pool, api: asyncpg.Pool) -> None:
    of = [connection(number) for number in range(1, 21)]
    async with worker.acquire() as opened, opened.transaction():
        await PostgresTokens(opened).save_connections(of)
        await PostgresTokens(opened).save_tokens([token(each) for each in of])

    async def race(issued: Token) -> bool:
        async with acting_as(api, "software:robaws") as store:
            return await store.consume_token(issued.sha256, ROBAWS, NOW) is not None

    for each in of:
        outcomes = await asyncio.gather(*(race(token(each)) for _ in range(20)))
        assert outcomes.count(True) == 1


@pytest.mark.parametrize(
    ("principal", "seen"),
    [
        ("software:robaws", {1}),
        ("software:billit", {2}),
        ("office:janssens", {1, 2}),
        ("office:dupont", set()),
        (f"connection:{ConnectionId.of(UUID(int=2))}", {2}),
        ("operator:operator", {1, 2}),
        ("public:", set()),
        ("", set()),
    ],
)
async def test_a_principal_sees_its_own_connections_and_what_hangs_from_them(
    worker: asyncpg.Pool, api: asyncpg.Pool, principal: str, seen: set[int]
) -> None:
    both = [connection(1), connection(2, BILLIT)]
    async with worker.acquire() as opened, opened.transaction():
        store = PostgresTokens(opened)
        await store.save_connections(both)
        await store.save_tokens([token(each) for each in both])
        await store.save_mails([mail(each) for each in both])
        await store.save_credentials([credential(each) for each in both])
    expected = {ConnectionId.of(UUID(int=number)) for number in seen}
    async with acting_as(api, principal) as store:
        for table in ("connections", "tokens", "mails", "connection_credentials"):
            rows = await store._connection.fetch(f"select connection_id from {table}")
            assert {row["connection_id"] for row in rows} == expected
        mailings = await store._connection.fetchval("select count(*) from mailings")
        assert mailings == (2 if seen else 0)


async def test_the_api_brings_in_no_connection_and_no_token(api: asyncpg.Pool) -> None:
    for records in ([connection()], [token(connection())]):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting_as(api, "software:robaws") as store:
                if isinstance(records[0], Connection):
                    await store.save_connections(records)  # type: ignore[arg-type]
                else:
                    await store.save_tokens(records)  # type: ignore[arg-type]


async def test_every_table_forces_row_level_security(worker: asyncpg.Pool) -> None:
    rows = await worker.fetch(
        "select relname, relrowsecurity and relforcerowsecurity as forced from pg_class"
        " where relkind = 'r' and relnamespace = 'token_mailer'::regnamespace"
    )
    assert len(rows) > 6  # its own six, and those of the chassis
    assert [row["relname"] for row in rows if not row["forced"]] == []
