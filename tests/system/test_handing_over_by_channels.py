"""An invoice reaches an office by folder, SFTP, mail and webhook, and a newer version with its difference."""

import json
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from standardwebhooks import Webhook

from deploy.demo.documents import Line
from deploy.local.platform import Platform
from tests.adapters.delivery.sftp_server import serving
from tests.component.delivery.receiving import receiving
from tests.system.channelled import SECRET, House, mails, sftp_of
from tests.system.stage import Stage

CHEAPER = (Line("Desembrood", 40, Decimal("3.00"), 6),)


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of one document by their ending; of none, an empty mapping."""
    return {each.suffix[1:]: each.read_bytes() for each in folder.glob("*") if not each.name.startswith(".")}


async def test_an_invoice_lies_in_the_office_s_folder_and_on_its_own_server_with_its_pdf_and_sidecar(
    stage: Stage, platform: Platform, tmp_path: Path
) -> None:
    house = await House.of(stage, "mappen", "ineo-srl")
    async with serving(tmp_path / "server") as server:
        folder = await house.choose(kind="folder")
        remote = await house.choose(**sftp_of(server, host_key=None))
        assert (await house.tried(folder))["delivered"] is True
        shown = await house.tried(remote)
        assert shown["code"] == "host_key_unknown" and server.fingerprint in shown["words"]
        assert server.files() == []
        place = sftp_of(server)["sftp"]
        await house.office.ask("PATCH", remote, 200, json={"sftp": place})
        document_id, document = await house.send("MAP/2026-1")
        await house.handed_over(folder, document_id)
        await house.office.ask("POST", f"{remote}/retry", 200)
        await house.handed_over(remote, document_id)
        own = platform.folder / "offices" / house.office_id
        (local,) = (own / "K-17").glob("*/Invoices-OUT-01")
        (there,) = (server.root / "K-17").glob("*/Invoices-OUT-01")
    assert files_of(local) == files_of(there), "the same names and bytes by both"
    files = files_of(local)
    assert sorted(files) == ["json", "pdf", "xml"]
    assert files["xml"] == document and files["pdf"].startswith(b"%PDF-")
    assert json.loads(files["json"])["relais"]["document_id"] == document_id
    for way in ("feed", "folder"):
        await house.software.heard("document.delivered", document_id, way)
    seen = (await house.software.ask("GET", f"/v1/documents/{document_id}", 200)).json()
    assert {step["detail"] for step in seen["timeline"] if step["state"] == "delivered"} >= {"feed", "folder"}
    assert (await house.office.ask("GET", folder, 200)).json()["last_success_at"] is not None


async def test_an_invoice_comes_to_the_package_s_mailbox_as_one_mail_with_ubl_and_pdf(stage: Stage) -> None:
    house = await House.of(stage, "postbus", "bouwsoft")
    address = "aankoop@pakket.example"
    path = await house.choose(kind="mail", mail={"address": address}, language="fr")
    await house.confirmed(path, address)
    document_id, document = await house.send("MAIL-1")
    (handover,) = await house.handed_over(path, document_id)
    assert handover["receipt"].startswith("250")
    sample, message = await mails(stage, address, 2)
    assert sample["Subject"].startswith("[TEST] ")
    assert message["Subject"] == f"Facture MAIL-1 de {house.connection.company.number}"
    contents = {str(each.get_filename()).rsplit(".", 1)[1]: each.get_content() for each in message.iter_attachments()}
    assert contents["xml"] == document and contents["pdf"].startswith(b"%PDF-")
    assert message["From"] == "Relais <documents@relais.example>"


async def test_an_invoice_is_told_to_the_office_s_webhook_with_links_that_the_office_can_follow(stage: Stage) -> None:
    house = await House.of(stage, "haken", "vertuoza")
    async with receiving() as receiver:
        path = await house.choose(kind="webhook", webhook={"url": receiver.url, "secret": SECRET})
        assert (await house.tried(path))["words"] == "HTTP 200"
        receiver.will_answer(503)
        document_id, document = await house.send("HOOK-1")
        await house.handed_over(path, document_id)
    (_, sample), (first, body), (second, again) = receiver.got
    assert json.loads(sample)["test"] is True
    assert (first["webhook-id"], body) == (second["webhook-id"], again), "a repeat has the same id and body"
    Webhook(SECRET).verify(body, first)
    told = json.loads(body)["data"]
    assert (told["document_id"], told["number"], told["client_code"]) == (document_id, "HOOK-1", "K-17")
    assert (await house.office.ask("GET", told["links"]["ubl"], 200)).content == document
    assert (await house.office.ask("GET", told["links"]["pdf"], 200)).content.startswith(b"%PDF-")


async def test_a_second_version_is_told_with_its_difference_on_every_channel(stage: Stage, platform: Platform) -> None:
    house = await House.of(stage, "versies", "idloom")
    kafka = await stage.kafka(house.office)
    address = "versies@pakket.example"
    async with receiving() as receiver:
        paths = [
            await house.choose(kind="folder", files=["json"]),
            await house.choose(kind="mail", mail={"address": address}),
            await house.choose(kind="webhook", webhook={"url": receiver.url, "secret": SECRET}),
        ]
        await house.confirmed(paths[1], address)
        first, _ = await house.send("VERSIE-1")
        for path in paths:
            await house.handed_over(path, first)
        second, _ = await house.send("VERSIE-1", lines=CHEAPER)
        for path in paths:
            await house.handed_over(path, first, second)
    headers, _ = await kafka.read(f"office.{house.office_id}.documents.v1", second)
    assert (headers["relais_version"], headers["relais_supersedes"]) == ("2", first)
    on_kafka = json.loads(headers["relais_differences"])
    assert "payable" in {each["field"] for each in on_kafka}
    assert int(headers["relais_difference_count"]) >= len(on_kafka) > 0
    told = json.loads(receiver.got[-1][1])["data"]
    assert (told["version"], told["supersedes"]) == (2, first) and told["differences"] == on_kafka
    files = (platform.folder / "offices" / house.office_id).rglob("*.json")
    known = [json.loads(each.read_bytes())["relais"] for each in files]
    (newer,) = [each for each in known if each["version"] == 2]
    assert newer["supersedes"] == first and len(newer["differences"]) == int(headers["relais_difference_count"])
    _, _, message = await mails(stage, address, 3)
    body = cast(EmailMessage, message).get_body(("plain",))
    assert body is not None and "- payable: " in body.get_content() and first in body.get_content()
