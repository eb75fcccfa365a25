"""One service alone, over HTTP: registering a token, again, too late, wrongly; renewing; ending."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import pytest

from services.token_mailer.adapters.memory import MemoryTokens
from services.token_mailer.domain.records import Connection, Token
from services.token_mailer.domain.tokens import OneTimeToken, TokenKey, TokenKeys, derive_token
from services.token_mailer.endpoints import routes
from shared.chassis.credentials import KnownCredential
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.chassis.messages import Consequence, Do, Publish
from shared.contracts.connections import ConnectionChanged
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug

START = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
KEYS = TokenKeys(TokenKey(bytes(range(32))))
OWN, OTHERS = ConnectionId.of(UUID(int=7)), ConnectionId.of(UUID(int=8))
ROBAWS = make_key("live", "robawskey1", bytes(32))
BILLIT = make_key("live", "billitkey1", bytes(range(32)))
OWN_TOKEN, OTHERS_TOKEN = (derive_token(KEYS.current, each, 1, bytes(16)) for each in (OWN, OTHERS))
FOREIGN = derive_token(TokenKey(bytes(32)), OWN, 1, bytes(16))
ACTIVATE = f"/v1/connections/{OWN}/activate"


class Database:
    """Stands for pool and connection: a clock, and nothing else."""

    now = START

    async def acquire(self, timeout: float) -> "Database":
        return self

    async def release(self, connection: "Database", timeout: float) -> None:
        return None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    async def fetchrow(self, *_: object) -> dict[str, Any]:
        return {"now": self.now}


class Running:
    """What `Service` lends to its HTTP side, over memory."""

    def __init__(self) -> None:
        self.api_pool = cast(Any, Database())
        self.tokens = MemoryTokens()
        self.consequences: list[Consequence] = []
        self.credentials = self

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        for slug, key in (("robaws", ROBAWS), ("billit", BILLIT)):
            parsed = parse_key(key)
            if parsed.credential_id == credential_id:
                digest = secret_sha256(parsed.secret_text)
                return KnownCredential(credential_id, "software", slug, digest, software=slug)
        return None

    async def await_arrival(self, credential_id: str) -> KnownCredential | None:
        return None

    def store(self, connection: Any) -> MemoryTokens:
        return self.tokens

    async def write_consequences(self, connection: Any, consequences: list[Consequence]) -> None:
        self.consequences += consequences

    def wake(self) -> None:
        return None

    def ready(self) -> Readiness:
        return Readiness(True, ())

    def told(self) -> list[str]:
        return [type(each.body).__name__ for each in self.consequences if isinstance(each, Publish)]


def connection(connection_id: ConnectionId, software: str) -> Connection:
    return Connection(
        connection_id=connection_id,
        enterprise_number=EnterpriseNumber("0010.080.080"),
        software=SoftwareSlug(software),
        mode="live",
        office_id=OfficeId("janssens"),
        language=Language.FR,
        company_name="Boulangerie",
        scopes=("invoices:write",),
        email=Sealed(key_id="0" * 16, ciphertext="AA=="),
        masked_email="z***@e***.be",
        address_version=1,
        issue=1,
    )


def token(of: Connection, text: OneTimeToken) -> Token:
    return Token(
        connection_id=of.connection_id, issue=1, software=of.software, key_id=KEYS.current.id, nonce=bytes(16),
        sha256=text.sha256, address_version=1, language=of.language, company_name=of.company_name,
        issued_at=START, expires_at=START + timedelta(hours=72), mails=1,
    )  # fmt: skip


@pytest.fixture
async def running() -> Running:
    running = Running()
    both = [connection(OWN, "robaws"), connection(OTHERS, "billit")]
    await running.tokens.save_connections(both)
    await running.tokens.save_tokens([token(both[0], OWN_TOKEN), token(both[1], OTHERS_TOKEN)])
    return running


@pytest.fixture
async def robaws(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    app = build_app("token_mailer", [routes], cast(Any, running), resources={"keys": KEYS})
    headers = {"X-Software-Company": ROBAWS}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door", headers=headers) as client:
        yield client


def at(running: Running, later: timedelta) -> None:
    running.api_pool.now = START + later


async def test_a_token_gives_credentials_and_the_connection_is_active(
    robaws: httpx.AsyncClient, running: Running
) -> None:
    answer = await robaws.post(ACTIVATE, json={"token": OWN_TOKEN.grouped.lower()})
    assert answer.status_code == 200
    body = answer.json()
    assert body["username"].isascii() and ":" not in body["username"]
    assert running.told() == ["ConnectionActivated", "ConnectionChanged"]
    snapshot = cast(ConnectionChanged, cast(Publish, running.consequences[1]).body)
    assert snapshot.state == "active"
    assert snapshot.credentials[0].id == body["username"]
    assert snapshot.credentials[0].secret_sha256 == secret_sha256(body["password"])
    assert parse_key(body["key"]).secret_text == body["password"]
    assert body["password"] not in repr(running.consequences) + repr(running.tokens.issued)


async def test_a_lost_answer_is_given_again_for_ten_minutes(robaws: httpx.AsyncClient, running: Running) -> None:
    first = (await robaws.post(ACTIVATE, json={"token": OWN_TOKEN})).json()
    at(running, timedelta(minutes=9, seconds=59))
    again = await robaws.get(f"/v2/get-credentials/{OWN_TOKEN}/")
    assert again.json() == {"username": first["username"], "password": first["password"]}
    assert len(running.told()) == 2
    at(running, timedelta(minutes=10))
    late = await robaws.post(ACTIVATE, json={"token": OWN_TOKEN})
    assert (late.status_code, late.json()["code"]) == (409, "token_used")


@pytest.mark.parametrize("spelled", [
    OWN_TOKEN.grouped, OWN_TOKEN.lower(), " ".join(OWN_TOKEN), OWN_TOKEN.replace("0", "o").replace("1", "l"),
    OWN_TOKEN.grouped.replace("-", "\u2013"), f"\u00a0{OWN_TOKEN.grouped}\r\n",
])  # fmt: skip
async def test_a_code_is_known_however_it_is_spelled(robaws: httpx.AsyncClient, spelled: str) -> None:
    assert (await robaws.post(ACTIVATE, json={"token": spelled})).status_code == 200


async def test_a_mistyped_code_is_told_from_a_wrong_one(robaws: httpx.AsyncClient) -> None:
    wrong = (await robaws.post(ACTIVATE, json={"token": FOREIGN})).json()
    mistyped = (
        await robaws.post(ACTIVATE, json={"token": OWN_TOKEN[:-1] + ("Z" if OWN_TOKEN[-1] != "Z" else "Y")})
    ).json()
    assert "errors" not in wrong
    assert (mistyped["errors"][0]["code"], mistyped["errors"][0]["pointer"]) == ("token_check", "/token")
    shorter = (await robaws.post(ACTIVATE, json={"token": OWN_TOKEN[:-1]})).json()
    assert (shorter["errors"][0]["code"], shorter["errors"][0]["found"]) == ("token_length", "26 characters")


async def test_another_softwares_code_is_told_apart_and_never_counted_as_a_guess(robaws: httpx.AsyncClient) -> None:
    for _ in range(12):
        for answer in (
            await robaws.post(ACTIVATE, json={"token": OTHERS_TOKEN}),
            await robaws.get(f"/v2/get-credentials/{OTHERS_TOKEN}"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "token_of_another_software")
    assert "billit" not in answer.text
    assert (await robaws.post(ACTIVATE, json={"token": OWN_TOKEN})).status_code == 200


@pytest.mark.parametrize("wrong", [FOREIGN, OneTimeToken(OWN_TOKEN)[:-1] + "Z", "nonsense"])
async def test_a_wrong_token_is_not_found(robaws: httpx.AsyncClient, wrong: str) -> None:
    by_path = await robaws.get(f"/v2/get-credentials/{wrong}")
    by_body = await robaws.post(ACTIVATE, json={"token": wrong})
    for answer in (by_path, by_body):
        assert (answer.status_code, answer.json()["code"]) == (404, "token_invalid")
        assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize(
    ("ended", "later", "code", "status"),
    [("superseded", 1, "token_superseded", 409), ("", 72, "token_expired", 410), ("expired", 1, "token_expired", 410)],
)
async def test_a_token_that_ended_says_why_in_the_companys_language(
    robaws: httpx.AsyncClient, running: Running, ended: Any, later: int, code: str, status: int
) -> None:
    old = running.tokens.tokens[OWN, 1]
    newer = replace(old, issue=2, sha256=FOREIGN.sha256, issued_at=START + timedelta(hours=1))
    await running.tokens.save_tokens([replace(old, ended=ended), *([newer] if ended == "superseded" else [])])
    at(running, timedelta(hours=later))
    answer = await robaws.post(ACTIVATE, json={"token": OWN_TOKEN})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert body["detail"] == body["i18n"]["fr"]
    assert ("masked_email" in body) == (ended == "superseded")


async def test_ten_wrong_tries_lock_the_connection_for_a_while(robaws: httpx.AsyncClient, running: Running) -> None:
    for _ in range(10):
        assert (await robaws.post(ACTIVATE, json={"token": FOREIGN})).status_code == 404
    locked = await robaws.post(ACTIVATE, json={"token": OWN_TOKEN})
    assert (locked.status_code, locked.json()["code"]) == (429, "token_locked")
    assert locked.headers["Retry-After"] == "600"
    at(running, timedelta(minutes=10))
    assert (await robaws.post(ACTIVATE, json={"token": OWN_TOKEN})).status_code == 200


async def test_typing_errors_are_never_counted(robaws: httpx.AsyncClient) -> None:
    for _ in range(30):
        assert (await robaws.post(ACTIVATE, json={"token": "ABC"})).status_code == 404
    assert (await robaws.post(ACTIVATE, json={"token": OWN_TOKEN})).status_code == 200


async def test_a_resend_waits_for_its_cool_down(robaws: httpx.AsyncClient, running: Running) -> None:
    path = f"/v1/connections/{OWN}/token/resend"
    assert (await robaws.post(path)).status_code == 202
    assert isinstance(running.consequences[0], Do)
    at(running, timedelta(seconds=20))
    early = await robaws.post(path)
    assert (early.status_code, early.headers["Retry-After"]) == (429, "40")
    at(running, timedelta(seconds=60))
    assert (await robaws.post(path)).status_code == 202


async def test_rotation_keeps_the_older_credential_for_a_day(robaws: httpx.AsyncClient, running: Running) -> None:
    first = (await robaws.post(ACTIVATE, json={"token": OWN_TOKEN})).json()
    path = f"/v1/connections/{OWN}/rotate"
    rotated = (await robaws.post(path, headers={"Idempotency-Key": "k"})).json()
    repeated = (await robaws.post(path, headers={"Idempotency-Key": "k"})).json()
    assert rotated == repeated and rotated["username"] != first["username"]
    assert running.told()[2:] == ["ConnectionRotated", "ConnectionChanged"]
    snapshot = cast(ConnectionChanged, cast(Publish, running.consequences[-1]).body)
    assert [each.ends_at for each in snapshot.credentials] == [START + timedelta(hours=24), None]


async def test_a_revoked_connection_has_no_credentials_and_its_token_is_dead(
    robaws: httpx.AsyncClient, running: Running
) -> None:
    for _ in range(2):
        assert (await robaws.delete(f"/v1/connections/{OWN}")).status_code == 204
    assert running.told() == ["ConnectionRevoked", "ConnectionChanged"]
    snapshot = cast(ConnectionChanged, cast(Publish, running.consequences[-1]).body)
    assert (snapshot.state, snapshot.credentials) == ("revoked", ())
    assert (await robaws.post(ACTIVATE, json={"token": OWN_TOKEN})).json()["code"] == "token_expired"


async def test_a_connection_that_does_not_exist_is_unknown(robaws: httpx.AsyncClient) -> None:
    for path in (f"/v1/connections/{ConnectionId.of(UUID(int=99))}/activate", "/v1/connections/con_x/activate"):
        answer = await robaws.post(path, json={"token": OWN_TOKEN})
        assert (answer.status_code, answer.json()["code"]) == (404, "connection_unknown")
