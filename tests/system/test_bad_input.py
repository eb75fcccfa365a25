"""Whatever comes in: nobody's neighbour suffers, nothing is lost, and whoever can mend it is told what is wrong."""

import asyncio
import base64
import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from deploy.demo.doors import PATIENCE_S, observed
from shared.contracts import SubmissionRejected
from shared.contracts.submissions import CONNECTION_TYPE, DOCUMENT_TYPE
from shared.values import SoftwareSlug
from tests.system.insider import Forged, Insider, forged, forged_event
from tests.system.stage import Stage

REJECTED = "submission.rejected.v1"
TELLER = "sonetas-bvba"
"""The software that hears of the neighbours on the topic that the bad records lie on."""


def _submission(name: str) -> SubmissionRejected:
    return SubmissionRejected(
        submission_id=name, software=SoftwareSlug(TELLER), code="json_malformed", detail="Dit is geen JSON."
    )


def _bad(name: str) -> Forged:
    """A record that is wrong in one way, named by the code of the reason that it gets."""
    right: dict[str, Any] = _submission(name).model_dump(mode="json")
    if name == "json_malformed":
        return forged(REJECTED, TELLER, b'{"submission_id": ')
    if name == "schema_mismatch":
        return forged(REJECTED, TELLER, right | {"software": "Not A Slug!"})
    if name == "event_type_unknown":
        return forged(REJECTED, TELLER, right, ce_type="be.relais.something.else.v9")
    if name == "message_too_large":
        return forged(REJECTED, TELLER, right | {"detail": "x" * 1_010_000})
    if name == "nul_character":
        return forged(REJECTED, TELLER, right | {"detail": "before\x00after"})
    if name == "charset_not_utf8":
        return forged(REJECTED, TELLER, json.dumps(right | {"detail": "façade"}, ensure_ascii=False).encode("latin-1"))
    if name == "tombstone_unexpected":
        return forged(REJECTED, TELLER, None)
    if name == "header_malformed":
        return forged(REJECTED, TELLER, right, ce_time="yesterday")
    raise LookupError(name)


BAD = (
    "json_malformed",
    "schema_mismatch",
    "event_type_unknown",
    "message_too_large",
    "nul_character",
    "charset_not_utf8",
    "tombstone_unexpected",
    "header_malformed",
)


async def test_a_bad_record_becomes_a_dead_letter_with_its_reason_and_bytes_and_its_neighbours_go_on(
    stage: Stage, insider: Insider, console: httpx.AsyncClient
) -> None:
    software = stage.software(TELLER)
    bad = {code: _bad(code) for code in BAD}
    good = [forged_event(_submission(f"neighbour-{place}")) for place in range(len(bad) + 1)]
    await insider.place(*(record for pair in zip(good, bad.values(), strict=False) for record in pair), good[-1])
    for place in range(len(good)):
        await software.heard("submission.rejected", f"neighbour-{place}")
    for code, record in bad.items():
        letter = await insider.dead_letter("delivery", record)
        assert letter.reason_code == code, letter.reason
        assert (letter.topic, letter.key, letter.service) == (REJECTED, TELLER, "delivery")
        assert letter.size == len(record.value or b"")
        if letter.size < 700_000:
            assert base64.b64decode(letter.value_base64) == (record.value or b"")
        page = await _listed(console, str(letter.dead_letter_id))
        assert code in page


async def test_a_record_without_any_header_is_kept_under_the_place_where_it_lies(insider: Insider) -> None:
    bare = Forged("bare-record-key", REJECTED, b"bare-record-key", b"hello", {})
    await insider.place(bare)
    letter = await insider.dead_letter("delivery", bare)
    assert letter.reason_code == "header_missing"
    assert base64.b64decode(letter.value_base64) == b"hello"


@pytest.mark.parametrize(
    ("service", "topic"),
    [
        ("verification", "connection.requested.v1"),
        ("intake", "connection.verified.v1"),
        ("token_mailer", "connection.verified.v1"),
        ("invoice_router", "invoice.submitted.v1"),
        ("coda_reconciler", "bank_file.received.v1"),
        ("console", "replay.requested.v1"),
    ],
)
async def test_every_service_keeps_what_it_cannot_read_and_says_why(insider: Insider, service: str, topic: str) -> None:
    record = forged(topic, "0010080080", {"nothing": "of what is expected"})
    await insider.place(record)
    letter = await insider.dead_letter(service, record)
    assert (letter.reason_code, letter.topic, letter.service) == ("schema_mismatch", topic, service)
    assert json.loads(base64.b64decode(letter.value_base64)) == {"nothing": "of what is expected"}


@pytest.mark.parametrize(
    ("event_type", "value", "code"),
    [
        (CONNECTION_TYPE, b'{"enterprise_number": ', "json_malformed"),
        (CONNECTION_TYPE, b'{"enterprise_number": "0010.080.081"}', "enterprise_number_checksum"),
        (CONNECTION_TYPE, b"[]", "submission_malformed"),
        (CONNECTION_TYPE, b"", "json_malformed"),
        (CONNECTION_TYPE, '{"enterprise_number": "é"}'.encode("latin-1"), "json_malformed"),
        (CONNECTION_TYPE, b'{"enterprise_number": "0010\\u0000080080"}', "enterprise_number_malformed"),
        (DOCUMENT_TYPE, b"<Invoice/>", "connection_id_malformed"),
        (DOCUMENT_TYPE, b"no document", "document_invalid"),
        ("be.relais.connection.activated.v1", b"{}", "submission_type_unknown"),
        ("", b"\x00\xff", "submission_type_unknown"),
    ],
)
async def test_a_software_hears_why_its_submission_cannot_be_used(
    stage: Stage, event_type: str, value: bytes, code: str
) -> None:
    software = stage.software("tripleclick")
    kafka = await stage.kafka(software)
    before = await _rejections(software, code)
    await kafka.publish("software.tripleclick.submissions.v1", event_type, value)

    async def one_more() -> dict[str, Any] | None:
        told = await _rejections(software, code)
        return told[-1] if len(told) > len(before) else None

    told = await observed(f"submission.rejected with {code}", one_more)
    assert told["detail"] and told["submission_id"]


async def test_good_submissions_between_bad_ones_go_on(stage: Stage) -> None:
    software, company = stage.software("winauditor-facturation"), await stage.company()
    kafka = await stage.kafka(software)
    topic = "software.winauditor-facturation.submissions.v1"
    asking = json.dumps({"enterprise_number": company.number}).encode()
    for value in (b"{", asking, b"\xff\xfe"):
        await kafka.publish(topic, CONNECTION_TYPE, value)
    await software.heard("connection.token_sent", company.number)
    await kafka.read("software.winauditor-facturation.events.v1", "submission.rejected")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"enterprise_number": ', 400, "json_malformed"),
        (b"", 422, "request_malformed"),
        (b"[]", 422, "request_malformed"),
        (b"{}", 422, "request_malformed"),
        (b'{"enterprise_number": "0010.080.081"}', 422, "enterprise_number_checksum"),
        (b'{"enterprise_number": "2.123.456.789"}', 422, "establishment_number"),
        (b'{"enterprise_number": "0010\\u0000080080"}', 422, "enterprise_number_malformed"),
        ('{"enterprise_number": "0010.080.080é"}'.encode("latin-1"), 400, "charset_not_utf8"),
        (b'{"enterprise_number": "0010.080.080", "language": "es"}', 422, "request_malformed"),
    ],
)
async def test_a_request_that_cannot_be_used_is_answered_with_a_stable_code(
    stage: Stage, body: bytes, status: int, code: str
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await stage.software("robaws").ask("POST", "/v1/connections", status, content=body, headers=headers)
    _is_problem(answer, status, code)
    if status == 422:
        assert answer.json()["errors"][0]["pointer"] is not None
    if code.startswith("enterprise_number"):
        assert answer.json()["errors"][0]["pointer"] == "/enterprise_number"
        assert answer.json()["errors"][0]["expected"]


async def test_routes_methods_and_callers_that_do_not_exist_are_answered_with_a_stable_code(stage: Stage) -> None:
    door = stage.door
    _is_problem(await door.get("/v1/nowhere"), 404, "route_unknown")
    _is_problem(await stage.software("robaws").ask("PUT", "/v1/connections", 405), 405, "method_not_allowed")
    _is_problem(await door.get("/v1/connections"), 401, "credentials_missing")
    wrong = {"Authorization": "Bearer rl_live_0000000000_nothing_right"}
    _is_problem(await door.get("/v1/connections", headers=wrong), 401, "credentials_invalid")
    _is_problem(await stage.office().ask("GET", "/v1/connections", 403), 403, "caller_not_allowed")


async def test_documents_of_a_wrong_kind_or_size_are_answered_with_a_stable_code(stage: Stage) -> None:
    connection = await stage.connect(stage.software("vertuoza"), await stage.company())
    basic = httpx.BasicAuth(connection.username, connection.password)

    async def send(content: bytes, media_type: str) -> httpx.Response:
        headers = {"Content-Type": media_type}
        return await stage.door.post("/v1/documents", content=content, headers=headers, auth=basic)

    _is_problem(await send(b"<Invoice/>", "application/pdf"), 415, "media_type_unsupported")
    _is_problem(await send(b"", "application/xml"), 422, "document_empty")
    _is_problem(await send(b"%PDF-1.7", "application/xml"), 422, "document_invalid")
    _is_problem(await send(b"<" + b" " * (20 * 1024 * 1024), "application/xml"), 413, "document_too_large")
    _is_problem(await send(b"--x--\r\n", "multipart/form-data; boundary=x"), 422, "part_missing")


async def test_the_door_refuses_a_body_above_its_limit_before_all_of_it_came(stage: Stage) -> None:
    address = urlsplit(stage.addresses["door"])
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(b"POST /v1/documents HTTP/1.1\r\nHost: door\r\nContent-Length: 25000001\r\n\r\n")
        writer.write(b" " * 400_000)
        async with asyncio.timeout(PATIENCE_S):
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.read(4096)
    finally:
        writer.close()
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "body_too_large"


def _is_problem(answer: httpx.Response, status: int, code: str) -> None:
    """RFC 9457."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(answer.json())


async def _rejections(software: Any, code: str) -> list[dict[str, Any]]:
    query = {"types": "submission.rejected", "limit": "500"}
    events = (await software.ask("GET", "/v1/events", 200, params=query)).json()["events"]
    return [event["data"] for event in events if event["data"]["code"] == code]


async def _listed(console: httpx.AsyncClient, dead_letter_id: str) -> str:
    async def look() -> str | None:
        answer = await console.get(f"/failures/{dead_letter_id}")
        return answer.text if answer.status_code == 200 else None

    return await observed(f"failure {dead_letter_id} in the console", look)
