"""Movements a second from accepted bank files to published settlements: a Belgian bank's morning on one small machine.

Reconcilers as processes of their own, real Kafka and Postgres with fsync; all invoices are open and the topic of bank
files is full before they start. The baseline is the same work one by one: a file a statement, a file a transaction.
RELAIS_BENCH_MOVEMENTS makes it smaller (1,000,000 otherwise, of RELAIS_BENCH_ACCOUNTS accounts, 20,000 otherwise).
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

from deploy.local.ports import Ports
from shared.chassis import consumer, logs
from tests.backends import PASSWORD, KafkaServer, PostgresServer, local_kafka, local_postgres
from tests.benchmarks.bank_morning import PATIENCE_SECONDS, BankMorning
from tests.benchmarks.figures import Figure, compared

MOVEMENTS = int(os.environ.get("RELAIS_BENCH_MOVEMENTS", "1000000"))
ACCOUNTS = min(int(os.environ.get("RELAIS_BENCH_ACCOUNTS", "20000")), max(MOVEMENTS // 10, 1))
BOOKED = 10
"""Movements of a statement."""

REPLICAS = 2
ONE_BY_ONE = max(min(MOVEMENTS // 50, 20_000), 500)
BELGIAN_MORNING = 20_000_000
TARGET_A_SECOND, TARGET_RATIO, TARGET_GROWTH = 5_000.0, 2.0, 1.15
AS_EVERYWHERE = ("services.coda_reconciler.main",)
ONE_AT_A_TIME = ("tests.benchmarks.reconciling", "one_at_a_time")

Measured = tuple[float, list[float], dict[str, float]]
"""Movements a second, the memory of all reconcilers over time in MB, and microseconds of processor for a movement."""


async def run() -> list[Figure]:
    """Measure both, each on a Kafka and a database of its own."""
    logs.configure("benchmark")
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL drops to another account when root runs this
        ports = Ports(folder / "ports.json", free_ports=True)
        postgres = local_postgres(folder, ports, fsync=True)
        await postgres.start()
        try:
            store = PostgresServer(postgres.owner_url, "own")
            ordinary, _, _ = await _measured(folder, ports, store, ONE_AT_A_TIME)
            rate, memory, costs = await _measured(folder, ports, store, AS_EVERYWHERE)
        finally:
            await postgres.stop()
    hours = BELGIAN_MORNING / rate / 3600
    return [
        compared("movements from accepted to settled", rate, "movements/s", ordinary, TARGET_RATIO),
        Figure("the same, to be at least", rate, "movements/s", target=TARGET_A_SECOND, holds=rate >= TARGET_A_SECOND),
        Figure("one file a statement, one a transaction", ordinary, "movements/s"),
        Figure("20 million movements would take", hours, "hours"),
        _grown(memory),
        *(Figure(f"processor time of a movement, {name}", cost, "us") for name, cost in costs.items()),
    ]


def _grown(samples: Sequence[float]) -> Figure:
    """The end against the time after the first fifth: the first is for getting warm."""
    fifth = max(1, len(samples) // 5)
    before, after = median(samples[fifth : 2 * fifth]), median(samples[-fifth:])
    growth = after / before
    return Figure("memory of the reconcilers", after, "MB", before, growth, TARGET_GROWTH, growth <= TARGET_GROWTH)


async def _measured(folder: Path, ports: Ports, store: PostgresServer, program: tuple[str, ...]) -> Measured:
    alone = program is ONE_AT_A_TIME
    own = folder / ("one_at_a_time" if alone else "as_everywhere")
    own.mkdir(mode=0o755)
    kafka = local_kafka(own, ports)
    await kafka.start()
    try:
        server = KafkaServer(kafka.bootstrap_servers, "admin", PASSWORD, "own")
        accounts = min(ACCOUNTS, ONE_BY_ONE // BOOKED) if alone else ACCOUNTS
        days = max((ONE_BY_ONE if alone else MOVEMENTS) // (accounts * BOOKED), 1)
        morning = BankMorning(server, store, own, program, 1 if alone else REPLICAS, accounts, BOOKED)
        await morning.prepare(days, 1 if alone else 1000)
        return await _booked(morning)
    finally:
        await kafka.stop()


async def _booked(morning: BankMorning) -> Measured:
    """From the first movement that is booked to the last settlement that Kafka has acknowledged."""
    memory: list[float] = []
    async with morning.running():
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                begun = await morning.until("select exists (select from coda_reconciler.statements)")
                already, before = await morning.booked(), _spent_us(morning)
                sampling = asyncio.create_task(_sample(morning, memory))
                await morning.until(
                    f"select (select count(*) from coda_reconciler.statements) = {morning.statements}"
                    " and not exists (select from coda_reconciler.outbox where acknowledged_at is null)"
                )
        except TimeoutError as error:
            raise TimeoutError(morning.last_words()) from error
        seconds, after = time.monotonic() - begun, _spent_us(morning)
        sampling.cancel()
        await morning.assert_settled()
    counted = morning.statements * BOOKED - already
    costs = {name: (spent - before.get(name, 0.0)) / counted for name, spent in after.items()}
    return counted / seconds, memory, costs


async def _sample(morning: BankMorning, memory: list[float]) -> None:
    while True:
        memory.append(sum(_resident(process) for process in morning.processes()) / 1e6)
        await asyncio.sleep(0.5)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _spent_us(morning: BankMorning) -> dict[str, float]:
    """Microseconds of processor that everybody who takes part has had."""
    reconcilers = {process.pid for process in morning.processes()}
    spent: dict[str, float] = {}
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            name = "reconcilers" if process.pid in reconcilers else process.name()
            spent[name] = spent.get(name, 0.0) + sum(process.cpu_times()[:2]) * 1e6
    return spent


def main() -> None:
    """One reconciler that handles one record at a time."""
    consumer.MOST_RECORDS = 1
    importlib.import_module("services.coda_reconciler.main").main()


if __name__ == "__main__":
    sys.exit(main())
