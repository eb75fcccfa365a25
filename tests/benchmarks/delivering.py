"""Invoices a second from stored to delivered: at an ordinary consumer of the office's topic, with its own credentials.

Router and delivery as processes of their own, real Kafka and Postgres with fsync; both start with the topic of
submitted documents full. The baseline is the same work one by one: a batch of one, one transaction each, same run.
RELAIS_BENCH_INVOICES makes it smaller, down to 1,000: two batches.
"""

import asyncio
import contextlib
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import psutil
from aiokafka import AIOKafkaConsumer

from deploy.local.ports import Ports
from shared.chassis import consumer, logs
from shared.contracts.invoices import InvoiceSubmitted
from shared.values import Sha256
from tests.backends import PASSWORD, KafkaServer, PostgresServer, local_kafka, local_postgres
from tests.benchmarks.figures import Figure, compared
from tests.benchmarks.router_and_delivery import PATIENCE_SECONDS, RUNNING, RouterAndDelivery

INVOICES = max(1000, int(os.environ.get("RELAIS_BENCH_INVOICES", "20000")))
ONE_BY_ONE = max(200, INVOICES // 20)
TARGET_A_SECOND, TARGET_RATIO, TARGET_GROWTH = 250.0, 2.0, 1.15
AS_EVERYWHERE = {service: (f"services.{service}.main",) for service in RUNNING}
ONE_AT_A_TIME = {service: ("tests.benchmarks.delivering", service) for service in RUNNING}
_BEGUN = "select " + " or ".join(
    f"exists (select from {service}.inbox where topic = '{InvoiceSubmitted.topic}')" for service in RUNNING
)
_TAKEN_IN = f"select count(*) from invoice_router.inbox where topic = '{InvoiceSubmitted.topic}'"

Measured = tuple[float, dict[str, list[float]], dict[str, float]]
"""Invoices a second, the memory of each service over time in MB, and milliseconds of processor for an invoice."""


async def run() -> list[Figure]:
    """Measure both on a Kafka and a database of their own."""
    logs.configure("benchmark")
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL drops to another account when root runs this
        ports = Ports(folder / "ports.json", free_ports=True)
        postgres = local_postgres(folder, ports, fsync=True)
        await postgres.start()
        try:
            store = PostgresServer(postgres.owner_url, "own")
            ordinary, _, _ = await _measured(folder, ports, store, ONE_AT_A_TIME, ONE_BY_ONE)
            rate, memory, costs = await _measured(folder, ports, store, AS_EVERYWHERE, INVOICES)
        finally:
            await postgres.stop()
    return [
        compared("invoices from stored to delivered", rate, "invoices/s", ordinary, TARGET_RATIO),
        Figure("the same, to be at least", rate, "invoices/s", target=TARGET_A_SECOND, holds=rate >= TARGET_A_SECOND),
        Figure("one by one", ordinary, "invoices/s"),
        *(_grown(name, samples) for name, samples in memory.items()),
        *(Figure(f"processor time of an invoice, {name}", cost, "ms") for name, cost in costs.items()),
    ]


def _grown(name: str, samples: Sequence[float]) -> Figure:
    """The last fifth of the time against the second: the first is for getting warm."""
    fifth = max(1, len(samples) // 5)
    before, after = median(samples[fifth : 2 * fifth]), median(samples[-fifth:])
    growth = after / before
    return Figure(f"memory of {name}", after, "MB", before, growth, TARGET_GROWTH, growth <= TARGET_GROWTH)


async def _measured(
    folder: Path, ports: Ports, store: PostgresServer, programs: dict[str, tuple[str, ...]], count: int
) -> Measured:
    name = "one_at_a_time" if programs is ONE_AT_A_TIME else "as_everywhere"
    own = folder / name
    own.mkdir(mode=0o755)
    kafka = local_kafka(own, ports)
    await kafka.start()
    try:
        server = KafkaServer(kafka.bootstrap_servers, "admin", PASSWORD, "own")
        services = RouterAndDelivery(server, store, own, name, programs)
        password = await services.prepare()
        digests = await services.submit(count)
        office = services.office(password)
        await office.start()
        try:
            return await _delivered(services, office, digests)
        finally:
            await office.stop()
    finally:
        await kafka.stop()


async def _delivered(services: RouterAndDelivery, office: AIOKafkaConsumer, digests: set[str]) -> Measured:
    """From the first document that either service has taken in to the last at the office.

    What the router had read by then does not count.
    """
    memory: dict[str, list[float]] = {service: [] for service in RUNNING}
    async with services.running():
        arriving = asyncio.create_task(_arrived(office, set(digests)))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                begun = await services.until(_BEGUN)
                before, already = _spent_ms(services), await services.value(_TAKEN_IN)
                sampling = asyncio.create_task(_sample(services, memory))
                await arriving
        except TimeoutError as error:
            raise TimeoutError(services.last_words()) from error
        seconds, after = time.monotonic() - begun, _spent_ms(services)
        sampling.cancel()
    counted = len(digests) - already
    costs = {name: (spent - before.get(name, 0.0)) / counted for name, spent in after.items()}
    return counted / seconds, memory, costs


async def _arrived(office: AIOKafkaConsumer, missing: set[str]) -> None:
    """Until every document is there byte for byte; what comes twice counts once."""
    while missing:
        for records in (await office.getmany(timeout_ms=200)).values():
            for record in records:
                missing.discard(Sha256.of(record.value))


async def _sample(services: RouterAndDelivery, memory: dict[str, list[float]]) -> None:
    while True:
        for service, family in services.families().items():
            memory[service].append(sum(_resident(process) for process in family) / 1e6)
        await asyncio.sleep(0.5)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _spent_ms(services: RouterAndDelivery) -> dict[str, float]:
    """Milliseconds of processor that everybody who takes part has had; the router and its readers apart."""
    names = {}
    for service, (root, *readers) in services.families().items():
        names |= {root.pid: service} | {reader.pid: f"readers of {service}" for reader in readers}
    spent: dict[str, float] = {}
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            name = names.get(process.pid) or ("the office" if process.pid == os.getpid() else process.name())
            spent[name] = spent.get(name, 0.0) + sum(process.cpu_times()[:2]) * 1e3
    return spent


def main() -> None:
    """One service that handles one record at a time."""
    consumer.MOST_RECORDS = 1
    importlib.import_module(f"services.{sys.argv[1]}.main").main()


if __name__ == "__main__":
    main()
