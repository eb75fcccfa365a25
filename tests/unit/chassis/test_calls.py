"""What becomes of a call whose connection to the database breaks."""

import asyncpg

from shared.chassis import calls


class Dropped:
    """A pool and its connection, broken while it is given back: the pool lets go of it before it says so."""

    async def release(self, connection: object, timeout: float) -> None:
        raise ConnectionResetError("reset by peer")

    def terminate(self) -> None:
        raise asyncpg.InterfaceError("connection has been released back to the pool")


async def test_a_connection_that_breaks_while_it_is_given_back_makes_no_error_of_the_call() -> None:
    dropped = Dropped()
    await calls._release(dropped, dropped)  # type: ignore[arg-type]
