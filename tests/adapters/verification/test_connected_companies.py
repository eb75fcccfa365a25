"""What a connection may see of its company, in memory and in Postgres, and that nobody else sees it so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.verification.adapters.memory import MemoryDirectory, Shelf
from services.verification.adapters.postgres import PostgresDirectory
from services.verification.domain.connected import ConnectedCompany
from services.verification.domain.directory import Company, Office, Period
from services.verification.domain.requests import Request
from shared.contracts.directory import Mandate
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Iban, Language, OfficeId, SoftwareSlug

NUMBER = EnterpriseNumber("0403170701")
OFFICE = OfficeId("janssens")
CONNECTION = ConnectionId.of(uuid4())
ACTIVATED = datetime(2026, 3, 2, 9, tzinfo=UTC)
MANDATES = (
    Mandate(iban=Iban("BE68539007547034"), since=date(2026, 1, 1)),
    Mandate(iban=Iban("BE71096123456769"), since=date(2025, 1, 1), until=date(2026, 1, 1)),
)
COMPANY = Company(
    NUMBER,
    "Bakkerij Ân",
    Language.FR,
    client_code="geheim",
    email=EmailAddress("an@example.be"),
    periods=(Period(OFFICE, date(2026, 1, 1), None, client=True),),
    mandates=MANDATES,
)
As = Callable[..., AbstractAsyncContextManager[Any]]
Connect = Callable[[str], Awaitable[None]]


@pytest.fixture
def in_memory() -> tuple[As, Connect]:
    shelf = Shelf()

    @asynccontextmanager
    async def acting(principal: str, mode: str = "live") -> AsyncIterator[Any]:
        # The real company of a simulated one's number is never among the connections of a shelf.
        yield MemoryDirectory(shelf, principal if mode == "live" else "")

    async def connect(connection: str) -> None:
        shelf.connections[ConnectionId(connection)] = NUMBER

    return acting, connect


@pytest.fixture
async def in_postgres(database: Any) -> tuple[As, Connect]:
    pools = {name: await getattr(database, name)("verification") for name in ("worker", "api")}

    @asynccontextmanager
    async def acting(principal: str, mode: str = "live") -> AsyncIterator[Any]:
        pool = pools["worker" if principal == "worker" else "api"]
        async with pool.acquire() as connection, connection.transaction():
            caller = "select set_config('app.principal', $1, true), set_config('app.mode', $2, true)"
            await connection.execute(caller, principal, mode)
            yield PostgresDirectory(connection)

    async def connect(connection: str) -> None:
        # Two credentials, as after a rotation.
        await pools["worker"].executemany(
            """insert into credentials
                   (credential_id, kind, owner, software, enterprise_number, secret_sha256, mode)
               values ($1, 'connection', $2, 'robaws', $3, 'x', 'live')""",
            [(f"credential{count}", connection, NUMBER) for count in range(2)],
        )

    return acting, connect


@pytest.fixture(params=["in_memory", "in_postgres"])
def adapter(request: pytest.FixtureRequest) -> tuple[As, Connect]:
    found: tuple[As, Connect] = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def directory(adapter: tuple[As, Connect]) -> As:
    acting, connect = adapter
    async with acting("worker") as store:
        await store.put_office(Office(OFFICE, "Kantoor Janssens", Language.NL, client=True))
        await store.put_company(COMPANY)
        request = Request(CONNECTION, NUMBER, SoftwareSlug("robaws"), state="active", activated_at=ACTIVATED)
        await store.save_requests([request])
    await connect(CONNECTION)
    return acting


async def test_a_connection_sees_its_companys_name_language_and_accounts(directory: As) -> None:
    async with directory(f"connection:{CONNECTION}") as store:
        found = await store.company_of_connection(CONNECTION)
    assert found == ConnectedCompany(NUMBER, "Bakkerij Ân", Language.FR, MANDATES, ACTIVATED)


async def test_nobody_sees_a_company_by_anothers_connection(directory: As) -> None:
    stranger = ConnectionId.of(uuid4())
    for principal in (f"connection:{stranger}", f"office:{OFFICE}", "software:robaws", "operator:operator"):
        async with directory(principal) as store:
            assert await store.company_of_connection(CONNECTION) is None
    async with directory(f"connection:{stranger}") as store:
        assert await store.company_of_connection(stranger) is None


async def test_a_connection_of_mode_test_sees_no_real_company(directory: As) -> None:
    async with directory(f"connection:{CONNECTION}", "test") as store:
        assert await store.company_of_connection(CONNECTION) is None


async def test_a_connection_sees_no_row_of_the_directory_itself(directory: As) -> None:
    async with directory(f"connection:{CONNECTION}") as store:
        assert await store.companies([NUMBER]) == {}
        assert await store.offices([OFFICE]) == {}
