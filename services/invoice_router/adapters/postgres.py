"""The router's tables in Postgres: one query for the state of a batch, one for what it changed."""

import json
from collections.abc import Collection, Sequence
from typing import cast

import asyncpg

from services.invoice_router.domain.entries import Company, Content, RegisteredInvoice
from shared.chassis.parking import PostgresParking
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.invoices import Family, InvoiceQuarantined, InvoiceRepeated
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, Sha256, SoftwareSlug

_COLUMNS = """document_id, enterprise_number, connection_id, software, family, number, issue_date, version,
    content_sha256, received_at, document, issuer, supersedes, office_id, sequence"""
_OF_KEY = """(invoices.enterprise_number, invoices.family, invoices.number, invoices.year, invoices.issuer)
    = (wanted.enterprise_number, wanted.family, wanted.number, wanted.year, wanted.issuer)"""


class PostgresRouter:
    """A `RouterStore` on the connection of the batch's transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def lock_companies(self, numbers: Collection[EnterpriseNumber]) -> None:
        """The very locks that a batch takes."""
        await PostgresParking(self._connection, "invoice_router", {}).lock([f"company:{each}" for each in numbers])

    async def companies(self, numbers: Collection[EnterpriseNumber]) -> list[Company]:
        """What is known of these companies."""
        rows = await self._connection.fetch(
            "select * from companies where enterprise_number = any($1::text[])", list(numbers)
        )
        return [_company(row) for row in rows]

    async def save_companies(self, companies: Sequence[Company]) -> None:
        """Put these snapshots in the place of the older ones."""
        if not companies:
            return
        await self._connection.execute(
            """insert into companies (enterprise_number, offices, client_code, sequence, releasing)
               select * from unnest($1::text[], $2::jsonb[], $3::text[], $4::bigint[], $5::boolean[])
               on conflict (enterprise_number) do update set offices = excluded.offices,
                   client_code = excluded.client_code, sequence = excluded.sequence, releasing = excluded.releasing
               where companies.sequence < excluded.sequence""",
            [company.enterprise_number for company in companies],
            [json.dumps([office.model_dump(mode="json") for office in company.offices]) for company in companies],
            [company.client_code for company in companies],
            [company.sequence for company in companies],
            [company.releasing for company in companies],
        )

    async def released(self, number: EnterpriseNumber) -> None:
        """Nothing that was held for the company is on its way any more."""
        await self._connection.execute("update companies set releasing = false where enterprise_number = $1", number)

    async def invoices(self, contents: Collection[Content]) -> list[RegisteredInvoice]:
        """Of each key the newest version, the newest that replaced another, and the one that says the same."""
        if not contents:
            return []
        rows = await self._connection.fetch(
            f"""with wanted as (
                   select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[])
                       as wanted (enterprise_number, family, number, year, issuer, content_sha256))
               select distinct on (found.document_id) found.* from wanted cross join lateral (
                   (select {_COLUMNS}, facts from invoices where {_OF_KEY} and (version = 1 or supersedes is not null)
                    order by version desc limit 1)
                   union all
                   (select {_COLUMNS}, null from invoices where {_OF_KEY} order by version desc limit 1)
                   union all
                   (select {_COLUMNS}, null from invoices
                    where {_OF_KEY} and invoices.content_sha256 = wanted.content_sha256)) as found
               order by found.document_id, found.facts is null""",
            *([key[part] for key, _ in contents] for part in range(5)),
            [content for _, content in contents],
        )
        return [_invoice(row) for row in rows]

    async def held_invoices(self, numbers: Collection[EnterpriseNumber], most: int) -> list[RegisteredInvoice]:
        """What waits for an office of these companies, without facts: the `most` that were received first."""
        rows = await self._connection.fetch(
            f"""select {_COLUMNS}, null as facts from invoices
               where office_id is null and enterprise_number = any($1::text[])
               order by received_at, version, document_id limit $2 for update""",
            list(numbers),
            most,
        )
        return [_invoice(row) for row in rows]

    async def save_invoices(self, invoices: Sequence[RegisteredInvoice]) -> None:
        """Write new invoices, and the office and sequence of known ones."""
        if not invoices:
            return
        await self._connection.execute(
            f"""insert into invoices ({_COLUMNS}, facts, year)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                   $7::date[], $8::int[], $9::text[], $10::timestamptz[], $11::jsonb[], $12::text[], $13::text[],
                   $14::text[], $15::bigint[], $16::bytea[], $17::int[])
               on conflict (document_id) do update
                   set office_id = excluded.office_id, sequence = excluded.sequence""",
            *(list(column) for column in zip(*map(_columns, invoices), strict=True)),
        )

    async def quarantine(self, quarantined: Sequence[InvoiceQuarantined]) -> None:
        """Keep what is not delivered, and why; the first reason of a document stays."""
        if not quarantined:
            return
        await self._connection.execute(
            """insert into quarantined_documents (document_id, enterprise_number, connection_id, software, reason,
                   findings, number, received_at)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[],
                   $7::text[], $8::timestamptz[])
               on conflict do nothing""",
            [refusal.document_id for refusal in quarantined],
            [refusal.enterprise_number for refusal in quarantined],
            [refusal.connection_id for refusal in quarantined],
            [refusal.software for refusal in quarantined],
            [refusal.reason for refusal in quarantined],
            [json.dumps([finding.model_dump() for finding in refusal.findings]) for refusal in quarantined],
            [refusal.number for refusal in quarantined],
            [refusal.received_at for refusal in quarantined],
        )

    async def note_repeats(self, repeated: Sequence[InvoiceRepeated]) -> None:
        """Keep which document said what another had said before."""
        if not repeated:
            return
        await self._connection.execute(
            """insert into repeated_documents
                   (document_id, enterprise_number, connection_id, software, repeats, received_at)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
               on conflict do nothing""",
            [repeat.document_id for repeat in repeated],
            [repeat.enterprise_number for repeat in repeated],
            [repeat.connection_id for repeat in repeated],
            [repeat.software for repeat in repeated],
            [repeat.repeats for repeat in repeated],
            [repeat.received_at for repeat in repeated],
        )


def _company(row: asyncpg.Record) -> Company:
    return Company(
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        offices=tuple(OfficePeriod.model_validate(office) for office in json.loads(row["offices"])),
        client_code=row["client_code"],
        releasing=row["releasing"],
        sequence=row["sequence"],
    )


def _invoice(row: asyncpg.Record) -> RegisteredInvoice:
    return RegisteredInvoice(
        document_id=DocumentId(row["document_id"]),
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        connection_id=ConnectionId(row["connection_id"]),
        software=SoftwareSlug(row["software"]),
        family=cast(Family, row["family"]),
        number=row["number"],
        issue_date=row["issue_date"],
        version=row["version"],
        content_sha256=Sha256(row["content_sha256"]),
        received_at=row["received_at"],
        document=Claim.model_validate_json(row["document"]),
        issuer=row["issuer"],
        supersedes=DocumentId(row["supersedes"]) if row["supersedes"] else None,
        facts=row["facts"] or b"",
        office_id=OfficeId(row["office_id"]) if row["office_id"] else None,
        sequence=row["sequence"],
    )


def _columns(invoice: RegisteredInvoice) -> tuple[object, ...]:
    return (
        invoice.document_id,
        invoice.enterprise_number,
        invoice.connection_id,
        invoice.software,
        invoice.family,
        invoice.number,
        invoice.issue_date,
        invoice.version,
        invoice.content_sha256,
        invoice.received_at,
        invoice.document.model_dump_json(),
        invoice.issuer,
        invoice.supersedes,
        invoice.office_id,
        invoice.sequence,
        invoice.facts or None,
        invoice.issue_date.year,
    )
