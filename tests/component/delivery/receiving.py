"""A billing software's own server, as webhooks reach it, and delivery's side of it with tables in memory."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from aiohttp import web

from services.delivery import handlers, tasks
from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.adapters.webhooks import Webhooks
from services.delivery.domain.addresses import Reach
from services.delivery.domain.webhooks import SendWebhooks, WebhookEndpoint
from shared.chassis.messages import Batch, Cause, Do, Received
from shared.chassis.parking import MemoryParking
from shared.chassis.tasks import TaskRun
from shared.contracts.connections import ConnectionRevoked
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug, WebhookEndpointId

KEY = b"k" * 32
HERE = Reach.of(["127.0.0.0/8", "localhost"])
ROBAWS = SoftwareSlug("robaws")
COMPANIES = tuple(EnterpriseNumber(f"{base:08d}{97 - base % 97:02d}") for base in range(13_000, 13_010))


@dataclass
class Receiver:
    """Answers as it is told, 200 when it is told nothing more; keeps what it got."""

    url: str = ""
    answers: deque[web.Response] = field(default_factory=deque)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    silent_s: float = 0.0

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]

    def will_answer(self, *statuses: int, **headers: str) -> None:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.extend(web.Response(status=status, headers=given) for status in statuses)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        await asyncio.sleep(self.silent_s)
        return self.answers.popleft() if self.answers else web.Response()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A server on a free port of this machine."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield receiver
    finally:
        await runner.cleanup()


@asynccontextmanager
async def calling(**options: Any) -> AsyncIterator["House"]:
    """Delivery with an adapter that may call this machine."""
    sender = Webhooks(HERE, **options)
    try:
        yield House(sender)
    finally:
        await sender.close()


class House:
    """Tables that outlive a run, and a clock that only the test turns."""

    def __init__(self, sender: Webhooks) -> None:
        self.tables, self.sender = MemoryTables(), sender
        self.now = datetime.now(UTC)

    @property
    def store(self) -> MemoryDelivery:
        return MemoryDelivery(self.tables)

    async def listen(self, url: str, **others: Any) -> WebhookEndpointId:
        """A new endpoint; it hears everything that is told from now on."""
        endpoint = WebhookEndpoint(
            endpoint_id=WebhookEndpointId.of(uuid4()), software=ROBAWS, url=url, created_at=self.now
        )
        await self.store.save_webhook(replace(endpoint, **others))
        return endpoint.endpoint_id

    async def tell(self, *companies: int) -> list[Any]:
        """The software hears of one event for each of these companies; gives what follows."""
        bodies = [
            ConnectionRevoked(
                connection_id=ConnectionId.of(uuid4()),
                enterprise_number=COMPANIES[company],
                software=ROBAWS,
                revoked_by="office",
            )
            for company in companies
        ]
        events = [Received(id=uuid4(), correlation_id="c", body=body, time=self.now, sequence=1) for body in bodies]
        return await handlers.tell_software(Batch(events, self.now, MemoryParking()), self.store)

    async def send(self, endpoint_id: WebhookEndpointId) -> int:
        """Run as long as one run follows from another; gives how many there were."""
        for runs in range(1, 100):
            run: Any = TaskRun(SendWebhooks(endpoint_id=endpoint_id), 1, self.now, _cause(), self, lambda store: store)  # type: ignore[arg-type]
            settle = await tasks.send_webhooks(run, sender=self.sender, key=KEY)
            if not any(isinstance(each, Do) for each in await settle(self.store)):
                return runs
        raise AssertionError("it never came to an end")

    async def later(self, endpoint_id: WebhookEndpointId, pause: timedelta) -> None:
        """Time passes; what is due then is sent."""
        self.now += pause
        woken = await tasks.wake_webhooks(self.now, _cause(), self.store)
        if any(each.key == endpoint_id for each in woken):
            await self.send(endpoint_id)

    async def endpoint(self, endpoint_id: WebhookEndpointId) -> WebhookEndpoint:
        found = await self.store.webhook(endpoint_id)
        assert found is not None
        return found

    def told(self) -> list[dict[str, Any]]:
        """Id and text of each event in the software's stream."""
        return [{"id": str(n.event.id), "text": n.text} for _, n in self.tables.streams.get(ROBAWS, [])]

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryDelivery]:
        yield self.store


def _cause() -> Cause:
    return Cause(id=uuid4(), correlation_id="c")
