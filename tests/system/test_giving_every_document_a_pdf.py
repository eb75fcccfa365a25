"""Whoever receives an invoice without a PDF reads one in their own language, with the invoice inside."""

import io

from pypdf import PdfReader

from deploy.demo.directory import LAMBERT
from deploy.demo.doors import expecting_refusals
from tests.system.stage import Stage, invoice


async def test_an_office_and_a_software_read_the_files_of_an_invoice(stage: Stage) -> None:
    idloom, office = stage.software("idloom"), stage.office()
    connection = await stage.connect(idloom, await stage.company())
    document = invoice(connection.company, "PDF-1")
    handed = await stage.hand_in(connection, document)
    await office.in_feed(handed["id"])
    files = f"/v1/documents/{handed['id']}"

    page = await office.ask("GET", f"{files}/pdf?language=de", 200)
    assert (page.headers["content-type"], page.headers["relais-rendered"]) == ("application/pdf", "true")
    reader = PdfReader(io.BytesIO(page.content))
    assert "Rechnung PDF-1" in reader.pages[0].extract_text()
    assert reader.attachments["invoice.xml"] == [document]
    assert (await idloom.ask("GET", f"{files}/pdf?language=de", 200)).content == page.content  # made once

    assert (await office.ask("GET", f"{files}/ubl", 200)).content == document
    assert (await office.ask("GET", f"{files}/sidecar", 200)).json()["number"] == "PDF-1"
    await idloom.heard("document.fetched", handed["id"])
    with expecting_refusals():
        for name in ("ubl", "pdf", "sidecar"):
            await stage.office(LAMBERT.office_id).ask("GET", f"{files}/{name}", 404)
