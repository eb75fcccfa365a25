"""Delivery with channels: tables in memory, a clock that only the test turns, receivers that do as they are told."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.delivery import handlers, tasks
from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.adapters.sealed_secrets import SealedSecrets
from services.delivery.domain.channels import Channel, ChannelKind
from services.delivery.domain.documents import Document
from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import HandOver, Outcome
from services.delivery.handlers.handing_over import hand_over_again
from services.delivery.ports import Courier
from services.delivery.ports.rendering import PdfFile
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.memory import Memory
from shared.chassis.messages import Batch, Cause, Do, EdgeRecord, Publish, Received
from shared.chassis.parking import MemoryParking
from shared.chassis.tasks import TaskRun
from shared.contracts.deliveries import DocumentDelivered
from shared.contracts.documents import Claim
from shared.contracts.invoices import InvoiceRouted
from shared.contracts.statements import TransactionsBooked
from shared.values import ChannelId, Language, OfficeId, Sha256
from tests.adapters.delivery.parcels import NOW, OFFICE, XML, a_channel, a_document

CODA = b"0000002032672505 the bank's lines".ljust(128) + b"\r\n"
MOVEMENTS = b'{"sequence": 1, "position": 0, "amount": {"amount": "1.00", "currency": "EUR"}}\n'
DONE, DOWN = Outcome("done", words="250 ok"), Outcome("retry", "connection_failed", "no route to host")
NEVER = Outcome("refused", "mail_refused", "552 5.2.2 mailbox full")


@dataclass
class Script(Courier):
    """Answers as it is told, `done` when it is told nothing more; keeps what it got, also where it says nothing."""

    answers: deque[Outcome | Exception] = field(default_factory=deque)
    got: list[Parcel] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    async def deliver(self, channel: Channel, secret: str, parcel: Parcel) -> Outcome:
        self.got.append(parcel)
        self.secrets.append(secret)
        answer = self.answers.popleft() if self.answers else DONE
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        pass

    @property
    def numbers(self) -> list[str]:
        return [parcel.document.number for parcel in self.got]


class Store:
    """The document store and the maker of PDFs; either can be out of order."""

    def __init__(self) -> None:
        self.down = self.unprintable = self.endless = False
        self.languages: list[Language] = []

    async def get(self, claim: Claim) -> bytes:
        if self.down:
            raise Unavailable("the document store does not answer")
        told = {"application/json": b'{"number":"1"}', "text/plain": CODA, "application/jsonl": MOVEMENTS}
        return told.get(claim.media_type, XML)

    async def pdf_of(self, document: Document, language: Language) -> PdfFile:
        self.languages.append(language)
        if self.endless:
            await asyncio.Event().wait()
        if self.unprintable:
            raise InvalidMessage("rendering_failed", "no renderer survives this document")
        return PdfFile(b"%PDF-1.7", rendered=True)

    async def pdf_of_statement(self, statement: TransactionsBooked, language: Language) -> bytes:
        self.languages.append(language)
        if self.unprintable:
            raise InvalidMessage("rendering_failed", "no renderer survives this statement")
        return b"%PDF-1.7 of a statement"


class House:
    """What outlives a run."""

    def __init__(self) -> None:
        self.tables, self.now = MemoryTables(), NOW
        self.files, self.couriers = Store(), {kind: Script() for kind in ("folder", "sftp", "mail", "webhook")}
        self.secrets, self.memory = SealedSecrets(b"k" * 32), Memory(256_000_000)
        self.documents: list[Document] = []

    @property
    def store(self) -> MemoryDelivery:
        return MemoryDelivery(self.tables)

    async def choose(self, kind: ChannelKind = "mail", **others: Any) -> Channel:
        channel = a_channel(kind, **{"files": ("xml",), **others})
        await self.store.save_channel(channel)
        return channel

    async def route(self, *numbers: str, office: OfficeId = OFFICE, **others: Any) -> list[Any]:
        """Invoices with these numbers were routed to the office; gives what follows."""
        sidecar = Claim(path="a/c", sha256=Sha256.of(b"s"), size=1, media_type="application/json")
        documents = [
            replace(a_document(number, office_id=office, sidecar=sidecar, state="valid"), **others)
            for number in numbers
        ]
        await self.store.save_documents(documents)
        self.documents += documents
        bodies = [
            InvoiceRouted.model_validate(
                {
                    name: getattr(each, name)
                    for name in ("document_id", "enterprise_number", "connection_id", "software", "client_code")
                }
                | {"office_id": office, "family": "invoice", "number": each.number, "issue_date": each.issue_date}
                | {"received_at": NOW, "document": each.document, "version": each.invoice_version}
            )
            for each in documents
        ]
        events = [Received(id=uuid4(), correlation_id="c", body=body, time=self.now, sequence=1) for body in bodies]
        return await handlers.take_routed(Batch(events, self.now, MemoryParking()), self.store)

    async def handle(self, handler: Any, *bodies: Any, sequence: int = 1) -> list[Any]:
        """One batch of what happened just now; gives what follows."""
        events = [
            Received(id=uuid4(), correlation_id="c", body=body, time=self.now, sequence=sequence) for body in bodies
        ]
        return list(await handler(Batch(events, self.now, MemoryParking()), self.store))

    async def again(self, occasion: str, **others: Any) -> list[Any]:
        """All that was routed is asked for once more."""
        return await hand_over_again(a_cause(), self.documents, occasion, self.now, self.store, **others)

    async def run(self, channel: Channel, *, dies: bool = False) -> list[Any]:
        """One run; gives what follows. With `dies` the process is gone before it can settle."""
        carriers = tasks.Carriers(
            self.couriers,  # type: ignore[arg-type]
            tasks.Packer(self.files, self.files, pdf_seconds=0.05),
            self.secrets,
            handlers.tell_delivered,
            self.memory,
        )
        task = HandOver(channel_id=channel.channel_id)
        run: Any = TaskRun(task, 1, self.now, a_cause(), self, lambda store: store)  # type: ignore[arg-type]
        settle = await tasks.hand_over(run, carriers=carriers)
        return [] if dies else list(await settle(self.store))

    async def work(self) -> list[Any]:
        """Everything that is due, as long as one run follows from another; gives all that follows."""
        followed: list[Any] = []
        for _ in range(100):
            woken = await tasks.wake_channels(self.now, a_cause(), self.store)
            if not woken:
                return followed
            for each in woken:
                channel = await self.store.channel(ChannelId(each.key))  # type: ignore[union-attr]
                assert channel is not None
                followed += await self.run(channel)
        raise AssertionError("it never came to an end")

    async def later(self, **pause: float) -> list[Any]:
        """Time passes; what is due then is done."""
        self.now += timedelta(**pause)
        return await self.work()

    async def as_it_is(self, channel: Channel) -> Channel:
        found = await self.store.channel(channel.channel_id)
        assert found is not None
        return found

    async def states(self, channel: Channel) -> list[tuple[str, str]]:
        """Number and state of each document in the channel's order."""
        numbers = {each.document_id: each.number for each in self.documents}
        found = await self.store.handovers(channel.channel_id, None, None, 1_000)
        return [(numbers[each.subject], each.state) for each in reversed(found)]

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryDelivery]:
        yield self.store


def a_cause() -> Cause:
    return Cause(id=uuid4(), correlation_id="c")


def told(consequences: list[Any]) -> list[str]:
    """The channels on which the outside hears of a delivery, in order."""
    bodies = [each.body for each in consequences if isinstance(each, Publish)]
    return [body.channel for body in bodies if isinstance(body, DocumentDelivered)]


def due_tasks(consequences: list[Any]) -> list[str]:
    """The channels for which a run follows."""
    return [each.key for each in consequences if isinstance(each, Do) and isinstance(each.task, HandOver)]


def on_kafka(consequences: list[Any]) -> list[EdgeRecord]:
    """The records for offices."""
    return [each for each in consequences if isinstance(each, EdgeRecord) and each.topic.startswith("office.")]
