"""Does a service know who calls from its own projection, and does a change reach it?"""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from starlette.datastructures import Headers

from deploy.database_roles import api_role, worker_role
from deploy.local.postgres import Postgres
from deploy.migrate import migrate
from shared.chassis import credentials
from shared.chassis.authentication import Authenticator
from shared.chassis.credentials import CredentialReader, apply_credentials
from shared.chassis.database import Database
from shared.chassis.errors import Problem, Unavailable
from shared.chassis.health import Readiness
from shared.chassis.keys import make_key, secret_sha256, secret_text
from shared.chassis.messages import Batch, Received
from shared.contracts.access import Credential
from shared.contracts.catalogue import SERVICES
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import OfficeChanged, SoftwareChanged
from shared.contracts.event import Event
from shared.values import ConnectionId, CredentialId, EnterpriseNumber, Language, OfficeId, SoftwareSlug
from tests.waiting import PATIENCE_S

SECRET = bytes(range(32))
KEY = make_key("live", "robaws0001", SECRET)
OPERATOR = "operator-key"
PASSWORDS = {role(name): "pw" for name in SERVICES for role in (worker_role, api_role)} | {"administration": "pw"}
ROBAWS = SoftwareSlug("robaws")
CONNECTION = ConnectionId.of(uuid4())


@pytest.fixture(scope="module")
def migrated(edge_postgres: Postgres) -> str:
    async def make() -> str:
        name = f"authentication_{uuid4().hex[:8]}"
        connection = await asyncpg.connect(edge_postgres.owner_url)
        await connection.execute(f"create database {name}")
        await connection.close()
        await migrate(edge_postgres.url("postgres", "owner", name), PASSWORDS)
        return name

    return asyncio.run(make())


@pytest.fixture
async def worker(edge_postgres: Postgres, migrated: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(edge_postgres.url("intake_worker", "pw", migrated))
    await connection.execute("delete from credentials; delete from credential_sources")
    yield connection
    await connection.close()


class Knowing:
    """What the authenticator asks of a running service."""

    def __init__(self, database: Database) -> None:
        self.credentials = CredentialReader(database, self.all_read)
        self.state, self.everything_read = Readiness(True), True

    def ready(self) -> Readiness:
        return self.state

    async def all_read(self) -> bool:
        return self.everything_read


@pytest.fixture
async def knowing(edge_postgres: Postgres, migrated: str) -> AsyncIterator[Knowing]:
    database = Database(edge_postgres.url("intake_api", "pw", migrated), size=2, application="intake")
    await database.open()
    yield Knowing(database)
    await database.close()


def _credential(identifier: str = "robaws0001", secret: bytes = SECRET, **facts: Any) -> Credential:
    return Credential(id=CredentialId(identifier), secret_sha256=secret_sha256(secret_text(secret)), **facts)


def _software(*credentials: Credential, state: Any = "active") -> SoftwareChanged:
    return SoftwareChanged(software=ROBAWS, name="Robaws", state=state, credentials=credentials)


def _connected(*credentials: Credential, state: Any = "active") -> ConnectionChanged:
    return ConnectionChanged(
        connection_id=CONNECTION,
        enterprise_number=EnterpriseNumber("0403170701"),
        software=ROBAWS,
        state=state,
        scopes=("invoices:write",),
        credentials=credentials,
    )


async def _apply(worker: asyncpg.Connection, *events: tuple[Event, int]) -> None:
    received = [
        Received(id=uuid4(), correlation_id="c", body=body, time=datetime.now(UTC), sequence=sequence)
        for body, sequence in events
    ]
    batch: Batch[Any] = Batch(received, datetime.now(UTC), parking=None)  # type: ignore[arg-type]
    async with worker.transaction():
        assert await apply_credentials(batch, worker) == []


async def _who(knowing: Knowing, headers: dict[str, str], *kinds: Any, scope: str | None = None) -> Any:
    digest = hashlib.sha256(OPERATOR.encode()).hexdigest()
    authenticator = Authenticator(knowing, digest)
    return await authenticator.identify(Headers(headers), frozenset(kinds or ("software",)), scope)


def _basic(username: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()}


async def _refused(*arguments: Any, **options: Any) -> tuple[int, str]:
    with pytest.raises(Problem) as refused:
        await _who(*arguments, **options)
    return refused.value.status, refused.value.code


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {KEY}"},
        {"authorization": f"bearer {KEY}"},
        {"X-Software-Company": KEY},
        _basic("anything", KEY),
        _basic(KEY, ""),
        _basic("robaws0001", secret_text(SECRET)),
    ],
)
async def test_a_key_is_known_in_every_form_that_clients_send(
    headers: dict[str, str], worker: asyncpg.Connection, knowing: Knowing
) -> None:
    await _apply(worker, (_software(_credential()), 1))
    principal = await _who(knowing, headers)
    assert (principal.text, principal.mode, principal.software) == ("software:robaws", "live", "robaws")


async def test_a_connection_carries_its_company_software_and_scopes(
    worker: asyncpg.Connection, knowing: Knowing
) -> None:
    await _apply(worker, (_connected(_credential("conn000001")), 1))
    headers = _basic("conn000001", secret_text(SECRET))
    principal = await _who(knowing, headers, "connection", scope="invoices:write")
    assert (principal.id, principal.software, principal.enterprise_number) == (
        CONNECTION,
        "robaws",
        "0403170701",
    )
    assert await _refused(knowing, headers, "connection", scope="statements:read") == (403, "scope_missing")
    assert await _refused(knowing, headers, "office") == (403, "caller_not_allowed")


async def test_beside_the_key_of_its_software_a_connection_is_found(
    worker: asyncpg.Connection, knowing: Knowing
) -> None:
    await _apply(worker, (_connected(_credential("conn000001")), 1), (_software(_credential()), 1))
    headers = _basic("conn000001", secret_text(SECRET)) | {"X-Software-Company": KEY}
    assert (await _who(knowing, headers, "connection")).kind == "connection"
    assert (await _who(knowing, headers, "software")).kind == "software"


async def test_the_operator_is_known_by_the_digest_of_its_key(knowing: Knowing) -> None:
    headers = {"Authorization": f"Bearer {OPERATOR}"}
    assert (await _who(knowing, headers, "operator", scope="statements:write")).text == "operator:operator"


async def test_anyone_may_call_what_is_public(knowing: Knowing) -> None:
    assert (await _who(knowing, {}, "public")).kind == "public"
    assert (await _who(knowing, {"Authorization": "Bearer nonsense"}, "public")).kind == "public"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "credentials_missing"),
        ({"Authorization": "Bearer nonsense"}, "credentials_invalid"),
        ({"Authorization": f"Bearer {KEY[:-1]}x"}, "credentials_invalid"),
        ({"Authorization": "Digest x"}, "credentials_unreadable"),
        ({"Authorization": "Basic %%%"}, "credentials_unreadable"),
        ({"Authorization": "Basic /////w=="}, "credentials_unreadable"),
        (_basic("robaws0001", "wrong"), "credentials_invalid"),
        (_basic("Not An Id", "wrong"), "credentials_invalid"),
        ({"X-Software-Company": "\xff" * 5000}, "credentials_invalid"),
    ],
)
async def test_wrong_credentials_are_refused_at_once(
    headers: dict[str, str], code: str, worker: asyncpg.Connection, knowing: Knowing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "WAITING_SECONDS", 3600.0)
    await _apply(worker, (_software(_credential()), 1))
    async with asyncio.timeout(PATIENCE_S):
        assert await _refused(knowing, headers) == (401, code)


async def test_an_unknown_key_is_waited_for_because_its_event_may_be_on_its_way(
    worker: asyncpg.Connection, knowing: Knowing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "WAITING_SECONDS", 3600.0)
    asking = asyncio.create_task(_who(knowing, {"Authorization": f"Bearer {KEY}"}))
    await asyncio.sleep(0.3)
    assert not asking.done()
    await _apply(worker, (_software(_credential()), 1))
    assert (await asyncio.wait_for(asking, PATIENCE_S)).id == "robaws"


async def test_an_unknown_key_is_unauthorized_only_when_everything_was_read(
    worker: asyncpg.Connection, knowing: Knowing
) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    assert await _refused(knowing, headers) == (401, "credentials_invalid")
    knowing.state = Readiness(False, ("Kafka does not answer",))
    assert await _refused(knowing, headers) == (503, "temporarily_unavailable")


async def test_an_unknown_key_may_be_on_its_way_while_another_replica_has_not_read_everything(
    worker: asyncpg.Connection, knowing: Knowing
) -> None:
    knowing.everything_read = False
    with pytest.raises(Unavailable):
        await _who(knowing, {"Authorization": f"Bearer {KEY}"})


async def test_a_suspended_software_and_its_connections_are_told_so(
    worker: asyncpg.Connection, knowing: Knowing
) -> None:
    await _apply(worker, (_software(_credential(), state="suspended"), 2), (_connected(_credential("conn000001")), 1))
    assert await _refused(knowing, {"X-Software-Company": KEY}) == (403, "software_suspended")
    headers = _basic("conn000001", secret_text(SECRET))
    assert await _refused(knowing, headers, "connection") == (403, "software_suspended")


async def test_a_credential_that_ended_is_refused(worker: asyncpg.Connection, knowing: Knowing) -> None:
    ended = datetime.now(UTC) - timedelta(seconds=1)
    await _apply(worker, (_software(_credential(ends_at=ended)), 1))
    assert await _refused(knowing, {"X-Software-Company": KEY}) == (401, "credentials_expired")


async def test_a_changed_secret_counts_at_once(worker: asyncpg.Connection, knowing: Knowing) -> None:
    await _apply(worker, (_software(_credential()), 1))
    await _who(knowing, {"X-Software-Company": KEY})
    await _apply(worker, (_software(_credential(secret=b"n" * 32)), 2))
    newer = make_key("live", "robaws0001", b"n" * 32)
    assert (await _who(knowing, {"X-Software-Company": newer})).id == "robaws"


async def test_a_revoked_connection_is_unknown_within_seconds(worker: asyncpg.Connection, knowing: Knowing) -> None:
    headers = _basic("conn000001", secret_text(SECRET))
    await _apply(worker, (_connected(_credential("conn000001")), 1))
    await _who(knowing, headers, "connection")
    await _apply(worker, (_connected(_credential("conn000001"), state="revoked"), 2))
    await asyncio.sleep(2.1)
    assert await _refused(knowing, headers, "connection") == (401, "credentials_invalid")


async def test_only_a_higher_sequence_replaces_the_credentials_of_an_owner(
    worker: asyncpg.Connection,
) -> None:
    first, second = _credential("robaws0001"), _credential("robaws0002")
    office = OfficeChanged(
        office_id=OfficeId("declercq"),
        name="x",
        language=Language.NL,
        client=True,
        credentials=(_credential("declercq01", scopes=("a", "b")),),
    )
    await _apply(worker, (_software(first), 1), (_software(second), 3), (_software(first), 2), (office, 1))
    await _apply(worker, (_software(first), 2), (_software(first), 3))
    rows = await worker.fetch("select credential_id, kind, scopes from credentials order by 1")
    assert [tuple(row) for row in rows] == [
        ("declercq01", "office", ["a", "b"]),
        ("robaws0002", "software", []),
    ]


async def test_nobody_takes_over_a_credential_of_somebody_else(worker: asyncpg.Connection) -> None:
    await _apply(worker, (_software(_credential()), 1))
    await _apply(worker, (_connected(_credential("robaws0001", secret=b"n" * 32)), 1))
    row = await worker.fetchrow("select kind, secret_sha256 from credentials")
    assert row is not None
    assert tuple(row) == ("software", secret_sha256(secret_text(SECRET)))
