"""A query parameter that nobody declared is refused by name, however its route declares the others."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from shared.chassis.http import Call, build_app, caller, router
from tests.component.chassis.test_http import HEADERS, Toy

Caller = Annotated[Call, Depends(caller("software"))]


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = 10
    states: list[str] = Field([], alias="state")


def _paging(cursor: str = "") -> str:
    return cursor


def _routes() -> Any:
    routes = router()

    @routes.get("/v1/events")
    async def events(call: Caller, cursor: Annotated[str, Depends(_paging)], limit: int = 10) -> dict[str, Any]:
        return {"limit": limit, "cursor": cursor}

    @routes.get("/v1/documents/{id}")
    async def documents(call: Caller, id: str, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
        return wanted.model_dump()

    @routes.post("/v1/nothing")
    async def nothing(call: Caller) -> dict[str, Any]:
        return {}

    @routes.get("/v2/old")
    async def old(call: Caller) -> dict[str, Any]:
        return {}

    return routes


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    outer = router()
    outer.include_router(_routes())
    app = build_app("toy", [outer], Toy())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://toy", headers=HEADERS) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "unknown", "expected"),
    [
        ("GET", "/v1/events?limt=5", "limt", "cursor, limit"),
        ("GET", "/v1/events/?limit=5&Limit=6", "Limit", "cursor, limit"),
        ("GET", "/v1/documents/a?limit=5&states=held", "states", "limit, state"),
        ("GET", "/v1/documents/a?id=5", "id", "limit, state"),
        ("POST", "/v1/nothing?dry_run=true", "dry_run", "no parameter"),
        ("GET", "/v1/events?a%0Ab=1", "'a\\nb'", "cursor, limit"),
    ],
)
async def test_an_unknown_parameter_is_refused_by_name(
    client: httpx.AsyncClient, method: str, path: str, unknown: str, expected: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (422, "request_malformed"), answer.text
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["in"], error["code"]) == (unknown, "query", "parameter_unknown")
    assert error["expected"] == expected


async def test_the_nearest_name_is_told_and_several_are_told_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events?limt=5&limt=6&page=2")
    assert [error["parameter"] for error in answer.json()["errors"]] == ["limt", "page"]
    assert "Perhaps `limit` is meant." in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["/v1/events?limit=5&cursor=x", "/v1/documents/a?state=held&state=routed", "/v2/old?format=json", "/v1/events"],
)
async def test_what_is_declared_is_taken_and_existing_connectors_send_what_they_like(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code == 200


async def test_who_may_not_call_is_told_that_first(client: httpx.AsyncClient) -> None:
    client.headers.pop("Authorization")
    assert (await client.get("/v1/events?limt=5")).status_code == 401
