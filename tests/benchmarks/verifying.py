"""Requests a second through verification, with a directory of 500,000 companies and with one of 50.

Each request is its own connection and asks for a company of the directory; the answer is published to all replicas.
Same broker, same Postgres with fsync, same run; each side starts with its topic full. RELAIS_BENCH_COMPANIES and
RELAIS_BENCH_REQUESTS make it smaller.
"""

import asyncio
import os
import time
from base64 import b64encode
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
from nacl.public import PrivateKey

from deploy.database_roles import api_role, worker_role
from deploy.local.ports import Ports
from services.verification.main import build
from services.verification.settings import Settings
from shared.chassis import logs
from shared.contracts import ConnectionRequested
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug
from tests.backends import PASSWORD, KafkaServer, PostgresServer
from tests.benchmarks.figures import Figure, compared
from tests.benchmarks.machine import Machine, one_machine
from tests.component.processes import Processes

COMPANIES = int(os.environ.get("RELAIS_BENCH_COMPANIES", "500000"))
REQUESTS = int(os.environ.get("RELAIS_BENCH_REQUESTS", "30000"))
FEW_COMPANIES, SOFTWARES, PARTITIONS = 50, 37, 3
TARGET_A_SECOND, TARGET_RATIO = 2_000.0, 0.5
_PATIENCE_SECONDS = 300.0
_WAITING = "select exists (select from verification.outbox where acknowledged_at is null)"


async def run() -> list[Figure]:
    """Measure both on a Kafka and a Postgres of their own."""
    logs.configure("benchmark")
    async with one_machine() as machine:
        few = await _measured(machine, FEW_COMPANIES)
        many = await _measured(machine, COMPANIES)
    return [
        compared(f"requests verified, {COMPANIES:,} companies", many, "requests/s", few, TARGET_RATIO),
        Figure("the same, to be at least", many, "requests/s", target=TARGET_A_SECOND, holds=many >= TARGET_A_SECOND),
        Figure(f"requests verified, {FEW_COMPANIES} companies", few, "requests/s"),
    ]


async def _measured(machine: Machine, companies: int) -> float:
    """Requests a second on a fresh broker and a fresh database with so many companies."""
    name = f"verifying_{companies}"
    async with machine.side(name) as (kafka, folder):
        await _fill_directory(machine.store.url(name), companies)
        processes = Processes(kafka, machine.store, name, folder)
        await processes.make_topics("verification", partitions=PARTITIONS)
        await processes.publish((_asked(serial, companies) for serial in range(REQUESTS)), ce_source="intake")
        running = build(_settings(kafka, machine.store, name, folder, machine.ports)).running()
        await asyncio.wait_for(running.start(), 60)
        try:
            return await _rate(machine.store, name)
        finally:
            await running.stop()


async def _fill_directory(owner_url: str, companies: int) -> None:
    owner = await asyncpg.connect(owner_url)
    try:
        await owner.execute("set search_path = verification")
        await owner.execute("insert into offices (office_id, name, language, client) values ('aa', 'A', 'nl', true)")
        softwares = [(_software(serial), f"Software {serial}", "active") for serial in range(SOFTWARES)]
        await _copy(owner, "softwares", softwares, ["slug", "name", "state"])
        rows = ((_number(n), f"Onderneming {n}", "nl", f"boek.{n}@firma.example", 1) for n in range(companies))
        await _copy(owner, "companies", rows, ["enterprise_number", "name", "language", "email", "address_version"])
        periods = ((_number(n), "aa", date(2020, 1, 1)) for n in range(companies))
        await _copy(owner, "office_periods", periods, ["enterprise_number", "office_id", "since"])
        await owner.execute("analyze companies, office_periods, offices, softwares")
    finally:
        await owner.close()


async def _copy(owner: asyncpg.Connection, table: str, rows: Iterable[tuple[object, ...]], columns: list[str]) -> None:
    await owner.copy_records_to_table(table, schema_name="verification", records=rows, columns=columns)


def _asked(serial: int, companies: int) -> ConnectionRequested:
    return ConnectionRequested(
        connection_id=ConnectionId.of(uuid4()),
        enterprise_number=_number(serial * 7919 % companies),
        software=SoftwareSlug(_software(serial % SOFTWARES)),
    )


def _settings(server: KafkaServer, store: PostgresServer, name: str, folder: Path, ports: Ports) -> Settings:
    return Settings(
        kafka_bootstrap_servers=server.bootstrap_servers,
        kafka_username=server.username,
        kafka_password=server.password,
        database_url=store.url(name, worker_role("verification"), PASSWORD),
        api_database_url=store.url(name, api_role("verification"), PASSWORD),
        object_store_url=(folder / "documents").as_uri(),
        http_port=ports.of(f"http-{name}"),
        operator_key_sha256="0" * 64,
        sealing_public_key=b64encode(bytes(PrivateKey.generate().public_key)).decode(),
        helpdesk_contact="help@relais.example",
    )


async def _rate(store: PostgresServer, name: str) -> float:
    """Requests a second between the first that is seen to be answered and the last answer that is acknowledged."""
    connection = await asyncpg.connect(store.url(name))
    begun: tuple[float, int] | None = None
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                answered = await connection.fetchval("select count(*) from verification.requests")
                waiting = await connection.fetchval(_WAITING)
                now = time.monotonic()
                if begun is None and answered:
                    begun = (now, answered)
                if begun is not None and answered == REQUESTS and not waiting:
                    return float((REQUESTS - begun[1]) / (now - begun[0]))
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


def _number(serial: int) -> EnterpriseNumber:
    base = 10_000_000 + serial
    return EnterpriseNumber(f"{base:08d}{97 - base % 97:02d}")


def _software(serial: int) -> str:
    return f"software-{serial}"
