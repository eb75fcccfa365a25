"""One company's whole story, played through the same doors that everybody uses and observed where it
arrives."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from deploy.demo.directory import COMPANIES, FLEURISTE, JANSSENS, KORENAAR, LAMBERT, UNKNOWN, ZONDER_ADRES
from deploy.demo.documents import (
    DemoMovement,
    DemoStatement,
    Line,
    Party,
    coda_file,
    demo_reference,
    totals_of,
    ubl_invoice,
)
from deploy.demo.doors import (
    Client,
    KafkaClient,
    NotObserved,
    OfficeClient,
    expecting_refusals,
    mailed_code,
    observed,
    open_door,
)

_BUYER = COMPANIES[-1]
_LINES = (Line("Desembrood", 40, Decimal("3.25"), 6), Line("Taart voor het personeelsfeest", 2, Decimal("49.50"), 21))
_REFERENCE = demo_reference(2026001042)
_NUMBER = "VF-2026-0042"
_NEW_ADDRESS = "info.hetwiel@example.be"
_REASONS_WITHOUT_OFFICE = ("company_unknown", "no_accounting_office")


@dataclass(frozen=True, slots=True)
class Step:
    """One step, how long it took until it was observed at its receiver, and what went wrong if it was not."""

    name: str
    seconds: float
    observed: bool
    detail: str = ""


@dataclass(slots=True)
class StoryResult:
    """The steps in their order; a step that fails ends the story."""

    steps: list[Step] = field(default_factory=list)
    expected: int = 0

    @property
    def ok(self) -> bool:
        """Whether every step was observed at its receiver."""
        return len(self.steps) == self.expected and all(step.observed for step in self.steps)

    @property
    def observed(self) -> bool:
        """The same, as `make demo` asks it."""
        return self.ok

    def __str__(self) -> str:
        took = sum(step.seconds for step in self.steps)
        if self.ok:
            return f"The story came true: {len(self.steps)} steps in {took:.2f} s."
        seen = sum(step.observed for step in self.steps)
        return f"The story did not come true: {seen} of {self.expected} steps were observed."


@dataclass(slots=True)
class Story:
    """Who takes part, and what they learned so far."""

    addresses: Mapping[str, Any]
    robaws: Client
    billit: Client
    vertuoza: Client
    janssens: OfficeClient
    operator: Client
    connection_id: str = ""
    code: str = ""
    document_id: str = ""
    credentials: dict[str, Any] = field(default_factory=dict)
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    async def ask(self) -> None:
        """Robaws asks over HTTP, Billit by publishing to its own topic."""
        body = {"enterprise_number": f"BE {KORENAAR.number.formatted}"}
        answer = (await self.robaws.ask("POST", "/v1/connections", 202, json=body)).json()
        self.connection_id = answer["id"]
        credentials = await self.billit.choose_kafka()
        kafka = KafkaClient(credentials, self.addresses["kafka"])
        value = f'{{"enterprise_number": "{FLEURISTE.number.formatted}"}}'.encode()
        topic = "software.billit.submissions.v1"
        await kafka.publish(topic, "be.relais.submission.connection.v1", value)

    async def verify(self) -> None:
        """Both companies are known, have an office and an address; Billit hears it on its own topic."""
        path = f"/v1/connections/{self.connection_id}"

        async def look() -> bool | None:
            seen = (await self.robaws.ask("GET", path, 200)).json()["timeline"]
            return True if any(entry["kind"] == "connection.verified" for entry in seen) else None

        await observed("connection.verified in Robaws's timeline", look)
        credentials = await self.billit.choose_kafka()
        kafka = KafkaClient(credentials, self.addresses["kafka"])
        await kafka.read("software.billit.events.v1", "connection.token_sent", FLEURISTE.number)

    async def mail(self) -> None:
        """The company finds the code in its mailbox."""
        self.code = await mailed_code(str(KORENAAR.email), self.addresses["mailbox"])

    async def activate(self) -> None:
        """Robaws registers the code, gets credentials, asks again as after a lost answer, and is told."""
        path, body = f"/v1/connections/{self.connection_id}/activate", {"token": self.code.lower()}
        self.credentials = (await self.robaws.ask("POST", path, 200, json=body)).json()
        again = (await self.robaws.ask("POST", path, 200, json=body)).json()
        if again["password"] != self.credentials["password"]:
            raise NotObserved("the same credentials for the same code", "others")
        await self.robaws.heard("connection.activated", self.connection_id)

    async def send_invoice(self) -> None:
        """The invoice arrives on the office's topic and in its feed, byte for byte, and nowhere else."""
        kafka = KafkaClient(await self.janssens.choose_kafka(), self.addresses["kafka"])
        invoice = self._invoice()
        basic = httpx.BasicAuth(self.credentials["username"], self.credentials["password"])
        headers = {"Content-Type": "application/xml"}
        async with open_door(self.addresses["door"]) as door:
            answer = await door.post("/v1/documents", content=invoice, headers=headers, auth=basic)
        if answer.status_code != 202:
            raise NotObserved("202 for the invoice", f"{answer.status_code} {answer.text}")
        self.document_id = answer.json()["id"]
        _, value = await kafka.read(f"office.{JANSSENS.office_id}.documents.v1", self.document_id)
        _same("the office's topic", value, invoice)
        await self.janssens.in_feed(self.document_id)
        original = await self.janssens.ask("GET", f"/v1/documents/{self.document_id}/original", 200)
        _same("the office's feed", original.content, invoice)
        foreign = (f"office.{LAMBERT.office_id}.documents.v1", "invoice.routed.v1")
        with expecting_refusals():
            allowed = await asyncio.gather(*(kafka.may_read(topic) for topic in foreign))
        if any(allowed):
            raise NotObserved(f"no right to read {' or '.join(foreign)}", f"allowed: {allowed}")

    async def settle(self) -> None:
        """The bank's file comes in; the software hears of its movements and of the invoice that is paid."""
        headers = {"Content-Type": "text/plain"}
        await self.operator.ask("POST", "/v1/statements", 202, content=self._statement(), headers=headers)
        await self.robaws.heard("statement.booked", KORENAAR.number)
        await self.robaws.heard("invoice.settled", self.document_id)
        kafka = KafkaClient(await self.robaws.choose_kafka(), self.addresses["kafka"])
        await kafka.read("software.robaws.events.v1", "invoice.settled", self.document_id)

    async def refuse(self) -> None:
        """One company has no known address, another no office; the first one's office mends it."""
        for client, number in ((self.robaws, ZONDER_ADRES.number), (self.vertuoza, UNKNOWN)):
            await client.ask("POST", "/v1/connections", 202, json={"enterprise_number": number.formatted})
        blocked = await self.robaws.heard("connection.blocked", ZONDER_ADRES.number, "email_unknown")
        refused = await self._told_without_office()
        for told in (blocked, refused):
            if not told["data"].get("contact"):
                raise NotObserved("whom to contact", told)
        path = f"/v1/directory/companies/{ZONDER_ADRES.number}"
        await self.janssens.ask("PATCH", path, 200, json={"email": _NEW_ADDRESS})
        await self.robaws.heard("connection.token_sent", ZONDER_ADRES.number)
        await mailed_code(_NEW_ADDRESS, self.addresses["mailbox"])

    async def _told_without_office(self) -> dict[str, Any]:
        async def look() -> dict[str, Any] | None:
            answer = await self.vertuoza.ask("GET", "/v1/events", 200, params={"wait": "1", "limit": "200"})
            events: list[dict[str, Any]] = answer.json()["events"]
            return next((event for event in events if _is_about_no_office(event)), None)

        return await observed(f"why {UNKNOWN} cannot be connected", look)

    def _invoice(self) -> bytes:
        return ubl_invoice(
            number=_NUMBER,
            issued=self.today,
            due=self.today + timedelta(days=30),
            supplier=Party(KORENAAR.name, KORENAAR.number),
            customer=Party(_BUYER.name, _BUYER.number, "Havenlaan 7", "Oostende", "8400"),
            lines=_LINES,
            iban=KORENAAR.iban,
            reference=_REFERENCE,
        )

    def _statement(self) -> bytes:
        movements = (
            DemoMovement(totals_of(_LINES).gross, _BUYER.name, _BUYER.iban, self.today, reference=_REFERENCE),
            DemoMovement(
                Decimal("-84.70"), "Molen De Hoop", COMPANIES[3].iban, self.today, text="factuur 2026/17 bloem"
            ),
        )
        opened = DemoStatement(
            iban=KORENAAR.iban,
            number=KORENAAR.number,
            holder=KORENAAR.name,
            sequence=1,
            old_date=self.today - timedelta(days=1),
            new_date=self.today,
            old_balance=Decimal("1250.00"),
            movements=movements,
        )
        return coda_file([opened])


STEPS: tuple[tuple[str, Callable[[Story], Any]], ...] = (
    ("Robaws asks over HTTP, Billit over Kafka", Story.ask),
    ("Verification finds both companies ready", Story.verify),
    ("The company has the code in its mailbox", Story.mail),
    ("Robaws registers the code and is told", Story.activate),
    ("The invoice is at the office, byte for byte", Story.send_invoice),
    ("The bank's file settles the invoice", Story.settle),
    ("Two are refused, one is mended and goes on", Story.refuse),
)


async def play(addresses: Mapping[str, Any], tell: Callable[[str], object] = print) -> StoryResult:
    """Play the story on the demo's directory (`seed`); a line a step. `addresses` is what `addresses.json`
    holds.

    Never raises for a step that is not observed: the result says so.
    """
    result = StoryResult(expected=len(STEPS))
    async with _cast(addresses) as story:
        for position, (name, perform) in enumerate(STEPS, start=1):
            step = await _timed(name, perform, story)
            result.steps.append(step)
            tell(f"{position}. {name} {'.' * (48 - len(name))} {step.seconds:5.2f} s{_told(step)}")
            if not step.observed:
                break
    return result


@asynccontextmanager
async def _cast(addresses: Mapping[str, Any]) -> AsyncIterator[Story]:
    softwares = addresses["softwares"]
    async with open_door(addresses["door"]) as door:
        yield Story(
            addresses=addresses,
            robaws=Client(door, softwares["robaws"]),
            billit=Client(door, softwares["billit"]),
            vertuoza=Client(door, softwares["vertuoza"]),
            janssens=OfficeClient(door, addresses["offices"][JANSSENS.office_id]["key"]),
            operator=Client(door, addresses["operator"]),
        )


async def _timed(name: str, perform: Callable[[Story], Any], story: Story) -> Step:
    started = time.perf_counter()
    try:
        await perform(story)
    except Exception as error:  # whatever went wrong, the story tells it and ends
        return Step(name, time.perf_counter() - started, False, f"{type(error).__name__}: {error}")
    return Step(name, time.perf_counter() - started, True)


def _told(step: Step) -> str:
    return "" if step.observed else f"  NOT OBSERVED: {step.detail}"


def _same(where: str, found: bytes, expected: bytes) -> None:
    if found != expected:
        digests = [hashlib.sha256(each).hexdigest()[:16] for each in (found, expected)]
        raise NotObserved(f"the invoice byte for byte in {where}", f"digest {digests[0]}, not {digests[1]}")


def _is_about_no_office(event: Mapping[str, Any]) -> bool:
    text = str(event)
    told = event["type"] in ("connection.blocked", "connection.refused") and UNKNOWN in text
    return told and any(reason in text for reason in _REASONS_WITHOUT_OFFICE)
