"""Is nothing lost and nothing doubled when Kafka loses everything, and when Postgres dies?"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.kafka import Kafka
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from shared.chassis import repair, topics
from shared.chassis.cluster import TopicState
from shared.chassis.repair import Repair
from shared.chassis.topics import TopicIds
from tests.backends import PASSWORD, KafkaServer, PostgresServer, local_postgres
from tests.component.chassis.one_service.toy import Toy, cause
from tests.component.chassis.one_service.watching import becomes_ready

EFFECTS = "select count(*) from effects"
PENDING = "select count(*) from outbox where acknowledged_at is null"


@pytest.fixture
async def own_postgres(own_folder: Path) -> AsyncIterator[Postgres]:
    """A server that this test may kill."""
    part = local_postgres(own_folder, Ports(own_folder / "ports.json", free_ports=True), fsync=True)
    await part.start()
    yield part
    await part.stop()


async def test_a_kafka_that_lost_everything_is_filled_again_and_nothing_counts_twice(
    own_kafka: Kafka, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repair, "EVERY_SECONDS", 1.0)
    monkeypatch.setattr(topics, "EVERY_SECONDS", 1.0)
    toy.kafka = KafkaServer(own_kafka.bootstrap_servers, "admin", PASSWORD, "own")
    await toy.make_topics()
    running = await toy.start(toy.service())
    await toy.write(*(cause().then(toy.Asked(name=f"k{n % 10}", n=n)) for n in range(200)))
    await toy.until(EFFECTS, 200)
    await toy.until(PENDING, 0)
    old = await toy.value("select topic_id from consumed where topic = $1 limit 1", toy.Asked.topic)

    own_kafka.kill()
    assert own_kafka.child is not None
    await own_kafka.child.wait()
    own_kafka.wipe()
    await toy.write(*(cause().then(toy.Asked(name=f"k{n % 10}", n=n)) for n in range(200, 250)))
    await own_kafka.start()
    await toy.make_topics()

    await toy.until(EFFECTS, 250)
    await toy.until("select count(distinct topic_id) from published where topic like '%.asked.v1'", 1)
    await toy.until("select min(topic_id) <> '" + old + "' from outbox where topic like '%.asked.v1'", True)
    await toy.until(PENDING, 0)
    asked = {dict(record.headers)["ce_id"] for record in await toy.published(toy.Asked.topic)}
    answered = {dict(record.headers)["ce_id"] for record in await toy.published(toy.Answered.topic)}
    assert (len(asked), len(answered)) == (250, 250)
    assert await toy.value("select count(distinct event_id) from effects") == 250
    assert await toy.value(EFFECTS) == 250
    assert await toy.value("select count(*) from dead_letters") == 0
    await toy.until("select count(distinct topic_id) from consumed where topic like '%.asked.v1'", 1)
    await becomes_ready(running)


class Broker:
    """Topics as a test says they are."""

    def __init__(self, identity: str, end: int) -> None:
        self.identity, self.end = identity, end

    async def describe(self, names: Collection[str] | None) -> dict[str, TopicState]:
        return {name: TopicState(name, self.identity, 1) for name in names or ()}

    async def end_offsets(self, names: list[str]) -> Mapping[tuple[str, int], int]:
        return {(name, 0): self.end for name in names}


async def acknowledged(toy: Toy, identity: str, positions: Sequence[int]) -> None:
    """Rows that Kafka acknowledged in one incarnation of a topic, as the relay notes them."""
    await toy.write(*(cause().then(toy.Answered(name="k", n=n)) for n in positions))
    await toy.sql(
        """with numbered as (select id, row_number() over (order by id) as place from outbox where topic_id is null)
           update outbox set acknowledged_at = now(), topic_id = $1, partition = 0, position = ($2::bigint[])[place]
           from numbered where numbered.id = outbox.id""",
        identity,
        list(positions),
    )
    await toy.sql("insert into published values ($1, 0, $2, $3)", toy.Answered.topic, identity, max(positions))


async def test_what_went_to_a_topic_made_anew_does_not_hide_that_the_old_one_is_gone(toy: Toy) -> None:
    await acknowledged(toy, "old", range(5))
    await acknowledged(toy, "new", range(2))
    broker = Broker("new", end=2)
    check = Repair(await toy.open(), TopicIds(broker), broker, lambda: None)
    assert await check.check() == 5
    assert await toy.value("select min(topic_id) from outbox where acknowledged_at is not null") == "new"
    assert await check.check() == 0


async def test_a_partition_that_ends_too_early_gets_its_tail_again(toy: Toy) -> None:
    await acknowledged(toy, "same", [0, 1, 2, 3, -1])
    broker = Broker("same", end=3)
    check = Repair(await toy.open(), TopicIds(broker), broker, lambda: None)
    assert await check.check() == 2  # the one beyond the end, and the one whose place was never told
    assert await toy.value(PENDING) == 2


async def test_a_listener_hears_of_a_topic_made_anew_even_when_it_failed_the_first_time() -> None:
    broker, heard = Broker("old", end=0), list[set[str]]()
    ids = TopicIds(broker)

    async def listener(names: set[str]) -> None:
        heard.append(names)
        if len(heard) == 1:
            raise ConnectionResetError

    ids.on_change(listener)
    await ids.known(["t"])
    broker.identity = "new"
    await ids.refresh()
    assert heard == []  # who asks is not stopped by what a listener does
    with pytest.raises(ConnectionResetError):
        await ids._tell()
    await ids._tell()
    await ids._tell()
    assert heard == [{"t"}, {"t"}]


async def test_a_postgres_that_was_killed_comes_back_to_the_same_slot_and_goes_on(
    kafka: KafkaServer, own_postgres: Postgres, own_folder: Path
) -> None:
    toy = Toy(f"toy_{uuid4().hex[:10]}", kafka, PostgresServer(own_postgres.owner_url, "own"), "relais", own_folder)
    await toy.migrate()
    await toy.make_topics()
    try:
        running = await toy.start(toy.service())
        await toy.publish(toy.asked(50))
        await toy.until(EFFECTS, 50)
        own_postgres.kill()
        assert own_postgres.child is not None
        await own_postgres.child.wait()
        await toy.publish(toy.asked(50, first=50))
        await own_postgres.start()
        await toy.until(EFFECTS, 100)
        await toy.until(PENDING, 0)
        assert running._session.slot == 0
        assert await toy.value("select count(distinct event_id) from effects") == 100
        assert await toy.value("select count(*) from dead_letters") == 0
    finally:
        await toy.close()
