"""One document as its software and its accountant follow it: states, versions, repeats, and delivery once more."""

import asyncio
from decimal import Decimal
from typing import Any

from deploy.demo.documents import Line
from deploy.demo.doors import Client, KafkaClient, observed
from shared.contracts.submissions import DOCUMENT_TYPE
from tests.system.stage import Stage, invoice

SLUG = "niboo"
SUBMISSIONS = f"software.{SLUG}.submissions.v1"


async def test_software_and_accountant_see_the_same_steps_each_with_its_time_and_its_cause(stage: Stage) -> None:
    software, office = stage.software(SLUG), stage.office()
    connection = await stage.connect(software, await stage.company(client_code="K-9"))
    handed = await stage.hand_in(connection, invoice(connection.company, "VOLG-1"))
    received = await _seen(software, handed["id"])
    assert received["timeline"][0]["state"] == "received" and received["sha256"]
    entry = await office.in_feed(handed["id"])
    assert (entry["state"], entry["client_code"], entry["acknowledgement"]["outcome"]) == ("delivered", "K-9", "open")
    assert entry["company_name"] == connection.company.name
    await office.ask("GET", entry["original"], 200)
    taken = (await office.ask("POST", f"/v1/documents/{handed['id']}/processed", 200)).json()
    assert (taken["state"], taken["acknowledgement"]["outcome"]) == ("fetched", "processed")
    await office.ask("POST", f"/v1/documents/{handed['id']}/booked", 200)
    for told in ("document.fetched", "document.booked"):
        await software.heard(told, handed["id"])
    seen = [(await asked.ask("GET", f"/v1/documents/{handed['id']}", 200)).json() for asked in (software, office)]
    assert seen[0]["timeline"] == seen[1]["timeline"]
    steps = seen[0]["timeline"]
    states = list(dict.fromkeys(step["state"] for step in steps))
    assert states == ["received", "valid", "routed", "delivered", "fetched", "booked"]
    assert all(step["cause"] and step["at"] for step in steps)
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)
    assert (seen[0]["number"], seen[0]["files"]["ubl"]) == ("VOLG-1", f"/v1/documents/{handed['id']}/ubl")


async def test_a_second_version_comes_with_its_difference_and_supersedes_the_first(stage: Stage) -> None:
    software, office = stage.software(SLUG), stage.office()
    connection = await stage.connect(software, await stage.company())
    first = await stage.hand_in(connection, invoice(connection.company, "VERSIE-1"))
    await office.in_feed(first["id"])
    lines = (Line("Verbeterd", 1, Decimal("12.00")),)
    second = await stage.hand_in(connection, invoice(connection.company, "VERSIE-1", lines=lines))
    told = (await software.heard("document.accepted", second["id"], '"version": 2'))["data"]
    assert told["supersedes"] == first["id"] and told["differences"]
    entry = await office.in_feed(second["id"])
    assert (entry["version"], entry["supersedes"]) == (2, first["id"])
    assert "payable" in [each["field"] for each in entry["differences"]]
    older = await _seen(software, first["id"], "superseded")
    assert older["superseded_by"] == second["id"]
    assert f"superseded by {second['id']}" in [step["detail"] for step in older["timeline"]]
    newer = await _seen(software, second["id"])
    assert f"supersedes {first['id']}" in [step["detail"] for step in newer["timeline"]]


async def test_the_same_content_by_two_channels_is_delivered_once(stage: Stage) -> None:
    software, office = stage.software(SLUG), stage.office()
    connection = await stage.connect(software, await stage.company())
    kafka: KafkaClient = await stage.kafka(software)
    document = invoice(connection.company, "TWEEMAAL-1")
    again = document + b"\n<!-- sent by the other channel -->\n"
    over = {"relais_connection": connection.connection_id}
    await asyncio.gather(stage.hand_in(connection, document), kafka.publish(SUBMISSIONS, DOCUMENT_TYPE, again, **over))
    repeated = await software.heard("document.repeated", connection.connection_id)
    accepted = await software.heard("document.accepted", repeated["data"]["repeats"])
    assert accepted["subject"] == repeated["data"]["repeats"]
    await office.in_feed(accepted["subject"])
    query = {"company": connection.company.number, "order": "newest"}
    listed = (await office.ask("GET", "/v1/documents", 200, params=query)).json()["documents"]
    assert [each["id"] for each in listed] == [accepted["subject"]]
    seen = (await software.ask("GET", f"/v1/documents/{repeated['subject']}", 200)).json()
    assert (seen["state"], seen["repeats"]) == ("repeated", accepted["subject"])
    own = (await software.ask("GET", "/v1/documents", 200, params=query)).json()["documents"]
    assert sorted(each["state"] for each in own) == ["delivered", "repeated"]


async def test_what_a_package_could_not_take_in_comes_again_and_the_gap_in_the_numbers_is_seen(stage: Stage) -> None:
    software, office = stage.software(SLUG), stage.office()
    connection = await stage.connect(software, await stage.company(client_code="K-27"))
    company = connection.company
    handed = {
        number: (await stage.hand_in(connection, invoice(company, f"VF-2026-{number:04d}")))["id"]
        for number in (1, 2, 4)
    }
    entries = [await office.in_feed(document_id) for document_id in handed.values()]
    said = [{"id": handed[1], "outcome": "processed"}, {"id": handed[4], "outcome": "failed", "reason": "geen dagboek"}]
    answers = await office.ask("POST", "/v1/documents/acknowledgements", 200, json={"acknowledgements": said})
    assert [each["code"] for each in answers.json()["answers"]] == ["", ""]
    for outcome, expected in (("failed", [4]), ("processed", [1]), ("open", [2])):
        query = {"company": company.number, "acknowledged": outcome}
        listed = (await office.ask("GET", "/v1/documents", 200, params=query)).json()["documents"]
        assert [each["id"] for each in listed] == [handed[number] for number in expected]

    wish: dict[str, Any] = {"companies": [company.number], "channels": ["feed"]}
    preview = (await office.ask("POST", "/v1/redeliveries", 200, json={**wish, "dry_run": True})).json()
    assert (preview["documents"], preview["companies"], preview["never_fetched"]) == (3, 1, 1)
    asked = (await office.ask("POST", "/v1/redeliveries", 202, json=wish)).json()
    done = await _finished(office, asked["id"])
    assert done["done"] == 3
    last = max(entry["position"] for entry in entries)
    query = {"company": company.number, "after": str(last)}
    again = (await office.ask("GET", "/v1/documents", 200, params=query)).json()["documents"]
    assert [each["id"] for each in again] == list(handed.values())
    assert {each["redelivery"] for each in again} == {asked["id"]}

    series = (await office.ask("GET", "/v1/documents/series", 200, params={"company": company.number})).json()
    assert [(each["count"], each["missing"]) for each in series["series"]] == [(3, 1)]
    assert [gap["first"] for gap in series["series"][0]["gaps"]] == ["VF-2026-0003"]


async def _seen(software: Client, document_id: str, state: str | None = None) -> dict[str, Any]:
    """The document as its software sees it, from the moment of its receipt on."""

    async def look() -> dict[str, Any] | None:
        answer = await software.ask("GET", f"/v1/documents/{document_id}", 200, 404)
        found: dict[str, Any] = answer.json()
        return found if answer.status_code == 200 and state in (None, found["state"]) else None

    return await observed(f"document {document_id} as {state or 'received'}", look)


async def _finished(office: Client, redelivery_id: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await office.ask("GET", f"/v1/redeliveries/{redelivery_id}", 200)).json()
        return found if found["state"] == "finished" else None

    return await observed("a redelivery that is finished", look)
