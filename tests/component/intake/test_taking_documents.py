"""Documents, bank files and submissions: taken once, stored before they are told, or refused with a reason."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.intake import handlers, tasks
from services.intake.adapters.memory import MemoryIntake
from services.intake.domain.connections import Ask, asked
from services.intake.domain.documents import LARGEST_BYTES
from services.intake.domain.submissions import HandInDocument
from services.intake.endpoints import documents as intake_documents
from services.intake.ports import KeptAnswer
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Batch, Cause, Received, Submission
from shared.chassis.parking import MemoryParking
from shared.contracts import (
    BankFileReceived,
    ConnectionRequested,
    InvoiceSubmitted,
    SoftwareChanged,
    SubmissionRejected,
)
from shared.contracts.submissions import CONNECTION_TYPE, DOCUMENT_TYPE
from shared.values import EnterpriseNumber, Sha256, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
XML = b'<?xml version="1.0"?><Invoice/>'
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
IS_XML = {"Content-Type": "application/xml; charset=utf-8"}


@pytest.fixture
def active(runtime):
    ask = Ask(enterprise_number=EnterpriseNumber("0010.080.080"))
    one, _ = asked(None, SoftwareSlug("robaws"), "live", ask, NOW)
    one = replace(one, verification="verified", access="active")
    runtime.shelf.connections[one.connection_id] = one
    return one


def by(http, runtime, connection):
    return {"Authorization": f"Bearer {runtime.key('connection', connection.connection_id)}"}


async def test_a_document_is_stored_then_told_and_taken_once(http, runtime, active, documents):
    headers = by(http, runtime, active) | IS_XML
    first = await http.client.post("/v1/documents", content=XML, headers=headers)
    again = await http.client.post("/v1/documents", content=XML, headers=headers)
    assert (first.status_code, first.json()["state"]) == (202, "received"), first.text
    known = {"id": first.json()["id"], "state": "known", "duplicate": True}
    told = again.json()
    assert told.pop("received_at").endswith("Z"), "when it came first"
    assert (again.status_code, told) == (200, known)
    assert again.headers["location"] == first.headers["location"] == f"/v1/documents/{first.json()['id']}"
    (published,) = runtime.consequences
    body = published.body
    assert isinstance(body, InvoiceSubmitted)
    assert (body.document_id, body.enterprise_number) == (first.json()["id"], "0010080080")
    assert body.document.path == f"0010080080/{Sha256.of(XML)}"
    assert await documents.get(body.document) == XML


async def test_a_software_names_the_connection_and_only_its_own(http, active):
    for headers in (IS_XML, IS_XML | {"Relais-Connection": active.connection_id}):
        answer = await http.client.post("/v1/documents", content=XML, headers=headers | http.keys.robaws)
        expected = 202 if "Relais-Connection" in headers else 422
        assert answer.status_code == expected, answer.text
    path = f"/v1/documents?connection={active.connection_id}"
    answer = await http.client.post(path, content=XML, headers=IS_XML | http.keys.billit)
    assert (answer.status_code, answer.json()["code"]) == (404, "connection_unknown")


async def test_a_form_with_a_pdf_is_taken_and_its_parts_are_checked(http, runtime, active):
    headers = by(http, runtime, active)
    missing = await http.client.post("/v1/documents", files={"other": XML}, headers=headers)
    assert (missing.status_code, missing.json()["code"]) == (422, "part_missing")
    wrong = await http.client.post("/v1/documents", files={"file": XML, "pdf": b"hello"}, headers=headers)
    assert wrong.json()["code"] == "pdf_invalid"
    taken = await http.client.post("/v1/documents", files={"file": XML, "pdf": PDF}, headers=headers)
    assert taken.status_code == 202, taken.text
    assert runtime.consequences[-1].body.pdf.media_type == "application/pdf"


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"", "application/xml", 422, "document_empty"),
        (b"not xml", "application/xml", 422, "document_invalid"),
        (XML, "application/json", 415, "media_type_unsupported"),
        (b"<" + b"x" * LARGEST_BYTES, "application/xml", 413, "document_too_large"),
    ],
)
async def test_bodies_that_cannot_be_documents_are_refused(http, runtime, active, content, media_type, status, code):
    headers = by(http, runtime, active) | {"Content-Type": media_type}
    answer = await http.client.post("/v1/documents", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert runtime.consequences == []


async def test_a_connection_that_is_not_active_hands_in_nothing(http, runtime):
    ask = await http.client.post(
        "/v1/connections", json={"enterprise_number": "0010.080.080"}, headers=http.keys.robaws
    )
    headers = http.keys.robaws | IS_XML | {"Relais-Connection": ask.json()["id"]}
    answer = await http.client.post("/v1/documents", content=XML, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "connection_not_active")


async def test_the_v2_upload_answers_201_and_then_200_with_the_same_id(http, runtime, active):
    key = by(http, runtime, active)["Authorization"].removeprefix("Bearer ")
    first = await http.client.post("/v2/sales-invoices/", content=XML, headers=IS_XML, auth=("any", key))
    again = await http.client.post("/v2/sales-invoices", content=XML, headers=IS_XML, auth=("any", key))
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json()["id"] == again.json()["id"]


async def test_a_bank_file_is_taken_once_and_only_from_whom_may(http, runtime, documents):
    headers = http.keys.operator | {"Content-Type": "text/plain"}
    first = await http.client.post("/v1/statements", content=b"0000\xe9", headers=headers)
    again = await http.client.post("/v1/statements", content=b"0000\xe9", headers=headers)
    assert (first.status_code, again.status_code, again.json()["duplicate"]) == (202, 200, True), first.text
    (published,) = runtime.consequences
    assert isinstance(published.body, BankFileReceived)
    assert await documents.get(published.body.document) == b"0000\xe9"
    headers = http.keys.robaws | {"Content-Type": "text/plain"}
    assert (await http.client.post("/v1/statements", content=b"1", headers=headers)).status_code == 403
    empty = await http.client.post("/v1/statements", content=b"", headers=http.keys.operator)
    assert empty.json()["code"] == "document_empty"


def submission(event_type, value, n=1, software="robaws", **headers):
    return Submission(
        id=UUID(int=n), correlation_id="c", software=SoftwareSlug(software), event_type=event_type, value=value,
        headers=headers, time=NOW, topic=f"software.{software}.submissions.v1", partition=0, offset=n,
    )  # fmt: skip


async def take(runtime, documents, *submissions):
    stored = await handlers.store_documents(submissions, documents=documents)
    prepared = [replace(one, prepared=claim) for one, claim in zip(submissions, stored, strict=True)]
    return await handlers.take_submissions(Batch(prepared, NOW, MemoryParking()), MemoryIntake(runtime.shelf))


async def test_submissions_are_answered_in_order_and_bad_ones_hurt_no_neighbour(runtime, documents, active):
    ask = json.dumps({"enterprise_number": "0010.080.179"}).encode()
    wrong = json.dumps({"enterprise_number": "0010.080.197"}).encode()
    told = await take(
        runtime,
        documents,
        submission(CONNECTION_TYPE, ask, 1),
        submission(CONNECTION_TYPE, b"{not json", 2),
        submission(CONNECTION_TYPE, wrong, 3),
        submission("", b"\x00\xff", 4),
        submission(DOCUMENT_TYPE, XML, 5, relais_connection=active.connection_id),
        submission(DOCUMENT_TYPE, b"%PDF", 6, relais_connection=active.connection_id),
        submission(DOCUMENT_TYPE, XML, 7, "billit", relais_connection=active.connection_id),
        submission(DOCUMENT_TYPE, XML, 8, relais_connection="nonsense"),
        submission(CONNECTION_TYPE, ask, 9),
        submission(DOCUMENT_TYPE, XML, 10, relais_connection=active.connection_id),
    )
    assert [one.cause.id.int for one in told] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    kinds = [getattr(one.body, "code", type(one.body)) for one in told]
    assert kinds == [
        ConnectionRequested,
        "json_malformed",
        "enterprise_number_checksum",
        "submission_type_unknown",
        InvoiceSubmitted,
        "document_invalid",
        "connection_unknown",
        "connection_id_malformed",
        ConnectionRequested,
        "duplicate",
    ]
    handed_in = next(one.body for one in told if isinstance(one.body, InvoiceSubmitted))
    assert told[-1].body.found == handed_in.document_id
    assert [one.body.ordinal for one in told if isinstance(one.body, ConnectionRequested)] == [1, 2]
    rejected = next(one.body for one in told if isinstance(one.body, SubmissionRejected))
    assert (rejected.submission_id, rejected.software) == (str(UUID(int=2)), "robaws")


async def test_an_asking_for_a_company_that_is_connected_is_answered_with_the_connection(runtime, documents, active):
    ask = json.dumps({"enterprise_number": active.enterprise_number}).encode()
    (told,) = await take(runtime, documents, submission(CONNECTION_TYPE, ask))
    assert (told.body.code, told.body.found) == ("already_connected", active.connection_id)


async def test_nothing_is_taken_from_a_suspended_software(http, runtime, documents, active):
    body = SoftwareChanged(software=active.software, name="Robaws", state="suspended")
    event = Received(id=UUID(int=9), correlation_id="c", body=body, time=NOW, sequence=1)
    await handlers.follow_softwares(Batch([event], NOW, MemoryParking()), MemoryIntake(runtime.shelf))
    one = submission(DOCUMENT_TYPE, XML, relais_connection=active.connection_id)
    other = submission(DOCUMENT_TYPE, XML, 2, "billit", relais_connection=active.connection_id)
    told = await take(runtime, documents, one, other)
    assert [each.body.code for each in told] == ["software_suspended", "connection_unknown"]
    answer = await http.client.post("/v1/documents", content=XML, headers=by(http, runtime, active) | IS_XML)
    assert (answer.status_code, answer.json()["code"]) == (403, "software_suspended")


class Run:
    """A task run over the store in memory."""

    def __init__(self, task, shelf):
        self.task, self.store = task, MemoryIntake(shelf)
        self.cause = Cause(id=UUID(int=5), correlation_id="c")

    @asynccontextmanager
    async def transaction(self):
        yield self.store


async def test_a_document_waits_for_the_news_that_its_connection_is_active(runtime, documents, active):
    runtime.shelf.connections[active.connection_id] = replace(active, access="none")
    (waiting,) = await take(runtime, documents, submission(DOCUMENT_TYPE, XML, relais_connection=active.connection_id))
    assert isinstance(waiting.task, HandInDocument)
    run = Run(waiting.task, runtime.shelf)
    with pytest.raises(Unavailable):
        await tasks.hand_in_document(run)
    (refused,) = await tasks.connection_stayed_inactive(run, Unavailable("x"), run.store)
    assert (refused.body.code, refused.body.submission_id) == ("connection_not_active", str(UUID(int=1)))
    runtime.shelf.connections[active.connection_id] = active
    (told,) = await (await tasks.hand_in_document(run))(run.store)
    assert isinstance(told.body, InvoiceSubmitted) and told.body.received_at == NOW
    (again,) = await (await tasks.hand_in_document(run))(run.store)
    assert (again.body.code, again.body.found) == ("duplicate", told.body.document_id)


async def test_a_caller_is_asked_to_come_back_while_its_connection_may_be_active(http, runtime, active, monkeypatch):
    monkeypatch.setattr(intake_documents, "ACTIVATION_HEARD_WITHIN_MS", 50)
    runtime.shelf.connections[active.connection_id] = replace(active, access="none")
    answer = await http.client.post("/v1/documents", content=XML, headers=by(http, runtime, active) | IS_XML)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_a_store_that_does_not_answer_makes_the_batch_come_again():
    class Silent:
        async def put(self, data, owner, media_type):
            raise Unavailable("the object store does not answer")

    (result,) = await handlers.store_documents([submission(DOCUMENT_TYPE, XML)], documents=Silent())
    assert isinstance(result, Unavailable)


async def test_answers_are_forgotten_long_after_they_were_promised(runtime):
    store, cause = MemoryIntake(runtime.shelf), Cause(id=UUID(int=1), correlation_id="c")
    await store.keep_answer("software:robaws", "live", "k", KeptAnswer(Sha256.of(b""), 202, {}, {}), NOW)
    assert await tasks.forget_answers(NOW + timedelta(days=8), cause, store) == []
    assert runtime.shelf.answers
    await tasks.forget_answers(NOW + timedelta(days=16), cause, store)
    assert not runtime.shelf.answers
