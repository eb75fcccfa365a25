"""Does what earlier versions kept still stand, and stand right, after the migrations that move rows?"""

from pathlib import Path

import asyncpg

from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.channels import kafka_channel_id
from shared.values import OfficeId
from tests.adapters.earlier_versions import migrated_from
from tests.backends import PostgresServer

DOCUMENT, OFFICE = "doc_01jd8w3q5k7x9e2v4b6n8m0r1t", OfficeId("janssens")
RECEIVED = "2026-01-05T09:00:00+00:00"
TIMELINE = f'[{{"state": "valid", "at": "{RECEIVED}", "detail": ""}}]'
BEFORE = f"""
    insert into documents (document_id, enterprise_number, connection_id, software, client_code, state, family, number,
        invoice_version, reason, payment, currency, payment_version, position, version, timeline)
    values ('{DOCUMENT}', '0403170701', 'con_01jd8w3q5k7x9e2v4b6n8m0r1t', 'robaws', 'K1', 'valid', 'invoice', 'VF-ABC',
        1, '', '', '', 0, 1, 1, '{TIMELINE}');
    insert into channels values ('{OFFICE}', 'kafka', '{RECEIVED}');"""


async def test_documents_and_channels_of_before_are_all_there_with_what_is_known_of_them(
    postgres: PostgresServer, passwords: dict[str, str], tmp_path: Path
) -> None:
    async with migrated_from("delivery", "0004_modes.sql", BEFORE, postgres, passwords, tmp_path) as url:
        connection = await asyncpg.connect(url)
        row = await connection.fetchrow("select received_at, search from documents where document_id = $1", DOCUMENT)
        channels = await PostgresDelivery(connection).channels_of([OFFICE])
        forced = await connection.fetch(
            """select relname from pg_class where relnamespace = 'delivery'::regnamespace and relkind = 'r'
               and relrowsecurity and not relforcerowsecurity"""
        )
        await connection.close()
    assert row is not None and (row["received_at"].isoformat(), row["search"]) == (RECEIVED, "vf-abc")
    assert [each.channel_id for each in channels] == [kafka_channel_id(OFFICE)]
    assert [each["relname"] for each in forced] == [], "row-level security is forced again"
