"""SIGKILL between the mail and the commit: the same mail goes out again, with the same token, and is told once."""

import signal
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from uuid import UUID

from deploy.administration import internal_topics
from shared.chassis.sealing import seal
from shared.contracts.connections import ConnectionVerified
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug
from tests.adapters.token_mailer.mail_server import Programmable, running
from tests.backends import KafkaServer, PostgresServer
from tests.component.processes import Processes, topics_of
from tests.conftest import Database

SERVICE = "token_mailer"
CONNECTION = ConnectionId.of(UUID(int=70))
PATIENCE_S = 60.0


async def test_a_process_killed_after_the_mail_sends_the_same_mail_again_and_tells_of_it_once(
    tmp_path: Path, kafka: KafkaServer, postgres: PostgresServer, database: Database
) -> None:
    names = topics_of(SERVICE) | {f"{SERVICE}.dead_letters.v1"}
    await kafka.administration().ensure_topics([each for each in internal_topics(1) if each.name in names])
    server = Programmable()
    server.pause_s = PATIENCE_S
    worker = await database.worker(SERVICE)

    async def taken() -> bool:
        return bool(server.taken)

    with running(server, tmp_path) as smtp_port:
        processes = Processes(kafka, postgres, database.name, tmp_path, smtp_port=smtp_port, patience_s=PATIENCE_S)
        async with processes.running(SERVICE) as first:
            await processes.publish(
                [asked(processes.secrets.sealing_public_key)], ce_time=datetime.now(UTC).isoformat()
            )
            await processes.until_seen(taken, "a mail")
            # The server has the mail and has not said so yet.
            first.send_signal(signal.SIGKILL)
            await first.wait()
        server.pause_s = 0.0
        assert await worker.fetchval("select state from mails") == "sending"
        await worker.execute(
            "update tasks set lease_until = now() - interval '1 second' where kind = 'send_token_mail'"
        )
        async with processes.running(SERVICE):
            await processes.until("select count(*) = 1 from token_mailer.outbox where topic = 'token.mailed.v1'")
    assert len(server.taken) == 2 and server.taken[0] == server.taken[1]
    assert server.senders[0] == server.senders[1]
    assert message_from_bytes(server.taken[0])["Message-ID"]
    assert await worker.fetchval("select count(*) from tokens") == 1
    assert await worker.fetchval("select state from mails") == "sent"


def asked(sealing_public_key: str) -> ConnectionVerified:
    """A company was verified."""
    return ConnectionVerified(
        connection_id=CONNECTION,
        enterprise_number=EnterpriseNumber("0010.080.080"),
        software=SoftwareSlug("robaws"),
        office_id=OfficeId("janssens"),
        language=Language.NL,
        company_name="Bakkerij De Korenaar",
        email=seal("zaakvoerder@bakkerij.example", sealing_public_key),
        masked_email="z***@b***.example",
        address_version=1,
    )
