"""Delivery's routes alone: lists of documents, what an office's package says of them, number series."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.domain.feeds import Entry
from shared.chassis.messages import Publish
from shared.contracts.deliveries import DocumentFetched
from shared.contracts.invoices import Finding
from shared.values import SoftwareSlug
from tests.component.delivery.doors import NOW, Runtime, key_of, opened
from tests.component.delivery.feeds import (
    CLAIM,
    NUMBER,
    OFFICE,
    a_document,
    document_id,
    five_documents,
    get,
    numbers,
    post,
)


@pytest.fixture
async def runtime() -> Runtime:
    return await five_documents()


@pytest.fixture
async def door(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(runtime) as client:
        yield client


async def test_a_software_is_not_told_what_stands_in_a_version_of_another_software(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    worker = MemoryDelivery(runtime.tables)
    older = [
        replace(a_document(number), software=SoftwareSlug(name)) for number, name in ((8, "billit"), (9, "robaws"))
    ]
    newer = [replace(a_document(number + 2), supersedes=document_id(number)) for number in (8, 9)]
    await worker.save_documents([*older, *newer])
    await worker.append_entries([Entry(OFFICE, each.document_id, NOW) for each in newer])
    for number, told in ((10, 0), (11, 1)):
        path = f"/v1/documents/{document_id(number)}"
        assert len((await get(door, path, "robaws"))["differences"]) == told
        assert len((await get(door, path))["differences"]) == 1
    listed = (await get(door, "/v1/documents?after=9", "robaws"))["documents"]
    assert [len(each["differences"]) for each in listed] == [0, 1]


async def test_an_entry_of_the_feed_says_all_that_a_package_needs(door: httpx.AsyncClient) -> None:
    (entry,) = (await get(door, "/v1/documents?limit=1"))["documents"]
    own = document_id(1)
    assert (entry["sha256"], entry["size"], entry["kind"], entry["version"]) == (CLAIM.sha256, 10, "invoice", 1)
    assert entry["differences"] == [{"field": "payable", "before": "1.00", "after": "121.00"}]
    assert [each["code"] for each in entry["findings"]] == ["BR-CO-15"] and entry["finding_count"] == 1
    assert set(entry["findings"][0]["i18n"]) == {"nl", "fr", "de", "en"}
    assert entry["files"] == {name: f"/v1/documents/{own}/{name}" for name in ("ubl", "pdf", "sidecar")}
    assert (entry["company_name"], entry["client_code"]) == ("Bakkerij Janssens", "K12")
    assert entry["payable"] == {"amount": "121.00", "currency": "EUR"}
    assert entry["acknowledgement"] == {"outcome": "open", "reason": None, "at": None}
    (own_entry,) = (await get(door, "/v1/documents?limit=1", "robaws"))["documents"]
    assert not {"client_code", "company_name", "acknowledgement", "redelivery", "original"} & set(own_entry)


async def test_a_list_shows_some_findings_and_a_document_all(door: httpx.AsyncClient, runtime: Runtime) -> None:
    many = tuple(Finding(code=f"R-{number}", severity="warn") for number in range(100))
    runtime.tables.documents[document_id(1)] = replace(runtime.tables.documents[document_id(1)], findings=many)
    (entry,) = (await get(door, "/v1/documents?limit=1"))["documents"]
    whole = await get(door, f"/v1/documents/{document_id(1)}")
    assert (len(entry["findings"]), entry["finding_count"], len(whole["findings"])) == (20, 100, 100)


async def test_what_is_booked_is_dealt_with_whatever_was_said_before(door: httpx.AsyncClient) -> None:
    await post(door, f"/v1/documents/{document_id(1)}/failed", {"reason": "no such journal"})
    assert (await post(door, f"/v1/documents/{document_id(1)}/booked", {})).status_code == 200
    said = (await get(door, f"/v1/documents/{document_id(1)}"))["acknowledgement"]
    assert (said["outcome"], said["reason"]) == ("processed", None)


async def test_the_feed_is_read_on_by_position_and_the_list_by_cursor(door: httpx.AsyncClient) -> None:
    first = await get(door, "/v1/documents?limit=3")
    rest = await get(door, f"/v1/documents?limit=3&after={first['next_after']}")
    assert (numbers(first), first["more"], numbers(rest), rest["more"]) == (["1", "2", "4"], True, ["5", "7"], False)
    for name in ("janssens", "robaws"):
        for order, expected in (("newest", ["7", "5", "4", "2", "1"]), ("oldest", ["1", "2", "4", "5", "7"])):
            page = await get(door, f"/v1/documents?limit=2&order={order}", name)
            found = numbers(page)
            while page["next_cursor"]:
                page = await get(door, f"/v1/documents?limit=2&order={order}&cursor={page['next_cursor']}", name)
                found += numbers(page)
            assert found == expected and page["next_after"] is None and not page["more"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"company={NUMBER}", "12457"),
        ("company=BE 0417.497.106", ""),
        ("client_code=K12&client_code=K13", "12457"),
        ("state=fetched&state=booked", ""),
        ("state=delivered&family=invoice", "12457"),
        ("number=VF-2026-0004", "4"),
        ("customer=peeters", "12457"),
        ("issued_from=2026-03-02&issued_to=2026-03-05", "245"),
        ("received_from=2026-03-02T09:04:00Z&received_to=2026-03-02T09:05:00Z", "45"),
        ("received_to=2026-03-01", ""),
        ("received_from=2026-03-02&received_to=2026-03-02", "12457"),
        ("amount=121", "12457"),
        ("amount=120.99", ""),
        ("q=peeters 0005", "5"),
        ("q=bakkerij 0005", "5"),
        ("acknowledged=open", "12457"),
        ("acknowledged=failed", ""),
    ],
)
async def test_the_list_is_narrowed_by_what_is_asked(door: httpx.AsyncClient, query: str, expected: str) -> None:
    assert "".join(numbers(await get(door, f"/v1/documents?{query}"))) == expected
    assert "".join(numbers(await get(door, f"/v1/documents?order=oldest&{query}"))) == expected


@pytest.mark.parametrize(
    ("name", "query", "parameter"),
    [
        ("janssens", "company=123", "company.0"),
        ("janssens", "state=gone", "state.0"),
        ("janssens", "family=order", "family"),
        ("janssens", "issued_from=yesterday", "issued_from"),
        ("janssens", "issued_from=0001-01-01", "issued_from"),
        ("janssens", "received_to=9999-12-31T23:59:59.999999Z", "received_to"),
        ("janssens", "issued_from=2026-03-02&issued_to=2026-03-01", "issued_to"),
        ("janssens", "received_from=2026-03-02&received_to=2026-03-01", "received_to"),
        ("janssens", "reference=123", "reference"),
        ("janssens", "amount=much", "amount"),
        ("janssens", "amount=NaN", "amount"),
        ("janssens", "q=a%00b", "q"),
        ("janssens", "q=a b c d e f g h i", "q"),
        ("janssens", "colour=blue", "colour"),
        ("janssens", "cursor=abc", "cursor"),
        ("janssens", "order=newest&after=3", "after"),
        ("janssens", "limit=501", "limit"),
        ("robaws", "client_code=K12", "client_code"),
        ("robaws", "acknowledged=open", "acknowledged"),
    ],
)
async def test_what_cannot_be_used_is_refused_by_its_name(
    door: httpx.AsyncClient, name: str, query: str, parameter: str
) -> None:
    answer = await door.get(f"/v1/documents?{query}", headers=key_of(name))
    assert answer.status_code == 422, answer.text
    assert parameter in [each["parameter"] for each in answer.json()["errors"]]


@pytest.mark.parametrize("cursor", ["abc", "MTox", "====", "é"])
async def test_a_cursor_that_was_not_given_out_is_refused(door: httpx.AsyncClient, cursor: str) -> None:
    answer = await door.get(f"/v1/documents?order=newest&cursor={cursor}", headers=key_of("janssens"))
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


async def test_a_package_acknowledges_once_and_the_document_counts_as_fetched(
    door: httpx.AsyncClient, runtime: Runtime
) -> None:
    for _ in range(2):
        answer = (await post(door, f"/v1/documents/{document_id(1)}/processed")).json()
        assert (answer["state"], answer["acknowledgement"]["outcome"]) == ("fetched", "processed")
    assert [type(each.body) for each in runtime.written] == [DocumentFetched]
    failed = (await post(door, f"/v1/documents/{document_id(2)}/failed", {"reason": "no such journal"})).json()
    assert (failed["acknowledgement"]["outcome"], failed["acknowledgement"]["reason"]) == ("failed", "no such journal")
    assert numbers(await get(door, "/v1/documents?acknowledged=failed")) == ["2"]
    assert numbers(await get(door, "/v1/documents?acknowledged=open")) == ["4", "5", "7"]
    mine = await get(door, f"/v1/documents/{document_id(2)}", "robaws")
    assert mine["state"] == "fetched" and "no such journal" not in str(mine)


async def test_many_acknowledgements_have_an_answer_each(door: httpx.AsyncClient, runtime: Runtime) -> None:
    said = [
        {"id": document_id(1), "outcome": "processed"},
        {"id": document_id(99), "outcome": "processed"},
        {"id": "nonsense", "outcome": "failed", "reason": "x"},
        {"id": document_id(4), "outcome": "processed"},
        {"id": document_id(4), "outcome": "failed", "reason": "after all"},
    ]
    answers = (await post(door, "/v1/documents/acknowledgements", {"acknowledgements": said})).json()["answers"]
    assert [each["id"] for each in answers] == [each["id"] for each in said]
    assert [each["code"] for each in answers] == ["", "document_unknown", "document_unknown", "", ""]
    assert numbers(await get(door, "/v1/documents?acknowledged=processed")) == ["1"]
    assert numbers(await get(door, "/v1/documents?acknowledged=failed")) == ["4"]
    assert sorted(each.body.document_id for each in runtime.written) == [document_id(1), document_id(4)]
    for body in (
        {"acknowledgements": []},
        {"acknowledgements": [{"id": document_id(1), "outcome": "failed"}]},
        {"acknowledgements": [{"id": document_id(1), "outcome": "lost"}]},
    ):
        assert (await post(door, "/v1/documents/acknowledgements", body)).status_code == 422


async def test_another_office_acknowledges_nothing(door: httpx.AsyncClient, runtime: Runtime) -> None:
    for path, body in (("processed", None), ("failed", {"reason": "x"})):
        answer = await door.post(f"/v1/documents/{document_id(1)}/{path}", json=body, headers=key_of("peeters"))
        assert (answer.status_code, answer.json()["code"]) == (404, "document_unknown")
    assert runtime.written == []


async def test_the_series_of_a_supplier_name_what_is_missing(door: httpx.AsyncClient) -> None:
    for name in ("janssens", "robaws"):
        found = await get(door, f"/v1/documents/series?company={NUMBER}&year=2026", name)
        (series,) = found["series"]
        assert (series["prefix"], series["count"], series["missing"]) == ("VF-2026-", 5, 2)
        assert [each["first"] for each in series["gaps"]] == ["VF-2026-0006", "VF-2026-0003"]
        assert found["complete"] and found["others"] == []
    assert (await get(door, f"/v1/documents/series?company={NUMBER}"))["company_name"] == "Bakkerij Janssens"
    assert (await get(door, f"/v1/documents/series?company={NUMBER}", "billit"))["series"] == []
    assert (await door.get("/v1/documents/series", headers=key_of("janssens"))).status_code == 422


async def test_what_an_office_reads_first_is_told_and_nothing_else(door: httpx.AsyncClient, runtime: Runtime) -> None:
    await get(door, f"/v1/documents/{document_id(1)}")
    assert [each for each in runtime.written if isinstance(each, Publish)] == []
