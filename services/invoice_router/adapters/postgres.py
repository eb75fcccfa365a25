"""The router's tables in Postgres: one query for the state of a batch, one for what it changed."""

import json
from collections.abc import Collection, Sequence
from typing import cast

import asyncpg

from services.invoice_router.domain.register import Company, DocumentKey, RegisteredInvoice
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.invoices import Family, InvoiceQuarantined
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, Sha256, SoftwareSlug


class PostgresRouter:
    """A `RouterStore` on the connection of the batch's transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

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
            """insert into companies (enterprise_number, offices, client_code, sequence)
               select * from unnest($1::text[], $2::jsonb[], $3::text[], $4::bigint[])
               on conflict (enterprise_number) do update set offices = excluded.offices,
                   client_code = excluded.client_code, sequence = excluded.sequence
               where companies.sequence < excluded.sequence""",
            [company.enterprise_number for company in companies],
            [json.dumps([office.model_dump(mode="json") for office in company.offices]) for company in companies],
            [company.client_code for company in companies],
            [company.sequence for company in companies],
        )

    async def invoices(self, keys: Collection[DocumentKey]) -> list[RegisteredInvoice]:
        """Every version of these invoices."""
        rows = await self._connection.fetch(
            """select invoices.* from invoices
               join unnest($1::text[], $2::text[], $3::text[], $4::int[])
                   as key (enterprise_number, family, number, year) using (enterprise_number, family, number, year)""",
            *([key[part] for key in keys] for part in range(4)),
        )
        return [_invoice(row) for row in rows]

    async def held_invoices(self, numbers: Collection[EnterpriseNumber]) -> list[RegisteredInvoice]:
        """What waits for an office of these companies."""
        rows = await self._connection.fetch(
            "select * from invoices where office_id is null and enterprise_number = any($1::text[]) for update",
            list(numbers),
        )
        return [_invoice(row) for row in rows]

    async def save_invoices(self, invoices: Sequence[RegisteredInvoice]) -> None:
        """Write new invoices, and the office and sequence of known ones."""
        if not invoices:
            return
        await self._connection.execute(
            """insert into invoices (document_id, enterprise_number, connection_id, software, family, number, year,
                   issue_date, version, content_sha256, received_at, document, office_id, sequence)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
                   $8::date[], $9::int[], $10::text[], $11::timestamptz[], $12::jsonb[], $13::text[], $14::bigint[])
               on conflict (document_id) do update
                   set office_id = excluded.office_id, sequence = excluded.sequence""",
            *(list(column) for column in zip(*map(_columns, invoices), strict=True)),
        )

    async def quarantine(self, quarantined: Sequence[InvoiceQuarantined]) -> None:
        """Keep what is not delivered, and why; the first reason of a document stays."""
        if not quarantined:
            return
        await self._connection.execute(
            """insert into quarantined_documents
                   (document_id, enterprise_number, connection_id, software, reason, findings)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
               on conflict do nothing""",
            [refusal.document_id for refusal in quarantined],
            [refusal.enterprise_number for refusal in quarantined],
            [refusal.connection_id for refusal in quarantined],
            [refusal.software for refusal in quarantined],
            [refusal.reason for refusal in quarantined],
            [json.dumps([finding.model_dump() for finding in refusal.findings]) for refusal in quarantined],
        )


def _company(row: asyncpg.Record) -> Company:
    return Company(
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        offices=tuple(OfficePeriod.model_validate(office) for office in json.loads(row["offices"])),
        client_code=row["client_code"],
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
        invoice.issue_date.year,
        invoice.issue_date,
        invoice.version,
        invoice.content_sha256,
        invoice.received_at,
        invoice.document.model_dump_json(),
        invoice.office_id,
        invoice.sequence,
    )
