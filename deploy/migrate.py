"""Brings the database to the state that this version of the product needs: roles, schemas, numbered SQL.

`python -m deploy.migrate` reads MIGRATION_DATABASE_URL (a superuser, or who may make roles) and
MIGRATION_PASSWORDS (JSON: role to password). It runs under a lock and, done again, changes nothing.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from pydantic import Field, SecretStr

from deploy.database_roles import ADMINISTRATION, api_role, ensure_roles, ensure_schema, worker_role
from shared.chassis.settings import KnownSettings, load, settings_for
from shared.contracts.catalogue import SERVICES

ROOT = Path(__file__).resolve().parent.parent
_LOCK = 7_205_759_403
"""Any number, but always this one: two migrations of one database wait for each other."""
_MOVES_ROWS = re.compile(r"^\s*(?:insert\s+into|update|delete\s+from)\b", re.IGNORECASE | re.MULTILINE)
_WORD = re.compile(r"\w+")


class MigrationRefused(Exception):
    """The database cannot be brought to this version: one sentence, which says what was found and expected."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file for one schema; those of the chassis are filled in for each service."""

    schema: str
    file: str
    text: str
    sha256: str


class MigrationSettings(KnownSettings):
    """What `python -m deploy.migrate` is told."""

    model_config = settings_for("migration")

    database_url: SecretStr = Field(description="libpq URL of a role that may make roles")
    passwords: dict[str, SecretStr] = Field(description='JSON: {"intake_worker": "...", ...}')


async def migrate(owner_url: str, passwords: Mapping[str, str], *, root: Path = ROOT) -> list[str]:
    """Bring the database to this version; the files that were applied, as `schema/file`.

    `passwords` has one for each `<service>_worker`, `<service>_api` and `administration`. Raises
    `MigrationRefused` when one is missing or an applied file was changed.
    """
    roles = [role for service in SERVICES for role in (worker_role(service), api_role(service))]
    missing = sorted({*roles, ADMINISTRATION} - passwords.keys())
    if missing:
        raise MigrationRefused(f"passwords: found none for {', '.join(missing)}, expected one for each role")
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await ensure_roles(connection, {role: passwords[role] for role in (*roles, ADMINISTRATION)})
        await connection.execute((root / "deploy/database/ground.sql").read_text())
        for service in SERVICES:
            await ensure_schema(connection, service)
        return await _apply(connection, list(migrations(root)))
    finally:
        await connection.close()


def migrations(root: Path = ROOT) -> Iterator[Migration]:
    """All files in the order in which they are applied: for each service the chassis's, then its own."""
    for service in SERVICES:
        names = {"schema": service, "worker": worker_role(service), "api": api_role(service)}
        for path in sorted((root / "shared/chassis/migrations").glob("*.sql")):
            text = path.read_text()
            yield Migration(service, f"chassis/{path.name}", text.format(**names), _sha256(text))
        for path in sorted((root / "services" / service / "migrations").glob("*.sql")):
            text = path.read_text()
            yield Migration(service, path.name, text, _sha256(text))


async def _apply(connection: asyncpg.Connection, wanted: list[Migration]) -> list[str]:
    rows = await connection.fetch("select schema, file, sha256 from relais.migrations")
    applied = {(row["schema"], row["file"]): row["sha256"] for row in rows}
    done = []
    for migration in wanted:
        name = f"{migration.schema}/{migration.file}"
        before = applied.get((migration.schema, migration.file))
        if before is None:
            await _apply_one(connection, migration)
            done.append(name)
        elif before != migration.sha256:
            raise MigrationRefused(
                f"{name} was changed after it was applied: found {migration.sha256[:12]}, expected {before[:12]}; "
                "restore the file and write what is new into a file with the next number"
            )
    return done


async def _apply_one(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute("set local role relais_owner")
        await connection.execute(f'set local search_path = "{migration.schema}"')
        try:
            async with _rows_seen(connection, migration):
                await connection.execute(migration.text)
        except asyncpg.PostgresError as error:
            place = _line(migration.text, getattr(error, "position", None))
            raise MigrationRefused(f"{migration.schema}/{migration.file}{place}: {error}") from error
        await connection.execute(
            "insert into relais.migrations (schema, file, sha256) values ($1, $2, $3)",
            migration.schema,
            migration.file,
            migration.sha256,
        )


@asynccontextmanager
async def _rows_seen(connection: asyncpg.Connection, migration: Migration) -> AsyncIterator[None]:
    """Row-level security is forced upon the owner as well, so it sees and changes no row of its own tables. A file that
    moves rows sees those of the tables that it names; when it ends these are as they were."""
    forced = []
    if _MOVES_ROWS.search(migration.text):
        words = set(_WORD.findall(migration.text))
        rows = await connection.fetch(
            """select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where n.nspname = $1 and c.relforcerowsecurity""",
            migration.schema,
        )
        forced = [row["oid"] for row in rows if row["relname"] in words]
    for table in await _names(connection, forced):
        await connection.execute(f"alter table {table} no force row level security")
    yield
    for table in await _names(connection, forced):
        await connection.execute(f"alter table {table} force row level security")


async def _names(connection: asyncpg.Connection, tables: list[int]) -> list[str]:
    """Those of the tables that are still there, as they are called now, in one order for everybody."""
    rows = await connection.fetch(
        "select oid::regclass::text as name from pg_class where oid = any($1::oid[]) order by oid", tables
    )
    return [row["name"] for row in rows]


def _line(text: str, position: str | None) -> str:
    if not position or not position.isdigit():
        return ""
    return f", line {text.count(chr(10), 0, int(position) - 1) + 1}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def main() -> None:
    """The command: migrate, say what was done, or say in one sentence why not and exit with 1."""
    settings = load(MigrationSettings)
    passwords = {role: password.get_secret_value() for role, password in settings.passwords.items()}
    try:
        done = asyncio.run(migrate(settings.database_url.get_secret_value(), passwords))
    except (MigrationRefused, OSError, asyncpg.PostgresError) as error:
        raise SystemExit(f"migrate: {error}") from None
    print(f"migrate: applied {len(done)} files" if done else "migrate: nothing to do")
    for name in done:
        print(f"  {name}")


if __name__ == "__main__":
    main()
