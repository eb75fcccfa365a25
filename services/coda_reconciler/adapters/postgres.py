"""The reconciler's tables in Postgres: one query for the state of a batch, one for what it changed."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence

import asyncpg

from services.coda_reconciler.adapters.gap_tables import GapTables
from services.coda_reconciler.adapters.ledger_reading import LedgerReading
from services.coda_reconciler.adapters.ledger_writing import LedgerWriting
from services.coda_reconciler.adapters.rows import (
    columns_of,
    decimal_of,
    link_of,
    mandate_of,
    waiting_of,
)
from services.coda_reconciler.domain.booking import Account, Entry
from services.coda_reconciler.domain.chain import Link
from services.coda_reconciler.domain.mandates import AccountMandate
from services.coda_reconciler.ports import WaitingStatement
from shared.chassis.database import Database, is_transient
from shared.chassis.errors import Unavailable
from shared.contracts.documents import Claim
from shared.contracts.statements import StatementQuarantined
from shared.values import Currency, EnterpriseNumber, Iban, Sha256

_MANDATES = "select * from mandates where iban = any($1::text[]) order by iban, since, enterprise_number"
_WAITING = "select * from waiting_statements where iban = any($1::text[]) order by file_sha256, file_index"

_OPENED_WITHIN_S = 3.0


class PostgresReconciler(LedgerReading, LedgerWriting, GapTables):
    """A `ReconcilerStore` on the connection of the batch's transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        super().__init__(connection)
        self._connection = connection

    async def mandates(self, ibans: Collection[Iban]) -> list[AccountMandate]:
        """The mandates of these accounts, whatever their days."""
        return [mandate_of(row) for row in await self._connection.fetch(_MANDATES, list(ibans))]

    async def company_sequences(self, companies: Collection[EnterpriseNumber]) -> dict[EnterpriseNumber, int]:
        """The snapshot that is known of each company."""
        rows = await self._connection.fetch(
            "select enterprise_number, sequence from companies where enterprise_number = any($1::text[])",
            list(companies),
        )
        return {EnterpriseNumber(row["enterprise_number"]): row["sequence"] for row in rows}

    async def replace_mandates(
        self, sequences: Mapping[EnterpriseNumber, int], mandates: Sequence[AccountMandate]
    ) -> None:
        """Everything that these companies' snapshots say takes the place of what was known of them."""
        if not sequences:
            return
        await self._connection.execute(
            """insert into companies select * from unnest($1::text[], $2::bigint[])
               on conflict (enterprise_number) do update set sequence = excluded.sequence""",
            list(sequences),
            list(sequences.values()),
        )
        await self._connection.execute(
            "delete from mandates where enterprise_number = any($1::text[])", list(sequences)
        )
        await self._connection.execute(
            """insert into mandates (enterprise_number, iban, since, until)
               select * from unnest($1::text[], $2::text[], $3::date[], $4::date[]) on conflict do nothing""",
            *columns_of(
                mandates,
                lambda mandate: mandate.enterprise_number,
                lambda mandate: mandate.iban,
                lambda mandate: mandate.since,
                lambda mandate: mandate.until,
            ),
        )

    async def seen(self, contents: Collection[Sha256]) -> set[Sha256]:
        """Which of these statements are booked or wait already."""
        rows = await self._connection.fetch(
            """select content_sha256 from statements where content_sha256 = any($1::text[])
               union select content_sha256 from waiting_statements where content_sha256 = any($1::text[])""",
            list(contents),
        )
        return {Sha256(row["content_sha256"]) for row in rows}

    async def waiting(self, ibans: Collection[Iban]) -> list[WaitingStatement]:
        """What waits for a mandate of these accounts, in the order of their files."""
        return [waiting_of(row) for row in await self._connection.fetch(_WAITING, list(ibans))]

    async def wait(self, statements: Sequence[WaitingStatement]) -> None:
        """Keep statements until a mandate comes; their bytes stay in the object store."""
        if not statements:
            return
        await self._connection.execute(
            """insert into waiting_statements
                   (content_sha256, iban, file_sha256, file_index, first_line, charset, raw, received_at)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::text[], $7::jsonb[],
                   $8::timestamptz[])
               on conflict do nothing""",
            *columns_of(
                statements,
                lambda waiting: waiting.content_sha256,
                lambda waiting: waiting.iban,
                lambda waiting: waiting.file_sha256,
                lambda waiting: waiting.text.index,
                lambda waiting: waiting.text.first_line,
                lambda waiting: waiting.text.charset,
                lambda waiting: waiting.raw.model_dump_json(),
                lambda waiting: waiting.received_at,
            ),
        )

    async def stop_waiting(self, contents: Collection[Sha256]) -> None:
        """They are booked or refused."""
        if contents:
            await self._connection.execute(
                "delete from waiting_statements where content_sha256 = any($1::text[])", list(contents)
            )

    async def quarantine(self, refusals: Sequence[tuple[StatementQuarantined, Claim]]) -> None:
        """Keep what is refused; the first reason of a place in a file stays."""
        if not refusals:
            return
        await self._connection.execute(
            """insert into quarantined_statements
                   (file_sha256, file_index, code, line, columns, found, expected, raw)
               select * from unnest($1::text[], $2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[],
                                    $8::jsonb[])
               on conflict do nothing""",
            *columns_of(
                refusals,
                lambda refusal: refusal[0].file_sha256,
                lambda refusal: refusal[0].index,
                lambda refusal: refusal[0].code,
                lambda refusal: refusal[0].line,
                lambda refusal: refusal[0].columns,
                lambda refusal: refusal[0].found,
                lambda refusal: refusal[0].expected,
                lambda refusal: refusal[1].model_dump_json(),
            ),
        )

    async def chains(self, accounts: Collection[Account]) -> dict[Account, tuple[Link, ...]]:
        """The chain of each account in its order; an account without statements has none."""
        rows = await self._connection.fetch(
            """select enterprise_number, iban, currency, statement_id, year, sequence, day, old_balance, new_balance,
                      gap, version
               from statements
               join unnest($1::text[], $2::text[], $3::text[]) as account (enterprise_number, iban, currency)
                   using (enterprise_number, iban, currency)
               order by year, sequence, day""",
            *([account[part] for account in accounts] for part in range(3)),
        )
        found: dict[Account, list[Link]] = {}
        for row in rows:
            account = EnterpriseNumber(row["enterprise_number"]), Iban(row["iban"]), Currency(row["currency"])
            found.setdefault(account, []).append(link_of(row))
        return {account: tuple(links) for account, links in found.items()}

    async def book(self, entries: Sequence[Entry], links: Iterable[Link]) -> None:
        """Write statements, and the links that they changed."""
        changed = {link.statement_id: link for link in links}
        await self._insert_statements(entries, [changed[entry.statement_id] for entry in entries])
        new = {entry.statement_id for entry in entries}
        await self._connection.executemany(
            "update statements set gap = $2, version = $3 where statement_id = $1",
            [(link.statement_id, link.gap, link.version) for link in changed.values() if link.statement_id not in new],
        )

    async def _insert_statements(self, entries: Sequence[Entry], links: Sequence[Link]) -> None:
        await self._connection.execute(
            """insert into statements (statement_id, enterprise_number, iban, currency, content_sha256, file_sha256,
                   year, sequence, day, old_balance, new_balance, gap, version, raw, movements)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                   $7::int[], $8::int[], $9::date[], $10::numeric[], $11::numeric[], $12::bool[], $13::bigint[],
                   $14::jsonb[], $15::jsonb[])""",
            *columns_of(
                list(zip(entries, links, strict=True)),
                lambda booked: booked[0].statement_id,
                lambda booked: booked[0].company,
                lambda booked: booked[0].statement.iban,
                lambda booked: booked[0].statement.currency,
                lambda booked: booked[0].statement.content_sha256,
                lambda booked: booked[0].file_sha256,
                lambda booked: booked[1].year,
                lambda booked: booked[1].sequence,
                lambda booked: booked[1].day,
                lambda booked: decimal_of(booked[1].old_balance),
                lambda booked: decimal_of(booked[1].new_balance),
                lambda booked: booked[1].gap,
                lambda booked: booked[1].version,
                lambda booked: booked[0].raw.model_dump_json(),
                lambda booked: booked[0].movements.model_dump_json(),
            ),
        )


class PostgresMandateReader:
    """A `MandateReader` with one connection of its own, opened when it is first needed."""

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url, size=1, application="coda_reconciler-mandates")
        self._opened = False
        self._turn = asyncio.Lock()

    async def mandates(self, ibans: Collection[Iban]) -> list[AccountMandate]:
        """The mandates of these accounts. Raises `Unavailable` when Postgres does not answer."""
        return [mandate_of(row) for row in await self._fetch(_MANDATES, list(ibans))]

    async def waiting(self, ibans: Collection[Iban]) -> list[WaitingStatement]:
        """What waits for a mandate of these accounts. Raises `Unavailable` when Postgres does not answer."""
        return [waiting_of(row) for row in await self._fetch(_WAITING, list(ibans))]

    async def close(self) -> None:
        """Give the connection back."""
        await self._database.close()
        self._opened = False

    async def _fetch(self, query: str, ibans: list[Iban]) -> list[asyncpg.Record]:
        if not ibans:
            return []
        try:
            async with self._turn:
                if not self._opened:
                    await asyncio.wait_for(self._database.open(), _OPENED_WITHIN_S)
                    self._opened = True
            async with self._database.transaction() as connection:
                return list(await connection.fetch(query, ibans))
        except Exception as error:
            if not is_transient(error):
                raise
            raise Unavailable(f"Postgres does not answer: {type(error).__name__}") from error
