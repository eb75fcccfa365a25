"""Kafka's administration: topics, users, access rules and lag. It lists first and writes the difference.

Made on confluent-kafka, whose admin client alone knows users and access rules.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import (
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicCollection,
    TopicPartition,
)

from shared.chassis.access import Grant, Rule, binding_of, filter_of, rule_of, rules_asked_for, rules_of
from shared.chassis.admin_calls import TIMEOUT_SECONDS, AdminCalls, kafka
from shared.chassis.cluster import Lag, TopicSpec, TopicState, kafka_password

__all__ = ["Administration", "Grant", "Lag", "Rule", "TopicSpec", "TopicState", "kafka_password"]

_SCRAM_ITERATIONS = 4096
_SEEN_SECONDS = 5.0
"""How long the broker may take to show what the controller accepted; earlier it is not written again."""


class Administration(AdminCalls):
    """An administrator's connection to Kafka (SASL/SCRAM-SHA-512; without a username, plain text).

    Every method raises `Unavailable` when Kafka does not answer or refuses.
    """

    def __init__(self, bootstrap: str, username: str, password: str, security_protocol: str = "SASL_PLAINTEXT") -> None:
        super().__init__(bootstrap, username, password, security_protocol)
        self._settled: set[tuple[str, TopicSpec]] = set()
        self._written: dict[str, tuple[str, float]] = {}
        self._added: dict[Rule, float] = {}

    async def ensure_topics(self, specs: Collection[TopicSpec]) -> tuple[str, ...]:
        """Make missing topics and bring the others to their configuration; the names that were made."""
        known = await self.describe([spec.name for spec in specs])
        missing = [spec for spec in specs if spec.name not in known]
        await self._work(lambda: self._create(missing))
        # What was compared once needs no comparing again, unless the topic was made anew meanwhile.
        unsettled = [
            spec for spec in specs if spec.name in known and (known[spec.name].topic_id, spec) not in self._settled
        ]
        if unsettled:
            await self._work(lambda: self._adjust(unsettled, known))
            self._settled |= {(known[spec.name].topic_id, spec) for spec in unsettled}
        return tuple(spec.name for spec in missing)

    async def ensure_user(self, name: str, password: str) -> None:
        """Make one user; see `ensure_users`."""
        await self.ensure_users({name: password})

    async def ensure_users(self, passwords: Mapping[str, str]) -> tuple[str, ...]:
        """Make the users that are missing; the names that were written.

        Kafka never shows a password, so each is written once by this process, whatever was there before.
        """
        listed = await self.users()
        wanted = {name: text for name, text in passwords.items() if self._must_write(name, text, listed)}
        await self._work(lambda: self._write_users(wanted))
        self._written |= {name: (text, time.monotonic()) for name, text in wanted.items()}
        return tuple(wanted)

    async def remove_users(self, names: Collection[str]) -> tuple[str, ...]:
        """Remove users; the names of those that were there. They cannot log in any more; rules bind the others."""
        known = sorted(set(names) & await self.users()) if names else []
        await self._work(lambda: self._delete_users(known))
        for name in known:
            self._written.pop(name, None)
        return tuple(known)

    def _must_write(self, name: str, password: str, listed: Collection[str]) -> bool:
        text, written_at = self._written.get(name, ("", 0.0))
        return text != password or (name not in listed and time.monotonic() - written_at > _SEEN_SECONDS)

    async def users(self) -> set[str]:
        """The users that can log in."""
        return set(await self._work(self._users))

    async def ensure_acls(self, principal: str, grants: Iterable[Grant]) -> None:
        """Let a principal do what these grants say, beside what it may do already."""
        listed = await self.rules(principal)
        await self.change_rules(rules_of(principal, grants) - listed, ())

    async def rules(self, principal: str | None = None) -> set[Rule]:
        """The access rules of a principal, or all."""
        asked = rules_asked_for(principal)
        found = await self._work(lambda: self._client().describe_acls(asked).result(TIMEOUT_SECONDS))
        return {rule_of(binding) for binding in found}

    async def change_rules(self, add: Collection[Rule], remove: Collection[Rule]) -> None:
        """Add and remove access rules, in this order."""
        now = time.monotonic()
        missing = [rule for rule in sorted(add) if now - self._added.get(rule, -_SEEN_SECONDS) >= _SEEN_SECONDS]
        if missing:
            bindings = [binding_of(rule) for rule in missing]
            await self._work(lambda: self._wait_all(self._client().create_acls(bindings)))
            self._added |= dict.fromkeys(missing, now)
        if remove:
            filters = [filter_of(rule) for rule in sorted(remove)]
            for rule in remove:
                self._added.pop(rule, None)
            await self._work(lambda: self._wait_all(self._client().delete_acls(filters)))

    async def describe(self, names: Collection[str] | None = None) -> dict[str, TopicState]:
        """The topics of these names that exist, or all that this user may see."""
        if names is None:
            listed = await self._work(lambda: self._client().list_topics(timeout=TIMEOUT_SECONDS))
            names = [name for name in listed.topics if not name.startswith("__")]
        if not names:
            return {}
        asked = TopicCollection(list(names))
        return await self._work(lambda: self._described(self._client().describe_topics(asked)))

    async def end_offsets(self, names: Collection[str]) -> dict[tuple[str, int], int]:
        """The next offset of each (topic, partition) of those topics that exist."""
        states = await self.describe(names)
        asked = [
            TopicPartition(state.name, partition) for state in states.values() for partition in range(state.partitions)
        ]
        return await self._work(lambda: self._ends(asked))

    async def lag(self) -> list[Lag]:
        """How far every group is behind on everything that it ever committed."""
        committed = await self._work(self._committed)
        ends = await self.end_offsets({topic for _, topic, _ in committed})
        return [
            Lag(group, topic, partition, offset, ends[topic, partition])
            for (group, topic, partition), offset in committed.items()
            if (topic, partition) in ends
        ]

    async def assigned(self, groups: Collection[str]) -> dict[str, set[tuple[str, int]]]:
        """The (topic, partition)s that members of these groups have; a group that is still sharing them is left out."""
        return await self._work(lambda: self._assigned(groups)) if groups else {}

    async def prepare_groups(self) -> None:
        """Have Kafka make the topic in which it keeps the offsets of groups.

        It does so when the first group is asked for, and until it is done every consumer that wants to join asks
        again and again. Raises `Unavailable` until it is there.
        """
        await self._work(lambda: self._wait_all(self._client().describe_consumer_groups(["administration.none"])))

    def _users(self) -> Collection[str]:
        listed: Any = self._client().describe_user_scram_credentials()
        users: Collection[str] = self._wait(listed)
        return users

    def _create(self, specs: Collection[TopicSpec]) -> None:
        if specs:
            new = [
                kafka.NewTopic(spec.name, spec.partitions, spec.replication, config=dict(spec.config)) for spec in specs
            ]
            self._wait_all(self._client().create_topics(new), KafkaError.TOPIC_ALREADY_EXISTS)

    def _adjust(self, specs: Collection[TopicSpec], known: Mapping[str, TopicState]) -> None:
        grown = [
            kafka.NewPartitions(spec.name, spec.partitions)
            for spec in specs
            if known[spec.name].partitions < spec.partitions
        ]
        if grown:
            self._wait_all(self._client().create_partitions(grown))
        asked = {spec.name: kafka.ConfigResource(kafka.ResourceType.TOPIC, spec.name) for spec in specs}
        futures = self._client().describe_configs(list(asked.values()))
        found = {resource.name: self._wait(future) for resource, future in futures.items()}
        changes = [change for spec in specs if (change := _change(spec, found[spec.name])) is not None]
        if changes:
            self._wait_all(self._client().incremental_alter_configs(changes))

    def _write_users(self, passwords: Mapping[str, str]) -> None:
        if passwords:
            mechanism = kafka.ScramCredentialInfo(kafka.ScramMechanism.SCRAM_SHA_512, _SCRAM_ITERATIONS)
            self._wait_all(
                self._client().alter_user_scram_credentials(
                    [
                        kafka.UserScramCredentialUpsertion(name, mechanism, password.encode())
                        for name, password in passwords.items()
                    ]
                )
            )

    def _delete_users(self, names: Collection[str]) -> None:
        if names:
            mechanism = kafka.ScramMechanism.SCRAM_SHA_512
            gone = [kafka.UserScramCredentialDeletion(name, mechanism) for name in names]
            self._wait_all(self._client().alter_user_scram_credentials(gone), KafkaError.RESOURCE_NOT_FOUND)

    def _described(self, futures: Mapping[str, "Future[Any]"]) -> dict[str, TopicState]:
        found = {}
        for name, future in futures.items():
            try:
                topic = self._wait(future)
            except KafkaException as error:
                if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                    continue
                raise
            found[name] = TopicState(name, str(topic.topic_id), len(topic.partitions))
        return found

    def _ends(self, asked: Collection[TopicPartition]) -> dict[tuple[str, int], int]:
        if not asked:
            return {}
        latest = {place: kafka.OffsetSpec.latest() for place in asked}
        futures = self._client().list_offsets(latest, isolation_level=IsolationLevel.READ_UNCOMMITTED)
        return {(place.topic, place.partition): self._wait(future).offset for place, future in futures.items()}

    def _committed(self) -> dict[tuple[str, str, int], int]:
        groups = [group.group_id for group in self._wait(self._client().list_consumer_groups()).valid]
        futures: dict[str, Future[Any]] = {}
        for group in groups:
            futures |= self._client().list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
        found = {}
        for group, future in futures.items():
            for place in self._wait(future).topic_partitions:
                found[group, place.topic, place.partition] = place.offset
        return found

    def _assigned(self, groups: Collection[str]) -> dict[str, set[tuple[str, int]]]:
        futures = self._client().describe_consumer_groups(list(groups))
        found = {name: self._wait(future) for name, future in futures.items()}
        return {
            name: {
                (place.topic, place.partition)
                for member in group.members
                for place in member.assignment.topic_partitions
            }
            for name, group in found.items()
            if group.state is ConsumerGroupState.STABLE
        }


def _change(spec: TopicSpec, found: Mapping[str, Any]) -> Any:
    differing = {name: value for name, value in spec.config.items() if name not in found or found[name].value != value}
    if not differing:
        return None
    entries = [
        kafka.ConfigEntry(name, value, incremental_operation=kafka.AlterConfigOpType.SET)
        for name, value in differing.items()
    ]
    return kafka.ConfigResource(kafka.ResourceType.TOPIC, spec.name, incremental_configs=entries)
