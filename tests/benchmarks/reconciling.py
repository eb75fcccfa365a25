"""Movements a second from accepted bank files to published settlements: a Belgian bank's morning on one small machine.

Reconcilers as processes of their own, real Kafka and Postgres with fsync; all invoices are open and the topic of bank
files is full before they start. The baseline is the same work one by one: a file a statement, a file a transaction.
RELAIS_BENCH_MOVEMENTS makes it smaller (1,000,000 otherwise, of RELAIS_BENCH_ACCOUNTS accounts, 20,000 otherwise).
With RELAIS_BENCH_DAYS (1 otherwise) the same movements are of so many mornings that lie there at once: a backlog, of
which the statements of an account come in any order.
"""

import os
import time

from shared.chassis import logs
from tests.benchmarks.bank_morning import BankMorning
from tests.benchmarks.figures import Figure, compared
from tests.benchmarks.machine import Machine, one_machine
from tests.benchmarks.spending import grown, memory_watched, spent_s

MOVEMENTS = int(os.environ.get("RELAIS_BENCH_MOVEMENTS", "1000000"))
ACCOUNTS = min(int(os.environ.get("RELAIS_BENCH_ACCOUNTS", "20000")), max(MOVEMENTS // 10, 1))
DAYS = int(os.environ.get("RELAIS_BENCH_DAYS", "1"))
BOOKED = max(MOVEMENTS // (ACCOUNTS * DAYS), 1)
"""Movements of a statement."""

STATEMENTS = max(2_500 // BOOKED, 1)
"""Of a file: so many files that each replica has about as much to do, however Kafka deals them out."""

REPLICAS = 2
ONE_BY_ONE = max(min(MOVEMENTS // 50, 20_000), 500)
BELGIAN_MORNING = 20_000_000
TARGET_A_SECOND, TARGET_RATIO = 5_000.0, 2.0
ONE_AT_A_TIME = ("tests.benchmarks.one_at_a_time", "coda_reconciler")

Measured = tuple[float, list[float], dict[str, float]]
"""Movements a second, the memory of all reconcilers over time in MB, and microseconds of processor for a movement."""


async def run() -> list[Figure]:
    """Measure both, each on a Kafka and a database of its own."""
    logs.configure("benchmark")
    async with one_machine() as machine:
        ordinary, _, _ = await _measured(machine, alone=True)
        rate, memory, costs = await _measured(machine, alone=False)
    hours = BELGIAN_MORNING / rate / 3600
    return [
        compared("movements from accepted to settled", rate, "movements/s", ordinary, TARGET_RATIO),
        Figure("the same, to be at least", rate, "movements/s", target=TARGET_A_SECOND, holds=rate >= TARGET_A_SECOND),
        Figure("one file a statement, one a transaction", ordinary, "movements/s"),
        Figure("20 million movements would take", hours, "hours"),
        grown("the reconcilers", memory),
        *(Figure(f"processor time of a movement, {name}", cost, "us") for name, cost in costs.items()),
    ]


async def _measured(machine: Machine, *, alone: bool) -> Measured:
    async with machine.side("one_at_a_time" if alone else "as_everywhere") as (kafka, folder):
        accounts = min(ACCOUNTS, max(ONE_BY_ONE // (BOOKED * DAYS), 1)) if alone else ACCOUNTS
        program, replicas = (ONE_AT_A_TIME, 1) if alone else ((), REPLICAS)
        morning = BankMorning(kafka, machine.store, folder, program, replicas, accounts, BOOKED)
        await morning.prepare(DAYS, 1 if alone else STATEMENTS)
        return await _booked(morning)


async def _booked(morning: BankMorning) -> Measured:
    """From the first movement that is booked to the last settlement that Kafka has acknowledged."""
    async with morning.replicas():
        begun = await morning.until("select exists (select from coda_reconciler.statements)")
        already, before = await morning.booked(), _spent_s(morning)
        async with memory_watched(morning.families) as memory:
            # Counted only when everything is published: ten times a second that would be a tenth of a core.
            await morning.until(
                "select case when exists (select from coda_reconciler.outbox where acknowledged_at is null) then false"
                f" else (select count(*) from coda_reconciler.statements) = {morning.statements} end"
            )
        seconds, after = time.monotonic() - begun, _spent_s(morning)
        await morning.assert_settled()
    counted = morning.statements * BOOKED - already
    costs = {name: (spent - before.get(name, 0.0)) * 1e6 / counted for name, spent in after.items()}
    return counted / seconds, memory["the reconcilers"], costs


def _spent_s(morning: BankMorning) -> dict[str, float]:
    return spent_s({process.pid: "reconcilers" for process in morning.families()["the reconcilers"]})
