"""Fetching the v2 way: what a pod and its feeds show, what becomes of what is fetched, who sees what."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from shared.contracts.compatibility import OPERATORS_FIDUCIARY, client_id, fiduciary_id, fiduciary_of_company
from tests.component.delivery.pods_served import (
    CONNECTED,
    IN_SANDBOX,
    JANSSENS,
    NUMBER,
    OFFICE,
    OTHER_NUMBER,
    SOFTWARE,
    XML,
    House,
    a_statement,
    an_invoice,
    feed,
    offset,
    pod,
)


@pytest.fixture
async def house() -> House:
    house = House()
    await house.know()
    return house


@pytest.fixture
async def door(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.door() as client:
        yield client


async def test_an_offices_pod_has_a_feed_for_each_company_that_it_serves(door: httpx.AsyncClient) -> None:
    told = await pod(door)
    (client,) = told["feed_clients"]
    assert told["allowed_formats"] == {
        "coda": ["cod", "pdf", "xml"],
        "sales_invoice": ["pdf", "xml"],
        "purchase_invoice": [],
        "soda": [],
        "expense": [],
    }
    assert client == {
        "id": client["id"],
        "client_id": str(client_id(NUMBER, JANSSENS)),
        "client_name": "Bakkerij Ân",
        "client_code": "K-17",
        "fiduciary_id": str(fiduciary_id(JANSSENS)),
        "target_root_state": "default",
        "delivery_config": None,
    }
    assert await pod(door) == told, "numbers stay"


async def test_a_former_client_has_a_feed_until_all_in_it_is_done(house: House, door: httpx.AsyncClient) -> None:
    await house.route(an_invoice("F-1", OTHER_NUMBER))
    await house.know(until=date(2026, 3, 2))
    house.tables.clients.pop(NUMBER)
    (client,) = (await pod(door))["feed_clients"]
    assert client["client_name"] == OTHER_NUMBER.formatted, "whose snapshot is on its way"
    (entry,) = await feed(door, client["id"])
    assert (await offset(door, client["id"], entry["feed_index"])).status_code == 200
    assert (await pod(door))["feed_clients"] == []


async def test_a_connection_has_the_one_feed_of_its_company_and_learns_nothing_of_its_office(
    door: httpx.AsyncClient,
) -> None:
    answer = await door.get("/v2/delivery/pod-client", auth=CONNECTED)
    (client,) = answer.json()["feed_clients"]
    assert (client["client_name"], client["client_code"]) == ("Bakkerij Ân", "")
    assert client["client_id"] == str(client_id(NUMBER, None))
    assert client["fiduciary_id"] == str(fiduciary_of_company(NUMBER))
    assert answer.json()["allowed_formats"]["sales_invoice"] == []
    for secret in ("janssens", "Janssens", "K-17", str(fiduciary_id(JANSSENS))):
        assert secret not in answer.text


async def test_fact_8_a_company_without_an_office_shows_the_operators_own(
    house: House, door: httpx.AsyncClient
) -> None:
    house.tables.clients.clear()
    await house.know(until=date(2026, 3, 1))
    (client,) = (await pod(door, CONNECTED))["feed_clients"]
    assert client["fiduciary_id"] == str(OPERATORS_FIDUCIARY)


async def test_a_simulated_company_has_a_pod_in_which_nothing_waits(house: House, door: httpx.AsyncClient) -> None:
    await house.book(a_statement(1))
    (client,) = (await pod(door, IN_SANDBOX))["feed_clients"]
    assert (client["client_name"], client["fiduciary_id"]) == (NUMBER.formatted, str(OPERATORS_FIDUCIARY))
    assert await feed(door, client["id"], IN_SANDBOX) == []


async def test_statements_and_invoices_stand_in_an_offices_feed_oldest_first(
    house: House, door: httpx.AsyncClient
) -> None:
    await house.route(an_invoice("F-1"))
    await house.book(a_statement(41))
    await house.route(an_invoice("F-2"))
    (client,) = (await pod(door))["feed_clients"]
    entries = await feed(door, client["id"])
    assert [entry["document_model"] for entry in entries] == ["sales_invoice", "coda", "sales_invoice"]
    assert [each["metadata"].get("invoice_number") for each in entries] == ["F-1", None, "F-2"]
    assert entries[1]["metadata"]["first_statement_number"] == 41


async def test_fact_10_a_billing_softwares_feed_holds_statements_only(house: House, door: httpx.AsyncClient) -> None:
    await house.route(an_invoice("F-1"))
    await house.book(a_statement(1))
    (client,) = (await pod(door, CONNECTED))["feed_clients"]
    assert [each["document_model"] for each in await feed(door, client["id"], CONNECTED)] == ["coda"]


async def test_fact_10_an_offices_feed_holds_what_its_software_takes(house: House, door: httpx.AsyncClient) -> None:
    await house.route(an_invoice("F-1"))
    await house.book(a_statement(1))
    chosen = await door.put("/v1/channels/v2", json={"models": ["coda"]}, auth=OFFICE)
    assert (chosen.status_code, chosen.json()["models"], chosen.json()["cod"]) == (200, ["coda"], "ascii")
    told = await pod(door)
    assert told["allowed_formats"]["sales_invoice"] == []
    (client,) = told["feed_clients"]
    (entry,) = await feed(door, client["id"])
    assert entry["document_model"] == "coda"
    await offset(door, client["id"], entry["feed_index"])
    assert house.published == [], "what was never shown is not delivered"
    assert (await door.get("/v1/channels/v2", auth=OFFICE)).json() == chosen.json()
    refused = await door.put("/v1/channels/v2", json={"models": ["sales_invoice"]}, auth=SOFTWARE)
    assert (refused.status_code, refused.json()["code"]) == (422, "model_not_offered")


async def test_an_offset_that_passes_an_invoice_says_that_it_is_delivered(
    house: House, door: httpx.AsyncClient
) -> None:
    await house.route(an_invoice("F-1"), an_invoice("F-2"), an_invoice("F-3"))
    (client,) = (await pod(door))["feed_clients"]
    entries = await feed(door, client["id"])
    for index, expected in ((1, 2), (1, 2), (0, 2), (2, 3)):
        answer = await offset(door, client["id"], entries[index]["feed_index"])
        assert answer.json()["feed_offset"] == entries[index]["feed_index"]
        assert house.published == ["DocumentDelivered v2"] * expected
    assert await feed(door, client["id"]) == []


async def test_a_page_is_bounded_and_the_next_one_comes_after_the_offset(
    house: House, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.delivery.endpoints.pods.PAGE_ENTRIES", 2)
    await house.route(*(an_invoice(f"F-{number}") for number in range(5)))
    (client,) = (await pod(door))["feed_clients"]
    seen = []
    while entries := await feed(door, client["id"]):
        assert len(entries) <= 2
        seen += [each["metadata"]["invoice_number"] for each in entries]
        await offset(door, client["id"], entries[-1]["feed_index"])
    assert seen == [f"F-{number}" for number in range(5)]


async def test_what_somebody_asked_for_again_has_a_list_and_an_offset_of_its_own(
    house: House, door: httpx.AsyncClient
) -> None:
    document = an_invoice("F-1")
    await house.route(document)
    (client,) = (await pod(door))["feed_clients"]
    assert await feed(door, client["id"], name="redownload-feed") == []
    (entry,) = await feed(door, client["id"])
    await offset(door, client["id"], entry["feed_index"])
    await house.offer_again(document)
    whole = await door.get(f"/v2/delivery/redownload-feed/{client['id']}", auth=OFFICE)
    assert whole.json()["type"] == "redownload"
    (again,) = whole.json()["feed_entries"]
    assert again["metadata"] == entry["metadata"] and again["feed_index"] != entry["feed_index"]
    assert (await door.get(f"/v2/delivery/redownload/{again['feed_index']}/xml", auth=OFFICE)).content == XML
    assert (await offset(door, client["id"], again["feed_index"])).status_code == 404, "of the other list"
    moved = await offset(door, client["id"], again["feed_index"], name="redownload-feed")
    assert (moved.status_code, moved.json()["feed_offset"]) == (200, again["feed_index"])
    assert await feed(door, client["id"], name="redownload-feed") == []
    assert house.published == ["DocumentDelivered v2", "DocumentFetched"]
