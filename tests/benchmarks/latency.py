"""How long an accepted invoice takes to the record on the office's topic, and what everything costs when idle.

The whole platform as `make run` starts it, fsync on; one invoice at a time, so that nothing waits for another.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import httpx
from aiokafka import AIOKafkaConsumer

from deploy.demo.directory import JANSSENS
from deploy.demo.doors import open_door
from deploy.demo.seed import seed
from deploy.local.addresses import Addresses
from deploy.local.memory import memory_use
from deploy.local.platform import Platform
from tests.benchmarks.figures import Figure
from tests.system.stage import Connection, Stage, invoice

INVOICES = 200
WARM_UP = 30
P50_MS = 120.0
P99_MS = 500.0
IDLE_MB = 1_300.0
_QUIET_SECONDS = 20.0


async def run() -> list[Figure]:
    """Figures: p50 and p99 in ms, memory in MB (proportional set size: shared pages count once)."""
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # PostgreSQL drops to another account when root runs this
        async with Platform(Path(name), free_ports=True, say=lambda _: None) as platform:
            platform.addresses = cast(Addresses, await seed(platform.addresses, platform.secrets))
            async with open_door(platform.addresses["door"]) as door:
                took_ms = sorted(await _measure(Stage(platform.addresses, door)))
            await asyncio.sleep(_QUIET_SECONDS)
            idle_mb = sum(use.pss_bytes or use.rss_bytes for use in memory_use(platform.parts)) / 1e6
    return [
        _at_most("HTTP acceptance to office topic, p50", took_ms[len(took_ms) // 2], "ms", P50_MS),
        _at_most("HTTP acceptance to office topic, p99", took_ms[int(len(took_ms) * 0.99)], "ms", P99_MS),
        _at_most("memory of everything, idle", idle_mb, "MB", IDLE_MB),
    ]


async def _measure(stage: Stage) -> list[float]:
    client = await stage.kafka(stage.office())
    connection = await stage.connect(stage.software("robaws"), await stage.company())
    consumer = AIOKafkaConsumer(f"office.{JANSSENS.office_id}.documents.v1", **client._settings, group_id=client._group)
    await consumer.start()
    try:
        await consumer.seek_to_end()
        took = [await _once(stage, connection, consumer, position) for position in range(WARM_UP + INVOICES)]
    finally:
        await consumer.stop()
    return took[WARM_UP:]


async def _once(stage: Stage, connection: Connection, consumer: Any, position: int) -> float:
    """Milliseconds from the answer 202 to the record at an ordinary consumer."""
    document = invoice(connection.company, f"L-{position:05d}")
    basic = httpx.BasicAuth(connection.username, connection.password)
    headers = {"Content-Type": "application/xml"}
    answer = await stage.door.post("/v1/documents", content=document, headers=headers, auth=basic)
    accepted = time.perf_counter()
    answer.raise_for_status()
    wanted = answer.json()["id"].encode()
    while True:
        record = await asyncio.wait_for(consumer.getone(), 30)
        if dict(record.headers)["relais_document_id"] == wanted:
            return (time.perf_counter() - accepted) * 1_000


def _at_most(name: str, value: float, unit: str, limit: float) -> Figure:
    return Figure(name, value, unit, target=limit, holds=value <= limit)
