"""Does everything that was committed reach Kafka, in the order of its key, whatever stands in the way?"""

import asyncio
from uuid import uuid4

from shared.chassis.administration import TopicSpec
from shared.chassis.documents import Documents
from shared.chassis.messages import EdgeRecord
from shared.chassis.outbox import shard_of
from shared.chassis.relay import Relay
from tests.component.chassis.one_service.toy import Toy, cause
from tests.waiting import until

PENDING = "select count(*) from outbox where acknowledged_at is null"


async def drained(toy: Toy, *relays: Relay, seconds: float = 15.0) -> None:
    """Run the relays until nothing waits."""
    running = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        await toy.until(PENDING, 0, seconds)
    finally:
        for task in running:
            task.cancel()


async def test_a_key_keeps_its_order_over_two_replicas(connected: Toy) -> None:
    toy = connected
    first, second = await toy.relay(), await toy.relay()
    running = [asyncio.create_task(relay.run()) for relay in (first, second)]
    for start in range(0, 600, 20):
        await toy.write(*(cause().then(toy.Answered(name=f"k{n % 7}", n=n)) for n in range(start, start + 20)))
        first.wake(), second.wake()
    await toy.until(PENDING, 0)
    for task in running:
        task.cancel()
    by_key: dict[bytes, list[int]] = {}
    for record in await toy.published(toy.Answered.topic):
        by_key.setdefault(record.key, []).append(toy.Answered.model_validate_json(record.value).n)
    assert sum(map(len, by_key.values())) == 600
    assert all(numbers == sorted(numbers) for numbers in by_key.values())
    places = await toy.sql("select count(*) from outbox where topic_id is null or position is null")
    assert places[0][0] == 0


async def test_a_missing_topic_rests_its_shard_while_others_go_on(connected: Toy) -> None:
    toy = connected
    topic = f"software.{toy.name}.events.v1"
    record = EdgeRecord(cause(), topic, "k", b"{}", "be.relais.x.v1", uuid4())
    await toy.write(record, *(cause().then(toy.Answered(name=f"k{n}", n=n)) for n in range(50)))
    relay = await toy.relay()
    running = asyncio.create_task(relay.run())
    await toy.until(PENDING, 1)
    assert relay.trouble == ""  # an edge that is missing is its tenant's delay, not the service's
    await toy.kafka.administration().ensure_topics([TopicSpec(topic, 1)])
    await toy.until(PENDING, 0)
    running.cancel()
    assert len(await toy.published(topic)) == 1


async def test_a_record_too_large_is_a_dead_letter_and_its_shard_goes_on(connected: Toy) -> None:
    toy = connected
    await toy.write(
        cause().then(toy.Answered(name="k", n=1)),
        cause().then(toy.Asked(name="k" * 2_000_000, n=2)),
        cause().then(toy.Answered(name="k", n=3)),
    )
    await toy.sql("update outbox set shard = $1", shard_of("k"))
    await drained(toy, await toy.relay())
    (letter,) = await toy.sql("select * from dead_letters")
    assert letter["reason_code"] == "record_refused"
    assert letter["handler"] == f"relay {toy.Asked.topic}"
    assert len(await toy.published(toy.Answered.topic)) == 2


async def test_a_claim_check_is_published_byte_for_byte(connected: Toy) -> None:
    toy = connected
    topic, document = f"office.{toy.name}.documents.v1", bytes(range(256)) * 1000
    await toy.kafka.administration().ensure_topics([TopicSpec(topic, 1)])
    claim = await Documents(f"file://{toy.folder}/documents").put(document, "unassigned", "application/pdf")
    facts = (("rl_document", "7"),)
    await toy.write(
        EdgeRecord(
            cause(),
            topic,
            "k",
            claim,
            "be.relais.x.v1",
            uuid4(),
            content_type="application/pdf",
            headers=facts,
        )
    )
    await drained(toy, await toy.relay())
    (record,) = await toy.published(topic)
    assert record.value == document
    assert dict(record.headers)["content-type"] == b"application/pdf"
    assert dict(record.headers)["rl_document"] == b"7"


async def test_a_claim_check_whose_bytes_were_changed_is_a_dead_letter(connected: Toy) -> None:
    toy = connected
    topic = f"office.{toy.name}.documents.v1"
    await toy.kafka.administration().ensure_topics([TopicSpec(topic, 1)])
    claim = await Documents(f"file://{toy.folder}/documents").put(b"one", "unassigned", "application/pdf")
    (stored,) = (path for path in (toy.folder / "documents").rglob("*") if path.is_file())
    stored.write_bytes(b"two")
    await toy.write(EdgeRecord(cause(), topic, "k", claim, "be.relais.x.v1", uuid4()))
    await drained(toy, await toy.relay())
    assert await toy.value("select count(*) from dead_letters where handler like 'relay %'") == 1


async def test_a_relay_that_lost_its_session_publishes_nothing_on_its_old_locks(connected: Toy) -> None:
    toy = connected
    first, second = await toy.relay(), await toy.relay()
    await toy.write(cause().then(toy.Answered(name="k", n=1)))
    await first.publish()
    await toy.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like $1 and pid in "
        "(select pid from pg_locks where locktype = 'advisory' and objid = $2)",
        f"{toy.name}-session",
        shard_of("k"),
    )
    await until(lambda: not first._session.alive)
    await toy.write(cause().then(toy.Answered(name="k", n=2)))
    refused = await asyncio.gather(first.publish(), return_exceptions=True)
    assert isinstance(refused[0], ConnectionResetError)
    assert await second.publish() is True
    assert await toy.value(PENDING) == 0
