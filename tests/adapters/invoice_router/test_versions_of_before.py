"""Do invoices of before say which version they replaced, whether they were there at 0002 or stayed without at 0003?"""

from pathlib import Path

import asyncpg
import pytest

from tests.adapters.earlier_versions import migrated_from
from tests.backends import PostgresServer


def _invoice(number: str, version: int) -> str:
    return f"""insert into invoices (document_id, enterprise_number, connection_id, software, family, number, year,
                   issue_date, version, content_sha256, received_at, document, sequence)
               values ('doc_{number}_{version}', '0403170701', 'con_1', 'robaws', 'invoice', '{number}', 2026,
                   '2026-02-01', {version}, 'content {version}', now(), '{{}}', 1);"""


BEFORE = "".join(_invoice(*each) for each in (("A", 1), ("A", 2), ("A", 3), ("B", 1)))


@pytest.mark.parametrize("last", ["0001_invoices.sql", "0003_releasing.sql"])
async def test_each_version_says_which_one_it_replaced(
    last: str, postgres: PostgresServer, passwords: dict[str, str], tmp_path: Path
) -> None:
    async with migrated_from("invoice_router", last, BEFORE, postgres, passwords, tmp_path) as url:
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("select document_id, supersedes from invoices order by document_id")
        await connection.close()
    assert [tuple(row) for row in rows] == [
        ("doc_A_1", None),
        ("doc_A_2", "doc_A_1"),
        ("doc_A_3", "doc_A_2"),
        ("doc_B_1", None),
    ]
