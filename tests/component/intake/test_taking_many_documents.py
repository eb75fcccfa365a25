"""A batch, an upload that a record refers to, an existing connector's upload: each taken once, or told why not."""

import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.intake import endpoints, tasks
from services.intake.adapters.memory import MemoryIntake
from services.intake.domain.connections import Ask, asked
from services.intake.domain.submissions import HandInDocument
from services.intake.endpoints import batches
from shared.chassis.documents import Documents
from shared.chassis.http import build_app
from shared.chassis.messages import Cause
from shared.contracts import InvoiceSubmitted
from shared.contracts.submissions import REFERENCE_TYPE
from shared.values import EnterpriseNumber, Sha256, SoftwareSlug
from tests.component.intake.test_taking_documents import IS_XML, NOW, XML, Run, by, submission, take

OTHER, PDF = b"<?xml version='1.0'?><CreditNote/>", b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
IS_LINES, IS_ZIP = {"Content-Type": "application/x-ndjson"}, {"Content-Type": "application/zip"}


def connection_of(runtime, number="0010.080.080", software="robaws", **changes):
    ask = Ask(enterprise_number=EnterpriseNumber(number))
    one, _ = asked(None, SoftwareSlug(software), "live", ask, NOW)
    one = replace(one, **({"verification": "verified", "access": "active"} | changes))
    runtime.shelf.connections[one.connection_id] = one
    return one


@pytest.fixture
def active(runtime):
    return connection_of(runtime)


def lines(*documents):
    return b"\n".join(json.dumps(each).encode() for each in documents)


def archive(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in files.items():
            made.writestr(name.replace("_", "."), data)
    return buffer.getvalue()


async def test_every_document_of_a_batch_has_its_answer(http, runtime, active, documents):
    body = archive(a_xml=XML, a_pdf=PDF, b_xml=b"no xml", c_xml=OTHER, d_xml=XML)
    headers = by(http, runtime, active) | IS_ZIP
    answer = await http.client.post("/v1/documents/batch", content=body, headers=headers)
    told = answer.json()
    assert (answer.status_code, told["taken"], told["duplicates"], told["refused"]) == (202, 2, 1, 1), answer.text
    assert [each["outcome"] for each in told["documents"]] == ["taken", "refused", "taken", "duplicate"]
    assert [each["name"] for each in told["documents"]] == ["a.xml", "b.xml", "c.xml", "d.xml"]
    assert told["documents"][1]["error"]["code"] == "document_invalid"
    first, second = (one.body for one in runtime.consequences)
    assert isinstance(first, InvoiceSubmitted) and first.document_id == told["documents"][0]["id"]
    assert (await documents.get(first.document), await documents.get(first.pdf)) == (XML, PDF)
    assert (second.document.sha256, second.pdf) == (Sha256.of(OTHER), None)
    assert len({one.body.document_id for one in runtime.consequences}) == 2


async def test_of_large_documents_fewer_are_unpacked_at_a_time(http, runtime, active, monkeypatch):
    monkeypatch.setattr(batches, "LARGEST_BYTES", 1_000)
    at_a_time = []
    parts = batches._in_parts
    monkeypatch.setattr(batches, "_in_parts", lambda items: (at_a_time.append(len(p)) or p for p in parts(items)))
    large = [XML + b" " * 600 + str(place).encode() for place in range(5)]
    body = archive(**{f"{place}_xml": data for place, data in enumerate(large)})
    answer = await http.client.post("/v1/documents/batch", content=body, headers=by(http, runtime, active) | IS_ZIP)
    assert (answer.json()["taken"], at_a_time) == (5, [2, 2, 1])


async def test_a_repeated_batch_takes_nothing_again_and_a_key_answers_the_same(http, runtime, active):
    headers = by(http, runtime, active) | IS_LINES
    body = lines({"id": "1", "document": XML.decode()}, {"id": "2", "document": OTHER.decode()})
    keyed = headers | {"Idempotency-Key": "batch-1"}
    first = await http.client.post("/v1/documents/batch", content=body, headers=keyed)
    same = await http.client.post("/v1/documents/batch", content=body, headers=keyed)
    again = await http.client.post("/v1/documents/batch", content=body, headers=headers)
    assert first.json() == same.json() and same.headers["idempotency-replayed"] == "true"
    assert [each["outcome"] for each in again.json()["documents"]] == ["duplicate", "duplicate"]
    assert len(runtime.consequences) == 2


async def test_a_software_names_the_connection_of_each_line_and_only_its_own(http, runtime, active):
    second = connection_of(runtime, "0010.080.179")
    foreign = connection_of(runtime, "0010.080.278", "billit")
    sleeping = connection_of(runtime, "0010.080.377", access="none", verification="blocked")
    body = lines(
        {"document": XML.decode(), "connection": active.connection_id},
        {"document": XML.decode(), "connection": second.connection_id},
        {"document": XML.decode(), "connection": foreign.connection_id},
        {"document": XML.decode(), "connection": sleeping.connection_id},
        {"document": XML.decode()},
    )
    answer = await http.client.post("/v1/documents/batch", content=body, headers=http.keys.robaws | IS_LINES)
    told = answer.json()["documents"]
    assert [each["outcome"] for each in told] == ["taken", "taken", "refused", "refused", "refused"]
    assert [each["error"]["code"] for each in told[2:]] == [
        "connection_unknown", "connection_not_active", "connection_missing",
    ]  # fmt: skip
    assert {one.body.enterprise_number for one in runtime.consequences} == {"0010080080", "0010080179"}
    # A connection's own credentials hand in for that connection only: another one that a line names is unknown.
    own = await http.client.post("/v1/documents/batch", content=body, headers=by(http, runtime, active) | IS_LINES)
    outcomes = [each["outcome"] for each in own.json()["documents"]]
    assert outcomes == ["duplicate", "refused", "refused", "refused", "duplicate"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"", IS_LINES, 422, "document_empty"), (b"hello", IS_ZIP, 422, "archive_unreadable"),
        (b"\n\n", IS_LINES, 422, "document_empty"), (XML, IS_XML, 415, "media_type_unsupported"),
        (b'{"document": "<a/>"}\n' * 1001, IS_LINES, 413, "batch_too_long"),
    ],
)  # fmt: skip
async def test_a_batch_that_cannot_be_read_is_refused_whole(http, runtime, active, body, kind, status, code):
    headers = by(http, runtime, active) | kind
    answer = await http.client.post("/v1/documents/batch", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert runtime.consequences == []


@pytest.fixture
def gone(tmp_path):
    """A real object store whose folder went away: a file lies in its place, so that nobody can write there."""
    store = Documents(f"file://{tmp_path}/gone")
    shutil.rmtree(tmp_path / "gone")
    (tmp_path / "gone").write_bytes(b"")
    return store


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/documents/batch", "/v1/uploads", "/v2/sales-invoices/"])
async def test_while_the_store_takes_nothing_the_caller_is_told_when_to_come_back(http, runtime, active, gone, path):
    app = build_app("intake", [endpoints.routes], runtime, resources={"documents": gone})
    headers = by(http, runtime, active) | (IS_LINES if path.endswith("batch") else IS_XML)
    body = lines({"document": XML.decode()}) if path.endswith("batch") else XML
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://relais") as client:
        answer = await client.post(path, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "temporarily_unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    assert (runtime.consequences, runtime.shelf.documents, runtime.shelf.uploads) == ([], {}, {})


async def upload(http, headers, data=XML, kind="application/xml"):
    return await http.client.post("/v1/uploads", content=data, headers=headers | {"Content-Type": kind})


async def test_a_record_refers_to_what_was_uploaded_before(http, runtime, active, documents):
    headers = by(http, runtime, active)
    xml, pdf = await upload(http, headers), await upload(http, headers, PDF, "application/pdf")
    again = await upload(http, headers)
    assert (xml.status_code, again.status_code, again.json()["id"]) == (201, 200, xml.json()["id"]), xml.text
    value = json.dumps({"document": xml.json()["id"], "pdf": pdf.json()["id"]}).encode()
    (told,) = await take(runtime, documents, submission(REFERENCE_TYPE, value, relais_connection=active.connection_id))
    assert isinstance(told.body, InvoiceSubmitted)
    assert (await documents.get(told.body.document), await documents.get(told.body.pdf)) == (XML, PDF)
    assert told.body.document.path.startswith(active.enterprise_number)


async def test_a_reference_to_nothing_of_ones_own_is_refused_with_the_reason(http, runtime, active, documents):
    other = connection_of(runtime, "0010.080.179")
    xml = (await upload(http, by(http, runtime, active))).json()["id"]
    pdf = (await upload(http, by(http, runtime, active), PDF, "application/pdf")).json()["id"]
    unknown = "upl_" + "0" * 26
    cases = [
        ({"document": unknown}, active, "upload_unknown"), ({"document": xml}, other, "upload_unknown"),
        ({"document": pdf}, active, "media_type_unsupported"), ({"document": xml, "pdf": xml}, active,
        "media_type_unsupported"), ({"document": "nonsense"}, active, "upload_id_malformed"),
        ({}, active, "submission_malformed"), ({"document": xml}, active, None),
    ]  # fmt: skip
    told = await take(
        runtime,
        documents,
        *(
            submission(REFERENCE_TYPE, json.dumps(body).encode(), place, relais_connection=over.connection_id)
            for place, (body, over, _) in enumerate(cases, start=1)
        ),
    )
    assert [getattr(one.body, "code", None) for one in told] == [code for _, _, code in cases]


async def test_a_reference_waits_for_its_connection_with_its_pdf(http, runtime, active, documents):
    headers = by(http, runtime, active)
    xml, pdf = await upload(http, headers), await upload(http, headers, PDF, "application/pdf")
    runtime.shelf.connections[active.connection_id] = replace(active, access="none")
    value = json.dumps({"document": xml.json()["id"], "pdf": pdf.json()["id"]}).encode()
    (waiting,) = await take(
        runtime, documents, submission(REFERENCE_TYPE, value, relais_connection=active.connection_id)
    )
    assert isinstance(waiting.task, HandInDocument)
    runtime.shelf.connections[active.connection_id] = active
    (told,) = await (await tasks.hand_in_document(Run(waiting.task, runtime.shelf)))(MemoryIntake(runtime.shelf))
    assert (told.body.document.sha256, told.body.pdf.sha256) == (Sha256.of(XML), Sha256.of(PDF))


async def test_uploads_are_forgotten_after_a_day(http, runtime, active):
    await upload(http, by(http, runtime, active))
    store, cause = MemoryIntake(runtime.shelf), Cause(id=active.connection_id.uuid, correlation_id="c")
    await tasks.forget_answers(NOW + timedelta(hours=23), cause, store)
    assert len(runtime.shelf.uploads) == 1
    await tasks.forget_answers(NOW + timedelta(hours=25), cause, store)
    assert runtime.shelf.uploads == {}


async def test_an_existing_connector_uploads_by_its_licence_and_is_answered_200(http, runtime, active):
    runtime.shelf.connections[active.connection_id] = replace(active, active_since=datetime(2026, 11, 1, tzinfo=UTC))
    auth = ("any", by(http, runtime, active)["Authorization"].removeprefix("Bearer "))
    [licence] = (await http.client.get("/v2/peppol/licences/", auth=auth)).json()
    asked = {"email": "boekhouding@bedrijf.example", "invoice_quantity": 50}
    made = await http.client.post("/v2/peppol/licences/", json=asked, auth=auth)
    assert (made.status_code, made.json()) == (201, licence | {"state": "active", "state_date": "2026-11-01T00:00:00Z"})
    path = f"/v2/peppol/licences/{licence['id']}/"
    assert (await http.client.put(path, json=asked, auth=auth)).json() == made.json()
    token = await http.client.post(f"{path}request-token/", auth=auth)
    assert (token.status_code, token.json()) == (201, {"token": licence["id"]})
    file = {"file": ("invoice.xml", XML, "application/xml")}
    first = await http.client.post(f"{path}upload/", files=file, auth=auth)
    again = await http.client.post(f"{path}upload/", files=file, auth=auth)
    assert (first.status_code, again.status_code, again.json()["id"]) == (200, 200, first.json()["id"])
    assert [type(one.body) for one in runtime.consequences] == [InvoiceSubmitted]


async def test_another_ones_licence_does_not_exist(http, runtime, active):
    other = connection_of(runtime, "0010.080.179", "billit")
    auth = ("any", by(http, runtime, other)["Authorization"].removeprefix("Bearer "))
    path = f"/v2/peppol/licences/{active.connection_id.uuid}"
    calls = (("PUT", "", {"email": "een@bedrijf.example"}), ("POST", "/request-token", {}), ("POST", "/upload", {}))
    for method, end, body in calls:
        answer = await http.client.request(method, path + end, auth=auth, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "connection_unknown"), answer.text


async def test_nobody_is_present_on_peppol_from_here_and_a_wrong_number_is_told(http, runtime, active):
    auth = ("any", by(http, runtime, active)["Authorization"].removeprefix("Bearer "))
    path = "/v2/peppol/receiver/check-presence/"
    told = await http.client.post(path, json={"scheme_id": "BE:VAT", "value": "BE 0010.080.080"}, auth=auth)
    assert (told.status_code, told.json()["value"], told.json()["is_present"]) == (200, "0010080080", False)
    wrong = await http.client.post(path, json={"scheme_id": "BE:CBE", "value": "0010.080.081"}, auth=auth)
    assert wrong.status_code == 422 and isinstance(wrong.json()["detail"], str), wrong.text
