"""An invoice that a software sends stands at the right accountant's disposal, byte for byte, once."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
from aiokafka.errors import TopicAuthorizationFailedError

from deploy.demo.directory import JANSSENS, LAMBERT
from deploy.demo.documents import Line
from deploy.demo.doors import Client, expecting_refusals, observed
from shared.values import Sha256
from tests.system.stage import Connection, Stage, invoice

JANSSENS_TOPIC = f"office.{JANSSENS.office_id}.documents.v1"


async def test_an_invoice_arrives_at_the_office_byte_for_byte_on_its_topic_and_in_its_feed(stage: Stage) -> None:
    idloom, office = stage.software("idloom"), stage.office()
    kafka = await stage.kafka(office)
    connection = await stage.connect(idloom, await stage.company(client_code="K-17"))
    document = invoice(connection.company, "2026/001")
    handed = await stage.hand_in(connection, document)
    headers, value = await kafka.read(JANSSENS_TOPIC, handed["id"])
    assert value == document
    assert headers["content-type"] == "application/xml"
    assert headers["relais_sha256"] == Sha256.of(document)
    assert (headers["relais_client_code"], headers["relais_number"]) == ("K-17", "2026/001")
    entry = await office.in_feed(handed["id"])
    assert (entry["client_code"], entry["number"], entry["sha256"]) == ("K-17", "2026/001", Sha256.of(document))
    original = await office.ask("GET", entry["original"], 200)
    assert (original.content, original.headers["content-type"]) == (document, "application/xml")
    for told in ("document.accepted", "document.routed", "document.delivered"):
        event = await idloom.heard(told, handed["id"])
        assert JANSSENS.office_id not in json.dumps(event)


async def test_an_office_reads_its_own_topic_and_nothing_else_and_writes_nowhere(stage: Stage) -> None:
    office, lambert = await stage.kafka(stage.office()), await stage.kafka(stage.office(LAMBERT.office_id))
    lamberts = f"office.{LAMBERT.office_id}.documents.v1"
    others = (lamberts, "invoice.routed.v1", "connection.requested.v1", "delivery.dead_letters.v1",
              "software.idloom.events.v1", "software.idloom.submissions.v1")  # fmt: skip
    with expecting_refusals():
        allowed = await asyncio.gather(*(office.may_read(topic) for topic in (JANSSENS_TOPIC, *others)))
        assert allowed == [True] + [False] * len(others)
        assert await lambert.may_read(lamberts)
        for topic in (JANSSENS_TOPIC, *others):
            with pytest.raises(TopicAuthorizationFailedError):
                await office.publish(topic, "be.relais.invoice.routed.v1", b"{}")


async def test_a_document_too_large_for_a_record_travels_as_a_reference(stage: Stage) -> None:
    office = stage.office()
    kafka = await stage.kafka(office)
    connection = await stage.connect(stage.software("ineo-srl"), await stage.company())
    lines = tuple(Line(f"Artikel {place} {'x' * 300}", 1, Decimal("1.00")) for place in range(1, 1500))
    document = invoice(connection.company, "GROOT-1", lines=lines)
    assert len(document) > 900_000
    handed = await stage.hand_in(connection, document)
    headers, value = await kafka.read(JANSSENS_TOPIC, handed["id"])
    reference = json.loads(value)
    assert headers["content-type"] == "application/json"
    assert (reference["size"], reference["sha256"]) == (len(document), Sha256.of(document))
    assert (await office.ask("GET", reference["href"], 200)).content == document


async def test_the_same_bytes_again_are_the_same_document_and_are_delivered_once(stage: Stage) -> None:
    my_fact, office = stage.software("my-fact"), stage.office()
    connection = await stage.connect(my_fact, await stage.company())
    document = invoice(connection.company, "DUBBEL-1")
    first = await stage.hand_in(connection, document)
    assert "duplicate" not in first
    again = [await stage.hand_in(connection, document, 200) for _ in range(3)]
    since = {each.pop("received_at") for each in again}
    assert again == [{"id": first["id"], "state": "known", "duplicate": True}] * 3
    assert len(since) == 1, "when it came first"
    last = await stage.hand_in(connection, invoice(connection.company, "DUBBEL-2"))
    await office.in_feed(last["id"])
    assert [entry["number"] for entry in await _feed_of(office, connection)] == ["DUBBEL-1", "DUBBEL-2"]


async def test_other_content_under_the_same_number_is_delivered_as_the_next_version(stage: Stage) -> None:
    leli, office = stage.software("leli-technology"), stage.office()
    connection = await stage.connect(leli, await stage.company())
    first = await stage.hand_in(connection, invoice(connection.company, "V-1"))
    second = await stage.hand_in(
        connection, invoice(connection.company, "V-1", lines=(Line("Verbeterd", 1, Decimal("12.00")),))
    )
    assert first["id"] != second["id"]
    told = (await leli.heard("document.accepted", second["id"]))["data"]
    assert (told["version"], told["supersedes"]) == (2, first["id"])
    await office.in_feed(second["id"])
    assert [entry["version"] for entry in await _feed_of(office, connection)] == [1, 2]


async def test_another_companys_invoice_is_put_aside_and_its_software_is_told_where_it_is_wrong(stage: Stage) -> None:
    magnis, office = stage.software("magnis-group"), stage.office()
    connection, other = await stage.connect(magnis, await stage.company()), await stage.company()
    handed = await stage.hand_in(connection, invoice(connection.company, "VREEMD-1", supplier=other))
    broken = await stage.hand_in(connection, b"<?xml version='1.0'?><Invoice>")
    told = (await magnis.heard("document.quarantined", handed["id"]))["data"]
    assert told["reason"] == "seller_mismatch"
    finding = told["findings"][0]
    assert (finding["found"], finding["expected"]) == (other.number, connection.company.number)
    assert (await magnis.heard("document.quarantined", broken["id"]))["data"]["reason"] == "document_invalid"
    seen = (await magnis.ask("GET", f"/v1/documents/{handed['id']}", 200)).json()
    assert (seen["state"], seen["reason"]) == ("quarantined", "seller_mismatch")
    right = await stage.hand_in(connection, invoice(connection.company, "EIGEN-1"))
    await office.in_feed(right["id"])
    assert [entry["id"] for entry in await _feed_of(office, connection)] == [right["id"]]
    await office.ask("GET", f"/v1/documents/{handed['id']}/original", 404)


async def test_an_invoice_of_a_company_that_left_its_office_waits_and_goes_to_the_next_one(stage: Stage) -> None:
    accloud, lambert = stage.software("my-accloud"), stage.office(LAMBERT.office_id)
    connection = await stage.connect(accloud, await stage.company())
    company = connection.company
    await stage.enter(company, office=None)
    warned = await _held(stage, accloud, connection)
    told = (await accloud.heard("document.held", warned))["data"]
    assert told["reason"] == "no_accounting_office"
    await stage.enter(company, office=LAMBERT.office_id)
    await lambert.in_feed(warned)
    document = await lambert.ask("GET", f"/v1/documents/{warned}/original", 200)
    assert company.number.encode() in document.content
    await stage.office().ask("GET", f"/v1/documents/{warned}", 404)
    await accloud.heard("document.delivered", warned)


async def test_an_office_says_what_it_did_with_a_document_and_the_software_sees_it(stage: Stage) -> None:
    niboo, office = stage.software("niboo"), stage.office()
    connection = await stage.connect(niboo, await stage.company())
    booked = await stage.hand_in(connection, invoice(connection.company, "BOEK-1"))
    refused = await stage.hand_in(connection, invoice(connection.company, "WEIGER-1"))
    for document in (booked, refused):
        await office.in_feed(document["id"])
    for _ in range(2):
        answer = await office.ask("POST", f"/v1/documents/{booked['id']}/booked", 200)
        assert answer.json()["state"] == "booked"
    reason = {"reason": "De btw klopt niet."}
    await office.ask("POST", f"/v1/documents/{refused['id']}/refused", 200, json=reason)
    late = await office.ask("POST", f"/v1/documents/{booked['id']}/refused", 409, json=reason)
    assert late.json()["code"] == "document_booked"
    foreign = stage.office(LAMBERT.office_id)
    await foreign.ask("POST", f"/v1/documents/{refused['id']}/booked", 404)
    for document, state in ((booked, "booked"), (refused, "refused")):
        seen = (await niboo.ask("GET", f"/v1/documents/{document['id']}", 200)).json()
        assert seen["state"] == state
        steps = [step["state"] for step in seen["timeline"]]
        assert list(dict.fromkeys(steps)) == ["received", "valid", "routed", "delivered", state], "one or more channels"
    assert seen["timeline"][-1]["detail"] == reason["reason"]


async def _feed_of(office: Client, connection: Connection) -> list[dict[str, Any]]:
    """The company's documents in the office's feed, oldest first."""
    found: list[dict[str, Any]] = []
    after, more = 0, True
    while more:
        page = (await office.ask("GET", "/v1/documents", 200, params={"after": str(after), "limit": "500"})).json()
        found += [each for each in page["documents"] if each["enterprise_number"] == connection.company.number]
        after, more = page["next_after"], page["more"]
    return found


async def _held(stage: Stage, software: Client, connection: Connection) -> str:
    """Hands in documents until the router heard that the company left its office; gives the one that is held."""
    number = 0

    async def look() -> str | None:
        nonlocal number
        number += 1
        handed = await stage.hand_in(connection, invoice(connection.company, f"WACHT-{number}"))
        held = asyncio.create_task(software.heard("document.held", handed["id"]))
        routed = asyncio.create_task(software.heard("document.routed", handed["id"]))
        done, pending = await asyncio.wait((held, routed), return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        return str(handed["id"]) if held in done else None

    return await observed("a document that is held", look)
