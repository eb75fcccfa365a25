"""What was rendered, in Postgres; on a connection of its own, because pages are asked for outside transactions."""

import asyncio

import asyncpg

from shared.chassis.database import BROKEN, Database, is_transient
from shared.chassis.errors import Unavailable
from shared.contracts.documents import Claim
from shared.values import EnterpriseNumber, Language

_PATIENCE_SECONDS = 10.0


class PostgresRenderings:
    """A `RenderingMemory` as the worker's role; it connects when the first page is asked for."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, size=1, application="delivery-rendering")
        self._opening = asyncio.Lock()
        self._opened = False

    async def rendering(self, subject: str, language: Language, renderer: str) -> Claim | None:
        text = await self._value(
            "select claim from renderings where subject = $1 and language = $2 and renderer = $3",
            *(subject, language, renderer),
        )
        return Claim.model_validate_json(text) if text is not None else None

    async def remember(
        self, subject: str, language: Language, renderer: str, number: EnterpriseNumber, claim: Claim
    ) -> None:
        await self._value(
            """insert into renderings (subject, language, renderer, enterprise_number, claim, rendered_at)
               values ($1, $2, $3, $4, $5, now()) on conflict (subject, language) do update
               set renderer = excluded.renderer, claim = excluded.claim, rendered_at = excluded.rendered_at""",
            *(subject, language, renderer, number, claim.model_dump_json()),
        )

    async def close(self) -> None:
        """Leave."""
        await self._database.close()

    async def _value(self, statement: str, *arguments: str) -> str | None:
        try:
            pool = await self._pool()
            found: str | None = await pool.fetchval(statement, *arguments)
        except BROKEN as error:
            if not is_transient(error):
                raise
            raise Unavailable(f"Postgres does not answer: {type(error).__name__}") from error
        return found

    async def _pool(self) -> asyncpg.Pool:
        async with self._opening:
            if not self._opened:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await self._database.open()
                self._opened = True
        return self._database.pool
