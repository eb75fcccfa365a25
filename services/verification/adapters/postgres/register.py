"""What the register of enterprises knows of companies."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from services.verification.domain.register import RegisterEntry
from shared.values import EnterpriseNumber, Language

_NAMES: dict[str, Language | None] = {
    "name_nl": Language.NL,
    "name_fr": Language.FR,
    "name_de": Language.DE,
    "name_en": Language.EN,
    "name_other": None,
}


class PostgresRegisterEntries:
    """The part of the directory store that reads the register; the role of endpoints may not."""

    _connection: Any

    async def register_entries(self, numbers: Sequence[EnterpriseNumber]) -> dict[EnterpriseNumber, RegisterEntry]:
        rows = await self._connection.fetch(
            "select * from kbo_enterprises where enterprise_number = any($1::text[])", list(numbers)
        )
        return {entry.enterprise_number: entry for entry in map(_entry, rows)}


def _entry(row: asyncpg.Record) -> RegisterEntry:
    return RegisterEntry(
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        ceased=row["ceased"],
        names={language: row[column] for column, language in _NAMES.items() if row[column]},
        postal_code=row["postal_code"] or "",
    )
