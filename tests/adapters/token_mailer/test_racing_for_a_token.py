"""Many register one token at once: one wins, each of 200 times, on a real Postgres."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from services.token_mailer.adapters.postgres import PostgresTokens
from services.token_mailer.domain.records import Connection, Token
from services.token_mailer.domain.tokens import TokenKey, derive_token
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug

TOKENS, RACERS, CONNECTIONS = 200, 20, 8
KEY, ROBAWS = TokenKey(bytes(range(32))), SoftwareSlug("robaws")
NOW = datetime.now(UTC)


def waiting(number: int) -> tuple[Connection, Token]:
    connection = Connection(
        connection_id=ConnectionId.of(UUID(int=number)),
        enterprise_number=EnterpriseNumber("0010.080.080"),
        software=ROBAWS,
        mode="live",
        office_id=OfficeId("janssens"),
        language=Language.FR,
        company_name="Boulangerie",
        scopes=(),
        email=Sealed(key_id="0" * 16, ciphertext="AAAA"),
        masked_email="z***@e***.be",
        address_version=1,
        issue=1,
    )
    facts: dict[str, Any] = {
        "sha256": derive_token(KEY, connection.connection_id, 1, bytes(16)).sha256,
        "issued_at": NOW,
        "expires_at": NOW + timedelta(hours=72),
    }
    token = Token(
        connection_id=connection.connection_id,
        issue=1,
        software=ROBAWS,
        key_id=KEY.id,
        nonce=bytes(16),
        address_version=1,
        language=Language.FR,
        company_name="Boulangerie",
        mails=1,
        **facts,
    )
    return connection, token


async def test_each_of_200_tokens_has_one_winner_among_20_racers(worker: asyncpg.Pool, api: asyncpg.Pool) -> None:
    pairs = [waiting(number) for number in range(TOKENS)]
    async with worker.acquire() as connection, connection.transaction():
        await PostgresTokens(connection).save_connections([connection for connection, _ in pairs])
        await PostgresTokens(connection).save_tokens([token for _, token in pairs])
    won: Counter[str] = Counter()

    racing = iter([token for _, token in pairs for _ in range(RACERS)])

    async def race() -> None:
        """One connection's part: neighbours in the list want the same token at the same moment."""
        async with api.acquire() as connection:
            await connection.execute("select set_config('app.principal', 'software:robaws', false)")
            for token in racing:
                if await PostgresTokens(connection).consume_token(token.sha256, ROBAWS, NOW) is not None:
                    won[token.sha256] += 1

    await asyncio.gather(*(race() for _ in range(CONNECTIONS)))
    assert Counter(won.values()) == {1: TOKENS}
