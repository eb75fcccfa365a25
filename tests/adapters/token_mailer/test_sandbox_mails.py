"""Mails of mode `test` in both stores; and what only Postgres can show: who sees them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.token_mailer.adapters.postgres import PostgresTokens
from services.token_mailer.domain.records import Connection, Mail, Token
from services.token_mailer.domain.sandbox import KEPT_MAILS, SandboxMail
from shared.contracts.documents import Sealed
from shared.contracts.sandbox import OFFICE
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, Sha256, SoftwareSlug

NOW = datetime(2026, 3, 14, 9, 30, 0, 123456, tzinfo=UTC)
ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
NUMBER = EnterpriseNumber("0010.080.080")


def connection(number: int, software: SoftwareSlug = ROBAWS, mode: Any = "test") -> Connection:
    return Connection(
        connection_id=ConnectionId.of(UUID(int=number)),
        enterprise_number=NUMBER,
        software=software,
        mode=mode,
        office_id=OFFICE,
        language=Language.NL,
        company_name="Bakkerij De Proef",
        scopes=(),
        email=Sealed(key_id="0" * 16, ciphertext="AAAA"),
        masked_email="c***@s***.example",
        address_version=1,
    )


def kept(of: Connection, ordinal: int = 1, written_at: datetime = NOW) -> SandboxMail:
    return SandboxMail(
        connection_id=of.connection_id,
        issue=1,
        ordinal=ordinal,
        software=of.software,
        enterprise_number=of.enterprise_number,
        recipient=EmailAddress("connects@sandbox.example"),
        subject="Uw code « é »",
        text="Code\r\n    ABC",
        html="<p>ABC</p>",
        code="ABC",
        outcome="sent",
        written_at=written_at,
    )


async def test_a_mail_is_kept_once_and_read_back_whole(store: Any) -> None:
    of = connection(1)
    await store.save_connections([of])
    await store.keep_sandbox_mail(first := kept(of))
    await store.keep_sandbox_mail(kept(of, written_at=NOW + timedelta(hours=1)))
    assert await store.sandbox_mails(ROBAWS, None, 10) == [first]


async def test_the_newest_stand_first_and_those_of_one_connection_alone(store: Any) -> None:
    one, other, foreign = connection(1), connection(2), connection(3, BILLIT)
    await store.save_connections([one, other, foreign])
    mails = [kept(one), kept(other, 1, NOW + timedelta(seconds=1)), kept(one, 2, NOW + timedelta(seconds=2))]
    for mail in (*mails, kept(foreign)):
        await store.keep_sandbox_mail(mail)
    assert await store.sandbox_mails(ROBAWS, None, 10) == [mails[2], mails[1], mails[0]]
    assert await store.sandbox_mails(ROBAWS, None, 1) == [mails[2]]
    assert await store.sandbox_mails(ROBAWS, other.connection_id, 10) == [mails[1]]
    assert await store.sandbox_mails(ROBAWS, foreign.connection_id, 10) == []


async def test_only_the_newest_mails_of_a_software_are_kept(store: Any) -> None:
    one, foreign = connection(1), connection(2, BILLIT)
    await store.save_connections([one, foreign])
    await store.keep_sandbox_mail(kept(foreign, 1, NOW - timedelta(days=1)))
    for ordinal in range(1, KEPT_MAILS + 3):
        await store.keep_sandbox_mail(kept(one, ordinal, NOW + timedelta(seconds=ordinal)))
    left = await store.sandbox_mails(ROBAWS, None, KEPT_MAILS * 2)
    assert [mail.ordinal for mail in left] == list(range(KEPT_MAILS + 2, 2, -1))
    assert len(await store.sandbox_mails(BILLIT, None, 10)) == 1


async def test_test_mails_never_count_as_mails_to_the_real_company(store: Any) -> None:
    simulated, real = connection(1), connection(2, mode="live")
    await store.save_connections([simulated, real])
    for each, at in ((simulated, NOW), (real, NOW - timedelta(minutes=3))):
        await store.save_tokens([_token(each)])
        await store.save_mails([_mail(each, at)])
    times = await store.lock_mailings([NUMBER], NOW - timedelta(days=1))
    assert list(times[NUMBER]) == [NOW - timedelta(minutes=3)]


@pytest.mark.parametrize(
    ("principal", "mode", "seen"),
    [
        ("software:robaws", "test", 1),
        ("software:robaws", "live", 0),
        ("software:billit", "test", 0),
        ("office:sandbox", "test", 0),
        ("operator:operator", "live", 0),
    ],
)
async def test_only_the_own_software_sees_a_mail_and_only_by_a_test_key(
    worker: asyncpg.Pool, api: asyncpg.Pool, principal: str, mode: str, seen: int
) -> None:
    of = connection(1)
    async with worker.acquire() as opened, opened.transaction():
        await PostgresTokens(opened).save_connections([of])
        await PostgresTokens(opened).keep_sandbox_mail(kept(of))
    async with api.acquire() as opened, opened.transaction():
        await opened.execute(
            "select set_config('app.principal', $1, true), set_config('app.mode', $2, true)", principal, mode
        )
        assert len(await PostgresTokens(opened).sandbox_mails(ROBAWS, None, 10)) == seen


def _token(of: Connection) -> Token:
    return Token(
        connection_id=of.connection_id,
        issue=1,
        software=of.software,
        key_id="k",
        nonce=bytes(16),
        sha256=Sha256.of(of.connection_id.encode()),
        address_version=1,
        language=of.language,
        company_name=of.company_name,
        issued_at=NOW,
        expires_at=NOW + timedelta(hours=72),
    )


def _mail(of: Connection, requested_at: datetime) -> Mail:
    return Mail(
        connection_id=of.connection_id,
        issue=1,
        ordinal=1,
        enterprise_number=of.enterprise_number,
        requested_at=requested_at,
        due_at=requested_at,
    )
