"""The register in Postgres: staged in temporary tables by COPY, loaded beside, swapped by one row."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NoReturn
from uuid import uuid4

import asyncpg

from services.verification.adapters.kbo import statements
from services.verification.domain.kbo import Edition, KboRefused, Layout, Record, Taken, require_few_departures
from services.verification.ports import CompanyAwaited
from shared.chassis.messages import Cause
from shared.chassis.outbox import Outbox
from shared.values import EnterpriseNumber

_SIDES = {"left": "kbo_left", "right": "kbo_right"}
_LOCK_TRIES = 30
_SORTING_MEMORY = "64MB"


@asynccontextmanager
async def open_register(url: str) -> AsyncIterator["PostgresRegister"]:
    """The register over a connection of its own, as the role verification_worker (`url`: libpq).

    Raises `KboRefused`: `kbo_load_running` while another process loads; `kbo_database_unreachable`.
    """
    try:
        connection = await asyncpg.connect(url, server_settings={"application_name": "verification-kbo"})
    except (OSError, asyncpg.PostgresError) as error:
        raise KboRefused("kbo_database_unreachable", str(error), "a Postgres that answers") from None
    try:
        # Of the session: it ends with the process, however that ends, and so do the temporary tables.
        if not await connection.fetchval("select pg_try_advisory_lock(hashtextextended('verification/kbo', 0))"):
            raise KboRefused("kbo_load_running", "another process that loads", "one at a time")
        await connection.execute(f"set work_mem = '{_SORTING_MEMORY}'; set maintenance_work_mem = '{_SORTING_MEMORY}'")
        yield PostgresRegister(connection)
    finally:
        await connection.close()


class PostgresRegister:
    """Takes one extract after the other; nothing is visible before it is complete."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def edition(self) -> Edition | None:
        row = await self._connection.fetchrow("select number, snapshot_on, kind from kbo_edition")
        return Edition(row["number"], row["snapshot_on"], row["kind"]) if row is not None else None

    async def begin(self) -> None:
        await self._connection.execute(statements.EMPTY_STAGES)
        await self._connection.execute(statements.MAKE_STAGES)

    async def stage(self, layout: Layout, records: Iterable[Record]) -> None:
        stage = statements.STAGES.get(layout.file.removesuffix(".csv"))
        if stage is None:
            for _ in records:
                pass  # read for what it may get wrong
            return
        table, columns = stage
        await self._connection.copy_records_to_table(table, records=records, columns=columns, schema_name="pg_temp")

    async def replace(self, edition: Edition, *, departures_accepted: bool = False) -> Taken:
        held = await self._connection.fetchval("select side from kbo_edition") or "right"
        other = "left" if held == "right" else "right"
        names = {"side": _SIDES[held], "other": _SIDES[other]}
        counts = await self._connection.fetchrow(statements.DEPARTING.format(**names))
        if not departures_accepted:
            require_few_departures(counts["active"], counts["departing"])
        await self._truncate(names["other"])
        try:
            filled = await self._connection.execute(statements.FILL.format(**names))
        except asyncpg.UniqueViolationError as error:
            _refuse_twice(error)
        kept = await self._connection.execute(statements.KEEP_DEPARTED.format(**names))
        async with self._connection.transaction():
            await self._note(edition, other)
            waiting = await self._reconsider(statements.WAITING_AFTER_SWAP.format(**names))
        return Taken(known=_rows(filled) + _rows(kept), departed=counts["departing"], reconsidered=waiting)

    async def amend(self, edition: Edition) -> Taken:
        async with self._connection.transaction():
            held = await self._connection.fetchval("select side from kbo_edition for update")
            # Without statistics of what was just copied the planner would scan the whole register.
            for table in sorted({table for table, _ in statements.STAGES.values()}):
                await self._connection.execute(f"analyze pg_temp.{table}")
            try:
                rows = await self._connection.fetch(statements.AMEND.format(side=_SIDES[held]))
            except (asyncpg.UniqueViolationError, asyncpg.CardinalityViolationError) as error:
                _refuse_twice(error)
            await self._note(edition, held)
            changed = [row["enterprise_number"] for row in rows]
            waiting = await self._reconsider(statements.WAITING_AFTER_CHANGES, changed)
        return Taken(known=len(changed), departed=0, reconsidered=waiting)

    async def _truncate(self, table: str) -> None:
        """A reader's statement locks both sides for a moment: never queue in front of the next one for long."""
        for attempt in range(_LOCK_TRIES):
            try:
                async with self._connection.transaction():
                    await self._connection.execute("set local lock_timeout = '200ms'")
                    await self._connection.execute(f"truncate {table}")
                return
            except asyncpg.LockNotAvailableError:
                await asyncio.sleep(0.1 * (attempt + 1))
        raise KboRefused("kbo_register_busy", f"{table} read without a pause", "a moment without a long reader")

    async def _note(self, edition: Edition, side: str) -> None:
        await self._connection.execute(
            """insert into kbo_edition (side, number, snapshot_on, kind) values ($1, $2, $3, $4)
               on conflict (single) do update set side = excluded.side, number = excluded.number,
                   snapshot_on = excluded.snapshot_on, kind = excluded.kind, taken_at = now()""",
            side,
            edition.number,
            edition.snapshot_on,
            edition.kind,
        )

    async def _reconsider(self, query: str, *arguments: Sequence[str]) -> tuple[EnterpriseNumber, ...]:
        """Have the waiting requests of these companies looked at; one that is just being answered, the sweep finds."""
        rows = await self._connection.fetch(query, *arguments)
        numbers = tuple(EnterpriseNumber(row["enterprise_number"]) for row in rows)
        identity = uuid4()
        cause = Cause(id=identity, correlation_id=str(identity))
        tasks = [CompanyAwaited(enterprise_number=number) for number in numbers]
        now = await self._connection.fetchval("select now()")
        doing = [cause.then_do(task, task.key, once=True) for task in tasks]
        await Outbox("verification").write(self._connection, doing, now)
        return numbers


def _rows(status: str) -> int:
    return int(status.rpartition(" ")[2])


def _refuse_twice(error: asyncpg.PostgresError) -> NoReturn:
    found = getattr(error, "detail", None) or str(error)
    raise KboRefused("kbo_enterprise_twice", found, "each number once in enterprise.csv") from None
