"""SIGKILL between the mail and the commit: the same mail goes out again, with the same token, and is told once."""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer

from deploy.administration import internal_topics
from deploy.local.environment import Surroundings, service_environment
from deploy.local.ports import Ports
from deploy.local.processes import base_environment
from deploy.local.secrets import Secrets
from shared.chassis.envelope import headers_for
from shared.chassis.sealing import seal
from shared.contracts.connections import (
    ConnectionActivated,
    ConnectionChanged,
    ConnectionRevoked,
    ConnectionRotated,
    ConnectionVerified,
    MailBounced,
    TokenExpired,
    TokenMailed,
)
from shared.contracts.directory import CompanyChanged, OfficeChanged, SoftwareChanged
from shared.contracts.operations import ReplayRequested
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug
from tests.adapters.token_mailer.mail_server import Programmable, running
from tests.backends import ROOT, KafkaServer
from tests.conftest import Database

CONNECTION = ConnectionId.of(UUID(int=70))
HEARD_AND_TOLD = {
    ConnectionVerified, ConnectionChanged, OfficeChanged, SoftwareChanged, CompanyChanged, ReplayRequested,
    TokenMailed, TokenExpired, MailBounced, ConnectionActivated, ConnectionRotated, ConnectionRevoked,
}  # fmt: skip
PATIENCE_S = 60.0


async def test_a_process_killed_after_the_mail_sends_the_same_mail_again_and_tells_of_it_once(
    tmp_path: Path, kafka: KafkaServer, database: Database
) -> None:
    names = {event.topic for event in HEARD_AND_TOLD} | {"token_mailer.dead_letters.v1"}
    await kafka.administration().ensure_topics([each for each in internal_topics(1) if each.name in names])
    secrets, server = Secrets(tmp_path / "secrets.json"), Programmable()
    server.pause_s = PATIENCE_S
    worker = await database.worker("token_mailer")
    with running(server, tmp_path) as smtp_port:
        environment = surroundings(tmp_path, kafka, database, secrets, smtp_port)
        async with process(environment, tmp_path) as first:
            await publish(kafka, secrets)
            await until(lambda: _true(bool(server.taken)), "a mail", tmp_path)
            # The server has the mail and has not said so yet.
            first.send_signal(signal.SIGKILL)
            await first.wait()
        server.pause_s = 0.0
        assert await worker.fetchval("select state from mails") == "sending"
        await worker.execute(
            "update tasks set lease_until = now() - interval '1 second' where kind = 'send_token_mail'"
        )
        async with process(environment, tmp_path):
            told = "select count(*) = 1 from outbox where topic = 'token.mailed.v1'"
            await until(lambda: worker.fetchval(told), "token.mailed", tmp_path)
    assert len(server.taken) == 2 and server.taken[0] == server.taken[1]
    assert server.senders[0] == server.senders[1]
    assert message_from_bytes(server.taken[0])["Message-ID"]
    assert await worker.fetchval("select count(*) from tokens") == 1
    assert await worker.fetchval("select state from mails") == "sent"


def surroundings(
    folder: Path, kafka: KafkaServer, database: Database, secrets: Secrets, smtp_port: int
) -> dict[str, str]:
    """The variables of the process, with the test's own Kafka and database."""
    port = Ports(folder / "http.json", free_ports=True).of("http")
    facts = Surroundings(kafka.bootstrap_servers, 1, smtp_port, folder / "documents")
    own = {
        "TOKEN_MAILER_KAFKA_USERNAME": kafka.username,
        "TOKEN_MAILER_KAFKA_PASSWORD": kafka.password,
        "TOKEN_MAILER_DATABASE_URL": database.worker_url("token_mailer"),
        "TOKEN_MAILER_API_DATABASE_URL": database.api_url("token_mailer"),
    }
    return {**base_environment(), **service_environment("token_mailer", port, facts, secrets), **own}


@asynccontextmanager
async def process(environment: dict[str, str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The service as it is started everywhere; killed at the end."""
    with (folder / "service.log").open("ab") as log:
        started = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.token_mailer.main"), env=environment, cwd=ROOT, stdout=log, stderr=log
        )
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.kill()
        await started.wait()


async def publish(kafka: KafkaServer, secrets: Secrets) -> None:
    """A company was verified."""
    body = ConnectionVerified(
        connection_id=CONNECTION,
        enterprise_number=EnterpriseNumber("0010.080.080"),
        software=SoftwareSlug("robaws"),
        office_id=OfficeId("janssens"),
        language=Language.NL,
        company_name="Bakkerij De Korenaar",
        email=seal("zaakvoerder@bakkerij.example", secrets.sealing_public_key),
        masked_email="z***@b***.example",
        address_version=1,
    )
    told = headers_for(
        event_id=uuid4(), event_type=body.event_type(), source="verification", time=datetime.now(UTC),
        subject=body.key, sequence=1, correlation_id="c", causation_id=uuid4(),
    )  # fmt: skip
    headers = [(name, value.encode()) for name, value in told.items()]
    async with AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap_servers,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=kafka.username,
        sasl_plain_password=kafka.password,
        acks="all",
    ) as producer:
        await producer.send_and_wait(
            body.topic, body.model_dump_json().encode(), key=body.key.encode(), headers=headers
        )


async def until(look: Callable[[], Awaitable[bool]], what: str, folder: Path) -> None:
    """Wait until it is so; a failure shows what the process said last."""
    deadline = time.monotonic() + PATIENCE_S
    while not await look():
        last = (folder / "service.log").read_text(errors="replace")[-2000:]
        assert time.monotonic() < deadline, f"{what} did not come: {last}"
        await asyncio.sleep(0.05)


async def _true(fact: bool) -> bool:
    return fact
