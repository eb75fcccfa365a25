"""What public clients of the v2 interface depend on, fact by fact of codabox-v2.md: the part that delivery answers."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.component.delivery.pods_served import (
    CONNECTED,
    JSON,
    OFFICE,
    House,
    a_statement,
    an_invoice,
)

LARGEST = 2**31 - 1
BOTH = pytest.mark.parametrize("slash", ["", "/"])


@pytest.fixture
async def house() -> House:
    house = House()
    await house.know()
    await house.route(an_invoice("F-1"))
    await house.book(a_statement(1), a_statement(2))
    return house


@pytest.fixture
async def door(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.door() as client:
        yield client


async def first_feed(door: httpx.AsyncClient, auth: httpx.Auth = OFFICE) -> tuple[int, list[dict[str, Any]]]:
    pod = (await door.get("/v2/delivery/pod-client/", auth=auth)).json()
    feed_id = pod["feed_clients"][0]["id"]
    return feed_id, (await door.get(f"/v2/delivery/feed/{feed_id}/", auth=auth)).json()["feed_entries"]


async def everything(door: httpx.AsyncClient, slash: str, auth: httpx.Auth = OFFICE) -> list[httpx.Response]:
    """Every call of a client, each answered with JSON."""
    feed_id, entries = await first_feed(door, auth)
    body = {"feed_offset": entries[0]["feed_index"]}
    asked: list[tuple[str, str, Any]] = [
        ("GET", "pod-client", None),
        ("GET", f"feed/{feed_id}", None),
        ("GET", f"redownload-feed/{feed_id}", None),
        ("PUT", f"feed/{feed_id}", body),
    ]
    return [
        await door.request(method, f"/v2/delivery/{path}{slash}", json=content, auth=auth)
        for method, path, content in asked
    ]


@BOTH
async def test_fact_1_answers_say_application_json_and_no_charset(door: httpx.AsyncClient, slash: str) -> None:
    for answer in await everything(door, slash):
        assert (answer.status_code, answer.headers["content-type"]) == (200, JSON)


@pytest.mark.parametrize(
    "content_type", [JSON, "application/json; charset=utf-8", "application/json;charset=UTF-8", "text/plain", ""]
)
async def test_fact_2_an_offset_may_come_with_other_keys_and_content_types(
    door: httpx.AsyncClient, content_type: str
) -> None:
    feed_id, entries = await first_feed(door)
    body = json.dumps({"id": feed_id, "feed_offset": entries[1]["feed_index"], "status": None})
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await door.put(f"/v2/delivery/feed/{feed_id}/", content=body, headers=headers, auth=OFFICE)
    assert (answer.status_code, answer.json()["feed_offset"]) == (200, entries[1]["feed_index"])


async def test_fact_2_the_same_offset_again_or_an_earlier_one_is_taken_and_changes_nothing(
    door: httpx.AsyncClient,
) -> None:
    feed_id, entries = await first_feed(door)
    for place in (1, 1, 0, 1):
        index = entries[place]["feed_index"]
        answer = await door.put(f"/v2/delivery/feed/{feed_id}", json={"feed_offset": index}, auth=OFFICE)
        assert (answer.status_code, answer.json()["feed_offset"]) == (200, index)
        assert (await first_feed(door))[1] == entries[2:]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (422, "request_malformed")),
        (b"{", (400, "json_malformed")),
        (b"\xff", (400, "json_malformed")),
        (b"[]", (422, "request_malformed")),
        (b"{}", (422, "request_malformed")),
        (b'{"feed_offset": 7}', (422, "request_malformed")),
        (b'{"feed_offset": "x"}', (404, "feed_entry_unknown")),
        (b'{"feed_offset": "0b1f4e0a-6f5e-5d3e-9a53-2f4f6c1f9e51"}', (404, "feed_entry_unknown")),
    ],
)
async def test_an_offset_that_is_none_is_refused_in_one_sentence(
    door: httpx.AsyncClient, content: bytes, expected: tuple[int, str]
) -> None:
    feed_id, entries = await first_feed(door)
    answer = await door.put(
        f"/v2/delivery/feed/{feed_id}", content=content, headers={"Content-Type": JSON}, auth=OFFICE
    )
    assert (answer.status_code, answer.json()["code"]) == expected
    assert isinstance(answer.json()["detail"], str)
    assert (await first_feed(door))[1] == entries


@pytest.mark.parametrize("headers", [{"Accept": JSON}, {"Accept": "text/html"}, {"Accept": ""}, {"Content-Type": JSON}])
async def test_facts_3_and_4_a_download_is_given_whatever_the_client_accepts_or_announces(
    door: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    _, entries = await first_feed(door)
    for entry in entries:
        for name in {"coda": ("cod", "pdf"), "sales_invoice": ("pdf", "xml")}[entry["document_model"]]:
            answer = await door.get(
                f"/v2/delivery/download/{entry['feed_index']}/{name}/", headers=headers, auth=OFFICE
            )
            assert (answer.status_code, bool(answer.content)) == (200, True)


async def test_fact_5_both_slash_forms_give_the_same(door: httpx.AsyncClient) -> None:
    plain, slashed = await everything(door, ""), await everything(door, "/")
    assert [answer.is_redirect for answer in (*plain, *slashed)] == [False] * 8
    assert [answer.status_code for answer in (*plain, *slashed)] == [200] * 8
    assert [answer.json() for answer in plain[:1]] == [answer.json() for answer in slashed[:1]]


async def test_facts_7_and_8_numbers_fit_32_bits_and_nothing_is_null_that_clients_read(
    door: httpx.AsyncClient,
) -> None:
    for auth in (OFFICE, CONNECTED):
        pod = (await door.get("/v2/delivery/pod-client", auth=auth)).json()
        assert 0 < pod["id"] <= LARGEST and 0 < pod["fetch_delay"] <= LARGEST
        for client in pod["feed_clients"]:
            assert 0 < client["id"] <= LARGEST
            assert all(isinstance(client[name], str) for name in ("client_id", "fiduciary_id", "client_name"))
        _, entries = await first_feed(door, auth)
        for entry in entries:
            assert isinstance(entry["feed_index"], str)
        for told in (entry["metadata"] for entry in entries if entry["document_model"] == "coda"):
            assert {name for name, value in told.items() if value is None} == {"extension_zone"}
            for name in ("first_statement_number", "last_statement_number", "movement_count"):
                assert 0 <= told[name] <= LARGEST
            assert len(told["new_balance_date"]) == len("2026-03-01")


async def test_fact_9_the_two_kinds_of_metadata_are_objects_without_a_name_in_common(door: httpx.AsyncClient) -> None:
    _, entries = await first_feed(door)
    told = {entry["document_model"]: entry["metadata"] for entry in entries}
    assert set(told) == {"coda", "sales_invoice"}
    assert set(told["coda"]).isdisjoint(told["sales_invoice"])


@BOTH
async def test_fact_11_a_failure_of_ours_is_told_in_one_sentence_too(
    house: House, door: httpx.AsyncClient, slash: str
) -> None:
    _, entries = await first_feed(door)
    house.makers.broken = RuntimeError("canary")
    answer = await door.get(f"/v2/delivery/download/{entries[0]['feed_index']}/xml{slash}", auth=OFFICE)
    assert (answer.status_code, answer.headers["content-type"]) == (500, JSON)
    assert isinstance(answer.json()["detail"], str) and "canary" not in answer.text


async def test_a_key_beside_the_basic_credentials_is_read_and_need_not_be_known(door: httpx.AsyncClient) -> None:
    for key in ("rl_live_nobody", "anything at all", ""):
        answer = await door.get("/v2/delivery/pod-client/", auth=OFFICE, headers={"X-Software-Company": key})
        assert answer.status_code == 200
