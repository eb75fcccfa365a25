"""Do connections of before say since when they are active?"""

from pathlib import Path

import asyncpg

from tests.adapters.earlier_versions import migrated_from
from tests.backends import PostgresServer

CONSUMED = "2026-01-05T09:00:00+00:00"
BEFORE = f"""
    insert into connections (connection_id, enterprise_number, software, mode, office_id, language, company_name,
        scopes, email_key_id, email_ciphertext, masked_email,
        address_version, ordinal, heard, issue, generation, state, version)
    select 'con_' || n, '0403170701', 'robaws', 'live', 'janssens', 'nl', 'Bakkerij', '{{}}', 'k', 'c', 'b***',
        1, 1, 1, 1, 1, 'active', 1 from generate_series(1, 2) as n;
    insert into tokens (connection_id, issue, software, key_id, nonce, sha256, address_version, language,
        company_name, issued_at, expires_at, consumed_at, ended, mails)
    select 'con_' || n, 1, 'robaws', 'k', '\\x00112233445566778899aabbccddeeff', 'digest ' || n, 1, 'nl', 'Bakkerij',
        now(), now(), case n when 1 then '{CONSUMED}'::timestamptz end, '', 1 from generate_series(1, 2) as n;"""


async def test_a_connection_whose_code_was_registered_is_active_since_then(
    postgres: PostgresServer, passwords: dict[str, str], tmp_path: Path
) -> None:
    async with migrated_from("token_mailer", "0004_access.sql", BEFORE, postgres, passwords, tmp_path) as url:
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("select connection_id, activated_at from connections order by connection_id")
        await connection.close()
    assert [(row[0], row[1] and row[1].isoformat()) for row in rows] == [("con_1", CONSUMED), ("con_2", None)]
