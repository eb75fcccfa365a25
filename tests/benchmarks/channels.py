"""Documents a second by a folder and a mailbox of one office at once, both with the PDF, which is made of each.

Real PostgreSQL with fsync, rendering processes, a folder of this machine and a mail server in a thread. The baseline is
the same by channels that know nothing of each other and pack no document before the one in front of it has gone.
RELAIS_BENCH_CHANNELLED makes it smaller.
"""

import asyncio
import os
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from aiosmtpd.controller import Controller

from deploy.database_roles import ADMINISTRATION, api_role, worker_role
from deploy.local.ports import Ports
from deploy.migrate import migrate
from services.delivery import handlers, tasks
from services.delivery.adapters.folder import FolderCourier
from services.delivery.adapters.mail import MailCourier
from services.delivery.adapters.memory.renderings import MemoryRenderings
from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.adapters.rendering import RenderingMaker, RenderingPool
from services.delivery.adapters.sealed_secrets import SealedSecrets
from services.delivery.domain.channels import Channel, MailPlace
from services.delivery.domain.documents import Document
from services.delivery.domain.handovers import HandOver, NewHandover
from services.delivery.tasks import handing_over
from services.delivery.tasks.packing_ahead import AHEAD
from shared.chassis import logs
from shared.chassis.database import Database
from shared.chassis.documents import Documents
from shared.chassis.memory import Memory
from shared.chassis.messages import Cause
from shared.chassis.smtp import SmtpPost
from shared.chassis.tasks import TaskRun
from shared.contracts.catalogue import SERVICES
from shared.values import EmailAddress, EnterpriseNumber
from tests.adapters.delivery.parcels import NOW, OFFICE, a_channel, a_document
from tests.backends import PASSWORD, local_postgres
from tests.benchmarks.figures import Figure, compared
from tests.unit.delivery.sales_invoices import line, sales_invoice

DOCUMENTS = int(os.environ.get("RELAIS_BENCH_CHANNELLED", "500"))
LEAST = 1.2
_LINES = 15
_NUMBER = EnterpriseNumber("0403170701")
_BOX, _SENDER = EmailAddress("in@pakket.example"), "documents@relais.example"


class Mailbox:
    """Takes every mail."""

    async def handle_DATA(self, *_: Any) -> str:
        return "250 OK"


async def run() -> list[Figure]:
    """Both ways, one after the other, each with documents of its own."""
    logs.configure("benchmark")
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL drops to another account when root runs this
        postgres = local_postgres(folder, Ports(folder / "ports.json", free_ports=True), fsync=True)
        await postgres.start()
        try:
            async with _database(postgres.owner_url) as database:
                apart = await _a_second(database, folder, together=False)
                together = await _a_second(database, folder, together=True)
        finally:
            await postgres.stop()
    return [compared("documents by folder and mail at once, with PDF", together, "documents/s", apart, LEAST)]


@asynccontextmanager
async def _database(owner_url: str) -> AsyncIterator[Database]:
    roles = [role for service in SERVICES for role in (worker_role(service), api_role(service))]
    await migrate(owner_url, dict.fromkeys([*roles, ADMINISTRATION], PASSWORD))
    parts = urlsplit(owner_url)
    url = f"postgresql://{worker_role('delivery')}:{PASSWORD}@{parts.hostname}:{parts.port}{parts.path}"
    database = Database(url, size=8, application="benchmark")
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def _a_second(database: Database, folder: Path, *, together: bool) -> float:
    handing_over.AHEAD = AHEAD if together else 0
    files, pool = Documents(f"file://{folder}/objects"), RenderingPool(processes=2)
    makers = [RenderingMaker(files, pool, MemoryRenderings()) for _ in range(1 if together else 2)]
    (folder / "offices" / OFFICE).mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    server.start()
    couriers: Any = {
        "folder": FolderCourier(folder / "offices"),
        "mail": MailCourier(SmtpPost("127.0.0.1", port, "none"), _SENDER, _SENDER),
    }
    channels = [
        a_channel("folder", files=("json", "pdf", "xml")),
        a_channel("mail", MailPlace(_BOX), files=("pdf", "xml")),
    ]
    try:
        await _queue(database, channels, [await _document(files, number) for number in range(DOCUMENTS)])
        packers = [tasks.Packer(files, maker) for maker in makers]
        memory, secrets = Memory(256_000_000), SealedSecrets(b"k" * 32)
        started = time.perf_counter()
        await asyncio.gather(
            *(
                _work(
                    database,
                    each,
                    tasks.Carriers(couriers, packers[at % len(packers)], secrets, handlers.tell_delivered, memory),
                )
                for at, each in enumerate(channels)
            )
        )
        return DOCUMENTS / (time.perf_counter() - started)
    finally:
        handing_over.AHEAD = AHEAD
        for courier in couriers.values():
            await courier.close()
        server.stop()
        await pool.close()


async def _document(files: Documents, number: int) -> Document:
    lines = tuple(line(1, id=str(at), name=f"Desembrood {number}-{at}", seller_item="") for at in range(1, _LINES + 1))
    sidecar = sales_invoice(number=f"VF-{number}", lines=lines).model_dump_json().encode()
    xml = f"<Invoice>{uuid4()}</Invoice>".encode() * 200
    return a_document(
        f"VF-{number}",
        document=await files.put(xml, _NUMBER, "application/xml"),
        sidecar=await files.put(sidecar, _NUMBER, "application/json"),
    )


async def _queue(database: Database, channels: Sequence[Channel], documents: Sequence[Document]) -> None:
    async with database.transaction() as connection:
        store = PostgresDelivery(connection)
        await store.save_documents(documents)
        for channel in channels:
            await store.save_channel(channel)
            await store.append_handovers(
                [NewHandover(channel.channel_id, each.document_id, "", NOW) for each in documents]
            )


async def _work(database: Database, channel: Channel, carriers: tasks.Carriers) -> None:
    """Run after run, as the chassis performs them, until nothing waits."""
    waits = "select now() as now, exists (select from handovers where channel_id = $1 and state <> 'done') as waits"
    while True:
        async with database.transaction() as connection:
            row = await connection.fetchrow(waits, channel.channel_id)
        if not row["waits"]:
            return
        cause = Cause(id=uuid4(), correlation_id="benchmark")
        task = HandOver(channel_id=channel.channel_id)
        settle = await tasks.hand_over(
            TaskRun(task, 1, row["now"], cause, database, PostgresDelivery), carriers=carriers
        )
        async with database.transaction() as connection:
            await settle(PostgresDelivery(connection))
