"""Whether one endpoint that never answers makes the others wait: 37 endpoints with and without a black hole.

Delivery's own handler, tasks, Postgres (fsync on) and HTTP calls; the softwares' servers are in this process.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from aiohttp import web

from deploy.database_roles import ADMINISTRATION, api_role, worker_role
from deploy.local.ports import Ports
from deploy.migrate import migrate
from services.delivery import handlers, tasks
from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.adapters.webhooks import Webhooks
from services.delivery.domain.addresses import Reach
from services.delivery.domain.webhooks import SendWebhooks, WebhookEndpoint
from shared.chassis.database import Database
from shared.chassis.messages import Batch, Received
from shared.chassis.metrics import Metrics
from shared.chassis.outbox import Outbox
from shared.chassis.parking import MemoryParking
from shared.chassis.tasks import TaskKind, TaskRunner
from shared.contracts.catalogue import SERVICES
from shared.contracts.connections import ConnectionRevoked
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug, WebhookEndpointId
from tests.backends import PASSWORD, PostgresServer, local_postgres
from tests.benchmarks.figures import Figure

ENDPOINTS, ROUNDS, WARM_UP, PAUSE_SECONDS = 37, 60, 10, 0.25
MOST = 1.2
_PATIENCE_SECONDS = 60.0
_COMPANY = EnterpriseNumber("0403170701")


class Servers:
    """One server for each software; it notes when each event came, or holds every call for ever."""

    def __init__(self) -> None:
        self.came: dict[str, float] = {}
        self.silent: set[int] = set()
        self.urls: list[str] = []

    async def take(self, number: int, request: web.Request) -> web.Response:
        if number in self.silent:
            await asyncio.Event().wait()
        self.came.setdefault(request.headers["webhook-id"], time.perf_counter())
        return web.Response()


async def run() -> list[Figure]:
    """Figures: p99 in ms of the 36 others, without and with the black hole, in the same run."""
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # PostgreSQL drops to another account when root runs this
        postgres = local_postgres(Path(name), Ports(Path(name) / "ports.json", free_ports=True), fsync=True)
        await postgres.start()
        try:
            async with (
                _delivery(PostgresServer(postgres.owner_url, "own")) as (database, runner),
                _servers() as servers,
            ):
                await _listen(database, servers)
                await _p99_ms(database, runner, servers, WARM_UP)
                healthy = await _p99_ms(database, runner, servers, ROUNDS)
                servers.silent.add(ENDPOINTS - 1)
                holed = await _p99_ms(database, runner, servers, ROUNDS)
        finally:
            await postgres.stop()
    ratio = holed / healthy
    return [Figure("webhooks beside a black hole, p99", holed, "ms", healthy, ratio, MOST, ratio <= MOST)]


@asynccontextmanager
async def _delivery(server: PostgresServer) -> AsyncIterator[tuple[Database, TaskRunner]]:
    roles = [role for service in SERVICES for role in (worker_role(service), api_role(service))]
    await migrate(server.url("relais"), dict.fromkeys([*roles, ADMINISTRATION], PASSWORD))
    database = Database(server.url("relais", worker_role("delivery"), PASSWORD), size=8, application="delivery")
    await database.open()
    sender = Webhooks(Reach.of(["127.0.0.0/8"]))
    kind = TaskKind(
        SendWebhooks,
        partial(tasks.send_webhooks, sender=sender, key=b"k" * 32),
        timeout=timedelta(seconds=45),
        concurrency=250,
    )
    runner = TaskRunner("delivery", database, PostgresDelivery, Metrics(), lambda: None, {kind.task.kind: kind})
    running = asyncio.create_task(runner.run())
    try:
        yield database, runner
    finally:
        running.cancel()
        await runner.drain(0.1)
        await sender.close()
        await database.close()


@asynccontextmanager
async def _servers() -> AsyncIterator[Servers]:
    servers = Servers()
    async with AsyncExitStack() as stack:
        for number in range(ENDPOINTS):
            app = web.Application()
            app.router.add_post("/", partial(servers.take, number))
            runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            servers.urls.append(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        yield servers


async def _listen(database: Database, servers: Servers) -> None:
    async with database.transaction() as connection:
        for number, url in enumerate(servers.urls):
            endpoint = WebhookEndpoint(
                endpoint_id=WebhookEndpointId.of(uuid4()), software=_slug(number), url=url, created_at=datetime.now(UTC)
            )
            await PostgresDelivery(connection).save_webhook(endpoint)


async def _p99_ms(database: Database, runner: TaskRunner, servers: Servers, rounds: int) -> float:
    """Each round every software is told of one event; from the commit to the call at those who answer."""
    committed: dict[str, float] = {}
    for _ in range(rounds):
        ids = await _tell(database)
        at = time.perf_counter()
        committed |= {event_id: at for number, event_id in enumerate(ids) if number not in servers.silent}
        runner.wake()
        await asyncio.sleep(PAUSE_SECONDS)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            if committed.keys() <= servers.came.keys():
                break
            await asyncio.sleep(0.05)
    took = sorted((servers.came[event_id] - at) * 1_000 for event_id, at in committed.items())
    return took[int(len(took) * 0.99)]


async def _tell(database: Database) -> list[str]:
    """The ids of the events, in the order of the softwares."""
    events = [
        Received(id=uuid4(), correlation_id="c", body=_body(number), time=datetime.now(UTC), sequence=1)
        for number in range(ENDPOINTS)
    ]
    async with database.transaction() as connection:
        now = await connection.fetchval("select now()")
        told = await handlers.tell_software(Batch(events, now, MemoryParking()), PostgresDelivery(connection))
        await Outbox("delivery").write(connection, told, now)
    return [str(each.event_id) for each in told if hasattr(each, "event_id")]


def _body(number: int) -> ConnectionRevoked:
    return ConnectionRevoked(
        connection_id=ConnectionId.of(uuid4()),
        enterprise_number=_COMPANY,
        software=_slug(number),
        revoked_by="office",
    )


def _slug(number: int) -> SoftwareSlug:
    return SoftwareSlug(f"software-{number}")
