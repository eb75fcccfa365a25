"""The edges of Kafka: the topics, users and access rules of each accounting office and billing software.

Delivery opens an edge when it appears; the administration's loop makes all of them whole after a loss.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.chassis.access import Grant, rules_of
from shared.chassis.administration import Administration, TopicSpec, kafka_password
from shared.chassis.errors import Unavailable

EDGE_WRITER = "delivery"
"""The one service that writes to edge topics; to submissions only their software writes."""
_SHOWN_SECONDS = 15.0
_DAY_MS = 24 * 60 * 60 * 1000
_RETENTION_MS = 7 * _DAY_MS
_SUBMISSIONS = {"max.message.bytes": "1500000", "retention.ms": str(_DAY_MS), "cleanup.policy": "delete"}
_EDGE = {"retention.ms": str(_RETENTION_MS), "cleanup.policy": "delete"}


@dataclass(frozen=True, slots=True)
class EdgePrincipal:
    """One row of delivery's `edge_principals`: `principal` is `office.<id>` or `software.<slug>`.

    `topics` it reads; `submissions` is the topic it writes, None for an office. One that is `closed` has its topics
    and nothing else: no user, no rules.
    """

    principal: str
    topics: tuple[str, ...]
    submissions: str | None = None
    closed: bool = False

    @classmethod
    def of_office(cls, office_id: str) -> "EdgePrincipal":
        """An office reads its documents."""
        return cls(f"office.{office_id}", (f"office.{office_id}.documents.v1",))

    @classmethod
    def of_software(cls, slug: str) -> "EdgePrincipal":
        """A software reads its events and writes its submissions."""
        return cls(f"software.{slug}", (f"software.{slug}.events.v1",), f"software.{slug}.submissions.v1")


def topics_of(rows: Iterable[EdgePrincipal]) -> list[TopicSpec]:
    """The topics of these edges: one partition each, so that each has one order."""
    specs = []
    for row in rows:
        specs += [TopicSpec(topic, 1, _EDGE) for topic in row.topics]
        if row.submissions is not None:
            specs.append(TopicSpec(row.submissions, 1, _SUBMISSIONS))
    return specs


def grants_of(row: EdgePrincipal) -> list[Grant]:
    """What the principal of an edge may do, and nothing beside it."""
    if row.closed:
        return []
    grants = [Grant("topic", topic, ("READ", "DESCRIBE")) for topic in row.topics]
    # With the dot, the groups of `robaws` are not those of `robaws-two`.
    grants.append(Grant("group", f"{row.principal}.", ("READ", "DESCRIBE"), "PREFIXED"))
    if row.submissions is not None:
        grants.append(Grant("topic", row.submissions, ("WRITE", "DESCRIBE")))
    return grants


def writer_grants(rows: Iterable[EdgePrincipal]) -> list[Grant]:
    """What delivery may do with these edges."""
    return [Grant("topic", topic, ("WRITE", "DESCRIBE")) for row in rows for topic in row.topics]


async def ensure_edge(administration: Administration, rows: Sequence[EdgePrincipal], password_secret: bytes) -> None:
    """Make topics, users and rules of these edges, and see them; done again it changes nothing.

    Raises `Unavailable`, also when Kafka accepted all and does not show it in time.
    """
    await administration.ensure_topics(topics_of(rows))
    await administration.ensure_users({row.principal: kafka_password(password_secret, row.principal) for row in rows})
    for row in rows:
        await administration.ensure_acls(row.principal, grants_of(row))
    await administration.ensure_acls(EDGE_WRITER, writer_grants(rows))
    deadline = time.monotonic() + _SHOWN_SECONDS
    while not await _shown(administration, rows):
        if time.monotonic() > deadline:
            raise Unavailable("Kafka does not show yet what it accepted", retry_after=1.0)
        await asyncio.sleep(0.1)


async def close_edge(administration: Administration, row: EdgePrincipal) -> None:
    """Take the rules and the user of an edge away, and see them gone; done again it changes nothing.

    Rules first: they bind also who is connected, while a user only keeps out who connects anew. Raises `Unavailable`.
    """
    deadline = time.monotonic() + _SHOWN_SECONDS
    while True:
        rules = await administration.rules(row.principal)
        await administration.change_rules((), rules)
        await administration.remove_users([row.principal])
        if not rules and row.principal not in await administration.users():
            return
        if time.monotonic() > deadline:
            raise Unavailable("Kafka still shows what it was asked to remove", retry_after=1.0)
        await asyncio.sleep(0.1)


async def _shown(administration: Administration, rows: Sequence[EdgePrincipal]) -> bool:
    wanted = rules_of(EDGE_WRITER, writer_grants(rows))
    for row in rows:
        wanted |= rules_of(row.principal, grants_of(row))
    users = await administration.users()
    return {row.principal for row in rows} <= users and wanted <= await administration.rules()
