"""Is Kafka made whole, only where something is missing, and does each principal reach only its own?"""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from deploy.administration import Caretaker, wanted_rules
from deploy.local.kafka import Kafka
from shared.chassis import admin_calls
from shared.chassis.administration import Administration, TopicSpec, kafka_password
from shared.chassis.edges import EdgePrincipal, ensure_edge
from shared.chassis.errors import Unavailable
from shared.contracts.catalogue import CATALOGUE, SERVICES

SECRET = b"s" * 32
ROBAWS = EdgePrincipal.of_software("robaws")
OFFICE = EdgePrincipal.of_office("declercq")


@pytest.fixture
def administration(edge_kafka: Kafka) -> Administration:
    return Administration(edge_kafka.bootstrap_servers, "admin", "admin-password")


def _as(kafka: Kafka, principal: str) -> dict[str, str]:
    return {
        "bootstrap_servers": kafka.bootstrap_servers,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": principal,
        "sasl_plain_password": kafka_password(SECRET, principal),
    }


@pytest.fixture
async def edges(administration: Administration) -> AsyncIterator[None]:
    await ensure_edge(administration, [ROBAWS, OFFICE, EdgePrincipal.of_software("robaws-two")], SECRET)
    await ensure_edge(administration, [EdgePrincipal("delivery", ())], SECRET)
    yield


def _caretaker(administration: Administration, rows: list[EdgePrincipal] | None) -> Caretaker:
    async def read() -> list[EdgePrincipal] | None:
        return rows

    return Caretaker(administration, read, SECRET, -1)


async def test_a_topic_is_made_once_and_brought_to_its_configuration(administration: Administration) -> None:
    assert await administration.ensure_topics([TopicSpec("t1", 2, {"retention.ms": "1000"})]) == ("t1",)
    before = await administration.describe(["t1", "absent"])
    assert list(before) == ["t1"]
    assert await administration.ensure_topics([TopicSpec("t1", 3, {"retention.ms": "2000"})]) == ()
    after = (await administration.describe(["t1"]))["t1"]
    assert (after.partitions, after.topic_id) == (3, before["t1"].topic_id)


async def test_lag_is_what_a_group_has_not_read(administration: Administration, edge_kafka: Kafka) -> None:
    await administration.ensure_topics([TopicSpec("lagging", 1)])
    admin = _as(edge_kafka, "admin") | {"sasl_plain_password": "admin-password"}
    async with AIOKafkaProducer(**admin) as producer:
        for _ in range(5):
            await producer.send_and_wait("lagging", b"x")
    async with AIOKafkaConsumer("lagging", group_id="reader", auto_offset_reset="earliest", **admin) as consumer:
        for _ in range(2):
            message = await asyncio.wait_for(consumer.getone(), 20)
        await consumer.commit({next(iter(consumer.assignment())): message.offset + 1})
    assert await administration.end_offsets(["lagging"]) == {("lagging", 0): 5}
    (lag,) = [one for one in await administration.lag() if one.topic == "lagging"]
    assert (lag.group, lag.committed, lag.waiting) == ("reader", 2, 3)


async def test_a_complete_round_makes_all_and_the_next_finds_nothing_to_do(
    administration: Administration,
) -> None:
    caretaker = _caretaker(administration, [ROBAWS])
    assert not caretaker.readiness.ready
    await caretaker.until_whole()
    assert caretaker.readiness.ready
    topics = await administration.describe()
    assert {event.topic for event in CATALOGUE} <= topics.keys()
    assert {f"{service}.dead_letters.v1" for service in SERVICES} <= topics.keys()
    ours = {rule for rule in await administration.rules() if rule.principal != "admin"}
    assert wanted_rules([ROBAWS]) <= ours
    assert await caretaker.round()
    assert await administration.ensure_users({"intake": kafka_password(SECRET, "intake")}) == ()


async def test_rules_of_a_principal_that_left_are_removed_but_never_while_the_table_is_absent(
    administration: Administration,
) -> None:
    await _caretaker(administration, [ROBAWS, OFFICE]).until_whole()
    await _caretaker(administration, None).until_whole()
    assert await administration.rules(OFFICE.principal)
    await _caretaker(administration, [ROBAWS]).until_whole()
    assert not await administration.rules(OFFICE.principal)
    assert await administration.rules(ROBAWS.principal)


@pytest.mark.usefixtures("edges")
async def test_an_office_reads_its_own_topic_and_no_other(edge_kafka: Kafka) -> None:
    async with AIOKafkaProducer(**_as(edge_kafka, "delivery")) as producer:
        await producer.send_and_wait("office.declercq.documents.v1", b"<Invoice/>")
    own = AIOKafkaConsumer(
        "office.declercq.documents.v1",
        group_id="office.declercq.books",
        auto_offset_reset="earliest",
        **_as(edge_kafka, "office.declercq"),
    )
    async with own:
        assert (await asyncio.wait_for(own.getone(), 20)).value == b"<Invoice/>"
    with pytest.raises(TopicAuthorizationFailedError):
        await _read_once(
            AIOKafkaConsumer(
                "software.robaws.events.v1", group_id="office.declercq.x", **_as(edge_kafka, OFFICE.principal)
            )
        )
    with pytest.raises(GroupAuthorizationFailedError):
        await _read_once(
            AIOKafkaConsumer(
                "office.declercq.documents.v1", group_id="intake.stolen", **_as(edge_kafka, OFFICE.principal)
            )
        )


async def _read_once(consumer: AIOKafkaConsumer) -> None:
    try:
        await asyncio.wait_for(consumer.start(), 20)
        await asyncio.wait_for(consumer.getone(), 20)
    finally:
        await consumer.stop()


@pytest.mark.usefixtures("edges")
async def test_a_software_writes_its_submissions_and_nobody_elses(edge_kafka: Kafka) -> None:
    async with AIOKafkaProducer(**_as(edge_kafka, "software.robaws"), enable_idempotence=True) as producer:
        sent = await producer.send_and_wait("software.robaws.submissions.v1", b"{}")
        assert sent.offset == 0
        for forbidden in ("software.robaws-two.submissions.v1", "software.robaws.events.v1"):
            with pytest.raises(TopicAuthorizationFailedError):
                await producer.send_and_wait(forbidden, b"{}")


async def test_a_kafka_that_does_not_answer_is_unavailable_and_keeps_no_thread_from_other_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admin_calls, "TIMEOUT_SECONDS", 5.0)
    absent = Administration("127.0.0.1:1", "admin", "x")
    asked = [asyncio.create_task(absent.describe(["t1"])) for _ in range(12)]
    await asyncio.sleep(0.1)
    counting = asyncio.create_task(asyncio.to_thread(threading.active_count))
    done, _ = await asyncio.wait({counting, *asked}, return_when=asyncio.FIRST_COMPLETED)
    assert counting in done, "all of them waited meanwhile"
    assert counting.result() > len(asked)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}


def test_passwords_are_derived_for_each_principal() -> None:
    assert kafka_password(SECRET, "intake") == kafka_password(SECRET, "intake")
    assert len({kafka_password(SECRET, name) for name in SERVICES}) == len(SERVICES)
    assert len(kafka_password(SECRET, "intake")) == 43
