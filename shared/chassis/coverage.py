"""Is every partition of what this process subscribes to given to somebody? Where not, its group is formed anew.

Kafka gives a static member that comes back what it had, without sharing anew, and tells it that somebody else leads
the group (KIP-814; only clients newer than aiokafka's protocol are told better). Nobody watches the topics then: a
partition that came meanwhile, or a whole topic that was not there yet when the group shared its partitions, would
never be read.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

from shared.chassis.cluster import TopicState
from shared.chassis.database import is_transient
from shared.chassis.logs import logger
from shared.chassis.topics import TopicIds

EVERY_SECONDS = 4.0
_log = logger("coverage")

Places = set[tuple[str, int]]
"""Partitions: topic and number."""


class Assigns(Protocol):
    """What is asked of the administration client."""

    async def assigned(self, groups: Collection[str]) -> Mapping[str, Places]: ...


class Member(Protocol):
    """What is asked of a consumer, and of it."""

    @property
    def group(self) -> str: ...

    def lacks(self, states: Iterable[TopicState]) -> Places:
        """The partitions of its topics that it was not given itself."""

    async def restart(self) -> None:
        """Leave the group and join it as a new member, so that it is shared anew."""


class Coverage:
    """Compares, every 4 seconds, what groups share with what there is to share: the topics of its members are watched
    by `topics`."""

    def __init__(self, administration: Assigns, topics: TopicIds, members: Callable[[], Iterable[Member]]) -> None:
        self._administration, self._topics, self._members = administration, topics, members
        self._missed: dict[str, Places] = {}

    async def run(self) -> None:
        """Check until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.check()
            except Exception as error:
                if not is_transient(error):
                    raise
                _log.warning("not checked", error=type(error).__name__, detail=str(error))

    async def check(self) -> None:
        """Form anew each group that misses the same partitions at two looks in a row; one look may meet it half-way."""
        lacking = {member: places for member in self._members() if (places := member.lacks(self._topics.states))}
        shared = await self._administration.assigned([member.group for member in lacking])
        before, self._missed = self._missed, {}
        for member, places in lacking.items():
            missed = places - shared.get(member.group, places)
            if missed & before.get(member.group, set()):
                _log.warning("nobody reads", group=member.group, topics=sorted({topic for topic, _ in missed}))
                await member.restart()
            elif missed:
                self._missed[member.group] = missed
