"""Makes Kafka whole, again and again: topics, users and access rules of services, offices and softwares.

`python -m deploy.administration` looks every two seconds, so a Kafka that lost everything has it all back with
the next round; `--once` makes one round and ends. `/ready` answers 200 after the first complete round.
"""

import argparse
import asyncio
import base64
import contextlib
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

import asyncpg
import uvicorn
from pydantic import Field, SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.chassis import logs
from shared.chassis.access import Grant, Rule, rules_of
from shared.chassis.administration import Administration, TopicSpec, kafka_password
from shared.chassis.cluster import RETENTION_MS
from shared.chassis.database import BROKEN, is_transient
from shared.chassis.edges import EDGE_WRITER, EdgePrincipal, grants_of, topics_of, writer_grants
from shared.chassis.errors import Unavailable
from shared.chassis.health import Readiness
from shared.chassis.metrics import Metrics
from shared.chassis.settings import Bootstrap, KnownSettings, Port, SecurityProtocol, load, settings_for
from shared.contracts.catalogue import CATALOGUE, SERVICES
from shared.contracts.operations import DeadLetter

_ROUND_SECONDS = 2.0
_SOON_SECONDS = 0.3
_PARTITIONS = 12
_log = logs.logger("administration")


class AdministrationSettings(KnownSettings):
    """What the administration is told."""

    model_config = settings_for("administration")

    kafka_bootstrap_servers: Bootstrap
    kafka_username: str = Field(min_length=1, description="a super user of Kafka")
    kafka_password: SecretStr
    kafka_security_protocol: SecurityProtocol = "SASL_PLAINTEXT"
    kafka_password_secret: SecretStr = Field(description="base64; every principal's password is derived from it")
    database_url: SecretStr = Field(description="libpq URL of the role administration")
    http_host: str = "127.0.0.1"
    http_port: Port
    replication_factor: int = Field(-1, ge=-1, description="replicas of each topic; -1 is the broker's default")
    log_level: str = "INFO"


class Rows(Protocol):
    """Where the edges stand (delivery's table `edge_principals`)."""

    async def __call__(self) -> list[EdgePrincipal] | None:
        """All edges; None while the table is not there."""
        ...


class Caretaker:
    """Compares what Kafka has with what it should have, and writes the difference."""

    def __init__(self, administration: Administration, rows: Rows, password_secret: bytes, replication: int) -> None:
        self._administration, self._rows = administration, rows
        self._password_secret, self._replication = password_secret, replication
        self.readiness = Readiness(False, ("no complete round yet",))
        self._whole = asyncio.Event()

    async def round(self) -> bool:
        """One round: whether nothing was missing. Raises `Unavailable` when Kafka or Postgres does not answer.

        What is written shows a little later, so only the round that finds everything makes us ready.
        """
        # Rules are listed before the edges: what is removed below was there before the table was read, so a
        # rule that delivery makes for a new row meanwhile is never taken for a stale one.
        listed = await self._administration.rules()
        edges = await self._rows()
        known = edges or []
        principals = [*SERVICES, *(row.principal for row in known if not row.closed)]
        users = await self._administration.ensure_users(
            {name: kafka_password(self._password_secret, name) for name in principals}
        )
        closed = await self._administration.remove_users([row.principal for row in known if row.closed])
        absent = set(principals) - await self._administration.users()
        wanted = wanted_rules(known)
        missing = wanted - listed
        stale = {rule for rule in listed - wanted if edges is not None and _is_ours(rule)}
        await self._administration.change_rules(missing, stale)
        if not self.readiness.ready:
            await self._administration.prepare_groups()
        # Topics last: a small broker shows nothing else while it makes hundreds of partitions.
        topics = [*internal_topics(self._replication), *topics_of(known)]
        made = await self._administration.ensure_topics(topics)
        if made or users or stale or closed:
            counts = {"topics": made, "users": users, "rules": missing, "removed": stale, "closed": closed}
            _log.info("written", **{name: len(what) for name, what in counts.items()})
        whole = not (made or users or absent or stale or missing or closed)
        if whole:
            self._whole.set()
        ready = whole or self.readiness.ready
        self.readiness = Readiness(ready, () if ready else ("what was written does not show yet",))
        return whole

    async def care(self) -> None:
        """Rounds for ever; what does not answer is told once and tried again."""
        told = ""
        while True:
            try:
                pause = _ROUND_SECONDS if await self.round() else _SOON_SECONDS
                told = ""
            except Unavailable as error:
                pause, self.readiness = _SOON_SECONDS, Readiness(False, (str(error),))
                if str(error) != told:
                    _log.warning("waiting", detail=str(error))
                told = str(error)
            await asyncio.sleep(pause)

    async def until_whole(self) -> None:
        """Rounds until one finds nothing missing; what does not answer is waited for."""
        caring = asyncio.create_task(self.care())
        seeing = asyncio.create_task(self._whole.wait())
        try:
            await asyncio.wait({caring, seeing}, return_when=asyncio.FIRST_COMPLETED)
            if caring.done():
                caring.result()
        finally:
            caring.cancel()
            seeing.cancel()


def internal_topics(replication: int = -1) -> list[TopicSpec]:
    """One topic for each event, and one of dead letters for each service."""
    retained = {"cleanup.policy": "delete", "retention.ms": str(RETENTION_MS)}
    events = [
        TopicSpec(
            event.topic,
            _PARTITIONS,
            {"cleanup.policy": "compact"} if event.compacted else retained,
            replication,
        )
        for event in CATALOGUE
    ]
    # Few, and read by one console: their order as a whole is worth more than reading them in parallel.
    letters = [TopicSpec(service + DeadLetter.topic_suffix, 1, retained, replication) for service in SERVICES]
    return events + letters


def service_grants(service: str) -> list[Grant]:
    """What a service may do: write its own topics, read every internal one, and no more."""
    letters = service + DeadLetter.topic_suffix
    grants = [Grant("topic", event.topic, ("READ", "DESCRIBE")) for event in CATALOGUE]
    grants += [Grant("topic", event.topic, ("WRITE",)) for event in CATALOGUE if event.owner == service]
    grants += [
        Grant("topic", letters, ("WRITE", "DESCRIBE")),
        Grant("group", f"{service}.", ("READ", "DESCRIBE"), "PREFIXED"),
        Grant("cluster", "kafka-cluster", ("IDEMPOTENT_WRITE",)),
    ]
    if service == "intake":
        grants.append(Grant("topic", "software.", ("READ", "DESCRIBE"), "PREFIXED"))
    if service == "console":
        grants += [Grant("topic", other + DeadLetter.topic_suffix, ("READ", "DESCRIBE")) for other in SERVICES]
        grants += [Grant("group", "*", ("DESCRIBE",)), Grant("cluster", "kafka-cluster", ("DESCRIBE",))]
    return grants


def wanted_rules(edges: Iterable[EdgePrincipal]) -> set[Rule]:
    """All access rules of the platform."""
    rows = list(edges)
    wanted = rules_of(EDGE_WRITER, writer_grants(rows))
    for service in SERVICES:
        wanted |= rules_of(service, service_grants(service))
    for row in rows:
        wanted |= rules_of(row.principal, grants_of(row))
    return wanted


def _is_ours(rule: Rule) -> bool:
    return rule.principal in SERVICES or rule.principal.startswith(("office.", "software."))


class EdgeTable:
    """Reads delivery's table with the role `administration`."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __call__(self) -> list[EdgePrincipal] | None:
        """All edges; None while the table is not there. Raises `Unavailable`."""
        try:
            connection = await asyncpg.connect(self._url, timeout=5, command_timeout=5)
            try:
                rows = await connection.fetch(
                    "select principal, topics, submissions, closed from delivery.edge_principals"
                )
            finally:
                await connection.close()
        except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
            return None
        except BROKEN as error:
            if is_transient(error):
                raise Unavailable(f"Postgres does not answer: {type(error).__name__}") from error
            raise
        return [EdgePrincipal(row["principal"], tuple(row["topics"]), *row[2:]) for row in rows]


def application(caretaker: Caretaker, administration: Administration) -> Starlette:
    """`/live`, `/ready`, and `/metrics`: how far every consumer group is behind, also those whose service is down."""

    async def live(_: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(_: Request) -> Response:
        state = caretaker.readiness
        return JSONResponse({"ready": state.ready, "reasons": list(state.reasons)}, 200 if state.ready else 503)

    async def metrics(_: Request) -> Response:
        figures, waiting = Metrics(), Counter[str]()
        for lag in await administration.lag():
            waiting[lag.group] += lag.waiting
        for group, count in waiting.items():
            figures.lag(group, count)
        return Response(figures.text(), headers={"Content-Type": figures.media_type})

    return Starlette(routes=[Route("/live", live), Route("/ready", ready), Route("/metrics", metrics)])


async def run(settings: AdministrationSettings, once: bool) -> None:
    """Make rounds until SIGTERM or SIGINT; with `once`, until one was complete."""
    administration = Administration(
        settings.kafka_bootstrap_servers,
        settings.kafka_username,
        settings.kafka_password.get_secret_value(),
        settings.kafka_security_protocol,
    )
    caretaker = Caretaker(
        administration,
        EdgeTable(settings.database_url.get_secret_value()),
        base64.b64decode(settings.kafka_password_secret.get_secret_value(), validate=True),
        settings.replication_factor,
    )
    if once:
        await caretaker.until_whole()
        return
    config = uvicorn.Config(
        application(caretaker, administration),
        settings.http_host,
        settings.http_port,
        log_config=None,
        access_log=False,
    )
    server = uvicorn.Server(config)
    caring = asyncio.create_task(caretaker.care())
    caring.add_done_callback(lambda _: setattr(server, "should_exit", True))
    try:
        await server.serve()
    finally:
        caring.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await caring


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m deploy.administration")
    parser.add_argument("--once", action="store_true", help="make one complete round and end")
    start(parser.parse_args().once)


def start(once: bool) -> None:
    """Run with the settings of this process's environment."""
    settings = load(AdministrationSettings)
    logs.configure("administration", settings.log_level)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(settings, once))


if __name__ == "__main__":
    main()
