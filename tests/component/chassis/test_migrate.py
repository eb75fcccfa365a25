"""Does one command bring an empty database to this version, once, and is every role kept to its own schema?"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from deploy.database_roles import api_role, worker_role
from deploy.local.postgres import Postgres
from deploy.migrate import ROOT, MigrationRefused, migrate
from shared.contracts.catalogue import SERVICES

PASSWORDS = {role(name): f"pw-{name}" for name in SERVICES for role in (worker_role, api_role)}
PASSWORDS["administration"] = "pw-administration"


@pytest.fixture
async def database(edge_postgres: Postgres) -> AsyncIterator[str]:
    name = f"migrate_{uuid4().hex[:8]}"
    connection = await asyncpg.connect(edge_postgres.owner_url)
    await connection.execute(f"create database {name}")
    yield name
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the chassis's files and one of verification's own."""
    for folder in ("deploy/database", "shared/chassis/migrations"):
        (tmp_path / folder).mkdir(parents=True)
        for file in (ROOT / folder).glob("*.sql"):
            (tmp_path / folder / file.name).write_text(file.read_text())
    own = tmp_path / "services/verification/migrations"
    own.mkdir(parents=True)
    (own / "0001_notes.sql").write_text(
        """
        create table notes (id text primary key, software text not null);
        grant select, insert on notes to verification_worker, verification_api;
        alter table notes enable row level security;
        alter table notes force row level security;
        create policy worker_all on notes to verification_worker using (true) with check (true);
        create policy api_own on notes to verification_api using (software = public.app_principal('software'));
        """
    )
    return tmp_path


def _url(postgres: Postgres, role: str, database: str) -> str:
    return postgres.url(role, PASSWORDS[role], database)


async def _migrate(postgres: Postgres, database: str, checkout: Path) -> list[str]:
    return await migrate(postgres.url("postgres", "owner", database), PASSWORDS, root=checkout)


async def test_everything_is_applied_once_and_again_there_is_nothing_to_do(
    edge_postgres: Postgres, database: str, checkout: Path
) -> None:
    first = await _migrate(edge_postgres, database, checkout)
    assert "verification/0001_notes.sql" in first
    assert "intake/chassis/0001_chassis.sql" in first
    assert first.index("verification/chassis/0001_chassis.sql") < first.index("verification/0001_notes.sql")
    assert await _migrate(edge_postgres, database, checkout) == []


async def test_two_migrations_at_once_apply_each_file_once(
    edge_postgres: Postgres, database: str, checkout: Path
) -> None:
    done = await asyncio.gather(*(_migrate(edge_postgres, database, checkout) for _ in range(3)))
    assert sorted(len(files) > 0 for files in done) == [False, False, True]


async def test_a_file_that_changed_after_it_was_applied_is_refused(
    edge_postgres: Postgres, database: str, checkout: Path
) -> None:
    await _migrate(edge_postgres, database, checkout)
    file = checkout / "services/verification/migrations/0001_notes.sql"
    file.write_text(file.read_text() + "-- changed")
    with pytest.raises(MigrationRefused, match=r"verification/0001_notes\.sql was changed after it was applied"):
        await _migrate(edge_postgres, database, checkout)


async def test_a_file_that_fails_leaves_nothing_and_names_its_line(
    edge_postgres: Postgres, database: str, checkout: Path
) -> None:
    file = checkout / "services/verification/migrations/0002_wrong.sql"
    file.write_text("create table half (id text);\nselect nothing from nowhere;\n")
    with pytest.raises(MigrationRefused, match=r"verification/0002_wrong\.sql, line 2"):
        await _migrate(edge_postgres, database, checkout)
    file.write_text("create table half (id text);\n")
    assert "verification/0002_wrong.sql" in await _migrate(edge_postgres, database, checkout)


async def test_a_file_that_moves_rows_sees_those_of_its_tables_and_nothing_is_looser_afterwards(
    edge_postgres: Postgres, database: str, checkout: Path
) -> None:
    await _migrate(edge_postgres, database, checkout)
    worker = await asyncpg.connect(_url(edge_postgres, "verification_worker", database))
    await worker.execute("insert into verification.notes values ('1', 'robaws')")
    file = checkout / "services/verification/migrations/0002_louder.sql"
    file.write_text("alter table notes rename to louder;\nupdate louder set software = upper(software);\n")
    await _migrate(edge_postgres, database, checkout)
    assert await worker.fetchval("select software from verification.louder") == "ROBAWS"
    forced = "select relforcerowsecurity from pg_class where oid = 'verification.louder'::regclass"
    assert await worker.fetchval(forced) is True
    await worker.close()


async def test_a_missing_password_is_named_before_anything_is_done(edge_postgres: Postgres) -> None:
    with pytest.raises(MigrationRefused, match="intake_api"):
        await migrate(edge_postgres.owner_url, {})


async def test_each_role_sees_its_own_schema_and_no_other(
    edge_postgres: Postgres, database: str, checkout: Path
) -> None:
    await _migrate(edge_postgres, database, checkout)
    connection = await asyncpg.connect(_url(edge_postgres, "verification_worker", database))
    assert await connection.fetchval("show search_path") == "verification"
    await connection.execute("insert into notes values ('n1', 'robaws'), ('n2', 'billit')")
    for forbidden in (
        "select * from intake.outbox",
        "create table x (id int)",
        "select * from relais.migrations",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(forbidden)
    await connection.close()


async def test_the_api_role_sees_only_rows_of_the_principal_of_its_transaction(
    edge_postgres: Postgres, database: str, checkout: Path
) -> None:
    await _migrate(edge_postgres, database, checkout)
    worker = await asyncpg.connect(_url(edge_postgres, "verification_worker", database))
    await worker.execute("insert into notes values ('n1', 'robaws'), ('n2', 'billit')")
    api = await asyncpg.connect(_url(edge_postgres, "verification_api", database))
    seen = {}
    for principal in ("software:robaws", "office:robaws", "software:", "operator:operator", ""):
        async with api.transaction():
            await api.execute("select set_config('app.principal', $1, true)", principal)
            seen[principal] = [row["id"] for row in await api.fetch("select id from notes")]
            operator = await api.fetchval("select public.app_is_operator()")
            assert operator == (principal == "operator:operator")
    assert seen == {
        "software:robaws": ["n1"],
        "office:robaws": [],
        "software:": [],
        "operator:operator": [],
        "": [],
    }
    assert await api.fetch("select id from notes") == []
    await worker.close()
    await api.close()


async def test_every_table_has_row_level_security_that_binds_its_owner_too(
    edge_postgres: Postgres, database: str, checkout: Path
) -> None:
    await _migrate(edge_postgres, database, checkout)
    connection = await asyncpg.connect(edge_postgres.url("postgres", "owner", database))
    rows = await connection.fetch(
        """select oid::regclass::text as name, relrowsecurity and relforcerowsecurity as bound from pg_class
           where relkind = 'r' and relnamespace in (select oid from pg_namespace where nspname = any($1))""",
        [*SERVICES, "relais"],
    )
    await connection.close()
    assert len(rows) > len(SERVICES)
    assert [row["name"] for row in rows if not row["bound"]] == []
