"""Invoices a second from stored to delivered: at an ordinary consumer of the office's topic, with its own credentials.

Router and delivery as processes of their own, real Kafka and Postgres with fsync; both start with the topic of
submitted documents full. The baseline is the same work one by one: a batch of one, one transaction each, same run.
RELAIS_BENCH_INVOICES makes it smaller, down to 1,000: two batches.
"""

import asyncio
import os
import time

from aiokafka import AIOKafkaConsumer

from shared.chassis import logs
from shared.contracts.invoices import InvoiceSubmitted
from shared.values import Sha256
from tests.benchmarks.figures import Figure, compared
from tests.benchmarks.machine import Machine, one_machine
from tests.benchmarks.router_and_delivery import PATIENCE_SECONDS, RUNNING, RouterAndDelivery
from tests.benchmarks.spending import grown, memory_watched, spent_s

INVOICES = max(1000, int(os.environ.get("RELAIS_BENCH_INVOICES", "20000")))
ONE_BY_ONE = max(200, INVOICES // 20)
TARGET_A_SECOND, TARGET_RATIO = 250.0, 2.0
ONE_AT_A_TIME = {service: ("tests.benchmarks.one_at_a_time", service) for service in RUNNING}
_BEGUN = "select " + " or ".join(
    f"exists (select from {service}.inbox where topic = '{InvoiceSubmitted.topic}')" for service in RUNNING
)
_TAKEN_IN = f"select count(*) from invoice_router.inbox where topic = '{InvoiceSubmitted.topic}'"

Measured = tuple[float, dict[str, list[float]], dict[str, float]]
"""Invoices a second, the memory of each service over time in MB, and milliseconds of processor for an invoice."""


async def run() -> list[Figure]:
    """Measure both on a Kafka and a database of their own."""
    logs.configure("benchmark")
    async with one_machine() as machine:
        ordinary, _, _ = await _measured(machine, "one_at_a_time", ONE_AT_A_TIME, ONE_BY_ONE)
        rate, memory, costs = await _measured(machine, "as_everywhere", {}, INVOICES)
    return [
        compared("invoices from stored to delivered", rate, "invoices/s", ordinary, TARGET_RATIO),
        Figure("the same, to be at least", rate, "invoices/s", target=TARGET_A_SECOND, holds=rate >= TARGET_A_SECOND),
        Figure("one by one", ordinary, "invoices/s"),
        *(grown(name, samples) for name, samples in memory.items()),
        *(Figure(f"processor time of an invoice, {name}", cost, "ms") for name, cost in costs.items()),
    ]


async def _measured(machine: Machine, name: str, programs: dict[str, tuple[str, ...]], count: int) -> Measured:
    async with machine.side(name) as (kafka, folder):
        services = RouterAndDelivery(kafka, machine.store, folder, programs)
        password = await services.prepare()
        digests = await services.submit(count)
        office = services.office(password)
        await office.start()
        try:
            return await _delivered(services, office, digests)
        finally:
            await office.stop()


async def _delivered(services: RouterAndDelivery, office: AIOKafkaConsumer, digests: set[str]) -> Measured:
    """From the first document that either service has taken in to the last at the office.

    What the router had read by then does not count.
    """
    async with services.both():
        arriving = asyncio.create_task(_arrived(office, set(digests)))
        begun = await services.until(_BEGUN)
        before, already = _spent_s(services), await services.value(_TAKEN_IN)
        async with memory_watched(services.families) as memory:
            try:
                await asyncio.wait_for(arriving, PATIENCE_SECONDS)
            except TimeoutError as error:
                raise TimeoutError(services.last_words()) from error
        seconds, after = time.monotonic() - begun, _spent_s(services)
    counted = len(digests) - already
    costs = {name: (spent - before.get(name, 0.0)) * 1e3 / counted for name, spent in after.items()}
    return counted / seconds, memory, costs


async def _arrived(office: AIOKafkaConsumer, missing: set[str]) -> None:
    """Until every document is there byte for byte; what comes twice counts once."""
    while missing:
        for records in (await office.getmany(timeout_ms=200)).values():
            for record in records:
                missing.discard(Sha256.of(record.value))


def _spent_s(services: RouterAndDelivery) -> dict[str, float]:
    """The router and its readers apart."""
    names = {os.getpid(): "the office"}
    for service, (root, *readers) in services.families().items():
        names |= {root.pid: service} | {reader.pid: f"readers of {service}" for reader in readers}
    return spent_s(names)
