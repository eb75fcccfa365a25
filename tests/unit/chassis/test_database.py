"""Which errors pass by themselves, and how long is tried what does not?"""

import asyncpg
import pytest

from shared.chassis.database import is_transient, persist
from shared.chassis.dead_letters import reason_of
from shared.chassis.errors import Unavailable


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ReadOnlySQLTransactionError("a replica that became one"),
        asyncpg.IdleInTransactionSessionTimeoutError("too idle"),
        asyncpg.QueryCanceledError("too long"),
        asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
        TimeoutError(),
        Unavailable("away"),
    ],
)
def test_what_passes_by_itself_is_tried_again(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize("error", [asyncpg.InternalClientError("a bug"), ValueError("a bug")])
def test_a_bug_does_not_pass_by_itself(error: Exception) -> None:
    assert not is_transient(error)


async def test_work_that_is_too_slow_each_time_is_given_back() -> None:
    tried = 0

    async def slow() -> None:
        nonlocal tried
        tried += 1
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await persist(slow, "testing", slow_attempts=3)
    assert tried == 3


async def test_what_is_away_is_waited_for_however_often_it_is_asked() -> None:
    tried = 0

    async def away() -> str:
        nonlocal tried
        tried += 1
        if tried < 5:
            raise Unavailable("away")
        return "there"

    assert await persist(away, "testing", slow_attempts=3) == "there"


def test_a_reason_holds_neither_secrets_nor_what_postgres_cannot_keep() -> None:
    reason = reason_of(ValueError("jan.peeters@example.be sent \x00"))
    assert "jan.peeters" not in reason
    assert "\x00" not in reason
