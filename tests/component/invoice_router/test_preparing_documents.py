"""Before the transaction: read side by side, in bounded memory; what fails costs the document that fails."""

import asyncio
from base64 import b64encode
from pathlib import Path

import pytest

from services.invoice_router import handlers
from services.invoice_router.adapters.reading_pool import ReadingPool
from services.invoice_router.domain.differences import facts_of
from services.invoice_router.domain.reading import Reading, read_document
from services.invoice_router.handlers.reading import BYTES_AT_ONCE, READ_AT_ONCE
from services.invoice_router.ports import ReadDocument, UnreadableDocument
from shared.chassis.documents import Documents
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.contracts.documents import Claim
from shared.contracts.invoices import InvoiceAccepted, InvoiceQuarantined
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import Sha256
from tests.component.invoice_router.world import MemoryDocuments, ReaderHere, World
from tests.unit.invoice_router.documents import COMPANY, attachment, invoice

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
STRANGE = """
import os, signal, time
from services.invoice_router.adapters import reading_worker

read_document = reading_worker.read_document

def strange(data, **given):
    if b"DIES" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    while b"HANGS" in data:
        time.sleep(60)
    return read_document(data, **given)

reading_worker.read_document = strange
reading_worker.main()
"""


class CountedDocuments(MemoryDocuments):
    """Knows how many documents and bytes were away from it at one time."""

    def __init__(self) -> None:
        super().__init__()
        self.now: list[int] = []
        self.most, self.most_bytes = 0, 0

    async def get(self, claim: Claim) -> bytes:
        self.now.append(claim.size)
        self.most = max(self.most, len(self.now))
        self.most_bytes = max(self.most_bytes, sum(self.now))
        return await super().get(claim)


class SlowReader(ReaderHere):
    """Gives each document back a moment later, in no particular order."""

    def __init__(self, documents: CountedDocuments) -> None:
        self._documents = documents

    async def read(self, data: bytes) -> Reading:
        await asyncio.sleep(0.001 * (len(data) % 3))
        self._documents.now.remove(len(data))
        return read_document(data[: data.index(b"</Invoice>") + 10])


async def test_documents_are_read_side_by_side_and_come_back_in_their_order() -> None:
    world = World()
    world.documents = documents = CountedDocuments()
    events = [await world.submitted(invoice(number=f"N{n}")) for n in range(3 * READ_AT_ONCE)]
    found = await handlers.read_documents(events, documents=documents, reader=SlowReader(documents))
    assert [each.invoice.number for each in found if isinstance(each, ReadDocument)] == [
        f"N{n}" for n in range(3 * READ_AT_ONCE)
    ]
    assert documents.most == READ_AT_ONCE


@pytest.mark.parametrize(("megabytes", "at_once"), [(9, 3), (20, 1), (40, 1)])
async def test_large_documents_wait_until_there_is_memory_for_them(megabytes: int, at_once: int) -> None:
    world = World()
    world.documents = documents = CountedDocuments()
    events = [await world.submitted(invoice(number=f"N{n}").ljust(megabytes * 1_000_000)) for n in range(5)]
    found = await handlers.read_documents(events, documents=documents, reader=SlowReader(documents))
    assert [type(each) for each in found] == [ReadDocument] * 5
    assert documents.most == at_once
    assert documents.most_bytes <= max(BYTES_AT_ONCE, megabytes * 1_000_000)


async def test_the_sidecar_and_the_pdf_inside_are_stored_and_the_facts_are_made() -> None:
    world = World()
    beside = await world.documents.put(b"%PDF-1.4 beside", COMPANY, "application/pdf")
    events = [
        await world.submitted(invoice(attachment=attachment(b64encode(PDF).decode())), pdf=beside),
        await world.submitted(invoice(), pdf=beside),
        await world.submitted(invoice()),
    ]
    found = await handlers.read_documents(events, documents=world.documents, reader=ReaderHere())
    inside, only_beside, none = (each for each in found if isinstance(each, ReadDocument))
    assert inside.pdf is not None and world.documents.objects[inside.pdf.path] == PDF
    assert inside.pdf.path.startswith(COMPANY)
    assert (only_beside.pdf, none.pdf) == (beside, None)
    for each in (inside, only_beside, none):
        assert world.documents.objects[each.sidecar.path] == each.json
        assert SalesInvoice.model_validate_json(each.json).number == each.invoice.number == "2026-17"
        assert each.facts == facts_of(each.json)
    accepted, *_ = await world.submit(invoice(attachment=attachment(b64encode(PDF).decode())))
    assert isinstance(accepted, InvoiceAccepted) and accepted.pdf == inside.pdf


@pytest.mark.parametrize("error", [Unavailable("away"), InvalidMessage("document_missing", "gone")])
async def test_a_store_that_does_not_answer_is_no_fault_of_the_document(error: Exception) -> None:
    world = World()
    event = await world.submitted(invoice())
    world.documents.error = error
    assert await handlers.read_documents([event], documents=world.documents, reader=ReaderHere()) == [error]


async def test_missing_and_damaged_documents_cost_nobody_else_on_a_real_store(tmp_path: Path) -> None:
    world, store = World(), Documents((tmp_path / "documents").as_uri())
    events = [await world.submitted(invoice(number=f"N{n}")) for n in range(3)]
    for event in events:
        await store.put(world.documents.objects[event.body.document.path], COMPANY, "application/xml")
    (tmp_path / "documents" / events[0].body.document.path).unlink()
    (tmp_path / "documents" / events[1].body.document.path).write_bytes(b"<a/>")
    found = await handlers.read_documents(events, documents=store, reader=ReaderHere())
    missing, damaged, read = found
    assert isinstance(missing, InvalidMessage) and missing.code == "document_missing"
    assert isinstance(damaged, InvalidMessage) and damaged.code == "document_damaged"
    assert isinstance(read, ReadDocument)
    sidecar = await store.get(read.sidecar)
    assert SalesInvoice.model_validate_json(sidecar).number == "N2"


async def test_a_folder_that_is_gone_is_tried_again(tmp_path: Path) -> None:
    world, folder = World(), tmp_path / "documents"
    store = Documents(folder.as_uri())
    event = await world.submitted(invoice())
    await store.put(invoice(), COMPANY, "application/xml")
    (folder / COMPANY).rename(tmp_path / "aside")
    (folder / COMPANY).write_text("no folder")
    [found] = await handlers.read_documents([event], documents=store, reader=ReaderHere())
    assert isinstance(found, Unavailable)


async def test_a_document_that_kills_or_hangs_its_reader_twice_is_quarantined_and_its_neighbours_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "strange_reader.py").write_text(STRANGE)
    monkeypatch.syspath_prepend(str(tmp_path))
    pool, world = ReadingPool(timeout_ms=2000, processes=2, module="strange_reader"), World()
    documents = [invoice(number=f"N{n}") for n in range(20)]
    documents[7], documents[13] = invoice(buyer="DIES"), invoice(buyer="HANGS")
    try:
        told = [
            publish.body for publish in await world.route([await world.submitted(each) for each in documents], pool)
        ]
    finally:
        await pool.close()
    assert [event.number for event in told if isinstance(event, InvoiceAccepted)] == [
        f"N{n}" for n in range(20) if n not in (7, 13)
    ]
    quarantined = [event for event in told if isinstance(event, InvoiceQuarantined)]
    assert [event.reason for event in quarantined] == ["document_invalid"] * 2
    assert [[finding.code for finding in event.findings] for event in quarantined] == [["READER_FAILED"]] * 2
    assert sorted(world.store.quarantined) == sorted(event.document_id for event in quarantined)


async def test_what_a_reader_refuses_is_kept_as_a_finding() -> None:
    world = World()
    event = await world.submitted(b"<!DOCTYPE a><a/>")
    [found] = await handlers.read_documents([event], documents=world.documents, reader=ReaderHere())
    assert isinstance(found, UnreadableDocument) and found.finding.code == "XML_DOCTYPE"
    assert world.documents.objects.keys() == {f"{COMPANY}/{Sha256.of(b'<!DOCTYPE a><a/>')}"}, "nothing was derived"
