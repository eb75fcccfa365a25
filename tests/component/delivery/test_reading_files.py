"""The files of a document over HTTP: who reads which, in which language, and what is remembered of what was made."""

import base64
import hashlib
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pypdf import PdfReader

from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.adapters.memory.renderings import MemoryRenderings
from services.delivery.adapters.rendering import RenderingMaker, RenderingPool
from services.delivery.domain.clients import Office
from services.delivery.domain.documents import Document, Step
from services.delivery.ports.rendering import Source
from shared.chassis.documents import Documents
from shared.chassis.errors import InvalidMessage
from shared.contracts.deliveries import DocumentFetched
from shared.contracts.documents import Claim
from shared.contracts.invoices import Finding
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Language, OfficeId, SoftwareSlug
from tests.component.delivery.doors import NOW, Runtime, key_of, opened
from tests.unit.delivery.booked_statements import CODA, booked, lines, movement
from tests.unit.delivery.sales_invoices import sales_invoice

NUMBER, DOCUMENT = EnterpriseNumber("0403170701"), DocumentId.of(uuid4())
XML = b'<?xml version="1.0" encoding="ISO-8859-1"?><Invoice>\xe9</Invoice>'
OFFICE, SOFTWARE = key_of("janssens"), key_of("robaws")
NL = Language.NL


class CountedPool(RenderingPool):
    """The real one, which counts what it makes."""

    made = 0

    async def invoice(self, sidecar: bytes, source: Source, language: Language) -> bytes:
        self.made += 1
        return await super().invoice(sidecar, source, language)


@pytest.fixture
def files(tmp_path: Path) -> Documents:
    return Documents(f"file://{tmp_path}/documents")


@pytest.fixture
async def renderer() -> AsyncIterator[CountedPool]:
    pool = CountedPool(processes=1)
    yield pool
    await pool.close()


@pytest.fixture
def maker(files: Documents, renderer: CountedPool) -> RenderingMaker:
    return RenderingMaker(files, renderer, MemoryRenderings())


@pytest.fixture
async def document(files: Documents) -> Document:
    sidecar = sales_invoice().model_dump_json().encode()
    return Document(
        document_id=DOCUMENT,
        enterprise_number=NUMBER,
        connection_id=ConnectionId.of(uuid4()),
        software=SoftwareSlug("robaws"),
        state="delivered",
        received_at=NOW,
        office_id=OfficeId("janssens"),
        client_code="KOR",
        family="invoice",
        number='VF/2026"\r\n-0042',
        issue_date=sales_invoice().issue_date,
        document=await files.put(XML, NUMBER, "application/xml"),
        sidecar=await files.put(sidecar, NUMBER, "application/json"),
        timeline=(Step("delivered", NOW),),
    )


@pytest.fixture
async def runtime(document: Document) -> Runtime:
    runtime = Runtime()
    await _keep(runtime, document)
    french = Office(OfficeId("janssens"), "Bureau Janssens", Language.FR, None)
    await MemoryDelivery(runtime.tables).save_offices([(french, 1)])
    return runtime


@pytest.fixture
async def door(runtime: Runtime, files: Documents, maker: RenderingMaker) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(runtime, documents=files, pdf_maker=maker) as client:
        yield client


async def _keep(runtime: Runtime, document: Document) -> None:
    await MemoryDelivery(runtime.tables).save_documents([document])


def text_of(pdf: bytes) -> str:
    return PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


@pytest.mark.parametrize(
    ("name", "media_type", "extension"),
    [("ubl", "application/xml", "xml"), ("pdf", "application/pdf", "pdf"), ("sidecar", "application/json", "json")],
)
async def test_office_and_software_read_each_file_and_only_the_offices_reading_is_told(
    door: httpx.AsyncClient, runtime: Runtime, document: Document, name: str, media_type: str, extension: str
) -> None:
    for caller, told in ((SOFTWARE, 0), (OFFICE, 1), (OFFICE, 1)):
        answer = await door.get(f"/v1/documents/{DOCUMENT}/{name}", headers=caller)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert int(answer.headers["content-length"]) == len(answer.content)
        digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
        assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
        assert document.document is not None
        saved = f"20260302_VF-2026--0042_0403170701_{document.document.sha256[:8]}.{extension}"
        assert answer.headers["content-disposition"] == f'attachment; filename="{saved}"'
        assert [type(each.body) for each in runtime.written] == [DocumentFetched] * told


async def test_the_ubl_is_the_document_byte_for_byte(door: httpx.AsyncClient) -> None:
    assert (await door.get(f"/v1/documents/{DOCUMENT}/ubl", headers=OFFICE)).content == XML


async def test_the_sidecar_tells_an_office_what_only_it_may_know(door: httpx.AsyncClient) -> None:
    office = (await door.get(f"/v1/documents/{DOCUMENT}/sidecar", headers=OFFICE)).json()
    software = (await door.get(f"/v1/documents/{DOCUMENT}/sidecar", headers=SOFTWARE)).json()
    assert office.pop("relais")["client_code"] == "KOR"
    assert office == software == json.loads(sales_invoice().model_dump_json())


@pytest.mark.parametrize(
    ("caller", "query", "accepted", "told"),
    [
        (OFFICE, "", "de", "Facture"),
        (OFFICE, "?language=en", "de", "Invoice"),
        (SOFTWARE, "", "de-BE, en;q=0.5", "Rechnung"),
        (SOFTWARE, "", "*", "Factuur"),
        (SOFTWARE, "?language=nl", "de", "Factuur"),
    ],
)
async def test_a_pdf_is_in_the_language_of_whoever_reads_it(
    door: httpx.AsyncClient, caller: dict[str, str], query: str, accepted: str, told: str
) -> None:
    answer = await door.get(f"/v1/documents/{DOCUMENT}/pdf{query}", headers=caller | {"Accept-Language": accepted})
    assert answer.headers["relais-rendered"] == "true"
    assert text_of(answer.content).startswith(told)
    assert PdfReader(io.BytesIO(answer.content)).attachments["invoice.xml"] == [XML]


async def test_a_page_is_made_once_for_each_language_and_again_when_it_was_lost(
    door: httpx.AsyncClient, renderer: CountedPool, tmp_path: Path
) -> None:
    url = f"/v1/documents/{DOCUMENT}/pdf"
    first = (await door.get(url, headers=OFFICE)).content
    assert ((await door.get(url, headers=OFFICE)).content, renderer.made) == (first, 1)
    await door.get(f"{url}?language=de", headers=OFFICE)
    assert renderer.made == 2
    kept = tmp_path / "documents" / NUMBER / hashlib.sha256(first).hexdigest()
    assert kept.read_bytes() == first
    kept.unlink()
    assert ((await door.get(url, headers=OFFICE)).content, renderer.made) == (first, 3)


async def test_a_pdf_that_came_with_the_document_is_handed_on_as_it_is(
    door: httpx.AsyncClient, runtime: Runtime, document: Document, files: Documents, renderer: CountedPool
) -> None:
    own = await files.put(b"%PDF-1.4 its own", NUMBER, "application/pdf")
    await _keep(runtime, replace(document, pdf=own))
    answer = await door.get(f"/v1/documents/{DOCUMENT}/pdf?language=fr", headers=OFFICE)
    assert (answer.content, answer.headers["relais-rendered"], renderer.made) == (b"%PDF-1.4 its own", "false", 0)


@pytest.mark.parametrize("name", ["ubl", "pdf", "sidecar"])
async def test_a_file_is_unknown_to_everybody_else(
    door: httpx.AsyncClient, runtime: Runtime, document: Document, name: str
) -> None:
    for caller in ("peeters", "billit"):
        answer = await door.get(f"/v1/documents/{DOCUMENT}/{name}", headers=key_of(caller))
        assert (answer.status_code, answer.json()["code"]) == (404, "document_unknown")
    for unknown in ("nonsense", DocumentId.of(uuid4())):
        assert (await door.get(f"/v1/documents/{unknown}/{name}", headers=OFFICE)).status_code == 404
    await _keep(runtime, replace(document, state="routed"))
    assert (await door.get(f"/v1/documents/{DOCUMENT}/{name}", headers=OFFICE)).status_code == 404
    await _keep(runtime, replace(document, state="received", document=None, sidecar=None))
    assert (await door.get(f"/v1/documents/{DOCUMENT}/{name}", headers=SOFTWARE)).status_code == 404
    assert runtime.written == []


async def test_a_language_that_nobody_reads_is_refused_by_name(door: httpx.AsyncClient) -> None:
    answer = await door.get(f"/v1/documents/{DOCUMENT}/pdf?language=es", headers=OFFICE)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "language" in answer.text


async def test_a_document_of_which_no_page_can_be_made_is_told_so(
    door: httpx.AsyncClient, runtime: Runtime, document: Document, files: Documents
) -> None:
    await _keep(runtime, replace(document, sidecar=await files.put(b"{}", NUMBER, "application/json")))
    answer = await door.get(f"/v1/documents/{DOCUMENT}/pdf", headers=OFFICE)
    assert (answer.status_code, answer.json()["code"]) == (422, "document_invalid")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["pdf", "sidecar"])
async def test_a_document_that_was_not_accepted_tells_why_there_is_no_such_file(
    door: httpx.AsyncClient, runtime: Runtime, document: Document, name: str
) -> None:
    finding = Finding(code="BR-CO-15", severity="quarantine", location="/Invoice", found="1.00", expected="2.00")
    quarantined = {"state": "quarantined", "reason": "document_invalid", "findings": (finding,)}
    await _keep(runtime, replace(document, sidecar=None, pdf=None, **quarantined))
    answer = await door.get(f"/v1/documents/{DOCUMENT}/{name}", headers=SOFTWARE)
    told = answer.json()
    assert (answer.status_code, told["code"], told["reason"]) == (422, "document_invalid", "document_invalid")
    (error,) = told["errors"]
    assert (error["code"], error["found"], error["expected"]) == ("BR-CO-15", "1.00", "2.00")
    assert (await door.get(f"/v1/documents/{DOCUMENT}/{name}", headers=OFFICE)).status_code == 404
    assert (await door.get(f"/v1/documents/{DOCUMENT}/{name}", headers=key_of("billit"))).status_code == 404


async def test_what_the_store_lost_is_not_the_documents_fault(
    door: httpx.AsyncClient, runtime: Runtime, document: Document
) -> None:
    lost = Claim(path=f"{NUMBER}/{'0' * 64}", sha256="0" * 64, size=1, media_type="application/json")
    await _keep(runtime, replace(document, sidecar=lost, document=lost))
    for name in ("ubl", "pdf", "sidecar"):
        answer = await door.get(f"/v1/documents/{DOCUMENT}/{name}", headers=OFFICE)
        assert (answer.status_code, answer.json()["code"]) == (503, "temporarily_unavailable")
        assert "retry-after" in answer.headers


async def _statement(files: Documents) -> TransactionsBooked:
    movements = await files.put(lines([movement()]), NUMBER, "application/x-ndjson")
    return booked(1, movements=movements, statement=await files.put(CODA, NUMBER, "application/vnd.coda"))


async def test_a_statement_has_its_replica_made_once(files: Documents, maker: RenderingMaker) -> None:
    statement = await _statement(files)
    made = await maker.pdf_of_statement(statement, NL)
    assert "BAKKERIJ DE KORENAAR" in text_of(made)
    assert PdfReader(io.BytesIO(made)).attachments["statement.cod"] == [CODA]
    assert await maker.pdf_of_statement(statement, NL) == made


async def test_a_document_of_which_nothing_was_read_has_no_page(maker: RenderingMaker, document: Document) -> None:
    with pytest.raises(InvalidMessage) as failed:
        await maker.pdf_of(replace(document, sidecar=None), NL)
    assert failed.value.code == "document_without_sidecar"


async def test_what_was_made_lies_under_its_company(maker: RenderingMaker, document: Document, tmp_path: Path) -> None:
    before: Any = set((tmp_path / "documents" / NUMBER).iterdir())
    pdf = await maker.pdf_of(document, NL)
    [added] = set((tmp_path / "documents" / NUMBER).iterdir()) - before
    assert added.read_bytes() == pdf.data and pdf.rendered
