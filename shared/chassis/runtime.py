"""One process of a service: its connections, its loops, and how it starts and stops.

The order of starting: HTTP first (so that `/live` and `/ready` tell the truth from the first moment), then the slot,
then relay and tasks, then the consumers. The order of stopping is the reverse; a batch is finished and committed.
"""

import asyncio
import contextlib
import inspect
import signal
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Generic, TypeVar

import asyncpg
import uvloop

from shared.chassis import logs, telemetry
from shared.chassis.administration import Administration
from shared.chassis.broker import kafka_broker
from shared.chassis.connecting import KafkaAddress
from shared.chassis.consumer import Consumer
from shared.chassis.coverage import Coverage
from shared.chassis.credentials import CredentialReader
from shared.chassis.database import Connection, Database
from shared.chassis.declared import Declared
from shared.chassis.documents import Documents
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.messages import Consequence
from shared.chassis.metrics import Metrics
from shared.chassis.outbox import Outbox
from shared.chassis.producer import Producer
from shared.chassis.relay import Relay
from shared.chassis.repair import Repair
from shared.chassis.replay import Replay
from shared.chassis.serving import Serving
from shared.chassis.session import Session
from shared.chassis.settings import ServiceSettings
from shared.chassis.subscription import BoundHandler, Subscription
from shared.chassis.tasks import TaskRunner
from shared.chassis.topics import TopicIds
from shared.contracts.operations import ReplayRequested

S = TypeVar("S")
_STOP_SECONDS = 10.0
_POOL_CONNECTIONS = 5
_log = logs.logger("runtime")


class Running(Generic[S]):
    """A process of a service; also what its HTTP side is lent (`calls.Runtime`)."""

    def __init__(self, declared: Declared, settings: ServiceSettings, store: Callable[[Any], S]) -> None:
        self._declared, self._settings, self.store = declared, settings, store
        name = declared.name
        self.metrics = Metrics()
        for collector in declared.collectors:
            self.metrics.registry.register(collector)
        # With the session's own connection a process has at most 11: seven services of one process each have 77.
        worker, api = settings.database_url.get_secret_value(), settings.api_database_url.get_secret_value()
        self._database = Database(worker, size=_POOL_CONNECTIONS, application=name)
        self._api_database = Database(api, size=_POOL_CONNECTIONS, application=f"{name}-api")
        self._session = Session(self._database, name, self._told)
        self._address = KafkaAddress(
            settings.kafka_bootstrap_servers,
            settings.kafka_username,
            settings.kafka_password.get_secret_value(),
            settings.kafka_security_protocol,
        )
        self._administration = Administration(
            *(self._address.bootstrap_servers, self._address.username, self._address.password),
            self._address.security_protocol,
        )
        self.topics = TopicIds(self._administration)
        self._relay = Relay(
            name,
            self._database,
            self._session,
            Producer(self._address, name),
            self.topics,
            Documents(settings.object_store_url),
            self.metrics,
        )
        self._tasks = TaskRunner(name, self._database, store, self.metrics, self._relay.wake, declared.tasks)
        self._repair = Repair(self._database, self.topics, self._administration, self._relay.wake)
        self._coverage = Coverage(self._administration, self.topics, lambda: self._consumers.values())
        self._subscriptions = self._make_subscriptions()
        self._consumers: dict[str, Consumer] = {}
        self.credentials = CredentialReader(self._api_database, self._credentials_read)
        self._loops: dict[str, asyncio.Task[Any]] = {}
        self._serving: Serving | None = None
        self.metrics.before_reading(self._look)
        self._stopping = asyncio.Event()
        self._started = False

    @property
    def api_pool(self) -> asyncpg.Pool:
        return self._api_database.pool

    async def write_consequences(self, connection: Connection, consequences: list[Consequence]) -> None:
        now = await connection.fetchval("select now()")
        await Outbox(self._declared.name).write_in_turn(connection, consequences, now)

    def wake(self) -> None:
        self._woken()

    def _told(self, message: str) -> None:
        self._replay.release(message)
        self._woken()

    def _woken(self) -> None:
        self._relay.wake()
        self._tasks.wake()

    def ready(self) -> Readiness:
        """Ready when Postgres and Kafka answer, everything declared runs, and nothing is braked."""
        self._look()
        braked = [name for name, subscription in self._subscriptions.items() if subscription.brake.tripped]
        joining = [name for name, consumer in self._consumers.items() if not consumer.started]
        troubled = [f"{name} ({consumer.trouble})" for name, consumer in self._consumers.items() if consumer.trouble]
        catching_up = [
            name
            for name, consumer in self._consumers.items()
            if consumer.subscription.awaited and not consumer.caught_up
        ]
        return Readiness.of(
            "" if self._started else "starting",
            "stopping" if self._stopping.is_set() else "",
            "" if self._session.alive else "Postgres does not answer",
            "Kafka does not answer" if self.topics.silent else "",
            self._relay.trouble,
            f"not read: {', '.join(troubled)}" if troubled else "",
            f"stopped after too many dead letters: {', '.join(braked)}" if braked else "",
            f"joining {', '.join(joining)}" if joining else "",
            f"reading credentials: {', '.join(catching_up)}" if catching_up else "",
        )

    async def _credentials_read(self) -> bool:
        """Whether nothing waits, for this replica or another, of what readiness waits for."""
        awaited = [consumer for consumer in self._consumers.values() if consumer.subscription.awaited]
        return all(await asyncio.gather(*(consumer.all_read() for consumer in awaited)))

    def _look(self) -> None:
        for name, consumer in self._consumers.items():
            self.metrics.lag(name, consumer.look())

    def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        logs.configure(self._declared.name, self._settings.log_level)
        telemetry.configure(self._declared.name)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        starting = asyncio.create_task(self.start())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
            await stopping
        finally:
            starting.cancel()
            await self.stop()

    async def start(self) -> None:
        """Start everything, waiting for what is not there yet."""
        self._serving = self._make_serving()
        await self._serving.start()
        await self._database.open()
        await self._api_database.open()
        await self._session.open()
        self._loop("session", self._session.keep(self._lost))
        self._loop("topics", self.topics.keep())
        self._loop("relay", self._relay.run())
        self._loop("repair", self._repair.run())
        self._loop("tasks", self._tasks.run())
        for periodic in self._declared.periodic:
            self._loop(periodic.name, periodic.run(self._declared.name, self._database, self._woken))
        self.topics.on_change(self._topics_made_anew)
        await self._join()
        for name, consumer in self._consumers.items():
            self._loop(f"keep {name}", consumer.keep())
        self._loop("keep coverage", self._coverage.run())
        self._started = True
        _log.info("started", slot=self._session.slot, subscriptions=len(self._consumers))

    async def stop(self) -> None:
        """Leave: consumers first, then tasks, a last pass of the relay, HTTP, and the connections."""
        self._stopping.set()
        await self._end(name for name in self._loops if name == "topics" or name.startswith("keep "))
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers.values()), return_exceptions=True)
        await self._end(["tasks", *(periodic.name for periodic in self._declared.periodic)])
        await self._tasks.drain(_STOP_SECONDS)
        await self._end(["relay"])
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._relay.publish(), 2.0)
        if self._serving is not None:
            await self._serving.stop()
        await self._end(list(self._loops))
        for close in self._declared.closing:
            result = close()
            if inspect.isawaitable(result):
                await result
        for ending in (
            self._relay.close(),
            self._session.close(),
            self._database.close(),
            self._api_database.close(),
        ):
            with contextlib.suppress(Exception):
                await ending

    async def _end(self, names: Iterable[str]) -> None:
        ended = [self._loops.pop(name) for name in list(names) if name in self._loops]
        for loop in ended:
            loop.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    def _make_subscriptions(self) -> dict[str, Subscription]:
        made: dict[str, Subscription] = {}
        self._replay = Replay(self._declared.name, made)
        self._declared.listen(ReplayRequested, BoundHandler(self._replay.handle, lambda connection: connection))
        for listening in self._declared.listening.values():
            made[listening.name] = Subscription(
                service=self._declared.name,
                name=listening.name,
                read=listening.reader(self.topics),
                database=self._database,
                topics=self.topics,
                metrics=self.metrics,
                wake=self._woken,
                handlers=listening.handlers,
                prepare=listening.prepare,
                claimed_bytes=listening.claimed_bytes,
                awaited=listening.awaited,
                braked=listening.pattern is None,
            )
        return made

    async def _join(self) -> None:
        """Start every consumer; they join their groups at the same time."""
        broker = await kafka_broker(self._address, f"{self._declared.name}-{self._session.slot}")
        for name, listening in self._declared.listening.items():
            self._consumers[name] = Consumer(
                broker,
                self._subscriptions[name],
                topics=listening.topics,
                pattern=listening.pattern,
                slot=self._session.slot,
                topic_ids=self.topics,
                database=self._database,
            )
        await asyncio.gather(*(consumer.start() for consumer in self._consumers.values()))

    async def _topics_made_anew(self, names: set[str]) -> None:
        """What is lost is put back beside reading anew: neither waits for the other, nor fails with it."""
        affected = [consumer for consumer in self._consumers.values() if consumer.reads(names)]
        self._relay.rest_no_more()
        self._repair.ask()
        await asyncio.gather(*(consumer.restart() for consumer in affected))

    def _loop(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        """A loop that ends by itself is a bug: stop the process, whoever supervises it starts it anew."""

        def ended(task: asyncio.Task[Any]) -> None:
            if not task.cancelled() and not self._stopping.is_set():
                error = task.exception()
                _log.error("loop ended", name=name, error=repr(error))
                self._stopping.set()

        task = asyncio.create_task(work, name=name)
        task.add_done_callback(ended)
        self._loops[name] = task

    def _lost(self, error: Exception) -> None:
        _log.error("slot lost", detail=str(error))
        self._stopping.set()

    def _make_serving(self) -> Serving:
        app = build_app(
            self._declared.name,
            self._declared.routers,
            self,
            metrics=self.metrics,
            resources=self._declared.resources,
            body_limits_bytes=self._declared.body_limits_bytes,
            operator_key_sha256=self._settings.operator_key_sha256,
            bearer_public_keys=self._settings.bearer_public_keys,
        )
        return Serving(app, self._settings.http_host, self._settings.http_port)
