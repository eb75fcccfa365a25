"""Databases as an earlier version left them, brought to this one."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg

from deploy.migrate import migrate
from tests.backends import PASSWORD, ROOT, PostgresServer


@asynccontextmanager
async def migrated_from(
    service: str, last: str, rows: str, postgres: PostgresServer, passwords: dict[str, str], folder: Path
) -> AsyncIterator[str]:
    """The worker's URL of a database in which the service had migrations up to `last` (`0001_statements.sql`) and these
    rows, as SQL, when all further ones were applied. `folder` is an empty one."""
    name = f"{service}_before_{uuid4().hex[:8]}"
    owner = await asyncpg.connect(postgres.maintenance_url)
    await owner.execute(f"create database {name}")
    for path in ("deploy/database", "shared/chassis/migrations", *_migrations()):
        shutil.copytree(ROOT / path, folder / path)
    for path in (folder / "services" / service / "migrations").glob("*.sql"):
        if path.name > last:
            path.unlink()
    await migrate(postgres.url(name), passwords, root=folder)
    connection = await asyncpg.connect(postgres.url(name))
    await connection.execute(f"set search_path = {service}; {rows}")
    await connection.close()
    await migrate(postgres.url(name), passwords)
    yield postgres.url(name, f"{service}_worker", PASSWORD)
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()


def _migrations() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "services").glob("*/migrations"))]
