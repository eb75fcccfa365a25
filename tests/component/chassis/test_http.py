"""Does every call get an answer in the house's form, and does a transaction keep what it causes?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import Depends, Request
from pydantic import BaseModel

from shared.chassis.credentials import KnownCredential
from shared.chassis.errors import Problem, Unavailable
from shared.chassis.health import Readiness
from shared.chassis.http import Call, build_app, caller, router
from shared.chassis.keys import make_key, secret_sha256, secret_text
from shared.chassis.messages import Do, Task
from shared.values import EnterpriseNumber

SECRET = bytes(32)
KEY = make_key("live", "robaws0001", SECRET)
HEADERS = {"Authorization": f"Bearer {KEY}"}
JSON = {"Content-Type": "application/json"}
KNOWN = KnownCredential("robaws0001", "software", "robaws", secret_sha256(secret_text(SECRET)), software="robaws")


class Note(Task, kind="note"):
    text: str


class Ask(BaseModel):
    enterprise_number: EnterpriseNumber
    count: int = 1


class Connection:
    """Stands for a connection of the pool: keeps what is asked of it, commits or rolls back."""

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        self._pool.told.append("begin")
        try:
            yield
        except BaseException:
            self._pool.told.append("rollback")
            raise
        self._pool.told.append("commit")

    async def fetchrow(self, statement: str, principal: str) -> dict[str, Any]:
        self._pool.told.append(principal)
        return {"now": datetime(2026, 1, 1, tzinfo=UTC)}


class Pool:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.error: Exception | None = None

    async def acquire(self, timeout: float) -> Connection:
        if self.error:
            raise self.error
        return Connection(self)

    async def release(self, connection: Connection, timeout: float) -> None:
        self.told.append("released")


class Toy:
    """A running service without a database."""

    def __init__(self) -> None:
        self.api_pool: Any = Pool()
        self.written: list[Any] = []
        self.woken = 0
        self.state = Readiness(True)
        self.credentials: Any = SimpleNamespace(find=self._find)

    async def _find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        return KNOWN

    def store(self, connection: Any) -> Any:
        return "store"

    async def write_consequences(self, connection: Any, consequences: list[Any]) -> None:
        self.api_pool.told.append("written")
        self.written += consequences

    def wake(self) -> None:
        self.woken += 1

    def ready(self) -> Readiness:
        return self.state


routes = router()
Software = Annotated[Call, Depends(caller("software"))]


@routes.get("/v1/things/{name}")
@routes.get("/v2/things/{name}")
async def read(name: str, call: Software) -> dict[str, Any]:
    return {
        "name": name,
        "cause": str(call.cause.id),
        "who": call.principal.text,
        "door": call.resources["door"],
    }


@routes.post("/v1/things", status_code=202)
@routes.post("/v2/things", status_code=202)
async def write(ask: Ask, call: Software) -> dict[str, str]:
    async with call.transaction() as tx:
        tx.do(Note(text="first"), "k")
        if ask.count == 13:
            raise Problem(409, "unlucky", "No.")
    async with call.transaction() as tx:
        tx.do(Note(text="second"), "k")
    return {"number": ask.enterprise_number}


@routes.post("/v1/more")
@routes.post("/v1/bytes")
async def take(request: Request, call: Software) -> dict[str, int]:
    return {"size": len(await request.body())}


@routes.get("/v1/broken/{kind}")
async def broken(kind: str) -> None:
    errors = {"bug": KeyError("canary"), "away": Unavailable("x"), "full": asyncpg.DiskFullError("x")}
    raise errors[kind]


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
async def client(toy: Toy) -> AsyncIterator[httpx.AsyncClient]:
    limits = {"/v1/more": 2000}
    app = build_app(
        "toy", [routes], toy, resources={"door": "open"}, body_limit_bytes=1000, body_limits_bytes=limits
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://toy") as client:
        yield client


async def test_both_slash_forms_are_answered_without_a_redirect(client: httpx.AsyncClient) -> None:
    for path in ("/v1/things/a", "/v1/things/a/", "/v2/things/a/"):
        answer = await client.get(path, headers=HEADERS | JSON)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["who"] == "software:robaws"
        assert answer.json()["door"] == "open"


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", "/v1/nothing", None, 404, "route_unknown"),
        ("DELETE", "/v1/things", None, 405, "method_not_allowed"),
        ("POST", "/v1/bytes", b"x" * 1001, 413, "body_too_large"),
        ("POST", "/v1/more", b"x" * 2001, 413, "body_too_large"),
        ("POST", "/v1/things", b"x" * 1001, 413, "body_too_large"),
        ("POST", "/v1/things", b"{", 400, "json_malformed"),
        ("POST", "/v1/things", b"\xff\xfe", 400, "json_malformed"),
        ("POST", "/v1/things", b"[" * 900, 400, None),
        ("POST", "/v1/things", b"", 422, "request_malformed"),
        ("POST", "/v1/things", b"{}", 422, "request_malformed"),
        ("POST", "/v1/things", b'{"enterprise_number": "0403170702"}', 422, "enterprise_number_checksum"),
        ("POST", "/v1/things", b'{"enterprise_number": "\\ud800"}', 422, None),
        ("POST", "/v1/things", b'{"enterprise_number": "0403170701", "count": 13}', 409, "unlucky"),
        ("GET", "/v1/broken/bug", None, 500, "internal_error"),
        ("GET", "/v1/broken/away", None, 503, "temporarily_unavailable"),
        ("GET", "/v1/broken/full", None, 503, "temporarily_unavailable"),
    ],
)
async def test_every_error_is_a_problem_with_a_stable_code(
    client: httpx.AsyncClient, method: str, path: str, content: bytes | None, status: int, code: str | None
) -> None:
    answer = await client.request(method, path, content=content, headers=HEADERS | JSON)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert code is None or body["code"] == code
    assert body["request_id"] == answer.headers["request-id"]
    assert "canary" not in answer.text
    assert (status == 503) == ("retry-after" in answer.headers)
    assert (status == 405) == ("allow" in answer.headers)


@pytest.mark.parametrize("path", ["/v2/nothing/", "/v2/things", "/v2/things/"])
async def test_under_v2_every_error_has_a_detail_of_one_sentence(client: httpx.AsyncClient, path: str) -> None:
    for method in ("POST", "PUT"):
        answer = await client.request(method, path, json={"enterprise_number": 1}, headers=HEADERS)
        assert answer.status_code in (404, 405, 422)
        assert answer.headers["content-type"] == "application/json"
        assert isinstance(answer.json()["detail"], str)


async def test_a_wrong_value_is_told_with_its_place(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/things", json={"enterprise_number": "x", "count": "y"}, headers=HEADERS)
    errors = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert errors == {"/enterprise_number": "enterprise_number_malformed", "/count": "int_parsing"}


async def test_a_body_without_announced_length_is_counted_while_it_is_read(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100

    assert (await client.post("/v1/bytes", content=pieces(), headers=HEADERS)).status_code == 413


async def test_a_path_may_have_a_limit_of_its_own(client: httpx.AsyncClient) -> None:
    taken = await client.post("/v1/more", content=b"x" * 2000, headers=HEADERS)
    assert (taken.status_code, taken.json()) == (200, {"size": 2000})


async def test_the_request_id_and_the_trace_go_in_and_out(client: httpx.AsyncClient) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    given = {"Request-Id": "mine-1", "traceparent": trace}
    answer = await client.get("/v1/things/a", headers=HEADERS | given)
    assert answer.headers["request-id"] == "mine-1"
    assert answer.headers["traceparent"].startswith(trace[:36])
    answer = await client.get("/v1/nothing", headers={"Request-Id": "x" * 65})
    assert UUID(answer.headers["request-id"])


async def test_the_same_idempotency_key_is_the_same_cause(client: httpx.AsyncClient) -> None:
    async def cause(key: str | None) -> str:
        headers = HEADERS | ({"Idempotency-Key": key} if key else {})
        return str((await client.get("/v1/things/a", headers=headers)).json()["cause"])

    assert await cause("k1") == await cause('"k1"')
    assert len({await cause("k1"), await cause("k2"), await cause(None), await cause(None)}) == 4
    refused = await client.get("/v1/things/a", headers=HEADERS | {"Idempotency-Key": " "})
    assert refused.json()["code"] == "idempotency_key_malformed"


async def test_what_a_call_causes_is_written_before_its_commit_and_told_after(
    client: httpx.AsyncClient, toy: Toy
) -> None:
    answer = await client.post("/v1/things", json={"enterprise_number": "BE 0403.170.701"}, headers=HEADERS)
    assert (answer.status_code, answer.json()) == (202, {"number": "0403170701"})
    once = ["begin", "software:robaws", "written", "commit", "released"]
    assert toy.api_pool.told == once * 2
    assert toy.woken == 2
    causes = [consequence.cause.id for consequence in toy.written if isinstance(consequence, Do)]
    assert len(set(causes)) == 2


async def test_a_refused_call_leaves_nothing_behind(client: httpx.AsyncClient, toy: Toy) -> None:
    await client.post("/v1/things", json={"enterprise_number": "0403170701", "count": 13}, headers=HEADERS)
    assert toy.api_pool.told == ["begin", "software:robaws", "rollback", "released"]
    assert (toy.written, toy.woken) == ([], 0)


@pytest.mark.parametrize(
    "error",
    [TimeoutError(), ConnectionRefusedError(), asyncpg.TooManyConnectionsError("x"), Unavailable("x")],
)
async def test_without_a_database_the_caller_is_asked_to_come_back(
    client: httpx.AsyncClient, toy: Toy, error: Exception
) -> None:
    toy.api_pool.error = error
    answer = await client.post("/v1/things", json={"enterprise_number": "0403170701"}, headers=HEADERS)
    assert (answer.status_code, answer.json()["code"]) == (503, "temporarily_unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_health_tells_the_truth_and_documentation_pages_are_off(client: httpx.AsyncClient, toy: Toy) -> None:
    assert (await client.get("/live")).json() == {"live": True}
    assert (await client.get("/ready")).status_code == 200
    toy.state = Readiness(False, ("Kafka does not answer",))
    answer = await client.get("/ready/")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["Kafka does not answer"])
    assert (await client.get("/live")).status_code == 200
    assert b"relais_handled_total" in (await client.get("/metrics")).content
    assert (await client.get("/openapi.json")).json()["openapi"].startswith("3.1")
    for page in ("/docs", "/redoc"):
        assert (await client.get(page)).status_code == 404


async def test_a_caller_without_credentials_is_asked_for_them(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things/a")
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials_missing")
    assert answer.headers["www-authenticate"].startswith("Bearer")
