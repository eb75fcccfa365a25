"""Is every partition read, also when Kafka gave it to nobody because nobody who leads its group watches the topics?"""

from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from shared.chassis.administration import TopicSpec
from tests.component.chassis.one_service.toy import PARTITIONS, Toy

EFFECTS = "select count(*) from effects"
READ_IN_S = 60.0


async def test_partitions_that_come_after_a_member_came_back_are_read(connected: Toy) -> None:
    toy = connected
    first = await toy.start(toy.service())
    await first.stop()
    await toy.start(toy.service())  # back in its place before its session ended: Kafka says that another one leads
    grown = TopicSpec(toy.Asked.topic, PARTITIONS * 2)
    await toy.kafka.administration().ensure_topics([grown])
    await toy.publish(toy.asked(60, keys=60))
    await toy.until(EFFECTS, 60, seconds=READ_IN_S)
    ends = await toy.kafka.administration().end_offsets([toy.Asked.topic])
    assert all(ends[toy.Asked.topic, partition] for partition in range(PARTITIONS, PARTITIONS * 2))


class SharesNothing(RoundRobinPartitionAssignor):  # type: ignore[misc]
    """As a leader shares whose Kafka does not have the topic yet."""

    @classmethod
    def assign(cls, cluster: Any, members: Mapping[str, Any]) -> dict[str, ConsumerProtocolMemberAssignment]:
        return {member: ConsumerProtocolMemberAssignment(cls.version, [], b"") for member in members}


async def test_a_group_that_shared_nothing_when_its_topic_was_not_there_shares_it_anew(connected: Toy) -> None:
    toy = connected
    group = f"{toy.name}.{toy.Asked.topic}"
    async with AIOKafkaConsumer(
        toy.Asked.topic,
        group_id=group,
        group_instance_id=f"{toy.name}-0",
        partition_assignment_strategy=(SharesNothing,),
        **toy.client(),
    ):
        assert await toy.kafka.administration().assigned([group]) == {group: set()}
    await toy.start(toy.service())
    await toy.publish(toy.asked(30, keys=30))
    await toy.until(EFFECTS, 30, seconds=READ_IN_S)
