"""A statement reaches an office by SFTP and Kafka, is read in every form, and comes again by account and period."""

import io
import json
from decimal import Decimal
from pathlib import Path

import httpx
from lxml import etree
from pypdf import PdfReader

from deploy.demo.coda.transfers import coda_file
from deploy.demo.doors import observed
from services.delivery.domain.camt.elements import NAMESPACE
from shared.contracts.compatibility import client_id
from shared.values import OfficeId
from tests.adapters.delivery.sftp_server import serving
from tests.system.channelled import House, sftp_of
from tests.system.fetching import StrictClient
from tests.system.stage import Stage, office_key, payment, statement, today
from tests.unit.delivery.camt_shape import faults


async def test_a_statement_lies_on_the_office_s_server_and_topic_and_comes_again_by_account_and_period(
    stage: Stage, tmp_path: Path
) -> None:
    house = await House.of(stage, "uittreksels", "ineo-srl")
    company = house.connection.company
    kafka = await stage.kafka(house.office)
    first = statement(company, 1, "1000.00", payment("250.50", text="levering februari"))
    second = statement(company, 2, "1250.50", payment("100.00", text="levering maart"))
    async with serving(tmp_path / "server") as server:
        remote = await house.choose(**sftp_of(server), statement_files=["pdf", "xml", "cod"])
        await stage.hand_in_statements(first, second)
        listed = await _statements(house, 2)
        newest, oldest = listed
        assert (oldest["sequence"], newest["sequence"]) == (1, 2)
        await house.handed_over(remote, oldest["id"], newest["id"])
        folder = server.root / "K-17" / str(today().year) / str(company.iban)
        assert len(list(folder.iterdir())) == 6
        names = {each.suffix: each for each in folder.glob(f"*_EUR_001_{oldest['sha256'][:8]}.*")}
        assert sorted(names) == [".cod", ".pdf", ".xml"]
        lines = names[".cod"].read_bytes()
        assert lines in coda_file([first, second]), "the bank's own bytes"
        page = PdfReader(io.BytesIO(names[".pdf"].read_bytes()))
        assert "1.250,50" in page.pages[0].extract_text() and page.attachments["statement.cod"] == [lines]
        camt = etree.fromstring(names[".xml"].read_bytes())
        assert faults(names[".xml"].read_bytes()) == []
        assert camt.findtext(f".//{{{NAMESPACE}}}IBAN") == str(company.iban)

        headers, value = await kafka.read(f"office.{house.office_id}.documents.v1", oldest["id"])
        assert (headers["relais_document_model"], headers["relais_sequence"], value) == ("coda", "1", lines)

        period = {"accounts": [str(company.iban)], "dated_from": today().isoformat(), "dated_to": today().isoformat()}
        wish = {"statements": period}
        preview = (await house.office.ask("POST", "/v1/redeliveries", 200, json={**wish, "dry_run": True})).json()
        assert (preview["documents"], preview["accounts"], preview["never_fetched"]) == (2, 1, 2)
        again = (await house.office.ask("POST", "/v1/redeliveries", 202, json=wish)).json()["id"]
        handovers = await house.handed_over(remote, *([oldest["id"], newest["id"]] * 2))
        assert [each["redelivery"] for each in handovers] == [None, None, again, again]
        assert len(list(folder.iterdir())) == 6, "the same names"
    headers, value = await kafka.read(f"office.{house.office_id}.documents.v1", oldest["id"], again)
    assert (headers["relais_redelivery"], value) == (again, lines)
    page_again = await _statements(house, 2)
    assert [(each["sequence"], each["redelivery"]) for each in page_again] == [(2, again), (1, again)]
    await _by_the_v2_way(stage, house, lines)
    await stage.hand_in_statements(statement(company, 4, "1400.50", payment("1.00", text="drie ontbreekt")))
    told = await house.office.heard("statement.gap_opened", company.number)
    headers, value = await kafka.read(f"office.{house.office_id}.documents.v1", told["id"])
    assert (headers["ce_type"], headers["relais_client_code"]) == ("be.relais.statement.gap_opened.v1", "K-17")
    assert json.loads(value) == told and told["data"]["missing"] == {"first": 3, "last": 3}


async def test_both_sides_read_a_statement_in_every_form_and_the_office_says_what_it_did(stage: Stage) -> None:
    house = await House.of(stage, "lezers", "vertuoza")
    company = house.connection.company
    await stage.hand_in_statements(statement(company, 1, "10.00", payment("25.00", text="een")))
    booked = await house.software.heard("statement.booked", company.number)
    (listed,) = await _statements(house, 1)
    path = f"/v1/statements/{listed['id']}"
    assert (booked["subject"], listed["client_code"]) == (listed["id"], "K-17")
    for reader in (house.software, house.office):
        answers = {kind: await reader.ask("GET", f"{path}/{kind}", 200) for kind in ("coda", "pdf", "xml", "json")}
        assert answers["coda"].content.startswith(b"0") and answers["pdf"].content.startswith(b"%PDF-")
        assert faults(answers["xml"].content) == []
        assert Decimal(answers["json"].json()["movements"][0]["amount"]["amount"]) == 25
    own = (await house.software.ask("GET", f"/v1/statements?account={company.iban}", 200)).json()
    assert [each["id"] for each in own["statements"]] == [listed["id"]]
    taken = (await house.office.ask("POST", f"{path}/processed", 200)).json()
    assert taken["acknowledgement"]["outcome"] == "processed" and taken["fetched_at"] is not None
    assert (await house.office.ask("GET", "/v1/statements?acknowledged=open", 200)).json()["statements"] == []


async def _statements(house: House, count: int) -> list[dict[str, object]]:
    """Those of the office, newest first, once there are so many."""

    async def look() -> list[dict[str, object]] | None:
        found: list[dict[str, object]] = (await house.office.ask("GET", "/v1/statements", 200)).json()["statements"]
        return found if len(found) >= count else None

    return await observed(f"{count} statements of {house.office_id}", look)


async def _by_the_v2_way(stage: Stage, house: House, lines: bytes) -> None:
    """What was asked for again stands in the office's redownload feed, in all three formats."""
    client = StrictClient(stage.door, httpx.BasicAuth("kantoor", office_key(house.office_id)), "")
    feed_id = await client.feed_of(client_id(house.connection.company.number, OfficeId(house.office_id)))
    oldest, _ = await client.waiting(feed_id, 2, "redownload-feed")
    assert (await client.download(oldest, "cod", "redownload")) == lines
    assert (await client.download(oldest, "pdf", "redownload")).startswith(b"%PDF-")
    assert faults(await client.download(oldest, "xml", "redownload")) == []
