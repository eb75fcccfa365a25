"""Are ids of consequences derived from their causes, and errors classed by what happens next?"""

from uuid import UUID

import asyncpg
import pytest

from shared.chassis.database import is_transient, pause_before
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.messages import Cause, Task, consequence_id
from shared.chassis.outbox import SHARDS, edge_shard_of, shard_of

CAUSE = Cause(id=UUID(int=1), correlation_id="journey")


class Ring(Task, kind="ring"):
    n: int


def test_the_id_of_a_consequence_depends_on_cause_source_topic_and_ordinal() -> None:
    ids = {
        consequence_id(cause, source, topic, ordinal)
        for cause in (UUID(int=1), UUID(int=2))
        for source in ("a", "b")
        for topic in ("t", "u")
        for ordinal in (1, 2)
    }
    assert len(ids) == 16
    assert consequence_id(UUID(int=1), "a", "t", 1) in ids


def test_a_cause_gives_tasks_and_ids_that_are_the_same_again() -> None:
    assert CAUSE.then_do(Ring(n=1), "k") == CAUSE.then_do(Ring(n=1), "k")
    assert CAUSE.derived_id("issue") == CAUSE.derived_id("issue") != CAUSE.derived_id("mail")


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("away"),
        asyncpg.DeadlockDetectedError("x"),
        asyncpg.DiskFullError("x"),
        asyncpg.AdminShutdownError("x"),
        asyncpg.ConnectionDoesNotExistError("x"),
        asyncpg.InterfaceError("connection is closed"),
        ConnectionResetError(),
        TimeoutError(),
    ],
)
def test_what_passes_by_itself_is_tried_again(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        InvalidMessage("x", "y"),
        ValueError(),
        asyncpg.UniqueViolationError("x"),
        asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
        FileNotFoundError(),
    ],
)
def test_what_no_retry_mends_is_not_tried_for_ever(error: Exception) -> None:
    assert not is_transient(error)


def test_pauses_grow_to_their_longest_and_never_beyond() -> None:
    pauses = [pause_before(attempt, first_seconds=1.0, longest_seconds=8.0) for attempt in (1, 2, 3, 4, 50)]
    for pause, longest in zip(pauses, (1, 2, 4, 8, 8), strict=True):
        assert longest / 2 <= pause <= longest


def test_every_edge_topic_has_a_shard_beyond_those_of_the_keys() -> None:
    assert all(shard_of(f"k{n}") < SHARDS <= edge_shard_of(f"software.s{n}.events.v1") for n in range(500))
