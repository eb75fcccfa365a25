"""Invoices that keep flowing while processes die, and the count of what became of them, taken at the receivers."""

import asyncio
import re
from dataclasses import dataclass, field

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.demo.directory import JANSSENS
from shared.contracts.catalogue import SERVICES
from tests.system.stage import Company, Connection, Stage, invoice

PATIENCE_S = 150.0
CODE = re.compile(r"\b[0-9A-Z]{3}(?:-[0-9A-Z]{3}){8}\b")
_AT_ONCE = 4
_DOCUMENT = "relais_document_id"


@dataclass(slots=True)
class Flow:
    """Invoices of some connections, handed in one after the other; `ids` are those that were acknowledged."""

    stage: Stage
    connections: list[Connection]
    ids: list[str] = field(default_factory=list)

    async def hand_in(self, first: int, count: int) -> None:
        """Hand in `count` invoices, numbered from `first`; whatever answer is lost is asked for again."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(position: int) -> None:
            connection = self.connections[position % len(self.connections)]
            async with gate:
                self.ids.append(await self._until_taken(connection, invoice(connection.company, f"F-{position:05d}")))

        await asyncio.gather(*(one(position) for position in range(first, first + count)))

    async def _until_taken(self, connection: Connection, document: bytes) -> str:
        """A billing software that was not answered sends the same bytes again."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        basic = httpx.BasicAuth(connection.username, connection.password)
        headers = {"Content-Type": "application/xml"}
        last: object = ""
        while asyncio.get_running_loop().time() < deadline:
            try:
                answer = await self.stage.door.post("/v1/documents", content=document, headers=headers, auth=basic)
            except httpx.TransportError as error:
                last = error
            else:
                if answer.status_code in (200, 202):
                    return str(answer.json()["id"])
                assert answer.status_code in (502, 503), answer.text
                last = answer.text
            await asyncio.sleep(0.1)
        raise AssertionError(f"never acknowledged: {last}")


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the receivers have: document ids in the office's feed, and record by record on its topic."""

    feed: list[str]
    topic: list[str]


async def arrived(stage: Stage, expected: set[str], office: str = JANSSENS.office_id) -> Arrived:
    """Wait until every expected document is in the office's feed and on its topic; then read both whole."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    seen = Arrived([], [])
    while asyncio.get_running_loop().time() < deadline:
        try:
            seen = Arrived(await _feed(stage, office), await _topic(stage, f"office.{office}.documents.v1"))
        except (httpx.TransportError, KafkaError, OSError, TimeoutError):
            await asyncio.sleep(0.5)
            continue
        if expected <= set(seen.feed) and expected <= set(seen.topic):
            return seen
        await asyncio.sleep(0.5)
    lost = sorted(expected - set(seen.feed)), sorted(expected - set(seen.topic))
    raise AssertionError(
        f"lost: {len(lost[0])} in the feed, {len(lost[1])} on the topic, e.g. {lost[0][:2]} {lost[1][:2]}"
    )


async def _feed(stage: Stage, office: str) -> list[str]:
    found: list[str] = []
    after = 0
    while True:
        query = {"after": str(after), "limit": "500"}
        page = (await stage.office(office).ask("GET", "/v1/documents", 200, params=query)).json()
        found += [entry["id"] for entry in page["documents"] if entry["id"].startswith("doc_")]
        if not page["more"]:
            return found
        after = page["next_after"]


async def _topic(stage: Stage, topic: str) -> list[str]:
    """The document id of each record, read by an ordinary consumer with the office's own credentials."""
    client = await stage.kafka(stage.office())
    consumer = AIOKafkaConsumer(**client._settings)
    try:
        await consumer.start()
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        await consumer.seek_to_beginning(place)
        found: list[str] = []
        while await consumer.position(place) < end:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                headers = [dict(record.headers) for record in records]
                # Statements of the company's bank lie there too.
                found += [each[_DOCUMENT].decode() for each in headers if _DOCUMENT in each]
        return found
    finally:
        await consumer.stop()


async def assert_nothing_is_left(owner_url: str) -> None:
    """Wait until no outbox row and no task is pending; then no dead letter may have remained."""
    owner = await asyncpg.connect(owner_url)
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    try:
        while left := await _pending(owner):
            assert asyncio.get_running_loop().time() < deadline, f"never published or done: {left}"
            await asyncio.sleep(0.5)
        dead = {service: await owner.fetchval(f"select count(*) from {service}.dead_letters") for service in SERVICES}
        assert not any(dead.values()), dead
    finally:
        await owner.close()


async def _pending(owner: asyncpg.Connection) -> dict[str, int]:
    counts = {}
    for service in SERVICES:
        rows = await owner.fetchval(f"select count(*) from {service}.outbox where acknowledged_at is null")
        due = await owner.fetchval(
            f"select count(*) from {service}.tasks where due_at <= now() and kind <> 'read_topics'"
        )
        counts[service] = rows + due
    return {service: count for service, count in counts.items() if count}


async def double_effects(owner_url: str, ids: set[str]) -> dict[str, int]:
    """Effects that were counted twice, taken from the tables that hold them: each holds every one of the documents."""
    owner = await asyncpg.connect(owner_url)
    try:
        counted = {name: await owner.fetch(query) for name, query in _EFFECTS.items()}
    finally:
        await owner.close()
    for name, rows in counted.items():
        assert ids <= {row["document"] for row in rows}, f"not every document was {name}"
    return {name: sum(row["count"] > 1 for row in rows) for name, rows in counted.items()}


_BODY = "convert_from(value, 'UTF8')::json"
_EFFECTS = {
    "accepted": f"""select {_BODY} ->> 'document_id' as document, count(*) from invoice_router.outbox
                    where topic = 'invoice.accepted.v1' group by 1""",
    "told": """select software, type, text::json -> 'data' ->> 'document_id' as document, count(*)
               from delivery.stream_events where text::json -> 'data' ->> 'document_id' is not null group by 1, 2, 3""",
    "handed over": f"""select {_BODY} ->> 'document_id' as document, {_BODY} ->> 'channel' as channel, count(*)
                       from delivery.outbox where topic = 'document.delivered.v1' group by 1, 2""",
}


async def out_of_order(owner_url: str) -> dict[str, int]:
    """Per service, how many records of one key lie on their topic before an older one of the same key."""
    owner = await asyncpg.connect(owner_url)
    try:
        found = {}
        for service in SERVICES:
            found[service] = await owner.fetchval(
                f"""select count(*) from (
                        select position - lag(position) over (partition by topic, key, topic_id order by id) as step
                        from {service}.outbox where position >= 0) as steps where step < 0"""
            )
        return {service: count for service, count in found.items() if count}
    finally:
        await owner.close()


async def codes_mailed(stage: Stage, company: Company) -> set[str]:
    """The different codes that a company was mailed; physical repeats of one mail carry the same."""
    texts = [str(mail["text"]) for mail in await stage.mails_to(company)]
    return {code for text in texts for code in CODE.findall(text)}
