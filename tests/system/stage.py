"""Who stands on the stage of a system test: callers at the door, companies of its own, what they send."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, cast

import httpx

from deploy.demo.directory import JANSSENS, SINCE, demo_account
from deploy.demo.documents import DemoMovement, DemoStatement, Line, Party, coda_file, ubl_invoice
from deploy.demo.doors import Client, KafkaClient, OfficeClient, mailed_code, observed, open_door
from deploy.demo.keys import as_entry
from deploy.demo.seed import seed
from deploy.local.addresses import Addresses
from deploy.local.platform import Platform
from shared.chassis.keys import make_key
from shared.values import EnterpriseNumber, Iban, StructuredReference
from shared.values.days import belgian_day

SUBMITTED_CONNECTION = "be.relais.submission.connection.v1"
LINES = (Line("Desembrood", 40, Decimal("3.25"), 6), Line("Taart", 2, Decimal("49.50"), 21))
BUYER = Party("Molen De Hoop BV", EnterpriseNumber("0010.080.377"), "Havenlaan 7", "Oostende", "8400")


@dataclass(frozen=True, slots=True)
class Company:
    """A company that no other test knows. `email` is where its mail would go, entered or not."""

    number: EnterpriseNumber
    name: str
    email: str
    iban: Iban

    @property
    def party(self) -> Party:
        """The company as the supplier of an invoice."""
        return Party(self.name, self.number)


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection that is active, with the credentials that the software got for it."""

    connection_id: str
    company: Company
    username: str
    password: str
    code: str


class Stage:
    """Everybody who takes part; `addresses` is what `addresses.json` of a seeded platform holds."""

    def __init__(self, addresses: Mapping[str, Any], door: httpx.AsyncClient) -> None:
        self.addresses, self.door = addresses, door
        self.operator = Client(door, addresses["operator"])

    def software(self, slug: str) -> Client:
        """One of the 37 softwares."""
        return Client(self.door, self.addresses["softwares"][slug])

    def office(self, office_id: str = JANSSENS.office_id) -> OfficeClient:
        """One of the two offices of the demo."""
        return OfficeClient(self.door, self.addresses["offices"][office_id]["key"])

    async def new_office(self, office_id: str, *, client: bool = True) -> OfficeClient:
        """An office of the test's own; entered again it changes whether it is a client."""
        key = office_key(office_id)
        entry = {"name": f"Kantoor {office_id.title()}", "client": client, "credentials": [as_entry(key)]}
        await self.operator.ask("PUT", f"/v1/directory/offices/{office_id}", 200, json=entry)
        office = OfficeClient(self.door, key)
        await self.known(office, "/v1/documents")
        return office

    async def new_software(self, slug: str) -> Client:
        """A software of the test's own, with a live key."""
        key = make_key("live", f"{slug.replace('-', '')[:20]}0key", f"secret of {slug}".ljust(32).encode())
        entry = {"name": slug.title(), "keys": [as_entry(key)]}
        await self.operator.ask("PUT", f"/v1/directory/softwares/{slug}", 200, json=entry)
        software = Client(self.door, key)
        await self.known(software, "/v1/events")
        return software

    async def known(self, caller: Client, path: str) -> None:
        """A service that the directory's event reached lets the caller in; an event that is on Kafka every service
        waits for, and one that has not left the directory yet none can."""

        async def answered() -> bool | None:
            return True if (await caller.ask("GET", path, 200, 401, 403)).status_code != 401 else None

        await observed("the key is known", answered)

    async def company(self, *, office: str | None = JANSSENS.office_id, **entry: Any) -> Company:
        """Enter a company that nobody used yet; `entry` replaces what the directory is told of it."""
        company = new_company()
        await self.enter(company, office=office, **entry)
        return company

    async def enter(self, company: Company, *, office: str | None = JANSSENS.office_id, **entry: Any) -> None:
        """Tell the directory of a company, or tell it anew."""
        told = {
            "name": company.name,
            "email": company.email,
            "offices": [{"office_id": office, "since": SINCE.isoformat()}] if office else [],
            "mandates": [{"iban": company.iban, "since": SINCE.isoformat()}],
        }
        path = f"/v1/directory/companies/{company.number}"
        await self.operator.ask("PUT", path, 200, json=told | entry)

    async def connect(self, software: Client, company: Company) -> Connection:
        """Ask, read the code from the mailbox, register it."""
        earlier = {mail["id"] for mail in await self.mails_to(company)}
        body = {"enterprise_number": company.number.formatted}
        asked = (await software.ask("POST", "/v1/connections", 202, json=body)).json()

        async def one_more() -> bool | None:
            return True if {mail["id"] for mail in await self.mails_to(company)} - earlier else None

        await observed(f"a mail to {company.email}", one_more)
        code = await self.code_for(company)
        path = f"/v1/connections/{asked['id']}/activate"
        given = (await software.ask("POST", path, 200, json={"token": code})).json()
        basic = httpx.BasicAuth(given["username"], given["password"])

        async def known() -> bool | None:
            # No document: refused either way, and at first because nobody has heard yet of who sends it.
            answer = await self.door.post("/v1/documents", headers={"Content-Type": "application/xml"}, auth=basic)
            return True if answer.status_code == 422 else None

        await observed("the connection is known", known)
        return Connection(asked["id"], company, given["username"], given["password"], code)

    async def code_for(self, company: Company) -> str:
        """The code in the newest mail to the company."""
        return await mailed_code(company.email, self.addresses["mailbox"])

    async def mails_to(self, company: Company) -> list[dict[str, Any]]:
        """All mails to the company, newest first."""
        async with httpx.AsyncClient(base_url=self.addresses["mailbox"], timeout=10) as page:
            listed = (await page.get("/messages")).raise_for_status().json()
            mails = listed["messages"] if isinstance(listed, dict) else listed
            return [(await page.get(f"/messages/{m['id']}")).json() for m in mails if company.email in str(m["to"])]

    async def hand_in(self, connection: Connection, document: bytes, *expected: int) -> dict[str, Any]:
        """Send a document with the connection's own credentials; gives the answer."""
        basic = httpx.BasicAuth(connection.username, connection.password)
        headers = {"Content-Type": "application/xml"}
        answer = await self.door.post("/v1/documents", content=document, headers=headers, auth=basic)
        assert answer.status_code in (expected or (202,)), answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def hand_in_statements(self, *statements: DemoStatement) -> None:
        """A file of the bank comes in."""
        headers = {"Content-Type": "text/plain"}
        await self.operator.ask("POST", "/v1/statements", 202, content=coda_file(statements), headers=headers)

    async def kafka(self, client: Client) -> KafkaClient:
        """An ordinary Kafka client with the caller's own credentials."""
        return KafkaClient(await client.choose_kafka(), self.addresses["kafka"])


async def seeded(running: Platform) -> Addresses:
    """The demo's directory is entered, and each of its keys is known where it is shown."""
    addresses = cast(Addresses, await seed(running.addresses, running.secrets))
    async with open_door(addresses["door"]) as door:
        stage = Stage(addresses, door)
        for slug in addresses["softwares"]:
            await stage.known(stage.software(slug), "/v1/events")
        for office_id in addresses["offices"]:
            await stage.known(stage.office(office_id), "/v1/documents")
    return addresses


def office_key(office_id: str) -> str:
    """Of an office that a test made."""
    return make_key("live", f"{office_id}0key", f"secret of {office_id}".ljust(32).encode())


def today() -> date:
    """The day on which everything in these tests happens: services count days as Belgium does."""
    return belgian_day(datetime.now(UTC))


def new_company() -> Company:
    """A company with a number, an address and an account that no other test uses; nobody is told of it."""
    serial = next(_serials)
    base = 12_000 + serial
    number = EnterpriseNumber(f"{base:08d}{97 - base % 97:02d}")
    return Company(
        number, f"Onderneming {serial} BV", f"boekhouding.{serial}@bedrijf.example", demo_account(5000 + serial)
    )


def invoice(
    company: Company,
    number: str,
    *,
    lines: tuple[Line, ...] = LINES,
    reference: StructuredReference | None = None,
    supplier: Company | None = None,
) -> bytes:
    """A sales invoice of the company, or one that `supplier` made out."""
    return ubl_invoice(
        number=number,
        issued=today(),
        due=today() + timedelta(days=30),
        supplier=(supplier or company).party,
        customer=BUYER,
        lines=lines,
        iban=company.iban,
        reference=reference,
    )


def payment(amount: str, reference: StructuredReference | None = None, text: str = "") -> DemoMovement:
    """Money from the buyer."""
    return DemoMovement(Decimal(amount), BUYER.name, demo_account(4999), today(), reference=reference, text=text)


def statement(company: Company, sequence: int, old_balance: str, *movements: DemoMovement) -> DemoStatement:
    """One statement of the company's account."""
    return DemoStatement(
        iban=company.iban,
        number=company.number,
        holder=company.name,
        sequence=sequence,
        old_date=today() - timedelta(days=1),
        new_date=today(),
        old_balance=Decimal(old_balance),
        movements=movements,
    )


_serials: Iterator[int] = count(1)
