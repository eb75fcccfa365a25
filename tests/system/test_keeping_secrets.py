"""What is secret lies with its owner and nowhere else: grepped in every topic, log, document and foreign table."""

import asyncio
import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from aiokafka.errors import TopicAuthorizationFailedError
from httpx import BasicAuth

from deploy.demo.doors import Client, KafkaClient, expecting_refusals, open_door
from deploy.local.platform import Platform
from shared.chassis.keys import parse_key
from shared.contracts.catalogue import CATALOGUE, SERVICES
from tests.system.insider import Insider, as_bytes
from tests.system.stage import SUBMITTED_CONNECTION, Company, Connection, Stage, invoice, payment, statement

OWNERS = {
    # The directory of companies and offices is verification's: it must know to whom a mail may go.
    ("e-mail address", "verification.companies"),
}
"""Which table may hold which secret. The mailbox is no table and no topic of ours: it is the company's."""
SFTP_PASSWORD, SIGNING_SECRET = "het wachtwoord van kantoor janssens", "whsec_" + "a2FuYXJpZXZvZ2VsdGpl" * 2


async def test_no_secret_of_a_whole_story_lies_in_a_topic_a_log_a_document_or_a_foreign_table(
    stage: Stage, platform: Platform, insider: Insider, owner: asyncpg.Connection
) -> None:
    connection = await _story(stage)
    secrets = _secrets_of(stage, platform, connection)
    places = await _everything(platform, insider, owner)
    # What is no secret is found in each kind of place, so that a search that finds nothing says something.
    number = connection.company.number.encode()
    for kind in ("topic", "log", "table", "document"):
        public = number if kind != "log" else b'"level"'
        assert any(place.startswith(kind) and public in data for place, data in places), kind
    found = {
        (name, place.removeprefix("table "))
        for name, forms in secrets.items()
        for place, data in places
        if any(form in data for form in forms)
    }
    assert found == OWNERS


async def test_what_is_refused_with_a_secret_in_it_does_not_leave_the_secret_in_a_log(
    stage: Stage, platform: Platform
) -> None:
    software, company = stage.software("onfact-enfact"), await stage.company()
    connection = await stage.connect(software, company)
    wrong = connection.code[:-1] + ("0" if connection.code[-1] != "0" else "1")
    await stage.software("ribbit").ask("GET", f"/v2/get-credentials/{connection.code}", 409)
    await stage.software("ribbit").ask("GET", f"/v2/get-credentials/{wrong}", 404)
    mail = "geheim.postvak@bedrijf.example"
    path = f"/v1/directory/companies/{company.number}"
    await stage.operator.ask("PUT", path, 422, json={"name": "X", "email": mail, "offices": [{"office_id": "nowhere"}]})
    await stage.operator.ask("PATCH", path, 422, json={"email": f"{mail} twice {mail}"})
    async with open_door(platform.addresses["door"]) as door:
        half = BasicAuth(connection.username, connection.password[:-4] + "AAAA")
        assert (await door.post("/v1/documents", content=b"<x/>", auth=half)).status_code == 401
    logs = b"".join(data for _, data in _files("log", platform.folder / "log"))
    for text in (connection.code, wrong, mail, connection.password[:-4]):
        for form in _forms(text):
            assert form not in logs


@pytest.mark.parametrize("text", ["boekhouding.1@bedrijf.example", "201-QB6-J6J-HGR-J7P-EDY-FSA-H07-403"])
def test_the_search_finds_a_text_wherever_it_stands_in_something_encoded(text: str) -> None:
    for before in ("", "x", "xy", "xyz"):
        whole = f"{before}{text} and more".encode()
        for data in (whole, base64.b64encode(whole), base64.urlsafe_b64encode(whole), whole.hex().encode()):
            assert any(form in data for form in _forms(text)), (before, data)


async def test_a_software_reads_its_own_events_writes_its_own_submissions_and_nothing_else(stage: Stage) -> None:
    leli = await stage.kafka(stage.software("leli-technology"))
    await stage.kafka(stage.software("niboo"))
    others = ("software.niboo.events.v1", "software.leli-technology.submissions.v1", "token.mailed.v1")
    with expecting_refusals():
        allowed = await asyncio.gather(*(leli.may_read(topic) for topic in others))
        assert allowed == [False] * len(others)
        assert await leli.may_read("software.leli-technology.events.v1")
        for topic in ("software.niboo.submissions.v1", "software.leli-technology.events.v1", "connection.requested.v1"):
            with pytest.raises(TopicAuthorizationFailedError):
                await leli.publish(topic, SUBMITTED_CONNECTION, b"{}")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_publishes_nobody_elses_events_and_looks_into_nobody_elses_tables(
    platform: Platform, service: str
) -> None:
    credentials = {"username": service, "password": platform.secrets.kafka_password(service)}
    kafka = KafkaClient(credentials, platform.addresses["kafka"])
    foreign = next(event.topic for event in CATALOGUE if event.owner != service)
    with expecting_refusals(), pytest.raises(TopicAuthorizationFailedError):
        await kafka.publish(foreign, f"be.relais.{foreign}", b"{}")
    place = urlsplit(platform.addresses["postgres"])
    for role in (f"{service}_worker", f"{service}_api"):
        password = platform.secrets.database_password(role)
        connection = await asyncpg.connect(
            host=place.hostname, port=place.port, user=role, password=password, database=place.path[1:]
        )
        try:
            assert await connection.fetchval("select has_schema_privilege($1, 'usage')", service)
            for other in set(SERVICES) - {service}:
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"schema {other}"):
                    await connection.fetch(f"select * from {other}.outbox")
        finally:
            await connection.close()


async def _story(stage: Stage) -> Connection:
    """All of it: asked over HTTP, over Kafka and in the words of v2; an invoice, a payment, an office's change."""
    robaws, company = stage.software("robaws"), await stage.company(email=None)
    await robaws.ask("POST", "/v1/connections", 202, json={"enterprise_number": company.number})
    await robaws.heard("connection.blocked", company.number)
    path = f"/v1/directory/companies/{company.number}"
    await stage.office().ask("PATCH", path, 200, json={"email": company.email})
    connection = await _activated(stage, robaws, company)
    office = await stage.kafka(stage.office())
    kafka = await stage.kafka(robaws)
    asking = f'{{"enterprise_number": "{(await stage.company()).number}"}}'.encode()
    await kafka.publish("software.robaws.submissions.v1", SUBMITTED_CONNECTION, asking)
    await _channels(stage, company)
    handed = await stage.hand_in(connection, invoice(company, "CANARIE-1"))
    await office.read("office.janssens.documents.v1", handed["id"])
    await stage.hand_in_statements(statement(company, 1, "0.00", payment("1.00", text="canarie")))
    await robaws.heard("statement.booked", company.number)
    await robaws.ask("GET", f"/v2/get-credentials/{connection.code}", 200)
    await robaws.ask("POST", f"/v1/connections/{connection.connection_id}/rotate", 200)
    await robaws.heard("connection.rotated", connection.connection_id)
    return connection


async def _channels(stage: Stage, company: Company) -> None:
    """The office has its documents handed over by channels that need a secret, and tries each."""
    places = (
        {"kind": "sftp", "sftp": {"host": "127.0.0.1", "port": 1, "username": "relais", "password": SFTP_PASSWORD}},
        {"kind": "webhook", "webhook": {"url": "http://127.0.0.1:1/in", "secret": SIGNING_SECRET}},
    )
    for place in places:
        asked = place | {"companies": [company.number]}
        channel = (await stage.office().ask("POST", "/v1/channels", 201, json=asked)).json()["id"]
        tried = (await stage.office().ask("POST", f"/v1/channels/{channel}/test", 200)).json()
        assert tried["code"] == "connection_failed"
        await stage.office().ask("POST", "/v1/channels", 422, json=asked | {"password": SFTP_PASSWORD})


async def _activated(stage: Stage, software: Client, company: Company) -> Connection:
    sent = await software.heard("connection.token_sent", company.number)
    code = await stage.code_for(company)
    path = f"/v1/connections/{sent['subject']}/activate"
    given = (await software.ask("POST", path, 200, json={"token": code})).json()
    return Connection(sent["subject"], company, given["username"], given["password"], code)


def _secrets_of(stage: Stage, platform: Platform, connection: Connection) -> dict[str, list[bytes]]:
    """Each secret of the story in every form in which it could stand somewhere."""
    texts = {
        "e-mail address": [connection.company.email],
        "token": [connection.code, connection.code.replace("-", ""), connection.code.lower()],
        "software key": [parse_key(stage.addresses["softwares"]["robaws"]).secret_text],
        "connection password": [connection.password],
        "channel's secret": [SFTP_PASSWORD, SIGNING_SECRET, SIGNING_SECRET.removeprefix("whsec_")],
        "operator key": [stage.addresses["operator"]],
        "Kafka password": [
            platform.secrets.kafka_password("software.robaws"),
            platform.secrets.kafka_password("intake"),
        ],
        "database password": [platform.secrets.database_password("intake_worker")],
    }
    return {name: [form for text in group for form in _forms(text)] for name, group in texts.items()}


def _forms(text: str) -> list[bytes]:
    """As it is, in hexadecimal, and in base64 (RFC 4648 §4 and §5) at each of the three places of a group."""
    data = text.encode()
    forms = [data, data.hex().encode()]
    for shift in range(3):
        rest = data[(3 - shift) % 3 :]
        whole = rest[: len(rest) - len(rest) % 3]
        forms += [base64.b64encode(whole), base64.urlsafe_b64encode(whole)]
    return forms


async def _everything(platform: Platform, insider: Insider, owner: asyncpg.Connection) -> list[tuple[str, bytes]]:
    """Every place where a secret might lie, with all that lies there."""
    places = [(f"topic {record.topic}", b"\n".join(_parts(record))) for record in await insider.everything()]
    places += _files("log", platform.folder / "log")
    places += _files("document", platform.folder / "documents")
    rows = await owner.fetch(
        "select schemaname, tablename from pg_tables where schemaname = any($1::text[])", list(SERVICES)
    )
    assert {row["schemaname"] for row in rows} == set(SERVICES)
    for row in rows:
        table = f"{row['schemaname']}.{row['tablename']}"
        lines = await owner.fetch(f'select t::text as line from "{row["schemaname"]}"."{row["tablename"]}" t')
        # A bytea is shown in hexadecimal, and a text inside of it is searched for in that form.
        places.append((f"table {table}", "\n".join(line["line"] for line in lines).encode()))
    return places


def _parts(record: Any) -> Iterator[bytes]:
    yield record.key or b""
    yield record.value or b""
    for name, value in record.headers:
        yield as_bytes(name)
        yield value or b""


def _files(kind: str, folder: Path) -> Iterable[tuple[str, bytes]]:
    return [(f"{kind} {file.name}", file.read_bytes()) for file in sorted(folder.rglob("*")) if file.is_file()]
