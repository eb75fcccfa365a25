"""Delivery alone: what follows from events, in which order, and what waits for what."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from services.delivery import handlers, tasks
from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.domain.channels import Channel, kafka_channel_id
from services.delivery.domain.edges import Edge, OpenEdge
from shared.chassis.messages import Batch, Cause, Do, EdgeRecord, Publish, Received
from shared.chassis.parking import MemoryParking
from shared.chassis.tasks import TaskRun
from shared.contracts.connections import ConnectionChanged
from shared.contracts.deliveries import DocumentDelivered
from shared.contracts.directory import SoftwareChanged
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceAccepted, InvoiceHeld, InvoiceQuarantined, InvoiceRouted
from shared.contracts.public_payments import Movement
from shared.contracts.statements import Allocation, InvoiceSettled, TransactionsBooked
from shared.values import (
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    Iban,
    Money,
    OfficeId,
    Sha256,
    SoftwareSlug,
    StatementId,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER, OFFICE, ROBAWS = EnterpriseNumber("0403170701"), OfficeId("janssens"), SoftwareSlug("robaws")
OF = {
    "document_id": DocumentId.of(uuid4()),
    "enterprise_number": NUMBER,
    "connection_id": ConnectionId.of(uuid4()),
    "software": ROBAWS,
}
IBAN = Iban("BE68539007547034")


def claim(size: int = 3) -> Claim:
    return Claim(path="a/b", sha256=Sha256.of(b"abc"), size=size, media_type="application/xml")


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


def accepted() -> InvoiceAccepted:
    return InvoiceAccepted.model_validate(
        OF
        | {"family": "invoice", "number": "2026-1", "issue_date": date(2026, 3, 1), "document": claim()}
        | {"tax_inclusive": euros("121.00"), "payable": euros("121.00"), "sidecar": claim()}
    )


def routed(size: int = 3) -> InvoiceRouted:
    return InvoiceRouted.model_validate(
        OF
        | {"office_id": OFFICE, "client_code": "K12", "family": "invoice", "number": "2026-1"}
        | {"issue_date": date(2026, 3, 1), "received_at": NOW, "document": claim(size)}
    )


def settled() -> InvoiceSettled:
    allocation = Allocation(
        iban=IBAN, year=2026, sequence=1, movement=1, amount=euros("121.00"), rule="R03", evidence="reference"
    )
    return InvoiceSettled(
        document_id=OF["document_id"],
        enterprise_number=NUMBER,
        invoice_number="2026-1",
        version=1,
        balance=euros("0.00"),
        allocation=allocation,
    )


def booked() -> TransactionsBooked:
    return TransactionsBooked.model_validate(
        {"statement_id": StatementId.of(uuid4()), "enterprise_number": NUMBER, "iban": IBAN, "year": 2026}
        | {"sequence": 1, "old_balance": euros("0"), "new_balance": euros("121"), "credits": euros("121")}
        | {"new_balance_date": date(2026, 3, 1), "debits": euros("0"), "movement_count": 1}
        | {"movements": claim(), "statement": claim()}
    )


class House:
    """Tables and parking that outlive a batch."""

    def __init__(self) -> None:
        self.tables, self.parking = MemoryTables(), MemoryParking()

    @property
    def store(self) -> MemoryDelivery:
        return MemoryDelivery(self.tables)

    async def handle(self, handler: Any, *bodies: Event, prepared: Any = None) -> list[Any]:
        events = [
            Received(id=uuid4(), correlation_id="c", body=body, time=NOW, sequence=1, prepared=prepared)
            for body in bodies
        ]
        return await handler(Batch(events, NOW, self.parking), self.store)

    async def choose_kafka(self) -> None:
        channel_id = kafka_channel_id(OFFICE)
        await self.store.save_channel(
            Channel(channel_id=channel_id, office_id=OFFICE, kind="kafka", created_at=NOW, files=("xml",))
        )

    def told(self) -> list[str]:
        return [notice.event.type for _, notice in self.tables.streams.get(ROBAWS, [])]


def records(consequences: Sequence[Any], topic: str) -> list[EdgeRecord]:
    return [each for each in consequences if isinstance(each, EdgeRecord) and each.topic == topic]


def delivered(consequences: Sequence[Any]) -> list[str]:
    return [
        each.body.channel
        for each in consequences
        if isinstance(each, Publish) and isinstance(each.body, DocumentDelivered)
    ]


async def test_a_routed_invoice_stands_in_the_feed_and_its_software_hears_it() -> None:
    house = House()
    await house.handle(handlers.take_accepted, accepted())
    consequences = await house.handle(handlers.take_routed, routed())
    assert house.told() == ["document.accepted", "document.routed", "document.delivered"]
    assert delivered(consequences) == ["feed"]
    assert list(house.tables.feeds[OFFICE]) == [OF["document_id"]]
    assert house.tables.documents[OF["document_id"]].state == "delivered"
    assert records(consequences, "office.janssens.documents.v1") == []


async def test_what_overtook_the_acceptance_is_told_after_it() -> None:
    house = House()
    assert await house.handle(handlers.take_payment, settled()) == []
    assert await house.handle(handlers.take_routed, routed()) == []
    assert house.told() == []
    consequences = await house.handle(handlers.take_accepted, accepted())
    assert house.told() == ["document.accepted", "document.routed", "document.delivered", "invoice.settled"]
    assert house.parking.waiting == []
    assert len({each.cause.id for each in consequences}) == 1, "all is caused by the fact"


async def test_an_office_on_kafka_gets_the_bytes_with_the_facts_beside_them() -> None:
    house = House()
    await house.choose_kafka()
    await house.handle(handlers.take_accepted, accepted())
    consequences = await house.handle(handlers.take_routed, routed())
    (record,) = records(consequences, "office.janssens.documents.v1")
    assert record.value == claim() and record.content_type == "application/xml"
    assert dict(record.headers)["relais_client_code"] == "K12"
    assert delivered(consequences) == ["feed", "kafka"]


async def test_a_large_document_is_referred_to() -> None:
    house = House()
    await house.choose_kafka()
    await house.handle(handlers.take_accepted, accepted().model_copy(update={"document": claim(900_001)}))
    (record,) = records(await house.handle(handlers.take_routed, routed(900_001)), "office.janssens.documents.v1")
    assert isinstance(record.value, bytes) and b"/original" in record.value


async def test_a_document_that_was_never_read_is_known_as_quarantined() -> None:
    house = House()
    await house.handle(handlers.take_quarantined, InvoiceQuarantined(**OF, reason="document_invalid"))
    assert house.told() == ["document.quarantined"]
    assert house.tables.documents[OF["document_id"]].position == 1


async def test_only_softwares_that_may_read_statements_hear_of_them() -> None:
    house = House()
    other = {**OF, "connection_id": ConnectionId.of(uuid4()), "software": "billit"}
    writing = ConnectionChanged.model_validate(other | {"state": "active", "scopes": ("invoices:write",)})
    await house.handle(handlers.know_connections, writing)
    connection = {**OF, "state": "active", "scopes": ("statements:read",)}
    await house.handle(handlers.know_connections, ConnectionChanged.model_validate(connection))
    (record,) = await house.handle(handlers.tell_transactions, booked(), prepared=[])
    assert (record.topic, dict(record.headers)) == ("software.robaws.events.v1", {"relais_position": "1"})


async def test_a_test_connection_never_hears_of_the_statements_of_a_real_company() -> None:
    house = House()
    connection = {**OF, "state": "active", "scopes": ("statements:read",), "mode": "test"}
    await house.handle(handlers.tell_transactions, booked(), prepared=[])
    assert await house.handle(handlers.know_connections, ConnectionChanged.model_validate(connection)) == []
    assert await house.handle(handlers.tell_transactions, booked(), prepared=[]) == []
    assert house.told() == []


async def test_a_software_that_is_heard_of_after_a_booking_is_told_of_it_once() -> None:
    house = House()
    await house.handle(handlers.tell_transactions, booked(), prepared=[])
    connection = ConnectionChanged.model_validate({**OF, "state": "active", "scopes": ()})
    (record,) = await house.handle(handlers.know_connections, connection)
    assert record.topic == "software.robaws.events.v1"
    assert house.told() == ["statement.booked"]
    (statement,) = house.tables.statements.values()
    assert statement.readers == (ROBAWS,)
    assert await house.handle(handlers.know_connections, connection) == []


async def test_what_was_booked_before_a_connection_was_active_is_not_told() -> None:
    house = House()
    await house.handle(handlers.tell_transactions, booked(), prepared=[])
    house.tables.statements = {
        key: replace(each, booked_at=NOW - timedelta(seconds=1)) for key, each in house.tables.statements.items()
    }
    connection = ConnectionChanged.model_validate({**OF, "state": "active", "scopes": ()})
    assert await house.handle(handlers.know_connections, connection) == []


async def test_movements_that_would_make_a_record_too_large_are_fetched_at_the_door() -> None:
    house = House()
    await house.handle(handlers.know_connections, ConnectionChanged.model_validate({**OF, "state": "active"}))
    long = [Movement(sequence=n, amount=euros("1.00"), bank_reference="x" * 4_000) for n in range(200)]
    for movements, whole in ((long[:2], True), (long, False)):
        (record,) = await house.handle(handlers.tell_transactions, booked(), prepared=movements)
        assert len(record.value) < 700_000
        assert (b'"movements":[' in record.value.replace(b" ", b"")) is whole


async def test_what_comes_too_late_stands_on_the_timeline_and_is_not_told() -> None:
    house = House()
    held = InvoiceHeld(**OF, reason="no_accounting_office", received_at=NOW)
    for handler, body in (
        (handlers.take_accepted, accepted()),
        (handlers.take_routed, routed()),
        (handlers.take_payment, settled()),
    ):
        await house.handle(handler, body)
    before, told = house.tables.documents[OF["document_id"]], house.told()
    assert await house.handle(handlers.take_held, held) == []
    assert await house.handle(handlers.take_payment, settled()) == []
    after = house.tables.documents[OF["document_id"]]
    assert (after.state, after.reason, after.payment_version, house.told()) == ("delivered", "", 1, told)
    assert [step for step in after.timeline if step not in before.timeline] == [
        step for step in after.timeline if step.state == "held"
    ]


async def test_movements_are_read_before_the_transaction() -> None:
    class Originals:
        async def get(self, claim: Claim) -> bytes:
            return b'{"sequence": 1, "amount": {"amount": "121.00", "currency": "EUR"}}\n'

    event = Received(id=uuid4(), correlation_id="c", body=booked(), time=NOW)
    ((movement,),) = await handlers.read_movements([event], originals=Originals())
    assert movement.amount == euros("121.00")


async def test_a_new_software_gets_its_edge_once() -> None:
    house, opened = House(), []

    class Edges:
        async def open(self, edge: Edge) -> None:
            # The administration takes the rules of an edge that nobody asked for as leftovers.
            assert edge.principal in house.tables.edges
            opened.append(edge.principal)

    class NoDatabase:
        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[None]:
            yield None

    body = SoftwareChanged(software=ROBAWS, name="Robaws")
    (duty,) = await house.handle(handlers.know_softwares, body)
    assert isinstance(duty, Do) and isinstance(duty.task, OpenEdge) and duty.once
    cause = Cause(id=uuid4(), correlation_id="c")
    run: TaskRun[Any, Any] = TaskRun(duty.task, 1, NOW, cause, NoDatabase(), lambda _: house.store)  # type: ignore[arg-type]
    await (await tasks.open_edge(run, edges=Edges()))(house.store)
    assert opened == ["software.robaws"]
    assert await house.handle(handlers.know_softwares, body) == []
