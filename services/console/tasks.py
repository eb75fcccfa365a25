"""What the console does on time: read Kafka's figures every two seconds."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from services.console.domain.readings import Reading, ReadTopics
from services.console.ports import ConsoleStore, TopicWatch
from shared.chassis.errors import Unavailable
from shared.chassis.logs import logger
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun, settled

READINGS_KEPT = timedelta(minutes=10)
_log = logger("console")


async def ask_for_reading(now: datetime, cause: Cause, store: ConsoleStore) -> list[Consequence]:
    """One reading by one replica; one that still waits stands for this one too."""
    return [cause.then_do(ReadTopics(), "topics", once=True)]


async def read_topics(run: TaskRun[ReadTopics, ConsoleStore], *, watch: TopicWatch, topics: Collection[str]) -> Settle:
    """Keeps the ends and the lags. While Kafka does not answer there is no reading, and the page shows its age."""
    try:
        found = await watch.read(topics)
    except Unavailable as error:
        _log.warning("no reading", detail=error.detail)
        return settled

    async def settle(store: Any) -> list[Consequence]:
        await store.keep_reading(Reading(run.now, found), run.now - READINGS_KEPT)
        return []

    return settle
