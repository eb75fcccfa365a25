"""The reconciler's tables in Postgres: one query for the state of a batch, one for what it changed."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

import asyncpg

from services.coda_reconciler.adapters.chain_tables import ChainTables
from services.coda_reconciler.adapters.gap_tables import GapTables
from services.coda_reconciler.adapters.issued_ids import IssuedIds
from services.coda_reconciler.adapters.ledger_reading import LedgerReading
from services.coda_reconciler.adapters.ledger_writing import LedgerWriting
from services.coda_reconciler.adapters.rows import columns_of, mandate_of, waiting_of
from services.coda_reconciler.domain.mandates import AccountMandate
from services.coda_reconciler.ports import LedgerFigures, WaitingStatement
from shared.chassis.database import Database, is_transient
from shared.chassis.errors import Unavailable
from shared.contracts.documents import Claim
from shared.contracts.statements import StatementQuarantined
from shared.values import EnterpriseNumber, Iban, Sha256

_MANDATES = "select * from mandates where iban = any($1::text[]) order by iban, since, enterprise_number"
_WAITING = "select * from waiting_statements where iban = any($1::text[]) order by file_sha256, file_index"

_OPENED_WITHIN_S = 3.0


class PostgresReconciler(LedgerReading, LedgerWriting, IssuedIds, ChainTables, GapTables):
    """A `ReconcilerStore` on the connection of the batch's transaction."""

    def __init__(self, connection: asyncpg.Connection, figures: LedgerFigures | None = None) -> None:
        super().__init__(connection)
        self._connection, self._figures = connection, figures

    def tell_put_off(self, companies: Collection[EnterpriseNumber]) -> None:
        """Counted for whoever watches; the rows themselves are kept as they came."""
        if self._figures is not None and companies:
            self._figures.put_off(len(companies))

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
