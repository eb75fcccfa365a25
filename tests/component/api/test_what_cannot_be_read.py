"""Every route, from the route table: what cannot be read is a problem with a stable code that the route documents."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from deploy.api_description.route_table import Route
from shared.contracts.problems import PROBLEMS
from tests.component.api.house import BODY_LIMIT_BYTES, COMPANY, House

JSON = {"Content-Type": "application/json"}
UNREADABLE = {
    "malformed": (b'{"a": ', {400}),
    "not UTF-8": (b'{"a": "\xff\xfe"}', {400}),
    "no object": (b"[[[[[]]]]]", {422}),
    "nothing": (b"", {422}),
    "NUL": (b'{"\\u0000": "\\u0000", "enterprise_number": "\\u0000", "vat": "\\u0000"}', {404, 422}),
    "half a character": (b'{"enterprise_number": "\\ud800", "vat": "\\ud800"}', {404, 422}),
    "too large": (b'"' + b"x" * BODY_LIMIT_BYTES + b'"', {413}),
}
NO_ROUTE = ("route_unknown", "method_not_allowed")
"""What an id that is a path of its own may lead to."""


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_body_that_cannot_be_used_is_a_documented_problem(
    house: House, routes: list[Route], described: dict[str, Any], case: str
) -> None:
    content, expected = UNREADABLE[case]
    taking_json = [route for route in routes if takes_json(described, route)]
    complaints: list[str] = []
    for route in taking_json:
        path = re.sub(r"\{\w+\}", "absent01", route.path.replace("{enterprise_number}", COMPANY))
        answer = house.call(route, path, JSON, content)
        if answer.status_code not in expected:
            complaints.append(f"{named(route, answer)}: expected {sorted(expected)}")
        complaints += undocumented(described, route, answer)
    assert complaints == []
    assert len(taking_json) >= 15


@pytest.mark.parametrize("written", ["%00", "%ff", "%F0%9F%92%A9", "x" * 2000, "..%2f..%2fetc"])
def test_an_id_that_cannot_be_one_is_never_a_failure_of_ours(
    house: House, routes: list[Route], described: dict[str, Any], written: str
) -> None:
    with_ids = [route for route in routes if "{" in route.path]
    complaints: list[str] = []
    for route in with_ids:
        body = b"{}" if route.method in ("POST", "PUT", "PATCH") else None
        answer = house.call(route, re.sub(r"\{\w+\}", written, route.path), JSON, body)
        if answer.status_code not in (404, 405, 413, 415, 422):
            complaints.append(named(route, answer))
        elif answer.json()["code"] not in NO_ROUTE:
            complaints += undocumented(described, route, answer)
    assert complaints == []
    assert len(with_ids) >= 20


def test_an_idempotency_key_that_cannot_be_one_is_refused(
    house: House, routes: list[Route], described: dict[str, Any]
) -> None:
    complaints: list[str] = []
    for route in (route for route in routes if route.takes_key):
        headers = {"Idempotency-Key": " ", "Request-Id": "mine-7"}
        answer = house.call(route, re.sub(r"\{\w+\}", "absent01", route.path), headers, None)
        found = (answer.status_code, answer.json()["code"], answer.headers["request-id"])
        if found != (400, "idempotency_key_malformed", "mine-7"):
            complaints.append(named(route, answer))
        complaints += undocumented(described, route, answer)
    assert complaints == []


def takes_json(described: Mapping[str, Any], route: Route) -> bool:
    operation = described["paths"][route.path][route.method.lower()]
    return "application/json" in operation.get("requestBody", {}).get("content", {})


def undocumented(described: Mapping[str, Any], route: Route, answer: httpx.Response) -> list[str]:
    """What of this problem is otherwise than the description says."""
    return [f"{named(route, answer)}: {complaint}" for complaint in _complaints(described, route, answer)]


def _complaints(described: Mapping[str, Any], route: Route, answer: httpx.Response) -> Iterator[str]:
    body, plain = answer.json(), route.path.startswith("/v2/")
    media_type = "application/json" if plain else "application/problem+json"
    told = {"code": body["code"], "request_id": answer.headers["request-id"]}
    if not plain:
        page = f"/problems/{body['code']}"
        told |= {"type": page, "status": answer.status_code, "title": PROBLEMS[body["code"]].title["en"]}
        if set(body["i18n"]) != {"nl", "fr", "de", "en"} or body["next_action"]["url"] != page:
            yield f"found {json.dumps(body)[:300]}, expected four languages and what to do"
    if answer.headers["content-type"] != media_type:
        yield f"found {answer.headers['content-type']}, expected {media_type}"
    if {name: body.get(name) for name in told} != told or not isinstance(body["detail"], str):
        yield f"found {json.dumps(body)[:300]}, expected {told}"
    codes = documented_codes(described, route, answer.status_code)
    if body["code"] not in codes:
        yield f"documented are {codes}"


def documented_codes(described: Mapping[str, Any], route: Route, status: int) -> list[str]:
    found = described["paths"][route.path][route.method.lower()]["responses"].get(str(status), {"content": {}})
    if "$ref" in found:
        found = described["components"]["responses"][found["$ref"].rpartition("/")[2]]
    schemas = [media["schema"] for media in found["content"].values()]
    return [code for schema in schemas for code in schema["properties"].get("code", {}).get("enum", ())]


def named(route: Route, answer: httpx.Response) -> str:
    return f"{route.method} {route.path}: {answer.status_code} {answer.json().get('code')}"
