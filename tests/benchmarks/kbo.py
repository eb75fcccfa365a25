"""Rows a second from an extract of the register into Postgres, against `executemany` row by row in the same run.

Two million enterprises (8.8 million rows); RELAIS_KBO_ENTERPRISES chooses another size. Postgres syncs to disk.
"""

import asyncio
import csv
import os
import resource
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import asyncpg

from deploy.database_roles import worker_role
from deploy.local.ports import Ports
from deploy.migrate import migrate
from shared.contracts.catalogue import SERVICES
from shared.values import EnterpriseNumber
from tests.backends import PASSWORD, PostgresServer, local_postgres
from tests.benchmarks.figures import Figure, compared
from tests.component.verification.kbo_files import population, write_full, write_update

ENTERPRISES = int(os.environ.get("RELAIS_KBO_ENTERPRISES", "2000000"))
SAMPLE, CHANGES = 20_000, 10_000
TARGET, LONGEST_SECONDS, LONGEST_UPDATE_SECONDS, MOST_MEGABYTES = 3.0, 90.0, 10.0, 200.0


async def run() -> list[Figure]:
    """Generate, load, update; the command runs as a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        full = write_full(folder / "full", population(ENTERPRISES))
        changed = list(population(min(CHANGES, ENTERPRISES), seed=2))
        update = write_update(folder / "update", changed)
        postgres = local_postgres(folder, Ports(folder / "ports.json", free_ports=True), fsync=True)
        await postgres.start()
        try:
            server = PostgresServer(postgres.owner_url, "own")
            roles = [f"{service}_{kind}" for service in SERVICES for kind in ("worker", "api")]
            await migrate(postgres.owner_url, dict.fromkeys([*roles, "administration"], PASSWORD))
            ordinary = await _ordinary(server, full / "denomination.csv")
            url = server.url("relais", worker_role("verification"), PASSWORD)
            load_seconds = await _command(url, "load", full)
            update_seconds = await _command(url, "update", update)
            megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        finally:
            await postgres.stop()
        rows = await asyncio.to_thread(_rows, full)
    return [
        compared("KBO rows loaded", rows / load_seconds, "rows/s", ordinary, TARGET),
        Figure(f"KBO load of {ENTERPRISES:,}", load_seconds, "s", holds=load_seconds <= LONGEST_SECONDS),
        Figure(f"KBO update of {len(changed):,}", update_seconds, "s", holds=update_seconds <= LONGEST_UPDATE_SECONDS),
        Figure("KBO memory of the command", megabytes, "MB", holds=megabytes <= MOST_MEGABYTES),
    ]


async def _command(url: str, word: str, extract: Path) -> float:
    begun = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.command_line", "kbo", word, str(extract)),
        env={"VERIFICATION_DATABASE_URL": url, "PATH": os.environ["PATH"]},
        stderr=sys.stderr,
    )
    if await process.wait() != 0:
        raise RuntimeError(f"relais kbo {word} ended with {process.returncode}")
    return time.monotonic() - begun


async def _ordinary(server: PostgresServer, file: Path) -> float:
    """The first names: read by the csv module, checked by the value, put under their number one statement a row."""
    connection = await asyncpg.connect(server.url("relais"))
    try:
        await connection.execute("create table plain (number text primary key, language text, kind text, name text)")
        begun = time.monotonic()
        with file.open(encoding="utf-8", newline="") as text:
            rows = [(EnterpriseNumber(row[0]), *row[1:]) for row in islice(csv.reader(text), 1, SAMPLE + 1)]
        await connection.executemany(
            """insert into plain values ($1, $2, $3, $4) on conflict (number) do update set
               language = excluded.language, kind = excluded.kind, name = excluded.name""",
            rows,
        )
        return len(rows) / (time.monotonic() - begun)
    finally:
        await connection.close()


def _rows(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") - 1 for path in folder.glob("*.csv"))
