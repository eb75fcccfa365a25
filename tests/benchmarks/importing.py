"""Rows a second of a list of clients through the door, against entering the same companies one call at a time.

The whole platform as `make run` starts it, fsync on. RELAIS_BENCH_CLIENTS says how long the list is.
"""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import cast

from deploy.demo.doors import OfficeClient, open_door
from deploy.demo.seed import seed
from deploy.local.addresses import Addresses
from deploy.local.platform import Platform
from tests.benchmarks.figures import Figure, compared
from tests.system.lists import list_of_clients
from tests.system.stage import Stage

CLIENTS = int(os.environ.get("RELAIS_BENCH_CLIENTS", "100000"))
ONE_BY_ONE = 400
TARGET = 10.0
IMPORT_S = 30.0
_AT_ONCE = 8
_CSV = {"Content-Type": "text/csv"}
_TIMEOUT_S = 600.0


async def run() -> list[Figure]:
    """Figures: rows/s of the import, of the same list again, and calls/s of single entries; seconds of the import."""
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # PostgreSQL drops to another account when root runs this
        async with Platform(Path(name), free_ports=True, say=lambda _: None) as platform:
            platform.addresses = cast(Addresses, await seed(platform.addresses, platform.secrets))
            async with open_door(platform.addresses["door"]) as door:
                office = await Stage(platform.addresses, door).new_office("lemmens")
                single = await _one_by_one(office)
                first_s = await _import(office)
                again_s = await _import(office)
    return [
        compared("import of a list of clients", CLIENTS / first_s, "rows/s", single, TARGET),
        compared("the same list again", CLIENTS / again_s, "rows/s", single, TARGET),
        Figure("clients entered one by one, eight at once", single, "rows/s"),
        Figure(f"import of {CLIENTS:,} rows", first_s, "s", target=IMPORT_S, holds=first_s <= IMPORT_S),
    ]


async def _import(office: OfficeClient) -> float:
    """Seconds until the answer."""
    content = list_of_clients(CLIENTS)
    begun = time.perf_counter()
    path = "/v1/directory/clients/import"
    await office.ask("POST", path, 200, content=content, headers=_CSV, timeout=_TIMEOUT_S)
    return time.perf_counter() - begun


async def _one_by_one(office: OfficeClient) -> float:
    """Entries a second of companies that the list does not have."""
    rows = list_of_clients(ONE_BY_ONE, offset=CLIENTS).decode().splitlines()[1:]
    free = asyncio.Semaphore(_AT_ONCE)

    async def put(row: str) -> None:
        number, name, language, email, code, iban = row.split(";")
        entry = {"name": name, "language": language, "email": email, "client_code": code}
        mandates = [{"iban": iban, "since": "2024-01-01"}]
        async with free:
            path = f"/v1/directory/clients/{number}"
            await office.ask("PUT", path, 201, json=entry | {"mandates": mandates})

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for row in rows:
            group.create_task(put(row))
    return ONE_BY_ONE / (time.perf_counter() - begun)
