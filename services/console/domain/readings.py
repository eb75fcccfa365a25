"""Readings of Kafka: how far each topic goes and how far behind each service is."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.chassis.messages import Task


class ReadTopics(Task, kind="read_topics"):
    """Read the ends and the lags of all topics once."""


@dataclass(frozen=True, slots=True)
class TopicReading:
    """`end` counts all records ever written; `lags` are messages not handled yet, by service."""

    end: int
    lags: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """All topics at one moment (UTC)."""

    at: datetime
    topics: Mapping[str, TopicReading]


def rate_per_minute(readings: Sequence[Reading], topic: str) -> float | None:
    """Records a minute between the oldest and the newest reading (oldest first); None where they do not say.

    A topic that was made anew begins at 0 again: that is no negative rate.
    """
    known = [reading for reading in readings if topic in reading.topics]
    if len(known) < 2:
        return None
    seconds = (known[-1].at - known[0].at).total_seconds()
    if seconds <= 0:
        return None
    ends = [reading.topics[topic].end for reading in known]
    written = sum(later - earlier if later >= earlier else later for earlier, later in itertools.pairwise(ends))
    return written * 60 / seconds


def bars(readings: Sequence[Reading], topic: str) -> list[int]:
    """Records written between each reading and the next: the heights of a small chart."""
    ends = [reading.topics[topic].end for reading in readings if topic in reading.topics]
    return [max(0, later - earlier) for earlier, later in itertools.pairwise(ends)]
