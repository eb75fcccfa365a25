"""Which incarnation of each topic Kafka has now. A topic that was deleted and made again is another topic."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from shared.chassis.database import persist
from shared.chassis.errors import Unavailable
from shared.chassis.logs import logger

EVERY_SECONDS = 5.0

_log = logger("topics")


class Describes(Protocol):
    """What is asked of the administration client."""

    async def topic_ids(self, names: Sequence[str]) -> dict[str, str]: ...


class TopicIds:
    """Topic ids by name, refreshed every 5 seconds; listeners are told of the topics that became others."""

    def __init__(self, administration: Describes) -> None:
        self._administration = administration
        self._ids: dict[str, str] = {}
        self._watched: set[str] = set()
        self._listeners: list[Callable[[set[str]], Awaitable[None]]] = []

    def watch(self, names: Iterable[str]) -> None:
        self._watched.update(names)

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

    async def refresh(self) -> None:
        """Ask Kafka; tell the listeners which topics have another id than before."""
        if not self._watched:
            return
        ids = await self._administration.topic_ids(sorted(self._watched))
        changed = {name for name, identity in ids.items() if self._ids.get(name, identity) != identity}
        self._ids.update(ids)
        if changed:
            _log.warning("topics were made anew", topics=sorted(changed))
            for listener in self._listeners:
                await listener(changed)

    async def keep(self) -> None:
        """Refresh until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.refresh()
            except Unavailable as error:
                _log.warning("topics unknown", detail=error.detail)
