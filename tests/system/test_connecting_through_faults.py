"""Kafka, the mail server and Postgres fail while companies are being connected: each is connected once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx

from deploy.demo.doors import open_door
from deploy.local.platform import Platform
from shared.contracts import ConnectionActivated, ConnectionRequested
from shared.contracts.event import Event
from tests.system.flow import PATIENCE_S, assert_nothing_is_left, codes_mailed
from tests.system.stage import Company, Stage

ROBAWS = "robaws"
NO_ANSWER = (502, 503)
ONCE_MORE_S = 0.1


class Software:
    """A billing software that repeats what it was not answered, with the same Idempotency-Key."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._key = stage.addresses["softwares"][ROBAWS]

    async def ask(self, company: Company) -> str:
        """The connection's id."""
        body = {"enterprise_number": company.number}
        answer = await self._until_answered("/v1/connections", f"ask-{company.number}", body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def activate(self, connection_id: str, code: str) -> str:
        """The user name that was given; registered a second time, it is given the same."""
        path = f"/v1/connections/{connection_id}/activate"
        answer = await self._until_answered(path, f"activate-{connection_id}", {"token": code})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["username"])

    async def _until_answered(self, path: str, key: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": key}

        async def call() -> httpx.Response | None:
            try:
                answer = await self._stage.door.post(path, json=body, headers=headers)
            except httpx.TransportError:
                return None
            in_flight = answer.status_code == 409 and answer.json()["code"] == "idempotency_key_in_flight"
            return None if answer.status_code in NO_ANSWER or in_flight else answer

        return await patiently(f"an answer to {key}", call)


async def patiently(what: str, look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` finds, however long a platform needs to come back."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while (found := await look()) is None:
        assert asyncio.get_running_loop().time() < deadline, f"never came: {what}"
        await asyncio.sleep(ONCE_MORE_S)
    return found


async def test_kafka_mail_and_postgres_fail_and_each_company_is_connected_once(fragile: Platform) -> None:
    async with open_door(fragile.addresses["door"]) as door:
        stage = Stage(fragile.addresses, door)
        software = Software(stage)
        companies = [await stage.company() for _ in range(6)]
        asked_without_kafka = await _ask_while_kafka_is_down(fragile, software, companies[:2])
        asked_without_mail = await _ask_while_mail_is_down(fragile, software, companies[2:4])
        asked_meanwhile = await _ask_while_postgres_dies(fragile, software, companies[4:])
        asked = {**asked_without_kafka, **asked_without_mail, **asked_meanwhile}
        codes = {company: await _only_code(stage, company) for company in companies}
        given = await _activate_while_postgres_dies(fragile, software, asked, codes)
        assert len(set(given.values())) == len(companies), "one credential for each connection"
        await assert_nothing_is_left(fragile.addresses["postgres"])
        for company in companies:
            assert await codes_mailed(stage, company) == {codes[company]}
        await _assert_told_once(fragile.addresses["postgres"], set(asked.values()))


async def _ask_while_kafka_is_down(
    fragile: Platform, software: Software, companies: list[Company]
) -> dict[Company, str]:
    """Intake answers as ever; the events leave when Kafka is back."""
    await fragile.kill("kafka", restart=False)
    asked = {company: await software.ask(company) for company in companies}
    assert await _unpublished(fragile.addresses["postgres"]) >= len(companies)
    await fragile.start_part("kafka")
    return asked


async def _ask_while_mail_is_down(
    fragile: Platform, software: Software, companies: list[Company]
) -> dict[Company, str]:
    """The mails wait as tasks until the mail server is back."""
    await fragile.kill("mailbox", restart=False)
    asked = {company: await software.ask(company) for company in companies}
    await patiently("an attempt at each mail", lambda: _tried_mails(fragile.addresses["postgres"], asked.values()))
    await fragile.start_part("mailbox")
    return asked


async def _ask_while_postgres_dies(
    fragile: Platform, software: Software, companies: list[Company]
) -> dict[Company, str]:
    """Each call is made three times at once while Postgres is killed: all are answered with one connection."""
    calls = [asyncio.create_task(software.ask(company)) for company in companies for _ in range(3)]
    await fragile.kill("postgres")
    ids = await asyncio.gather(*calls)
    asked = {company: set(ids[place * 3 : place * 3 + 3]) for place, company in enumerate(companies)}
    assert [len(each) for each in asked.values()] == [1] * len(companies)
    return {company: each.pop() for company, each in asked.items()}


async def _activate_while_postgres_dies(
    fragile: Platform, software: Software, asked: dict[Company, str], codes: dict[Company, str]
) -> dict[Company, str]:
    calls = [asyncio.create_task(software.activate(asked[each], codes[each])) for each in asked for _ in range(2)]
    await fragile.kill("postgres")
    names = await asyncio.gather(*calls)
    given = {company: set(names[place * 2 : place * 2 + 2]) for place, company in enumerate(asked)}
    assert [len(each) for each in given.values()] == [1] * len(asked), "a repeated activation gave another credential"
    return {company: each.pop() for company, each in given.items()}


async def _only_code(stage: Stage, company: Company) -> str:
    async def look() -> set[str] | None:
        return await codes_mailed(stage, company) or None

    codes: set[str] = await patiently(f"a mail to {company.email}", look)
    assert len(codes) == 1, "one code each, however often the mail came"
    return codes.pop()


async def _tried_mails(owner_url: str, connection_ids: Any) -> bool | None:
    owner = await asyncpg.connect(owner_url)
    try:
        tried = await owner.fetchval(
            "select count(*) from token_mailer.tasks where kind = 'send_token_mail' and attempt > 0"
        )
        return True if tried >= len(connection_ids) else None
    finally:
        await owner.close()


async def _unpublished(owner_url: str) -> int:
    owner = await asyncpg.connect(owner_url)
    try:
        query = "select count(*) from intake.outbox where topic = $1 and acknowledged_at is null"
        return int(await owner.fetchval(query, ConnectionRequested.topic))
    finally:
        await owner.close()


async def _assert_told_once(owner_url: str, connection_ids: set[str]) -> None:
    """One request and one activation of each connection ever left."""
    told: tuple[tuple[str, type[Event]], ...] = (("intake", ConnectionRequested), ("token_mailer", ConnectionActivated))
    owner = await asyncpg.connect(owner_url)
    try:
        for service, event in told:
            rows = await owner.fetch(
                f"select convert_from(value, 'UTF8')::json ->> 'connection_id' as id from {service}.outbox "
                "where topic = $1",
                event.topic,
            )
            ids = [row["id"] for row in rows if row["id"] in connection_ids]
            assert sorted(ids) == sorted(connection_ids), event.topic
    finally:
        await owner.close()
