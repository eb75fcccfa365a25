"""Downloads the v2 way: what is given in which format, what that says of a document, and who is given nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest

from services.delivery.domain import pods as rules
from services.delivery.domain.ascii_coda import in_ascii
from services.delivery.domain.statement_lists import StatementEntry
from services.delivery.domain.statements import RoutedStatement
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.values import Language
from tests.component.delivery.pods_served import (
    COD,
    CONNECTED,
    IN_SANDBOX,
    JANSSENS,
    NOW,
    OFFICE,
    OTHER_OFFICE,
    SOFTWARE,
    WITHOUT_STATEMENTS,
    XML,
    House,
    a_statement,
    an_invoice,
    feed,
    offset,
    pod,
)
from tests.unit.delivery.camt_shape import faults


@pytest.fixture
async def house() -> House:
    house = House()
    await house.know()
    return house


@pytest.fixture
async def door(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.door() as client:
        yield client


async def test_an_invoice_is_fetched_as_it_was_sent_and_that_is_told_once(
    house: House, door: httpx.AsyncClient
) -> None:
    document = an_invoice("F-1")
    await house.route(document)
    (client,) = (await pod(door))["feed_clients"]
    (entry,) = await feed(door, client["id"])
    for _ in range(2):
        answer = await door.get(f"/v2/delivery/download/{entry['feed_index']}/xml/", auth=OFFICE)
        assert (answer.content, answer.headers["content-type"]) == (XML, "application/xml")
        assert answer.headers["content-length"] == str(len(XML))
        assert answer.headers["repr-digest"].startswith("sha-256=:")
    assert house.published == ["DocumentDelivered v2", "DocumentFetched"]
    steps = [(step.state, step.detail) for step in house.tables.documents[document.document_id].timeline]
    assert steps == [("delivered", "feed"), ("delivered", "v2"), ("fetched", "v2")]
    pdf = await door.get(f"/v2/delivery/download/{entry['feed_index']}/pdf", auth=OFFICE)
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF of F-1", "application/pdf")
    assert house.makers.languages == [Language.DE], "the office's own"
    await offset(door, client["id"], entry["feed_index"])
    assert len(house.published) == 2, "delivered once"


async def test_fact_13_cod_is_in_ascii_unless_the_banks_bytes_were_chosen(
    house: House, door: httpx.AsyncClient
) -> None:
    await house.book(a_statement(1))
    for auth, chooser in ((OFFICE, OFFICE), (CONNECTED, SOFTWARE)):
        (client,) = (await pod(door, auth))["feed_clients"]
        (entry,) = await feed(door, client["id"], auth)
        path = f"/v2/delivery/download/{entry['feed_index']}/cod/"
        plain = await door.get(path, auth=auth)
        assert plain.headers["content-type"] == "application/vnd.coda"
        assert plain.content == in_ascii(COD) and len(plain.content.rstrip(b"\r\n")) == 128
        await door.put("/v1/channels/v2", json={"cod": "bank"}, auth=chooser)
        assert (await door.get(path, auth=auth)).content == COD


async def test_a_statement_is_fetched_as_a_pdf_in_its_readers_language(house: House, door: httpx.AsyncClient) -> None:
    await house.book(a_statement(7))
    for auth in (OFFICE, CONNECTED):
        (client,) = (await pod(door, auth))["feed_clients"]
        (entry,) = await feed(door, client["id"], auth)
        answer = await door.get(f"/v2/delivery/download/{entry['feed_index']}/pdf", auth=auth)
        assert (answer.content, answer.headers["content-type"]) == (b"%PDF of statement 7", "application/pdf")
    assert house.makers.languages == [Language.DE, Language.FR]
    assert house.written == [], "no document was read"


async def test_a_statement_is_fetched_as_camt(house: House, door: httpx.AsyncClient) -> None:
    statement = a_statement(7)
    await house.book(statement)
    routed = RoutedStatement(JANSSENS, "K-17", statement)
    await house.worker.append_statement_entries([StatementEntry(routed, NOW)])
    for auth, fetched in ((CONNECTED, False), (OFFICE, True)):
        (client,) = (await pod(door, auth))["feed_clients"]
        (entry,) = await feed(door, client["id"], auth)
        answer = await door.get(f"/v2/delivery/download/{entry['feed_index']}/xml/", auth=auth)
        row = house.tables.statement_feeds[JANSSENS][statement.statement_id]
        assert (row.fetched_at is not None) == fetched, "by the office alone"
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
        assert faults(answer.content) == []
        assert f"<MsgId>{statement.statement_id}</MsgId>".encode() in answer.content


@pytest.mark.parametrize(("model", "wrong"), [("coda", "json"), ("sales_invoice", "cod"), ("coda", "PDF")])
async def test_a_format_that_is_not_served_is_said_in_one_sentence(
    house: House, door: httpx.AsyncClient, model: str, wrong: str
) -> None:
    await (house.book(a_statement(1)) if model == "coda" else house.route(an_invoice("F-1")))
    (client,) = (await pod(door))["feed_clients"]
    (entry,) = await feed(door, client["id"])
    answer = await door.get(f"/v2/delivery/download/{entry['feed_index']}/{wrong}/", auth=OFFICE)
    assert (answer.status_code, answer.json()["code"]) == (404, "format_not_offered")
    assert " or ".join(rules.FORMATS[model]) in answer.json()["detail"]  # type: ignore[index]
    assert house.written == []


@pytest.mark.parametrize(
    ("broken", "format", "expected"),
    [
        (Unavailable("away"), "xml", (503, "temporarily_unavailable")),
        (Unavailable("away"), "pdf", (503, "temporarily_unavailable")),
        (InvalidMessage("unrenderable", "it kills the renderer"), "pdf", (422, "document_invalid")),
    ],
)
async def test_what_cannot_be_read_now_is_not_fetched(
    house: House, door: httpx.AsyncClient, broken: Exception, format: str, expected: tuple[int, str]
) -> None:
    await house.route(an_invoice("F-1"))
    (client,) = (await pod(door))["feed_clients"]
    (entry,) = await feed(door, client["id"])
    house.makers.broken = broken
    answer = await door.get(f"/v2/delivery/download/{entry['feed_index']}/{format}", auth=OFFICE)
    assert (answer.status_code, answer.json()["code"]) == expected
    assert house.written == []


async def test_feeds_and_entries_of_others_are_as_unknown_as_those_that_never_were(
    house: House, door: httpx.AsyncClient
) -> None:
    await house.route(an_invoice("F-1"))
    await house.book(a_statement(1))
    (client,) = (await pod(door))["feed_clients"]
    entries = await feed(door, client["id"])
    for auth in (OTHER_OFFICE, CONNECTED, IN_SANDBOX):
        for feed_id in (client["id"], 99, 2**31, "x", "-1", "1.0"):
            answer = await door.get(f"/v2/delivery/feed/{feed_id}", auth=auth)
            assert (answer.status_code, answer.json()["code"]) == (404, "feed_unknown"), feed_id
        for index in (*(each["feed_index"] for each in entries), str(uuid4()), "nothing"):
            answer = await door.get(f"/v2/delivery/download/{index}/pdf", auth=auth)
            assert (answer.status_code, answer.json()["code"]) == (404, "feed_entry_unknown")
        moved = await offset(door, client["id"], entries[0]["feed_index"], auth)
        assert moved.status_code == 404
    assert await feed(door, client["id"]) == entries
    assert house.written == []


async def test_a_connection_that_may_not_read_statements_fetches_nothing(house: House, door: httpx.AsyncClient) -> None:
    await house.book(a_statement(1))
    paths = ("pod-client", "feed/1", "redownload-feed/1", f"download/{uuid4()}/cod", f"redownload/{uuid4()}/cod")
    for path in paths:
        answer = await door.get(f"/v2/delivery/{path}", auth=WITHOUT_STATEMENTS)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), path
    assert (await offset(door, 1, str(uuid4()), WITHOUT_STATEMENTS)).json()["code"] == "scope_missing"


async def test_a_document_that_its_office_does_not_have_yet_cannot_be_fetched(
    house: House, door: httpx.AsyncClient
) -> None:
    document = an_invoice("F-1")
    await house.route(document)
    (client,) = (await pod(door))["feed_clients"]
    (entry,) = await feed(door, client["id"])
    await house.worker.save_documents([replace(document, state="quarantined")])
    answer = await door.get(f"/v2/delivery/download/{entry['feed_index']}/xml", auth=OFFICE)
    assert (answer.status_code, answer.json()["code"]) == (404, "feed_entry_unknown")
