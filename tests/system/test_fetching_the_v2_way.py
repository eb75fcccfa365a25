"""Softwares that know the v2 interface move here by changing the host: an office's and a billing software's."""

from io import BytesIO

import httpx
from pypdf import PdfReader

from deploy.demo.directory import JANSSENS
from shared.contracts.compatibility import client_id, fiduciary_id, fiduciary_of_company
from shared.values import OfficeId
from tests.system.fetching import StrictClient
from tests.system.stage import Connection, Stage, invoice, payment, statement
from tests.unit.delivery.camt_shape import faults

OFFICE = OfficeId(JANSSENS.office_id)


def office_client(stage: Stage) -> StrictClient:
    """An office's package; its key is the password, whatever the user name."""
    auth = httpx.BasicAuth("kantoor", stage.addresses["offices"][OFFICE]["key"])
    return StrictClient(stage.door, auth, stage.addresses["softwares"]["winauditor-facturation"])


def software_client(stage: Stage, connection: Connection, slug: str) -> StrictClient:
    auth = httpx.BasicAuth(connection.username, connection.password)
    return StrictClient(stage.door, auth, stage.addresses["softwares"][slug])


async def test_an_office_fetches_its_clients_invoices_and_statements(stage: Stage) -> None:
    carfac = stage.software("carfac")
    connection = await stage.connect(carfac, await stage.company(client_code="K-99", name="Bakkerij Crème & Söhne"))
    company, package = connection.company, office_client(stage)
    document = invoice(company, "V2-1")
    handed = await stage.hand_in(connection, document)
    await carfac.heard("document.delivered", handed["id"])
    await stage.hand_in_statements(statement(company, 1, "100.00", payment("25.00", text="één café crème")))
    own = client_id(company.number, OFFICE)
    feed_id = await package.feed_of(own)
    (sent, booked) = await package.waiting(feed_id, 2)
    assert (sent["document_model"], booked["document_model"]) == ("sales_invoice", "coda")
    assert (sent["metadata"]["document_id"], sent["metadata"]["invoice_number"]) == (handed["id"], "V2-1")
    assert (booked["metadata"]["iban"], booked["metadata"]["movement_count"]) == (company.iban, 1)
    assert await package.download(sent, "xml") == document
    assert await package.download(sent, "xml") == document
    pages = PdfReader(BytesIO(await package.download(sent, "pdf")))
    assert "V2-1" in pages.pages[0].extract_text()
    cod = await package.download(booked, "cod")
    lines = cod.decode("ascii").splitlines()
    assert [len(line) for line in lines] == [128] * len(lines)
    assert "een cafe creme" in cod.decode("ascii")
    replica = PdfReader(BytesIO(await package.download(booked, "pdf"))).pages[0].extract_text()
    assert company.iban.formatted in replica.replace("\u00a0", " ")
    assert faults(await package.download(booked, "xml")) == []
    await package.ask("GET", f"delivery/download/{booked['feed_index']}/json", 404)
    await package.done(feed_id, sent)
    assert await package.entries(feed_id) == [booked]
    await package.done(feed_id, sent)
    await package.done(feed_id, booked)
    await package.done(feed_id, sent)
    assert await package.entries(feed_id) == []
    await carfac.heard("document.fetched", handed["id"])
    steps = (await stage.office().ask("GET", f"/v1/documents/{handed['id']}", 200)).json()["timeline"]
    assert [step["state"] for step in steps if step["detail"] == "v2"] == ["delivered", "fetched"]


async def test_a_document_that_an_office_asks_for_again_comes_on_the_list_for_that(stage: Stage) -> None:
    fw4 = stage.software("fw4")
    connection = await stage.connect(fw4, await stage.company())
    document = invoice(connection.company, "V2-OPNIEUW")
    handed = await stage.hand_in(connection, document)
    await fw4.heard("document.delivered", handed["id"])
    package = office_client(stage)
    feed_id = await package.feed_of(client_id(connection.company.number, OFFICE))
    (entry,) = await package.waiting(feed_id, 1)
    await package.done(feed_id, entry)
    assert await package.entries(feed_id, "redownload-feed") == []
    await stage.office().ask("POST", "/v1/redeliveries", 202, json={"documents": [handed["id"]]})
    (again,) = await package.waiting(feed_id, 1, "redownload-feed")
    assert again["metadata"] == entry["metadata"] and again["feed_index"] != entry["feed_index"]
    assert await package.download(again, "xml", "redownload") == document
    await package.done(feed_id, again, "redownload-feed")
    assert await package.entries(feed_id, "redownload-feed") == []
    assert await package.entries(feed_id) == []


async def test_a_billing_software_fetches_the_statements_of_its_company_and_nothing_else(stage: Stage) -> None:
    anytime = stage.software("anytime")
    connection = await stage.connect(anytime, await stage.company())
    company = connection.company
    pod_of_software = software_client(stage, connection, "anytime")
    (client,) = (await pod_of_software.pod())["feed_clients"]
    assert client["client_id"] == str(client_id(company.number, None))
    assert await pod_of_software.entries(client["id"]) == []
    handed = await stage.hand_in(connection, invoice(company, "V2-2"))
    await anytime.heard("document.delivered", handed["id"])
    await stage.hand_in_statements(statement(company, 1, "0.00", payment("1.00", text="één")))
    (entry,) = await pod_of_software.waiting(client["id"], 1)
    assert entry["document_model"] == "coda"
    assert (await pod_of_software.download(entry, "pdf")).startswith(b"%PDF-")
    ascii_only = await pod_of_software.download(entry, "cod")
    await anytime.ask("PUT", "/v1/channels/v2", 200, json={"cod": "bank"})
    as_the_bank_wrote_it = await pod_of_software.download(entry, "cod")
    assert ascii_only.isascii() and not as_the_bank_wrote_it.isascii()
    assert len(as_the_bank_wrote_it) == len(ascii_only)
    await anytime.ask("PUT", "/v1/channels/v2", 200, json={"cod": "ascii"})
    await pod_of_software.done(client["id"], entry)
    assert await pod_of_software.entries(client["id"]) == []
    await pod_of_software.ask("PUT", f"delivery/feed/{client['id']}", 422, json={"id": client["id"]})
    await pod_of_software.ask("GET", "delivery/feed/2000000000", 404)


async def test_an_office_and_a_software_see_who_they_work_for(stage: Stage) -> None:
    geneto = stage.software("geneto")
    connection = await stage.connect(geneto, await stage.company(client_code="K-7"))
    number, package = connection.company.number, office_client(stage)
    (fiduciary,) = await package.told("fiduciaries")
    assert (fiduciary["id"], fiduciary["name"]) == (str(fiduciary_id(OFFICE)), JANSSENS.name)
    clients = {each["id"]: each for each in await package.told("clients")}
    own = clients[str(client_id(number, OFFICE))]
    assert (own["client_code"], own["legal_entity"]["enterprise_num"]) == ("K-7", f"BE{number}")
    assert own["bank_accounts"][0]["iban"] == connection.company.iban
    assert await package.told(f"clients/{own['id']}") == own
    assert await package.told(f"fiduciaries/{fiduciary['id']}") == fiduciary
    seen_by_software = software_client(stage, connection, "geneto")
    (its_client,) = await seen_by_software.told("clients")
    (its_fiduciary,) = await seen_by_software.told("fiduciaries")
    assert its_client["fiduciary_id"] == its_fiduciary["id"] == str(fiduciary_of_company(number))
    told = str(its_client) + str(its_fiduciary) + str(await seen_by_software.pod())
    for secret in (OFFICE, JANSSENS.name, str(fiduciary_id(OFFICE)), "K-7", connection.company.email):
        assert secret not in told
    await seen_by_software.ask("GET", f"clients/{own['id']}", 404)


async def test_facts_14_and_15_credentials_fit_into_a_header_and_wrong_tries_do_not_shut_them_out(
    stage: Stage,
) -> None:
    idloom = stage.software("idloom")
    connection = await stage.connect(idloom, await stage.company())
    assert connection.username.isascii() and connection.password.isascii() and ":" not in connection.username
    assert connection.code.replace("-", "").isalnum(), "it stands in a path as it is"
    right = software_client(stage, connection, "idloom")
    for number in range(12):
        wrong = httpx.BasicAuth(connection.username, f"wrong-{number}")
        await StrictClient(stage.door, wrong, "rl_live_nobody").ask("GET", "delivery/pod-client", 401)
    assert (await right.pod())["feed_clients"]
