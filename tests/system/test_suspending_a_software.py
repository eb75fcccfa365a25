"""The operator suspends a billing software: every door is shut within five seconds, and open again afterwards."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import psutil
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from deploy.demo.doors import Client, KafkaClient, expecting_refusals, observed
from tests.system.stage import Connection, Stage
from tests.waiting import PATIENCE_S

SLUG = "kwartaal"
DIRECTORY = f"/v1/directory/softwares/{SLUG}"
PROMISED_SECONDS = 5.0
DOORS = (
    "/v1/connections",  # intake
    "/v1/companies/0010080080/readiness",  # verification
    "/v1/events",  # delivery
)

Look = Callable[[], Awaitable[bool]]


async def test_a_suspended_software_is_shut_out_everywhere_within_five_seconds(stage: Stage) -> None:
    software = await new_software(stage)
    connection = await stage.connect(software, await stage.company())
    bearer = await access_token(stage, connection)
    kafka = await stage.kafka(software)
    producer = AIOKafkaProducer(**kafka._settings, acks="all")
    await producer.start()
    try:
        with expecting_refusals():
            assert not await shut_out_of_kafka(producer)
            looks = doors(stage, software, connection, bearer)
            assert not any([await look() for look in looks.values()])
            looks |= {"connected to Kafka": lambda: shut_out_of_kafka(producer), "Kafka": lambda: no_login(kafka)}
            before = queued()
            await stage.operator.ask("PATCH", DIRECTORY, 200, json={"state": "suspended"})
            took = await asyncio.gather(*(until(look) for look in looks.values()))
            lost_s = sum(seconds - before.get(thread, 0.0) for thread, seconds in queued().items())
    finally:
        await producer.stop()
    late = {name: seconds for name, seconds in zip(looks, took, strict=True) if seconds - lost_s > PROMISED_SECONDS}
    assert not late, f"still open after {PROMISED_SECONDS} s, {lost_s:.1f} s of waiting for a processor apart: {late}"
    await again(stage, software, connection)


async def again(stage: Stage, software: Client, connection: Connection) -> None:
    """Resumed, everything works as before, with the same credentials."""
    await stage.operator.ask("PATCH", DIRECTORY, 200, json={"state": "active"})

    async def answered() -> bool | None:
        return True if (await software.ask("GET", "/v1/connections", 200, 403)).status_code == 200 else None

    await observed("the software is let in again", answered)
    kafka = await stage.kafka(software)
    assert await kafka.may_read(f"software.{SLUG}.events.v1")
    basic = httpx.BasicAuth(connection.username, connection.password)
    path = f"/v1/connections/{connection.connection_id}/rotate"

    async def rotated() -> bool | None:
        return True if (await stage.door.post(path, auth=basic)).status_code == 200 else None

    await observed("its connection is let in again", rotated)


async def new_software(stage: Stage) -> Client:
    """A software of the test's own, with a key that the operator issued over HTTP."""
    await stage.operator.ask("PUT", DIRECTORY, 200, json={"name": "Kwartaal"})
    key = (await stage.operator.ask("POST", f"{DIRECTORY}/keys", 201, json={"mode": "live"})).json()["key"]
    software = Client(stage.door, key)

    async def known() -> bool | None:
        return True if (await software.ask("GET", "/v1/events", 200, 401)).status_code == 200 else None

    await observed("delivery knows the key", known)
    return software


async def access_token(stage: Stage, connection: Connection) -> str:
    """A bearer that stands for the connection."""
    form = {"grant_type": "client_credentials", "client_id": connection.username, "client_secret": connection.password}
    answer = await stage.door.post("/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def doors(stage: Stage, software: Client, connection: Connection, bearer: str) -> dict[str, Look]:
    """Each door over HTTP: whether it says that the software is suspended."""

    def by_key(path: str) -> Look:
        async def look() -> bool:
            return is_suspended(await software.ask("GET", path, 200, 403))

        return look

    def by_connection(**shown: object) -> Look:
        async def look() -> bool:
            # Not XML: refused either way, so nothing comes of it while the door is open.
            return is_suspended(await stage.door.post("/v1/documents", content=b"x", **shown))  # type: ignore[arg-type]

        return look

    async def at_token_mailer() -> bool:
        return is_suspended(await software.ask("POST", "/v1/connections/con_x/token/resend", 404, 403))

    return {path: by_key(path) for path in DOORS} | {
        "its connection": by_connection(auth=httpx.BasicAuth(connection.username, connection.password)),
        "an access token": by_connection(headers={"Authorization": f"Bearer {bearer}"}),
        "token_mailer": at_token_mailer,
    }


def is_suspended(answer: httpx.Response) -> bool:
    """Shut for this reason; any other answer is an open door."""
    assert answer.status_code != 401, answer.text
    return answer.status_code == 403 and answer.json()["code"] == "software_suspended"


async def shut_out_of_kafka(producer: AIOKafkaProducer) -> bool:
    """Whether a client that is connected already may not write any more."""
    headers = [("ce_type", b"nothing.that.is.known")]
    try:
        await producer.send_and_wait(f"software.{SLUG}.submissions.v1", b"{}", headers=headers)
    except TopicAuthorizationFailedError:
        return True
    return False


async def no_login(kafka: KafkaClient) -> bool:
    """Whether Kafka refuses the software's user."""
    client = AIOKafkaProducer(**kafka._settings)
    try:
        await client.start()
    except KafkaError:
        return True
    finally:
        await client.stop()
    return False


def queued() -> dict[Path, float]:
    """Seconds that each thread, here and in the processes of the platform, has waited so far for a processor that
    others had (schedstat in proc(5)): what is promised is promised of a machine that has time for it."""
    found = {}
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        with contextlib.suppress(OSError):  # it ended
            for thread in Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
                found[thread] = int(thread.read_text().split()[1]) / 1e9
    return found


async def until(look: Look) -> float:
    """Seconds until what is looked at is so."""
    begun = time.monotonic()
    while not await look():
        if time.monotonic() - begun > PATIENCE_S:
            return float("inf")
        await asyncio.sleep(0.1)
    return time.monotonic() - begun
