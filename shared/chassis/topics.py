"""Which topics Kafka has now, asked once for all who want to know, and which incarnation of each. A topic that was
deleted and made again is another topic.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Protocol

from shared.chassis.cluster import TopicState
from shared.chassis.database import is_transient, persist
from shared.chassis.errors import Unavailable
from shared.chassis.logs import logger

EVERY_SECONDS = 2.0
SILENT_SECONDS = 12.0

_log = logger("topics")


class Describes(Protocol):
    """What is asked of the administration client."""

    async def describe(self, names: Collection[str] | None) -> dict[str, TopicState]: ...


class TopicIds:
    """Topic ids by name, refreshed every 2 seconds; listeners are told of the topics that became others.

    `states` are the watched topics that Kafka had when it answered last.
    """

    def __init__(self, administration: Describes) -> None:
        self._administration = administration
        self.states: Collection[TopicState] = ()
        self._ids: dict[str, str] = {}
        self._watched: set[str] = set()
        self._all_watched = False
        self._listeners: list[Callable[[set[str]], Awaitable[None]]] = []
        self._untold: set[str] = set()
        self._changed = asyncio.Event()
        self._answered_at = time.monotonic()

    @property
    def silent(self) -> bool:
        """Whether Kafka's last good answer is older than 12 seconds."""
        return time.monotonic() - self._answered_at > SILENT_SECONDS

    def watch(self, names: Iterable[str]) -> None:
        self._watched.update(names)

    def watch_all(self) -> None:
        """Watch every topic that this user may see, as who reads by a pattern must."""
        self._all_watched = True

    def on_change(self, listener: Callable[[set[str]], Awaitable[None]]) -> None:
        self._listeners.append(listener)

    def current(self, topic: str) -> str:
        """The topic's id. Raises Unavailable while it is not known."""
        try:
            return self._ids[topic]
        except KeyError:
            self._watched.add(topic)
            raise Unavailable(f"the topic {topic} is not known yet") from None

    async def known(self, names: Iterable[str]) -> dict[str, str]:
        """The ids of these topics, waiting until Kafka has all of them."""
        wanted = set(names)
        self._watched |= wanted

        async def attempt() -> None:
            if not wanted <= self._ids.keys():
                await self.refresh()
            if missing := wanted - self._ids.keys():
                raise Unavailable(f"Kafka has no topic {sorted(missing)[0]} yet", retry_after=0.5)

        await persist(attempt, "waiting for topics")
        return {name: self._ids[name] for name in wanted}

    async def snapshot(self, names: Iterable[str]) -> dict[str, str]:
        """The ids of those topics that Kafka has, as far as they are known now. Raises Unavailable."""
        wanted = set(names)
        self._watched |= wanted
        if not wanted <= self._ids.keys():
            await self.refresh()
        return {name: self._ids[name] for name in wanted if name in self._ids}

    async def refresh(self) -> None:
        """Ask Kafka. Listeners are told later, by `keep`: whoever asks may be what a listener has to stop."""
        if not self._watched and not self._all_watched:
            return
        states = await self._administration.describe(None if self._all_watched else sorted(self._watched))
        self._answered_at = time.monotonic()
        self.states = states.values()
        ids = {name: state.topic_id for name, state in states.items()}
        changed = {name for name, identity in ids.items() if self._ids.get(name, identity) != identity}
        self._ids.update(ids)
        if changed:
            _log.warning("topics were made anew", topics=sorted(changed))
            self._untold |= changed
            self._changed.set()

    async def keep(self) -> None:
        """Refresh and tell the listeners which topics became others, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), EVERY_SECONDS)
            self._changed.clear()
            try:
                await self.refresh()
                await self._tell()
            except Exception as error:
                if not is_transient(error):
                    raise
                _log.warning("topics unknown", error=type(error).__name__, detail=str(error))

    async def _tell(self) -> None:
        told = set(self._untold)
        if told:
            for listener in self._listeners:
                await listener(told)
            self._untold -= told
