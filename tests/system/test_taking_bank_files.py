"""A bank's file settles an invoice, whether it is dropped into the watched folder or named on a software's topic."""

import json
from decimal import Decimal
from pathlib import Path

from deploy.demo.directory import SINCE
from deploy.demo.documents import coda_file, demo_reference, totals_of
from deploy.demo.doors import Client, KafkaClient, observed
from deploy.demo.keys import as_entry
from deploy.local.platform import BANK_FILES, Platform
from shared.chassis.keys import make_key
from shared.contracts.submissions import BANK_FILE_TYPE
from shared.values import Sha256
from tests.system.stage import LINES, Stage, invoice, payment, statement

GATEWAY = "bank-gateway"
GROSS = totals_of(LINES).gross


async def test_a_file_that_is_dropped_into_the_watched_folder_settles_an_invoice_once(
    stage: Stage, platform: Platform
) -> None:
    software, folder = await stage.new_software("bankbestand"), platform.folder / BANK_FILES
    connection = await stage.connect(software, await stage.company())
    reference = demo_reference(2026110001)
    handed = await stage.hand_in(connection, invoice(connection.company, "W-1", reference=reference))
    await software.heard("document.accepted", handed["id"])
    file = coda_file([statement(connection.company, 1, "10.00", payment(str(GROSS), reference))])
    for name in ("KBC één.cod", "KBC one more time.cod"):
        _drop(folder, name, file)
    told = (await software.heard("invoice.settled", handed["id"]))["data"]
    assert Decimal(told["balance"]["amount"]) == 0
    await software.heard("statement.booked", connection.company.number)
    digest = Sha256.of(file)[:12]

    async def archived() -> list[Path] | None:
        found = sorted(folder.glob(f"archive/*/*/KBC *.{digest}.cod"))
        return found if len(found) == 2 else None

    both = await observed("both files in the archive", archived)
    assert [each.read_bytes() for each in both] == [file, file]
    assert list(folder.glob("KBC*")) == []
    events = (await software.ask("GET", "/v1/events", 200, params={"limit": "500"})).json()["events"]
    kinds = [each["type"] for each in events]
    assert (kinds.count("statement.booked"), kinds.count("invoice.settled")) == (1, 1)


async def test_a_file_without_end_is_put_aside_with_the_reason(platform: Platform) -> None:
    folder = platform.folder / BANK_FILES
    _drop(folder, "long.cod", b"2" * 128 + (b"\n" + b"2" * 128) * 100_000)

    async def refused() -> Path | None:
        return next(folder.glob("refused/long.*.cod.json"), None)

    report = json.loads((await observed("the report", refused)).read_text())
    assert (report["code"], report["found"]) == ("bank_file_too_long", "100001 lines")
    assert not (folder / "long.cod").exists()


async def test_a_software_uploads_a_bank_file_and_names_it_on_its_topic(stage: Stage) -> None:
    connection = await stage.connect(stage.software("niboo"), await stage.company())
    file = coda_file([statement(connection.company, 1, "10.00", payment("5.00", text="via Kafka"))])
    gateway, kafka = await _gateway(stage)
    headers = {"Content-Type": "application/vnd.coda"}
    upload = (await gateway.ask("POST", "/v1/uploads/statements", 201, content=file, headers=headers)).json()["id"]
    value = json.dumps({"bank_file": upload}).encode()
    for _ in range(2):
        await kafka.publish(f"software.{GATEWAY}.submissions.v1", BANK_FILE_TYPE, value)
    booked = (await stage.software("niboo").heard("statement.booked", connection.company.number))["data"]
    assert Decimal(booked["new_balance"]["amount"]) == 15
    again = (await gateway.heard("submission.rejected", "duplicate"))["data"]
    assert (again["pointer"], again["found"]) == ("/bank_file", Sha256.of(file))
    await _what_cannot_be_booked_is_told_to_who_handed_it_in(stage, gateway)


async def _what_cannot_be_booked_is_told_to_who_handed_it_in(stage: Stage, gateway: Client) -> None:
    """One statement whose account has no mandate, one with a wrong sum; the first is booked when the mandate comes."""
    company = await stage.company(mandates=[])
    waiting = coda_file([statement(company, 1, "1.00", payment("2.00", text="wacht op een mandaat"))])
    wrong = waiting.replace(b"000000000003000", b"000000000004000")
    assert wrong != waiting
    headers = {"Content-Type": "application/vnd.coda"}
    for file, code, waits in ((waiting, "no_mandate", True), (wrong, "E13", False)):
        digest = (await gateway.ask("POST", "/v1/statements", 202, content=file, headers=headers)).json()["sha256"]
        told = (await gateway.heard("statement.quarantined", digest))["data"]
        assert (told["code"], told["waits"], sorted(told["i18n"])) == (code, waits, ["de", "en", "fr", "nl"])
    mandates = [{"iban": company.iban, "since": SINCE.isoformat()}]
    await stage.office().ask("PATCH", f"/v1/directory/companies/{company.number}", 200, json={"mandates": mandates})
    released = await gateway.heard("statement.released", Sha256.of(waiting))
    assert released["data"] == {"file_sha256": Sha256.of(waiting), "index": 0}, "not whose it is"


async def _gateway(stage: Stage) -> tuple[Client, KafkaClient]:
    """A software that the operator lets hand in bank files."""
    key = make_key("live", "bankgateway0key", b"secret of the gateway".ljust(32))
    entry = {"name": "Gateway", "keys": [as_entry(key, ("statements:write",))]}
    await stage.operator.ask("PUT", f"/v1/directory/softwares/{GATEWAY}", 200, json=entry)
    gateway = Client(stage.door, key)
    return gateway, await stage.kafka(gateway)


def _drop(folder: Path, name: str, data: bytes) -> None:
    """As banks do it: under a temporary name, renamed when it is whole."""
    (folder / f"{name}.tmp").write_bytes(data)
    (folder / f"{name}.tmp").rename(folder / name)
