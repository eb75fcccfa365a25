"""Documents, bank files, the softwares they come from, and the answers kept for idempotency keys."""

import json
from collections.abc import Sequence
from datetime import datetime

from services.intake.adapters.postgres.askings import PostgresAskings
from services.intake.adapters.postgres.folders import PostgresFolders
from services.intake.domain.documents import Handed
from services.intake.ports import BankFile, KeptAnswer
from shared.contracts.access import Mode
from shared.contracts.directory import SoftwareChanged
from shared.values import DocumentId, Sha256, SoftwareSlug


class PostgresIntake(PostgresAskings, PostgresFolders):
    """The intake store over one connection inside a transaction; row-level security decides what exists."""

    async def save_softwares(self, snapshots: Sequence[tuple[SoftwareChanged, int]]) -> None:
        await self._connection.executemany(
            """insert into softwares as known (software, state, sequence, daily_companies) values ($1, $2, $3, $4)
               on conflict (software) do update set state = excluded.state, sequence = excluded.sequence,
                   daily_companies = excluded.daily_companies
               where known.sequence < excluded.sequence""",
            [
                (body.software, body.state, sequence, body.daily_companies)
                for body, sequence in sorted(snapshots, key=lambda pair: (pair[0].software, pair[1]))
            ],
        )

    async def suspended(self, softwares: Sequence[SoftwareSlug]) -> set[SoftwareSlug]:
        rows = await self._connection.fetch(
            "select software from softwares where state = 'suspended' and software = any($1::text[])", list(softwares)
        )
        return {SoftwareSlug(row["software"]) for row in rows}

    async def add_documents(self, documents: Sequence[Handed]) -> set[DocumentId]:
        if not documents:
            return set()
        # In one order, so that two batches with the same documents never wait for each other in a circle.
        documents = sorted(documents, key=lambda document: document.document_id)
        rows = await self._connection.fetch(
            """insert into documents
                   (document_id, connection_id, software, enterprise_number, sha256, received_at)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
                                    $6::timestamptz[])
               on conflict do nothing returning document_id""",
            [document.document_id for document in documents],
            [document.connection.connection_id for document in documents],
            [document.connection.software for document in documents],
            [document.connection.enterprise_number for document in documents],
            [document.sha256 for document in documents],
            [document.received_at for document in documents],
        )
        return {DocumentId(row["document_id"]) for row in rows}

    async def document_received_at(self, id: DocumentId) -> datetime | None:
        found: datetime | None = await self._connection.fetchval(
            "select received_at from documents where document_id = $1", id
        )
        return found

    async def add_bank_file(self, file: BankFile) -> bool:
        # Without `returning`: somebody else's row with the same bytes is a duplicate, but none to be seen.
        status = await self._connection.execute(
            """insert into bank_files (sha256, size, received_at, received_from) values ($1, $2, $3, $4)
               on conflict do nothing""",
            file.sha256,
            file.size,
            file.received_at,
            file.received_from,
        )
        return bool(status == "INSERT 0 1")

    async def hold_key(self, principal: str, mode: Mode, key: str) -> bool:
        name = f"intake/answer/{principal}/{mode}/{key}"
        return bool(await self._connection.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", name))

    async def kept_answer(self, principal: str, mode: Mode, key: str) -> KeptAnswer | None:
        row = await self._connection.fetchrow(
            "select * from kept_answers where principal = $1 and mode = $2 and key = $3", principal, mode, key
        )
        if row is None:
            return None
        sha256 = Sha256(row["request_sha256"])
        return KeptAnswer(sha256, row["status"], json.loads(row["body"]), json.loads(row["headers"]))

    async def keep_answer(self, principal: str, mode: Mode, key: str, answer: KeptAnswer, now: datetime) -> None:
        await self._connection.execute(
            """insert into kept_answers (principal, mode, key, request_sha256, status, body, headers, kept_at)
               values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8)""",
            principal,
            mode,
            key,
            answer.request_sha256,
            answer.status,
            json.dumps(answer.body),
            json.dumps(answer.headers),
            now,
        )

    async def forget_answers(self, before: datetime) -> int:
        status = await self._connection.execute("delete from kept_answers where kept_at < $1", before)
        return int(status.rpartition(" ")[2])
