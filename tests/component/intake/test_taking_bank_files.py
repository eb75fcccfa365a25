"""Bank files over HTTP and by a reference on Kafka: within their bounds, once, and only from whom may."""

import json
from dataclasses import replace

import pytest

from services.intake.domain.bank_files import MOST_LINES
from services.intake.domain.documents import LARGEST_BYTES
from shared.chassis.keys import parse_key
from shared.contracts import BankFileReceived, SubmissionRejected
from shared.contracts.submissions import BANK_FILE_TYPE
from tests.component.intake.test_taking_documents import submission, take

CODA = b"0000\xe9\r\n9\r\n"
PATHS = ["/v1/statements", "/v1/uploads/statements"]


def of_bank_files(runtime, slug="robaws", mode="live"):
    """A software's key with the right to hand in bank files."""
    text = runtime.key("software", slug, mode)
    id = parse_key(text).credential_id
    runtime.known[id] = replace(runtime.known[id], scopes=("statements:write",))
    return {"Authorization": f"Bearer {text}", "Content-Type": "application/vnd.coda"}


async def upload(http, headers, data=CODA):
    return await http.client.post("/v1/uploads/statements", content=data, headers=headers)


def naming(upload_id, n=1, software="robaws"):
    return submission(BANK_FILE_TYPE, json.dumps({"bank_file": upload_id}).encode(), n, software)


@pytest.mark.parametrize("path", PATHS)
async def test_a_file_beyond_its_bounds_is_refused_with_the_code(http, runtime, path):
    headers = of_bank_files(runtime)
    large = await http.client.post(path, content=b"0" * (LARGEST_BYTES + 1), headers=headers)
    long = await http.client.post(path, content=b"0\n" * (MOST_LINES + 1), headers=headers)
    empty = await http.client.post(path, content=b"", headers=headers)
    assert (large.status_code, large.json()["code"]) == (413, "document_too_large")
    assert large.json()["detail"] == "The bank file is too large."
    assert (long.status_code, long.json()["code"]) == (422, "bank_file_too_long")
    assert long.json()["errors"][0]["found"] == "100001 lines"
    assert (empty.status_code, empty.json()["code"]) == (422, "document_empty")
    assert empty.json()["detail"] == "There is no bank file in the request."
    assert (runtime.consequences, runtime.shelf.bank_files, runtime.shelf.uploads) == ([], {}, {})
    assert (await http.client.post(path, content=b"0\n" * MOST_LINES, headers=headers)).status_code in (201, 202)


async def test_a_record_names_a_bank_file_that_was_uploaded_before(http, runtime, documents):
    first, again = [await upload(http, of_bank_files(runtime)) for _ in range(2)]
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 200, first.json()["id"]), first.text
    assert first.json()["media_type"] == "application/vnd.coda" and first.json()["expires_at"].endswith("Z")
    assert runtime.consequences == [], "an upload alone is told to nobody"
    (told,) = await take(runtime, documents, naming(first.json()["id"]))
    assert isinstance(told.body, BankFileReceived) and told.sequence == 1
    assert told.body.received_from == "software:robaws"
    assert await documents.get(told.body.document) == CODA


async def test_the_same_bytes_are_taken_once_whichever_way_they_come(http, runtime, documents):
    named = (await upload(http, of_bank_files(runtime))).json()["id"]
    first, second = await take(runtime, documents, naming(named, 1), naming(named, 2))
    assert isinstance(first.body, BankFileReceived)
    assert isinstance(second.body, SubmissionRejected)
    assert (second.body.code, second.body.found) == ("duplicate", first.body.sha256)
    again = await http.client.post("/v1/statements", content=CODA, headers=of_bank_files(runtime))
    assert (again.status_code, again.json()["duplicate"]) == (200, True)


async def test_what_is_no_bank_file_of_the_same_software_is_refused_with_the_reason(http, runtime, documents):
    named = (await upload(http, of_bank_files(runtime))).json()["id"]
    cases = [
        (naming("upl_" + "0" * 26, 1), "upload_unknown"),
        (naming(named, 2, "billit"), "upload_unknown"),
        (naming("nonsense", 3), "upload_id_malformed"),
        (submission(BANK_FILE_TYPE, b"{}", 4), "submission_malformed"),
        (submission(BANK_FILE_TYPE, b"\xff", 5), "json_malformed"),
        (naming(named, 6), None),
    ]
    told = await take(runtime, documents, *(one for one, _ in cases))
    assert [getattr(each.body, "code", None) for each in told] == [code for _, code in cases]
    assert told[0].body.pointer == "/bank_file"


async def test_a_test_key_hands_in_no_real_bank_file(http, runtime):
    headers = of_bank_files(runtime, mode="test")
    answer = await http.client.post("/v1/statements", content=CODA, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "live_key_needed")
    assert runtime.consequences == []


async def test_only_a_live_key_of_a_software_with_the_right_uploads_bank_files(http, runtime):
    test_key = await upload(http, of_bank_files(runtime, mode="test"))
    assert (test_key.status_code, test_key.json()["code"]) == (403, "live_key_needed")
    plain = {"Authorization": f"Bearer {runtime.key('software', 'billit')}", "Content-Type": "text/plain"}
    without = await upload(http, plain)
    assert (without.status_code, without.json()["code"]) == (403, "scope_missing")
    operator = await upload(http, http.keys.operator)
    assert (operator.status_code, operator.json()["code"]) == (403, "caller_not_allowed")
    assert runtime.shelf.uploads == {}
