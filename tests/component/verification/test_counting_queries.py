"""What a batch costs on a real Postgres: the same few queries for 5 requests as for 500, none that reads it all."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import pytest

from services.verification import handlers
from services.verification.adapters.postgres import PostgresDirectory
from shared.chassis.messages import Batch, Received
from shared.chassis.parking import MemoryParking
from shared.contracts import ConnectionBlocked, ConnectionRequested, ConnectionVerified
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MOST_QUERIES = 6
COMPANIES = 2000


def number(serial: int) -> EnterpriseNumber:
    base = 30_000 + serial
    return EnterpriseNumber(f"{base:08d}{97 - base % 97:02d}")


def asking(serial: int) -> Received[ConnectionRequested]:
    body = ConnectionRequested(
        connection_id=ConnectionId.of(UUID(int=serial + 1)),
        enterprise_number=number(serial),
        software=SoftwareSlug("robaws" if serial % 2 else "billit"),
    )
    return Received(id=UUID(int=serial + 1), correlation_id="c", body=body, time=NOW)


def seal(email: EmailAddress) -> Sealed[EmailAddress]:
    return Sealed[EmailAddress](key_id="k", ciphertext=f"sealed {len(email)}")


@pytest.fixture
async def directory(database) -> None:
    """Half of the companies that are asked for have no address."""
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute("set search_path = verification")
        await owner.execute("insert into softwares (slug, name, state) values ('robaws', 'R', 'active'), "
                            "('billit', 'B', 'active')")  # fmt: skip
        await owner.execute("insert into offices (office_id, name, language, client) values ('aa', 'A', 'nl', true)")
        rows = [(number(n), "Onderneming", "nl", f"a{n}@firma.example" if n % 2 else None, n % 2) for n in
                range(COMPANIES)]  # fmt: skip
        columns = ["enterprise_number", "name", "language", "email", "address_version"]
        await owner.copy_records_to_table("companies", schema_name="verification", records=rows, columns=columns)
        periods = [(row[0], "aa", date(2020, 1, 1)) for row in rows]
        columns = ["enterprise_number", "office_id", "since"]
        await owner.copy_records_to_table(
            "office_periods", schema_name="verification", records=periods, columns=columns
        )
        await owner.execute("analyze companies, office_periods")
    finally:
        await owner.close()


async def verify(pool: asyncpg.Pool, events: list[Received[ConnectionRequested]]) -> tuple[list[str], Counter[type]]:
    """The statements that a batch sent, and how its requests were answered."""
    sent: list[str] = []
    async with pool.acquire() as connection, connection.transaction():
        with connection.query_logger(lambda record: sent.append(record.query)):
            told = await handlers.verify_requests(
                Batch(events, NOW, MemoryParking()), PostgresDirectory(connection), seal=seal, help_desk="desk"
            )
            await asyncio.sleep(0)  # asyncpg tells its loggers a moment later
    return sent, Counter(type(one.body) for one in told)


async def test_a_batch_of_500_takes_no_more_queries_than_one_of_5_and_at_most_six(database, directory):
    pool = await database.worker("verification")
    few, _ = await verify(pool, [asking(n) for n in range(5)])
    many, told = await verify(pool, [asking(n) for n in range(500, 1000)])
    assert told == {ConnectionVerified: 250, ConnectionBlocked: 250}
    assert many == few
    assert 0 < len(many) <= MOST_QUERIES, many
    again, told = await verify(pool, [asking(n) for n in range(500, 1000)])
    assert (len(again), sum(told.values())) == (len(few) - 1, 0), "what was answered before is only looked at"


async def test_no_query_of_a_batch_reads_the_whole_directory(database, directory):
    pool = await database.worker("verification")
    wanted = [str(number(n)) for n in range(5)]
    plans = []
    async with pool.acquire() as connection, connection.transaction():
        statements: list[tuple[str, tuple]] = []
        with connection.query_logger(lambda record: statements.append((record.query, record.args))):
            await PostgresDirectory(connection).companies([EnterpriseNumber(one) for one in wanted])
            await asyncio.sleep(0)
        for query, arguments in statements:
            rows = await connection.fetch(f"explain {query}", *arguments)
            plans.append("\n".join(row[0] for row in rows))
    assert plans
    for plan in plans:
        assert "Seq Scan on companies" not in plan, plan
        assert "Seq Scan on office_periods" not in plan, plan
