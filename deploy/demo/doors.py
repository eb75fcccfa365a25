"""The platform as its users reach it: HTTP through the door, Kafka with one's own credentials, the
mailbox."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError

PATIENCE_S = 60.0
PAUSE_S = 0.05
_CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{3}(?:-[0-9A-HJKMNP-TV-Z]{3}){8}\b")
Found = TypeVar("Found")


class NotObserved(Exception):
    """What a step of the story waits for did not come: `what`, and what was seen last."""

    def __init__(self, what: str, last: object) -> None:
        super().__init__(f"not_observed: {what}; found {str(last)[:300]}")


async def observed(what: str, look: Callable[[], Awaitable[Found | None]]) -> Found:
    """What `look` finds, looked for every 50 ms for 30 s; raises `NotObserved`."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    last: object = "nothing"
    while asyncio.get_running_loop().time() < deadline:
        try:
            found = await look()
        except (httpx.TransportError, UnexpectedAnswer) as error:
            found, last = None, error
        if found is not None:
            return found
        await asyncio.sleep(PAUSE_S)
    raise NotObserved(what, last)


class UnexpectedAnswer(Exception):
    """An answer with another status than was expected."""

    def __init__(self, answer: httpx.Response, expected: tuple[int, ...]) -> None:
        place = f"{answer.request.method} {answer.request.url.path}"
        super().__init__(
            f"unexpected_answer: {place}: found {answer.status_code} {answer.text[:300]}, expected {expected}"
        )


class Client:
    """One caller at the door with a key of its own."""

    def __init__(self, door: httpx.AsyncClient, key: str) -> None:
        self._door = door
        self._headers = {"Authorization": f"Bearer {key}"}
        self._cursor = ""
        self._heard: list[dict[str, Any]] = []

    async def ask(self, method: str, path: str, *expected: int, **options: Any) -> httpx.Response:
        """Call; while the platform says 502 or 503, call again. Raises `UnexpectedAnswer`."""
        headers = self._headers | options.pop("headers", {})
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            answer = await self._door.request(method, path, headers=headers, **options)
            if answer.status_code in expected:
                return answer
            if answer.status_code not in (502, 503) or asyncio.get_running_loop().time() > deadline:
                raise UnexpectedAnswer(answer, expected)
            await asyncio.sleep(PAUSE_S)

    async def heard(self, event_type: str, *about: str) -> dict[str, Any]:
        """The first event of a type in the software's stream that names all of `about`; waits for it."""

        async def look() -> dict[str, Any] | None:
            found = next((event for event in self._heard if _tells(event, event_type, about)), None)
            if found is None:
                query = {"cursor": self._cursor, "wait": "2", "limit": "200"}
                page = (await self.ask("GET", "/v1/events", 200, params=query)).json()
                self._cursor = page["cursor"]
                self._heard += page["events"]
            return found

        return await observed(f"{event_type} about {about} in the event stream", look)

    async def choose_kafka(self) -> dict[str, Any]:
        """The caller's own Kafka credentials, once its topics and user exist."""

        async def look() -> dict[str, Any] | None:
            answer = (await self.ask("PUT", "/v1/channels/kafka", 200)).json()
            return answer if answer["ready"] else None

        return await observed("the Kafka channel is ready", look)


class OfficeClient(Client):
    """An accounting office at the door."""

    async def in_feed(self, document_id: str) -> dict[str, Any]:
        """The entry of a document in the office's pull feed, oldest first; waits for it."""

        async def look() -> dict[str, Any] | None:
            after = 0
            while True:
                query = {"after": str(after), "limit": "500"}
                page = (await self.ask("GET", "/v1/documents", 200, params=query)).json()
                found = next((each for each in page["documents"] if each["id"] == document_id), None)
                if found is not None or not page["more"]:
                    return found
                after = page["next_after"]

        return await observed(f"document {document_id} in the office's feed", look)


class KafkaClient:
    """An ordinary Kafka client with the credentials of one office or one software."""

    def __init__(self, credentials: Mapping[str, Any], bootstrap: str) -> None:
        self._group = f"{credentials['username']}.demo-{uuid4().hex[:8]}"
        self._settings: dict[str, Any] = {
            "bootstrap_servers": bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": credentials["username"],
            "sasl_plain_password": credentials["password"],
        }

    async def publish(self, topic: str, event_type: str, value: bytes, **headers: str) -> None:
        """One record as CloudEvents in binary mode, acknowledged by all replicas; `headers` are put beside."""
        producer = AIOKafkaProducer(**self._settings, acks="all")
        await producer.start()
        try:
            told = {"ce_specversion": "1.0", "ce_id": str(uuid4()), "ce_type": event_type}
            told |= {"content-type": "application/json", **headers}
            await producer.send_and_wait(topic, value, headers=[(name, text.encode()) for name, text in told.items()])
        finally:
            await producer.stop()

    async def read(self, topic: str, *about: str) -> tuple[dict[str, str], bytes]:
        """Headers and value of the first record that names all of `about`; waits for it, from the
        beginning."""
        async with self._consumer(topic) as consumer:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    async for record in consumer:
                        headers = {name: value.decode(errors="replace") for name, value in record.headers}
                        told = json.dumps(headers) + record.value.decode(errors="replace")
                        if all(each in told for each in about):
                            return headers, record.value
            except TimeoutError:
                raise NotObserved(f"{about} on {topic}", "no such record") from None
        raise NotObserved(f"{about} on {topic}", "the end of the topic")

    async def may_read(self, topic: str) -> bool:
        """Whether Kafka lets this client read a topic; raises `NotObserved` when it answers neither yes
        nor no."""
        try:
            async with asyncio.timeout(PATIENCE_S), self._consumer(topic) as consumer:
                await consumer.getmany(timeout_ms=500)
        except TopicAuthorizationFailedError:
            return False
        except TimeoutError:
            raise NotObserved(f"an answer about {topic}", "silence") from None
        return True

    @asynccontextmanager
    async def _consumer(self, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            topic, **self._settings, group_id=self._group, auto_offset_reset="earliest", enable_auto_commit=False
        )
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()


@contextmanager
def expecting_refusals() -> Iterator[None]:
    """aiokafka writes each refusal to the terminal; here it is what the story wants to see."""
    log = logging.getLogger("aiokafka")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


async def mailed_code(address: str, mailbox: str) -> str:
    """The one-time code in the newest mail to an address."""
    async with httpx.AsyncClient(base_url=mailbox, timeout=10) as page:

        async def look() -> str | None:
            listed = (await page.get("/messages")).raise_for_status().json()
            mails = listed["messages"] if isinstance(listed, dict) else listed
            found = next((mail for mail in mails if address in json.dumps(mail["to"])), None)
            if found is None:
                return None
            whole = (await page.get(f"/messages/{found['id']}")).raise_for_status().json()
            code = _CODE.search(whole.get("text") or "")
            return code[0] if code else None

        return await observed(f"a mail to {address}", look)


@asynccontextmanager
async def open_door(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Connections to the door; a long poll waits up to 20 s."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as door:
        yield door


def _tells(event: Mapping[str, Any], event_type: str, about: tuple[str, ...]) -> bool:
    text = json.dumps(event, ensure_ascii=False)
    return event["type"] == event_type and all(each in text for each in about)
