"""When is a group formed anew? After two looks at which nobody had the same partition; one may meet it half-way."""

from collections.abc import Collection, Iterable, Mapping

from shared.chassis.cluster import TopicState
from shared.chassis.coverage import Coverage, Places
from shared.chassis.topics import TopicIds

TOPIC = "invoice.submitted.v1"


class Kafka:
    """Partitions of one topic, and those that somebody in each group has."""

    def __init__(self, shared: dict[str, Places], partitions: int = 3) -> None:
        self.shared, self.partitions = shared, partitions
        self.asked: list[list[str]] = []

    async def describe(self, names: Collection[str] | None) -> dict[str, TopicState]:
        return {TOPIC: TopicState(TOPIC, "id", self.partitions)} if names is None or TOPIC in names else {}

    async def assigned(self, groups: Collection[str]) -> Mapping[str, Places]:
        self.asked.append(list(groups))
        return {group: self.shared[group] for group in groups if group in self.shared}


class Reader:
    """One process's place in a group, with the partitions that it was given itself."""

    def __init__(self, group: str, own: Places) -> None:
        self.group, self.own, self.restarts = group, own, 0

    def lacks(self, states: Iterable[TopicState]) -> Places:
        return places(*(n for state in states for n in range(state.partitions))) - self.own

    async def restart(self) -> None:
        self.restarts += 1


def places(*numbers: int) -> Places:
    return {(TOPIC, number) for number in numbers}


async def looks(kafka: Kafka, readers: list[Reader], times: int) -> Coverage:
    """The coverage after so many looks."""
    topics = TopicIds(kafka)
    await topics.known([TOPIC])
    coverage = Coverage(kafka, topics, lambda: readers)
    for _ in range(times):
        await coverage.check()
    return coverage


async def test_a_group_is_formed_anew_when_the_same_is_missing_at_two_looks_and_not_at_each_after() -> None:
    for times, restarts in ((1, 0), (2, 1), (3, 1), (4, 2)):
        reader, whole = Reader("g", places(0)), Reader("whole", places(0, 1, 2))
        kafka = Kafka({"g": places(0, 1)})
        await looks(kafka, [reader, whole], times)
        assert (reader.restarts, whole.restarts, kafka.asked[-1]) == (restarts, 0, ["g"]), times


async def test_what_another_member_has_is_not_missing_nor_is_anything_while_a_group_is_sharing() -> None:
    readers = [Reader("g", places(0)), Reader("sharing", places())]
    await looks(Kafka({"g": places(0, 1, 2)}), readers, 3)
    assert [reader.restarts for reader in readers] == [0, 0]


async def test_partitions_that_are_missing_in_turn_are_on_their_way() -> None:
    reader, kafka = Reader("g", places(0)), Kafka({"g": places(0, 1)})
    coverage = await looks(kafka, [reader], 1)
    for shared in (places(0, 2), places(0, 1), places(0, 1, 2), places(0, 2)):
        kafka.shared = {"g": shared}
        await coverage.check()
    assert reader.restarts == 0
    await coverage.check()
    assert reader.restarts == 1


async def test_a_partition_that_came_is_missed_as_soon_as_kafka_tells_of_it() -> None:
    reader, kafka = Reader("g", places(0, 1, 2)), Kafka({"g": places(0, 1, 2)})
    topics = TopicIds(kafka)
    topics.watch_all()
    coverage = Coverage(kafka, topics, lambda: [reader])
    await coverage.check()
    kafka.partitions = 4
    await topics.refresh()
    await coverage.check()
    assert reader.restarts == 0
    await coverage.check()
    assert reader.restarts == 1
