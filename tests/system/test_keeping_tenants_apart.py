"""Who reaches what: every route x own, another's and absent id x every kind of caller, from the route table.

A route that this matrix does not know fails it: whoever adds one says in `whose_things` whose things it shows.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.api_description.route_table import Route, route_table
from deploy.demo.documents import demo_reference
from deploy.demo.doors import OfficeClient
from services.token_mailer.domain.tokens import OneTimeToken
from shared.values import (
    ChannelId,
    ConnectionId,
    DocumentId,
    PaymentId,
    RedeliveryId,
    StatementId,
    WebhookEndpointId,
)
from tests.system.fetching import pods_of
from tests.system.problems import without_ids
from tests.system.stage import Stage, invoice, new_company, payment, statement
from tests.system.whose_things import BODIES, CLAIMS, LISTS, MAILED, OF_THE_CALLER, OPERATORS, PUBLIC, TO_OWNERS

OTHER_OFFICE = "tenanten"


class Tenants:
    """Two of everything, one of them the caller's, and one that does not exist."""

    def __init__(self) -> None:
        self.own: dict[str, str] = {}
        self.other: dict[str, str] = {}
        self.absent: dict[str, str] = {}
        self.auth: dict[str, httpx.Auth | dict[str, str]] = {}


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    return route_table()


def test_every_route_is_in_the_matrix_once(routes: list[Route]) -> None:
    owned = [name for names in TO_OWNERS.values() for name in names]
    known = [*owned, *LISTS, *OF_THE_CALLER, *CLAIMS, *OPERATORS, *PUBLIC]
    assert len(known) == len(set(known))
    assert {route.operation_id for route in routes} == set(known), "say whose things a new route shows"
    assert {route.operation_id for route in routes if route.kinds == {"operator"}} == OPERATORS
    assert {route.operation_id for route in routes if "public" in route.kinds} <= PUBLIC


async def test_a_tenant_reaches_its_own_and_what_is_anothers_does_not_exist(stage: Stage, routes: list[Route]) -> None:
    tenants = await two_of_everything(stage)
    await nobody_comes_in_without_credentials(stage, routes)
    await no_kind_of_caller_uses_what_is_for_others(stage, routes, tenants)
    await anothers_and_absent_are_the_same(stage, routes, tenants)
    await anothers_token_shows_nothing(stage, routes, tenants)
    await own_things_are_there(stage, routes, tenants)
    await lists_hold_own_rows_only(stage, tenants)


async def nobody_comes_in_without_credentials(stage: Stage, routes: list[Route]) -> None:
    for route in (route for route in routes if "public" not in route.kinds):
        answer = await call(stage, route, fill(route, {}), {})
        assert (answer.status_code, answer.json()["code"]) == (401, "credentials_missing"), named(route, answer)


async def no_kind_of_caller_uses_what_is_for_others(stage: Stage, routes: list[Route], tenants: Tenants) -> None:
    tried = 0
    for route in (route for route in routes if "public" not in route.kinds):
        for kind in ("software", "office", "connection", "operator"):
            if kind not in route.kinds:
                answer = await call(stage, route, fill(route, tenants.own), tenants.auth[kind])
                assert (answer.status_code, answer.json()["code"]) == (403, "caller_not_allowed"), named(route, answer)
                tried += 1
    assert tried > 80


async def anothers_and_absent_are_the_same(stage: Stage, routes: list[Route], tenants: Tenants) -> None:
    leaks, asked = [], 0
    for route, parameter in owned(routes):
        for kind in sorted(route.kinds - {"operator"}) if parameter != MAILED else ():
            asked += 1
            others = await call(stage, route, fill(route, tenants.other, kind), tenants.auth[kind])
            absent = await call(stage, route, fill(route, tenants.absent), tenants.auth[kind])
            told = [without_ids(others.json(), tenants.other[parameter])]
            told.append(without_ids(absent.json(), tenants.absent[parameter]))
            if (others.status_code, absent.status_code) != (404, 404) or told[0] != told[1]:
                leaks += [f"{kind}: {named(route, others)}", f"{kind}: {named(route, absent)}"]
    assert leaks == []
    assert asked > 20


async def anothers_token_shows_nothing(stage: Stage, routes: list[Route], tenants: Tenants) -> None:
    route = next(route for route, parameter in owned(routes) if parameter == MAILED)
    for ids, expected in (
        (tenants.other, (409, "token_of_another_software")),
        (tenants.absent, (404, "token_invalid")),
    ):
        answer = await call(stage, route, fill(route, ids), tenants.auth["software"])
        assert (answer.status_code, answer.json()["code"]) == expected, named(route, answer)
        assert [name for name in ("connection_id", "enterprise_number") if tenants.other[name] in answer.text] == []
        assert "password" not in answer.text


async def own_things_are_there(stage: Stage, routes: list[Route], tenants: Tenants) -> None:
    """Asked with the methods that change nothing."""
    asked, missing = 0, []
    for route, _ in owned(routes):
        for kind in sorted(route.kinds) if route.method == "GET" else ():
            answer = await call(stage, route, fill(route, tenants.own, kind), tenants.auth[kind])
            missing += [] if answer.status_code == 200 else [f"{kind}: {named(route, answer)}"]
            asked += 1
    assert missing == []
    assert asked >= 10


async def lists_hold_own_rows_only(stage: Stage, tenants: Tenants) -> None:
    lists = {
        "software": (
            *("/v1/connections?limit=500", "/v1/documents?limit=500", "/v1/webhook_endpoints", "/v1/events"),
            *("/v1/statements?limit=500", "/v1/payments?limit=500", "/v1/accounts?limit=500"),
        ),
        "office": (
            *(
                "/v1/documents?limit=500",
                "/v1/statements?limit=500",
                "/v1/directory/clients?limit=500",
                "/v1/directory/clients/export",
            ),
            *("/v1/directory/connections?limit=500", "/v1/payments?limit=500", "/v1/accounts?limit=500"),
            "/v1/events?limit=500",
        ),
        "connection": ("/v1/documents?limit=500",),
    }
    shown = ("connection_id", "document_id", "endpoint_id", "enterprise_number", "statement_id", "payment_id")
    for kind, paths in lists.items():
        for path in paths:
            answer = await get(stage, path, tenants.auth[kind])
            assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
            assert any(tenants.own[name] in answer.text for name in shown), path
            assert [name for name in shown if tenants.other[name] in answer.text] == [], path


async def two_of_everything(stage: Stage) -> Tenants:
    """Software robaws with a company of one office; software billit with one of another office."""
    tenants = Tenants()
    accountant, other = stage.office(), await stage.new_office(OTHER_OFFICE)
    first = await furnish(stage, tenants.own, "vertuoza", stage_office(stage), accountant)
    await furnish(stage, tenants.other, "bouwsoft", OTHER_OFFICE, other)
    tenants.absent = {
        "connection_id": ConnectionId.of(uuid4()),
        "document_id": DocumentId.of(uuid4()),
        "statement_id": StatementId.of(uuid4()),
        "endpoint_id": WebhookEndpointId.of(uuid4()),
        "redelivery_id": RedeliveryId.of(uuid4()),
        "payment_id": PaymentId.of(uuid4()),
        "feed_id": "2000000000",
        **{name: str(uuid4()) for name in ("feed_index", "client_id", "fiduciary_id")},
        "channel_id": ChannelId.of(uuid4()),
        "enterprise_number": new_company().number,
        "office_id": "nowhere",
        "licence": str(uuid4()),
        "token": tenants.own["token"][:-1],
    }
    keys = {
        "software": stage.addresses["softwares"]["vertuoza"],
        "office": stage.addresses["offices"][stage_office(stage)]["key"],
        "operator": stage.addresses["operator"],
    }
    tenants.auth = {kind: {"Authorization": f"Bearer {key}"} for kind, key in keys.items()}
    tenants.auth["connection"] = httpx.BasicAuth(*first)
    return tenants


def stage_office(stage: Stage) -> str:
    return str(next(iter(stage.addresses["offices"])))


async def furnish(
    stage: Stage, ids: dict[str, str], slug: str, office: str, accountant: OfficeClient
) -> tuple[str, str]:
    """A company with a connection, a document, a statement and an endpoint; gives the connection's credentials."""
    software = stage.software(slug)
    company = await stage.company(office=office)
    connection = await stage.connect(software, company)
    reference = demo_reference(2026900000 + len(slug))
    document = await stage.hand_in(connection, invoice(company, f"T-{slug}", reference=reference))
    await software.heard("document.delivered", document["id"])
    await stage.hand_in_statements(statement(company, 1, "100.00", payment("25.00", reference)))
    booked = await software.heard("statement.booked", company.number)
    await software.heard("invoice.partially_paid", document["id"])
    [paid] = (await software.ask("GET", f"/v1/payments?document_id={document['id']}", 200)).json()["payments"]
    wish = {"documents": [document["id"]]}
    again = (await accountant.ask("POST", "/v1/redeliveries", 202, json=wish)).json()
    wish = {"statements": {"companies": [company.number]}}
    told_again = (await software.ask("POST", "/v1/redeliveries", 202, json=wish)).json()
    folder = {"kind": "folder", "enabled": False}
    channel = (await accountant.ask("POST", "/v1/channels", 201, json=folder)).json()["id"]
    hook = {"url": f"https://{slug}.example/hook"}
    endpoint = (await software.ask("POST", "/v1/webhook_endpoints", 201, json=hook)).json()["id"]
    await software.ask("PATCH", f"/v1/webhook_endpoints/{endpoint}", 200, json={"enabled": False})
    ids |= {
        "connection_id": connection.connection_id,
        "document_id": document["id"],
        "statement_id": booked["subject"],
        "payment_id": paid["id"],
        "endpoint_id": endpoint,
        "redelivery_id": again["id"],
        "redelivery_id of software": told_again["id"],
        **await pods_of(stage, connection, office, accountant),
        "channel_id": channel,
        "enterprise_number": company.number,
        "office_id": office,
        "licence": str(ConnectionId(connection.connection_id).uuid),
        "token": OneTimeToken(connection.code),
    }
    await stage.hand_in_statements(statement(company, 3, "150.00", payment("1.00", text="something is missing before")))
    await accountant.heard("statement.gap_opened", company.number)
    return connection.username, connection.password


def owned(routes: list[Route]) -> Iterator[tuple[Route, str]]:
    for route in routes:
        for parameter, names in TO_OWNERS.items():
            if route.operation_id in names:
                yield route, parameter


def fill(route: Route, ids: dict[str, str], kind: str = "") -> str:
    """The path with its ids, those of a kind of caller where it has its own; a name that has no owner gets a word that
    fits everywhere."""
    return re.sub(r"\{(\w+)\}", lambda found: ids.get(f"{found[1]} of {kind}", ids.get(found[1], "absent")), route.path)


async def call(stage: Stage, route: Route, path: str, auth: Any) -> httpx.Response:
    body = BODIES.get(route.operation_id, {}) if route.method in ("POST", "PUT", "PATCH") else None
    headers = auth if isinstance(auth, dict) else {}
    basic = None if isinstance(auth, dict) else auth
    return await stage.door.request(route.method, path, json=body, headers=headers, auth=basic)


async def get(stage: Stage, path: str, auth: Any) -> httpx.Response:
    given = {"headers": auth} if isinstance(auth, dict) else {"auth": auth}
    return await stage.door.get(path, **given)


def named(route: Route, answer: httpx.Response) -> str:
    return f"{route.method} {route.path}: {answer.status_code} {answer.text[:300]}"
