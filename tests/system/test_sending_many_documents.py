"""Documents by the batch, by Kafka alone, by reference, and as an existing connector uploads them: all arrive once."""

import asyncio
import io
import json
import zipfile

import httpx

from deploy.demo.doors import KafkaClient
from shared.contracts.submissions import DOCUMENT_TYPE, REFERENCE_TYPE
from tests.system.stage import Connection, Stage, invoice

SLUG = "geneto"
SUBMISSIONS = f"software.{SLUG}.submissions.v1"


async def test_a_batch_arrives_whole_and_says_of_each_document_what_became_of_it(stage: Stage) -> None:
    software, office = stage.software(SLUG), stage.office()
    connection = await stage.connect(software, await stage.company())
    documents = {f"B-{number}": invoice(connection.company, f"B-{number}") for number in range(1, 6)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, document in documents.items():
            archive.writestr(f"{number}.xml", document)
        archive.writestr("again.xml", documents["B-1"])
        archive.writestr("letter.docx", b"PK")
    headers = {"Content-Type": "application/zip", "Relais-Connection": connection.connection_id}
    told = (await software.ask("POST", "/v1/documents/batch", 202, content=buffer.getvalue(), headers=headers)).json()
    assert (told["taken"], told["duplicates"], told["refused"]) == (5, 1, 1)
    assert told["documents"][-1]["error"]["code"] == "media_type_unsupported"
    taken = [each["id"] for each in told["documents"] if each["outcome"] == "taken"]
    for document_id, document in zip(taken, documents.values(), strict=True):
        await office.in_feed(document_id)
        original = await office.ask("GET", f"/v1/documents/{document_id}/original", 200)
        assert original.content == document


async def test_a_document_comes_in_by_kafka_alone_and_a_large_one_by_reference(stage: Stage) -> None:
    software, office = stage.software(SLUG), stage.office()
    connection = await stage.connect(software, await stage.company())
    kafka: KafkaClient = await stage.kafka(software)
    small, large = invoice(connection.company, "K-1"), invoice(connection.company, "K-2")
    over = {"relais_connection": connection.connection_id}
    upload = await _upload(stage, connection, large, "application/xml")
    pdf = await _upload(stage, connection, b"%PDF-1.7\n%made for a test\n%%EOF\n", "application/pdf")
    reference = json.dumps({"document": upload, "pdf": pdf}).encode()
    await asyncio.gather(
        kafka.publish(SUBMISSIONS, DOCUMENT_TYPE, small, **over),
        kafka.publish(SUBMISSIONS, REFERENCE_TYPE, reference, **over),
    )
    for number, document in (("K-1", small), ("K-2", large)):
        accepted = await software.heard("document.accepted", connection.connection_id, number)
        entry = await office.in_feed(accepted["subject"])
        assert (await office.ask("GET", entry["original"], 200)).content == document
    await kafka.publish(SUBMISSIONS, REFERENCE_TYPE, json.dumps({"document": "upl_" + "0" * 26}).encode(), **over)
    rejected = await software.heard("submission.rejected", "upload_unknown")
    assert rejected["data"]["expected"]


async def test_an_existing_connector_of_odoo_uploads_and_its_accountant_receives(stage: Stage) -> None:
    connection = await stage.connect(stage.software(SLUG), await stage.company())
    basic = httpx.BasicAuth(connection.username, connection.password)
    key = {"X-Software-Company": stage.addresses["softwares"][SLUG]}
    listed = await stage.door.get("/v2/peppol/licences/", auth=basic, headers=key)
    assert listed.headers["content-type"] == "application/json"
    [licence] = listed.json()
    document = invoice(connection.company, "O-1")
    path, file = f"/v2/peppol/licences/{licence['id']}/upload/", {"file": ("o.xml", document, "application/xml")}
    answers = [await stage.door.post(path, files=file, auth=basic, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].json()["id"] == answers[1].json()["id"]
    await stage.office().in_feed(answers[0].json()["id"])


async def _upload(stage: Stage, connection: Connection, data: bytes, kind: str) -> str:
    basic = httpx.BasicAuth(connection.username, connection.password)
    answer = await stage.door.post("/v1/uploads", content=data, headers={"Content-Type": kind}, auth=basic)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
