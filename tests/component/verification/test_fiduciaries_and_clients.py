"""Fiduciaries and clients the v2 way: every field that public clients read, and who sees whom (facts 8 and 12)."""

import re
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.verification.domain.requests import Request
from shared.chassis.credentials import KnownCredential
from shared.chassis.keys import secret_sha256
from shared.contracts.compatibility import OPERATORS_FIDUCIARY, client_id, fiduciary_id, fiduciary_of_company
from shared.values import ConnectionId, EnterpriseNumber, OfficeId, SoftwareSlug
from tests.component.verification.conftest import NOW, Runtime

AN, BEA = EnterpriseNumber("0010.080.080"), EnterpriseNumber("0010.080.179")
ACCOUNT = "BE71096123456769"
JANSSENS = OfficeId("janssens")
CONNECTION, SIMULATED = ConnectionId.of(uuid4()), ConnectionId.of(uuid4())
PASSWORD = "a-password-of-32-characters-000000"
CONNECTED, WRITING, IN_SANDBOX = (
    httpx.BasicAuth(name, PASSWORD) for name in ("connectionan", "connectionwriting", "connectionsandbox")
)
WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}")
BOTH = pytest.mark.parametrize("slash", ["", "/"])


@pytest.fixture
async def directory(http: SimpleNamespace, runtime: Runtime) -> SimpleNamespace:
    """Janssens serves An, Dupont serves Bea; An is connected with Robaws."""
    for office, name in (("janssens", "Kantoor Janssens"), ("dupont", "Bureau Dupont")):
        body = {"name": name, "language": "de"}
        await http.client.put(f"/v1/directory/offices/{office}", json=body, headers=http.keys.operator)
    await enter(http, AN, "janssens", email="an@example.be", client_code="C1", since="2026-01-01")
    await enter(http, BEA, "dupont", email="bea@example.be", client_code="geheim", since="2026-01-01")
    of_an = {"software": "robaws", "enterprise_number": AN}
    for name, owner, facts in (
        ("connectionan", CONNECTION, of_an),
        ("connectionwriting", CONNECTION, {**of_an, "scopes": ("invoices:write",)}),
        ("connectionsandbox", SIMULATED, {**of_an, "mode": "test"}),
    ):
        runtime.known[name] = KnownCredential(name, "connection", owner, secret_sha256(PASSWORD), **facts)
    runtime.shelf.connections[CONNECTION] = AN
    runtime.shelf.requests[CONNECTION] = Request(
        connection_id=CONNECTION,
        enterprise_number=AN,
        software=SoftwareSlug("robaws"),
        mode="live",
        ordinal=1,
        state="active",
        activated_at=NOW,
    )
    return http


async def enter(http: SimpleNamespace, number: EnterpriseNumber, office: str | None, since: str, **entry: Any) -> None:
    body: dict[str, Any] = {"name": "Bakkerij Ân", "language": "fr", **entry}
    body["offices"] = [{"office_id": office, "since": since}] if office else []
    body["mandates"] = [
        {"iban": ACCOUNT, "since": "2026-01-01"},
        {"iban": "BE68539007547034", "since": "2025-01-01", "until": "2026-02-01"},
    ]
    path = f"/v1/directory/companies/{number}"
    if number != AN:
        body["mandates"] = []
    answer = await http.client.put(path, json=body, headers=http.keys.operator)
    assert answer.status_code == 200, answer.text


async def ask(http: SimpleNamespace, path: str, auth: Any, status: int = 200) -> Any:
    """With Basic credentials; an office's key is its password."""
    if isinstance(auth, dict):
        auth = httpx.BasicAuth("janssens", auth["Authorization"].removeprefix("Bearer "))
    answer = await http.client.get(path, auth=auth)
    assert answer.status_code == status, answer.text
    assert (answer.headers["content-type"], answer.is_redirect) == ("application/json", False)
    return answer.json()


@BOTH
async def test_fact_12_an_office_sees_itself_in_a_bare_array(directory: SimpleNamespace, slash: str) -> None:
    (told,) = await ask(directory, f"/v2/fiduciaries{slash}", directory.keys.janssens)
    assert told == {
        "id": str(fiduciary_id(JANSSENS)),
        "name": "Kantoor Janssens",
        "legal_entity": {
            "name": "Kantoor Janssens",
            "enterprise_num": "",
            "is_enterprise_num_validated": False,
            "representative_name": "",
            "representative_function": "",
            "address": "",
            "address2": None,
            "zip": "",
            "city": "",
        },
        "contact_name": "",
        "contact_email": "",
        "language": "de",
        "website_url": "",
        "allows_social_mandates": False,
        "allows_doccle_delivery": False,
        "allows_client_delivery": False,
        "services": [],
        "delegates_mandate_delivery": False,
        "software": {"name": "", "slug": "", "supported_services": []},
    }
    assert await ask(directory, f"/v2/fiduciaries/{told['id']}{slash}", directory.keys.janssens) == told


@BOTH
async def test_fact_12_an_office_sees_its_clients_with_every_field(directory: SimpleNamespace, slash: str) -> None:
    (told,) = await ask(directory, f"/v2/clients{slash}", directory.keys.janssens)
    own, fiduciary = str(client_id(AN, JANSSENS)), str(fiduciary_id(JANSSENS))
    (mandate,) = told["coda_mandates"]
    assert told == {
        "id": own,
        "fiduciary_id": fiduciary,
        "legal_entity": {
            "name": "Bakkerij Ân",
            "enterprise_num": "BE0010080080",
            "is_enterprise_num_validated": True,
            "representative_name": "",
            "representative_function": "",
            "address": "",
            "address2": None,
            "zip": "",
            "city": "",
        },
        "client_code": "C1",
        "contact_name": "",
        "contact_email": "an@example.be",
        "language": "fr",
        "exact_email": "",
        "coda_mandates": [
            {
                "id": mandate["id"],
                "client_id": own,
                "fiduciary_id": fiduciary,
                "bank_id": "GKCCBEBB",
                "ibans": [ACCOUNT],
                "validity_start": "2026-01-01",
                "state": "active",
                "reason": None,
                "reason_code": "R-0",
                "twikey_url": None,
                "state_modified_at": "2026-01-01T00:00:00.000000",
            }
        ],
        "bank_accounts": [
            {
                "iban": ACCOUNT,
                "subaccounts": [{"currency": "EUR", "extension": None}],
                "type": "current",
                "coda_mandate_ids": [mandate["id"]],
                "bank_id": "GKCCBEBB",
                "client_id": own,
                "state": "active",
                "state_modified_at": "2026-01-01T00:00:00.000000",
            }
        ],
        "social_mandates": [],
        "purchase_invoice_mandates": [],
        "purchase_invoice_transmission_mandates": [],
        "current_purchase_invoice_mandate_state": None,
        "state": "active",
        "delivery_mode": "email",
        "doccle_link_connect": None,
        "mycodabox_url": None,
        "state_modified_at": "2026-01-01T00:00:00.000000",
        "services": [],
        "zoomit_ibans": [],
        "mycodabox_access_state": "not-invited",
    }
    assert await ask(directory, f"/v2/clients/{own}{slash}", directory.keys.janssens) == told
    assert await ask(directory, f"/v2/clients/{own.upper()}{slash}", directory.keys.janssens) == told


async def test_an_office_sees_no_other_office_and_no_other_offices_client(directory: SimpleNamespace) -> None:
    others = (fiduciary_id(OfficeId("dupont")), OPERATORS_FIDUCIARY, fiduciary_of_company(AN), uuid4(), "nothing")
    for other in others:
        told = await ask(directory, f"/v2/fiduciaries/{other}", directory.keys.janssens, 404)
        assert (told["code"], isinstance(told["detail"], str)) == ("office_unknown", True)
    for other in (client_id(BEA, OfficeId("dupont")), client_id(BEA, JANSSENS), client_id(AN, None), uuid4(), "x"):
        told = await ask(directory, f"/v2/clients/{other}", directory.keys.janssens, 404)
        assert (told["code"], isinstance(told["detail"], str)) == ("company_unknown", True)


async def test_a_connection_sees_its_company_and_an_office_in_general_words(directory: SimpleNamespace) -> None:
    (fiduciary,) = await ask(directory, "/v2/fiduciaries/", CONNECTED)
    assert (fiduciary["id"], fiduciary["name"]) == (str(fiduciary_of_company(AN)), "Bureau comptable")
    assert fiduciary["legal_entity"]["name"] == "Bureau comptable"
    (client,) = await ask(directory, "/v2/clients/", CONNECTED)
    assert (client["id"], client["fiduciary_id"]) == (str(client_id(AN, None)), fiduciary["id"])
    assert client["legal_entity"]["enterprise_num"] == "BE0010080080"
    assert (client["client_code"], client["contact_email"]) == ("", ""), "they are the office's own"
    assert client["bank_accounts"][0]["iban"] == ACCOUNT
    assert client["state_modified_at"] == "2026-11-02T09:00:00.000000"
    assert await ask(directory, f"/v2/clients/{client['id']}/", CONNECTED) == client
    assert await ask(directory, f"/v2/fiduciaries/{fiduciary['id']}", CONNECTED) == fiduciary
    for secret in ("anssens", "an@", "C1", str(fiduciary_id(JANSSENS))):
        assert secret not in str(client) + str(fiduciary)
    for path in (f"clients/{client_id(BEA, None)}", f"fiduciaries/{fiduciary_id(JANSSENS)}"):
        assert isinstance((await ask(directory, f"/v2/{path}", CONNECTED, 404))["detail"], str)


async def test_fact_8_a_company_without_an_office_shows_the_operators_own(directory: SimpleNamespace) -> None:
    await enter(directory, AN, None, "2026-01-01")
    (fiduciary,) = await ask(directory, "/v2/fiduciaries", CONNECTED)
    assert (fiduciary["id"], fiduciary["name"]) == (str(OPERATORS_FIDUCIARY), "Relais")
    (client,) = await ask(directory, "/v2/clients", CONNECTED)
    assert client["fiduciary_id"] == str(OPERATORS_FIDUCIARY)


async def test_accounts_are_shown_to_whoever_may_read_statements(directory: SimpleNamespace) -> None:
    (client,) = await ask(directory, "/v2/clients", WRITING)
    assert (client["coda_mandates"], client["bank_accounts"]) == ([], [])


async def test_a_simulated_company_shows_nothing_of_the_real_one_with_its_number(directory: SimpleNamespace) -> None:
    (client,) = await ask(directory, "/v2/clients", IN_SANDBOX)
    assert client["legal_entity"]["name"] == AN.formatted
    assert (client["bank_accounts"], client["fiduciary_id"]) == ([], str(OPERATORS_FIDUCIARY))


async def test_fact_12_moments_have_no_zone_and_texts_and_lists_are_never_null(directory: SimpleNamespace) -> None:
    null_by_custom = {"reason", "twikey_url", "extension", "address2", "doccle_link_connect", "mycodabox_url"}
    null_by_custom.add("current_purchase_invoice_mandate_state")
    for auth in (directory.keys.janssens, CONNECTED, IN_SANDBOX):
        for path in ("/v2/clients", "/v2/fiduciaries"):
            for name, value in members(await ask(directory, path, auth)):
                assert (value is None) == (name in null_by_custom), name
                if name.endswith("_at"):
                    assert WITHOUT_ZONE.fullmatch(value), value


async def test_a_software_key_alone_is_no_way_in(directory: SimpleNamespace) -> None:
    answer = await directory.client.get("/v2/clients", headers=directory.keys.robaws)
    assert (answer.status_code, answer.json()["code"]) == (403, "caller_not_allowed")


def members(told: Any) -> list[tuple[str, Any]]:
    """All names with their values, however deep."""
    if isinstance(told, list):
        return [pair for each in told for pair in members(each)]
    if not isinstance(told, dict):
        return []
    return [pair for name, value in told.items() for pair in ((name, value), *members(value))]
