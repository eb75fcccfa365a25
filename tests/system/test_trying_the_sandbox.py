"""A developer with a test key: ten numbers that answer as real companies would, and nothing real is ever reached."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx

from deploy.demo.directory import JANSSENS, TEST_NUMBERS
from deploy.demo.doors import Client, observed
from shared.values import EnterpriseNumber
from tests.system.stage import Stage, invoice, new_company

CONNECTS, UNKNOWN, NO_OFFICE, NO_CLIENT, NO_EMAIL, BOUNCES, EXPIRES, ELSEWHERE, MENDED, SLOW = TEST_NUMBERS
HELP_DESK = "helpdesk@relais.example"
SLUG = "tripleclick"


async def test_ten_numbers_are_tried_at_once_and_no_mail_leaves_the_house(
    stage: Stage, owner: asyncpg.Connection
) -> None:
    developer = Developer(stage)
    listed = (await stage.door.get("/v1/sandbox/companies")).json()["companies"]
    assert [each["enterprise_number"] for each in listed] == list(TEST_NUMBERS)
    await asyncio.gather(
        developer.connects_and_hands_in(CONNECTS, owner),
        developer.is_blocked(UNKNOWN, "company_unknown", "accounting_office"),
        developer.is_blocked(NO_OFFICE, "no_accounting_office", HELP_DESK),
        developer.is_blocked(NO_CLIENT, "office_not_a_client", HELP_DESK),
        developer.is_blocked(NO_EMAIL, "email_unknown", "accounting_office"),
        developer.hears_of_a_bounce(BOUNCES),
        developer.gets_a_short_token(EXPIRES),
        developer.is_refused(ELSEWHERE, "already_connected"),
        developer.waits_for_the_office(MENDED),
        developer.waits_for_the_answer(SLOW),
    )
    await developer.reads_the_page()
    await developer.is_heard_by_no_live_reader(stage.software(SLUG), owner)
    async with httpx.AsyncClient(base_url=stage.addresses["mailbox"], timeout=10) as mailbox:
        assert "sandbox.example" not in (await mailbox.get("/messages")).text


async def test_a_test_key_reaches_no_real_company_and_a_live_key_no_simulated_one(stage: Stage) -> None:
    developer, live = Developer(stage), stage.software(SLUG)
    company = await stage.company()
    pointer = f"{HELP_DESK} (test numbers: GET /v1/sandbox/companies)"
    await developer.is_blocked(company.number, "company_unknown", pointer)
    path = f"/v1/companies/{company.number}/readiness"
    assert (await developer.software.ask("GET", path, 200)).json()["reason"] == "company_unknown"
    assert (await live.ask("GET", path, 200)).json()["state"] == "ready"
    path = f"/v1/companies/{ELSEWHERE}/readiness"
    assert (await developer.software.ask("GET", path, 200)).json()["reason"] == "already_connected"
    assert (await live.ask("GET", path, 200)).json()["state"] == "ready"
    refused = (await live.ask("GET", "/v1/sandbox/mails", 403)).json()
    assert refused["code"] == "test_key_needed"
    assert not await stage.mails_to(company)


class Developer:
    """Somebody who writes a billing software and has its test key."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._key = stage.addresses["sandbox"][SLUG]
        self.software = Client(stage.door, self._key)
        self._listening, self._cursor = asyncio.Lock(), ""
        self._events: list[dict[str, Any]] = []

    async def connects_and_hands_in(self, number: EnterpriseNumber, owner: asyncpg.Connection) -> None:
        """The whole way; then a document of a company that really exists under this number in the demo."""
        asked = await self._ask(number)
        await self._heard("connection.token_sent", asked["id"])
        code = (await self._mail(asked["id"]))["code"]
        path = f"/v1/connections/{asked['id']}/activate"
        given = (await self.software.ask("POST", path, 200, json={"token": code})).json()
        await self._heard("connection.activated", asked["id"])
        company = new_company()
        document = invoice(type(company)(number, company.name, company.email, company.iban), "TEST-1")
        basic = httpx.BasicAuth(given["username"], given["password"])
        headers = {"Content-Type": "application/xml"}
        answer = await self._stage.door.post("/v1/documents", content=document, headers=headers, auth=basic)
        assert answer.status_code == 202, answer.text
        document_id = answer.json()["id"]
        told = (await self._heard("document.quarantined", document_id))["data"]
        assert told["reason"] == "sandbox_document"
        assert (await self._heard("invoice.settled", document_id))["data"]["balance"]["amount"] == "0.00"
        office = self._stage.office(JANSSENS.office_id)
        assert document_id not in (await office.ask("GET", "/v1/documents?limit=500", 200)).text
        topics = await owner.fetch(
            "select topic from invoice_router.outbox where convert_from(value, 'UTF8') like '%' || $1 || '%'",
            document_id,
        )
        assert {row["topic"] for row in topics} == {"invoice.quarantined.v1"}

    async def is_blocked(self, number: EnterpriseNumber, reason: str, contact: str) -> None:
        """Blocked with this reason, which says whom to contact."""
        asked = await self._ask(number)
        told = (await self._heard("connection.blocked", asked["id"]))["data"]
        assert (told["reason"], told["contact"]) == (reason, contact)

    async def is_refused(self, number: EnterpriseNumber, reason: str) -> None:
        """A final no."""
        asked = await self._ask(number)
        assert (await self._heard("connection.refused", asked["id"]))["data"]["reason"] == reason

    async def hears_of_a_bounce(self, number: EnterpriseNumber) -> None:
        """The mail comes back, so the request waits for another address."""
        asked = await self._ask(number)
        assert (await self._heard("mail.bounced", asked["id"]))["data"]["reply_code"] == 550
        told = (await self._heard("connection.blocked", asked["id"]))["data"]
        assert told["reason"] == "email_bounced"
        assert (await self._mail(asked["id"]))["outcome"] == "bounced"

    async def gets_a_short_token(self, number: EnterpriseNumber) -> None:
        """The expiry that is told lies a minute ahead."""
        asked = await self._ask(number)
        told = await self._heard("connection.token_sent", asked["id"])
        left = datetime.fromisoformat(told["data"]["expires_at"]) - datetime.fromisoformat(told["time"])
        assert timedelta(seconds=45) < left <= timedelta(seconds=60)

    async def waits_for_the_office(self, number: EnterpriseNumber) -> None:
        """Blocked first; after five seconds the request goes on by itself."""
        asked = await self._ask(number)
        blocked = await self._heard("connection.blocked", asked["id"])
        assert blocked["data"]["reason"] == "email_unknown"
        sent = await self._heard("connection.token_sent", asked["id"])
        passed = datetime.fromisoformat(sent["time"]) - datetime.fromisoformat(blocked["time"])
        assert passed > timedelta(seconds=4)

    async def waits_for_the_answer(self, number: EnterpriseNumber) -> None:
        """Nothing is known for eight seconds."""
        asked = await self._ask(number)
        seen = (await self.software.ask("GET", f"/v1/connections/{asked['id']}", 200)).json()
        assert seen["state"] == "requested"
        sent = await self._heard("connection.token_sent", asked["id"])
        passed = datetime.fromisoformat(sent["time"]) - datetime.fromisoformat(seen["requested_at"])
        assert passed > timedelta(seconds=7)

    async def reads_the_page(self) -> None:
        """A browser is asked for the key; the page shows the codes and runs nothing."""
        nobody = await self._stage.door.get("/sandbox/mails")
        assert nobody.status_code == 401 and "Basic" in nobody.headers["WWW-Authenticate"]
        page = await self._stage.door.get("/sandbox/mails", auth=httpx.BasicAuth(self._key, ""))
        assert page.headers["Content-Type"].startswith("text/html")
        assert "<script" not in page.text and "<iframe sandbox " in page.text
        newest = (await self.software.ask("GET", "/v1/sandbox/mails?limit=1", 200)).json()["mails"]
        assert f"<mark>{newest[0]['code']}</mark>" in page.text

    async def is_heard_by_no_live_reader(self, live: Client, owner: asyncpg.Connection) -> None:
        """The same software's live key is told of none of it, nor shown a document; nor is its Kafka topic."""
        told = {each["id"] for each in self._events}
        assert len(told) >= len(TEST_NUMBERS)
        heard: set[str] = set()
        page: dict[str, Any] = {"cursor": "", "more": True}
        while page["more"]:
            query = {"cursor": page["cursor"], "limit": "500"}
            page = (await live.ask("GET", "/v1/events", 200, params=query)).json()
            heard |= {each["id"] for each in page["events"]}
        assert not told & heard
        query = "select count(*) from delivery.outbox where topic = $1 and event_id = any($2::uuid[])"
        assert await owner.fetchval(query, f"software.{SLUG}.events.v1", list(told)) == 0
        documents = [
            {each["id"] for each in (await one.ask("GET", "/v1/documents?limit=500", 200)).json()["documents"]}
            for one in (self.software, live)
        ]
        assert documents[0] and not documents[0] & documents[1]

    async def _heard(self, event_type: str, about: str) -> dict[str, Any]:
        """As an ordinary software, one that reads its stream in one place, however many things it waits for."""

        async def look() -> dict[str, Any] | None:
            async with self._listening:
                return await self._read(event_type, about)

        return await observed(f"{event_type} about {about}", look)

    async def _read(self, event_type: str, about: str) -> dict[str, Any] | None:
        query = {"cursor": self._cursor, "limit": "200"}
        page = (await self.software.ask("GET", "/v1/events", 200, params=query)).json()
        self._cursor = page["cursor"]
        self._events += page["events"]
        own = (each for each in self._events if each["type"] == event_type)
        return next((each for each in own if about in (each["subject"], each["data"].get("document_id"))), None)

    async def _ask(self, number: EnterpriseNumber) -> dict[str, Any]:
        body = {"enterprise_number": number.formatted}
        asked: dict[str, Any] = (await self.software.ask("POST", "/v1/connections", 202, json=body)).json()
        return asked

    async def _mail(self, connection_id: str) -> dict[str, Any]:
        async def look() -> dict[str, Any] | None:
            query = {"connection": connection_id}
            mails = (await self.software.ask("GET", "/v1/sandbox/mails", 200, params=query)).json()["mails"]
            return mails[0] if mails else None

        return await observed(f"a mail of {connection_id} in the sandbox", look)
