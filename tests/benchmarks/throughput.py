"""Messages a second through one process: the chassis against an ordinary FastStream handler of the same work.

The work: validate a question, know whether it was seen (inbox), count it in its key's row, publish an answer that all
replicas have. Same broker, same Postgres with fsync, same run; each side starts with its topic full.
"""

import asyncio
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import uvloop
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import SASLScram512
from pydantic import BaseModel

from deploy.local.ports import Ports
from shared.chassis import logs
from shared.chassis.messages import Batch, Consequence
from shared.chassis.service import Service
from tests.backends import PASSWORD, KafkaServer, PostgresServer, local_kafka, local_postgres
from tests.benchmarks.figures import Figure, compared
from tests.component.chassis.one_service.toy import Toy

CHASSIS_MESSAGES, ORDINARY_MESSAGES, KEYS = 30_000, 1_500, 500
TARGET = 15.0
_PATIENCE_SECONDS = 120.0


class Question(BaseModel):
    """What the ordinary handler validates."""

    name: str
    n: int


class Answer(BaseModel):
    """What the ordinary handler publishes."""

    name: str
    n: int


async def run() -> list[Figure]:
    """Measure both on a Kafka and a Postgres of their own."""
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        ports = Ports(folder / "ports.json", free_ports=True)
        kafka, postgres = local_kafka(folder, ports), local_postgres(folder, ports, fsync=True)
        await asyncio.gather(kafka.start(), postgres.start())
        try:
            server = KafkaServer(kafka.bootstrap_servers, "admin", PASSWORD, "own")
            store = PostgresServer(postgres.owner_url, "own")
            ordinary = await _measured(server, store, folder, ORDINARY_MESSAGES, _ordinary)
            chassis = await _measured(server, store, folder, CHASSIS_MESSAGES, _chassis)
        finally:
            await asyncio.gather(kafka.stop(), postgres.stop())
    return [
        compared("through one service", chassis, "messages/s", ordinary, TARGET),
        Figure("through an ordinary FastStream handler", ordinary, "messages/s"),
    ]


Side = Callable[[Toy, Callable[[], Awaitable[float]]], Awaitable[float]]


async def _measured(server: KafkaServer, store: PostgresServer, folder: Path, count: int, side: Side) -> float:
    toy = Toy(f"toy_{uuid4().hex[:8]}", server, store, "relais", folder)
    await toy.migrate()
    await toy.make_topics()
    await toy.sql("create table counts (name text primary key, version bigint not null)")
    await toy.sql(f"grant all on counts to {toy.name}_worker")
    await toy.publish(toy.asked(count, keys=KEYS))
    try:
        return await side(toy, lambda: _rate(toy, count))
    finally:
        await toy.close()


async def _rate(toy: Toy, count: int) -> float:
    """Messages a second between the first that is seen to be counted and the last answer that is acknowledged."""
    connection = await asyncpg.connect(toy.server.url("relais"))
    await connection.execute(f"set search_path = {toy.name}")
    query = """select coalesce((select sum(version) from counts), 0)::int as counted,
                      exists (select from outbox where acknowledged_at is null) as waiting"""
    begun: tuple[float, int] | None = None
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                counted, waiting = await connection.fetchrow(query)
                now = time.monotonic()
                if begun is None and counted:
                    begun = (now, counted)
                if begun is not None and counted == count and not waiting:
                    return (count - begun[1]) / (now - begun[0])
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def _chassis(toy: Toy, rate: Callable[[], Awaitable[float]]) -> float:
    async def count(batch: Batch[Any], connection: Any) -> Sequence[Consequence]:
        names = sorted({event.body.name for event in batch})
        rows = await connection.fetch(
            "select name, version from counts where name = any($1::text[]) order by name for update", names
        )
        versions = dict.fromkeys(names, 0) | {row["name"]: row["version"] for row in rows}
        follows: list[Consequence] = []
        for event in batch:
            versions[event.body.name] += 1
            answer = toy.Answered(name=event.body.name, n=event.body.n)
            follows.append(event.then(answer, sequence=versions[event.body.name]))
        await connection.execute(
            """insert into counts select * from unnest($1::text[], $2::bigint[])
               on conflict (name) do update set version = excluded.version""",
            names,
            [versions[name] for name in names],
        )
        return follows

    service: Service[Any] = toy.service(count)
    await toy.start(service)
    return await rate()


async def _ordinary(toy: Toy, rate: Callable[[], Awaitable[float]]) -> float:
    broker = KafkaBroker(
        toy.kafka.bootstrap_servers,
        security=SASLScram512(toy.kafka.username, toy.kafka.password, use_ssl=False),
        acks="all",
        logger=None,
    )
    pool = await asyncpg.create_pool(toy.worker_url, min_size=1, max_size=4)

    @broker.subscriber(
        toy.Asked.topic, group_id="ordinary", auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR
    )
    async def count(question: Question, message: KafkaMessage) -> None:
        identity = UUID(str(message.headers["ce_id"]))
        async with pool.acquire() as connection, connection.transaction():
            fresh = await connection.fetchval(
                "insert into inbox (event_id, topic) values ($1, $2) on conflict do nothing returning true",
                identity,
                toy.Asked.topic,
            )
            if not fresh:
                return
            await connection.execute(
                """insert into counts as c values ($1, 1) on conflict (name) do update set version = c.version + 1""",
                question.name,
            )
            answer = Answer(name=question.name, n=question.n)
            await broker.publish(answer, toy.Answered.topic, key=question.name.encode())

    async with broker:
        await broker.start()
        try:
            return await rate()
        finally:
            await broker.stop()
            await pool.close()


def main() -> None:
    """Alone: the figures as JSON-like lines; with `--profile`, where the time of the loop goes."""
    logs.configure("benchmark")
    profile = cProfile.Profile()
    if "--profile" in sys.argv:
        profile.enable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(run())
    if "--profile" in sys.argv:
        profile.disable()
        pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(40)
    for figure in figures:
        sys.stdout.write(f"{figure}\n")


if __name__ == "__main__":
    main()
