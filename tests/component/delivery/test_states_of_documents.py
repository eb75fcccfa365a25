"""Delivery alone: the states of documents, as offices and softwares see them, from what other services tell."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from services.delivery import handlers
from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.domain.documents import Document, advance
from shared.chassis.messages import Batch, EdgeRecord, Publish, Received
from shared.chassis.parking import MemoryParking
from shared.contracts.deliveries import DocumentBooked, DocumentFetched, DocumentRefused
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import (
    Difference,
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Money, OfficeId, Sha256, SoftwareSlug

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER, OFFICE, ROBAWS = EnterpriseNumber("0403170701"), OfficeId("janssens"), SoftwareSlug("robaws")
FIRST, SECOND, THIRD = (DocumentId.of(UUID(int=number)) for number in (1, 2, 3))
OF = {"enterprise_number": NUMBER, "connection_id": ConnectionId.of(UUID(int=9)), "software": ROBAWS}
CLAIM = Claim(path="a/b", sha256=Sha256.of(b"abc"), size=3, media_type="application/xml")
DIFFERENCE = Difference(field="payable", before="121.00", after="242.00")
HANDLERS: dict[type[Event], Any] = {
    InvoiceSubmitted: handlers.take_submitted,
    InvoiceAccepted: handlers.take_accepted,
    InvoiceRouted: handlers.take_routed,
    InvoiceHeld: handlers.take_held,
    InvoiceRepeated: handlers.take_repeated,
    InvoiceQuarantined: handlers.take_quarantined,
}


def submitted(document_id: DocumentId, **others: Any) -> InvoiceSubmitted:
    return InvoiceSubmitted(document_id=document_id, **OF, received_at=NOW, document=CLAIM, **others)


def accepted(document_id: DocumentId, **others: Any) -> InvoiceAccepted:
    facts = {"family": "invoice", "number": "2026-1", "issue_date": date(2026, 3, 1), "received_at": NOW}
    amount = Money.of("121.00", "EUR")
    return InvoiceAccepted.model_validate(
        {"document_id": document_id, "document": CLAIM, "sidecar": CLAIM, "tax_inclusive": amount, "payable": amount}
        | OF
        | facts
        | others
    )


def newer(document_id: DocumentId, supersedes: DocumentId, version: int = 2) -> InvoiceAccepted:
    return accepted(document_id, supersedes=supersedes, version=version, differences=(DIFFERENCE,))


def routed(document_id: DocumentId, version: int = 1) -> InvoiceRouted:
    facts = {"document_id": document_id, "office_id": OFFICE, "client_code": "K12", "family": "invoice"}
    return InvoiceRouted.model_validate(
        OF
        | facts
        | {"number": "2026-1", "issue_date": date(2026, 3, 1), "received_at": NOW, "document": CLAIM}
        | {"version": version}
    )


def held(document_id: DocumentId) -> InvoiceHeld:
    return InvoiceHeld(document_id=document_id, **OF, reason="no_accounting_office", received_at=NOW)


def repeated(document_id: DocumentId, of: DocumentId) -> InvoiceRepeated:
    return InvoiceRepeated(
        document_id=document_id, **OF, repeats=of, family="invoice", number="2026-1", received_at=NOW
    )


class House:
    """Tables and parking that outlive a batch; events with ids and times of their own, and an inbox."""

    def __init__(self) -> None:
        self.tables, self.parking = MemoryTables(), MemoryParking()
        self.seen: set[UUID] = set()

    async def take(self, *events: Received[Any]) -> list[Any]:
        """One batch of events of one topic; what was seen is dropped."""
        fresh = list({event.id: event for event in events if event.id not in self.seen}.values())
        self.seen |= {event.id for event in fresh}
        if not fresh:
            return []
        handler = HANDLERS[type(fresh[0].body)]
        return await handler(Batch(fresh, NOW, self.parking), MemoryDelivery(self.tables))

    async def tell(self, *bodies: Event) -> list[Any]:
        consequences = []
        for place, body in enumerate(bodies):
            consequences += await self.take(event(body, place))
        return consequences

    def document(self, document_id: DocumentId) -> Document:
        return self.tables.documents[document_id]

    def told(self) -> list[str]:
        return [notice.event.type for _, notice in self.tables.streams.get(ROBAWS, [])]


def event(body: Event, minute: int = 0) -> Received[Any]:
    return Received(id=uuid4(), correlation_id="c", body=body, time=NOW + timedelta(minutes=minute), sequence=1)


async def test_a_document_is_known_from_its_receipt_and_its_software_hears_of_it() -> None:
    house = House()
    assert await house.tell(submitted(FIRST, mode="test")) == [], "no record on Kafka for what is simulated"
    document = house.document(FIRST)
    assert (document.state, document.mode, document.received_at, document.document) == ("received", "test", NOW, CLAIM)
    assert house.told() == ["document.received"] and document.position == 0, "nothing came of it yet"
    (_, notice) = house.tables.streams[ROBAWS][0]
    assert (notice.mode, notice.event.data.received_at, notice.event.data.sha256) == ("test", NOW, CLAIM.sha256)
    (record,) = await house.tell(submitted(SECOND))
    assert isinstance(record, EdgeRecord) and record.event_type == "be.relais.document.received.v1"


async def test_a_receipt_is_told_once_and_never_after_what_became_of_it() -> None:
    house, first = House(), event(submitted(FIRST))
    await house.take(first, event(submitted(FIRST)), first)
    await house.tell(accepted(FIRST), accepted(SECOND), submitted(SECOND), submitted(FIRST))
    assert house.told() == ["document.received", "document.accepted", "document.accepted"]


async def test_a_receipt_that_comes_late_takes_nothing_back() -> None:
    house = House()
    await house.tell(accepted(FIRST), routed(FIRST), submitted(FIRST))
    document = house.document(FIRST)
    assert document.state == "delivered"
    assert [step.state for step in document.timeline] == ["received", "valid", "routed", "delivered"]
    assert document.timeline[0].cause is not None


async def test_a_newer_version_supersedes_the_older_one_on_both_timelines() -> None:
    house = House()
    await house.tell(accepted(FIRST), routed(FIRST), newer(SECOND, FIRST), routed(SECOND, 2))
    old, new = house.document(FIRST), house.document(SECOND)
    assert (old.state, old.superseded_by, old.timeline[-1].detail) == (
        "superseded",
        SECOND,
        f"superseded by {SECOND}",
    )
    assert (new.state, new.supersedes, new.differences) == ("delivered", FIRST, (DIFFERENCE,))
    assert f"supersedes {FIRST}" in [step.detail for step in new.timeline]
    (_, notice) = house.tables.streams[ROBAWS][3]
    assert (notice.event.type, notice.event.data.supersedes, notice.event.data.differences) == (
        "document.accepted",
        FIRST,
        (DIFFERENCE,),
    )
    assert set(house.tables.feeds[OFFICE]) == {FIRST, SECOND}, "both were delivered"


async def test_what_differs_from_another_software_s_version_is_the_office_s_to_know() -> None:
    house = House()
    await house.tell(accepted(FIRST, software=SoftwareSlug("billit")), newer(SECOND, FIRST))
    assert house.document(SECOND).differences == (DIFFERENCE,)
    (_, notice) = house.tables.streams[ROBAWS][-1]
    assert (notice.event.data.supersedes, notice.event.data.differences) == (FIRST, ())
    told = [notice.event for _, notice in house.tables.streams[SoftwareSlug("billit")]]
    assert [each.type for each in told] == ["document.accepted", "document.superseded"]
    assert (told[1].subject, told[1].data.superseded_by, told[1].data.version) == (FIRST, SECOND, 2)


async def test_a_software_hears_once_that_a_document_is_superseded_in_whatever_order_versions_come() -> None:
    first, second = event(accepted(FIRST)), event(newer(SECOND, FIRST), 1)
    ids = set()
    for order in ([[first], [second]], [[second], [first]], [[first, second]], [[second, first]]):
        house = House()
        for batch in order:
            await house.take(*batch)
        await house.tell(newer(THIRD, SECOND, 3))
        told = [notice.event for _, notice in house.tables.streams[ROBAWS]]
        replaced = [each for each in told if each.type == "document.superseded"]
        assert [(each.subject, each.data.superseded_by) for each in replaced] == [(FIRST, SECOND), (SECOND, THIRD)]
        assert [each.subject for each in told].index(FIRST) < told.index(replaced[0]), "accepted before superseded"
        ids.add(replaced[0].id)
    assert len(ids) == 1


async def test_two_versions_in_one_batch_are_one_after_the_other() -> None:
    house = House()
    await house.take(event(accepted(FIRST)), event(newer(SECOND, FIRST), 1), event(newer(THIRD, SECOND, 3), 2))
    assert [house.document(each).state for each in (FIRST, SECOND, THIRD)] == ["superseded", "superseded", "valid"]
    assert house.document(SECOND).supersedes == FIRST and house.document(SECOND).superseded_by == THIRD


async def test_a_newer_version_that_overtakes_the_older_one_still_supersedes_it() -> None:
    house = House()
    await house.tell(newer(SECOND, FIRST), accepted(FIRST))
    assert (house.document(FIRST).state, house.document(FIRST).superseded_by) == ("superseded", SECOND)


async def test_a_booked_document_keeps_its_state_when_a_newer_version_comes() -> None:
    house = House()
    await house.tell(accepted(FIRST), routed(FIRST))
    house.tables.documents[FIRST] = advance(house.document(FIRST), "booked", NOW)
    await house.tell(newer(SECOND, FIRST))
    assert (house.document(FIRST).state, house.document(FIRST).superseded_by) == ("booked", SECOND)


async def test_the_same_content_again_is_told_with_the_document_that_was_accepted() -> None:
    house = House()
    await house.tell(accepted(FIRST), submitted(SECOND), repeated(SECOND, FIRST))
    document = house.document(SECOND)
    assert (document.state, document.repeats, document.position) == ("repeated", FIRST, 3)
    assert house.told() == ["document.accepted", "document.received", "document.repeated"]
    assert house.document(FIRST).state == "valid"


async def test_what_the_office_did_is_told_to_the_software_once_each() -> None:
    house = House()
    await house.tell(accepted(FIRST), routed(FIRST))
    at_office = {"document_id": FIRST, "enterprise_number": NUMBER, "office_id": OFFICE, "software": ROBAWS}
    house.tables.documents[FIRST] = advance(house.document(FIRST), "fetched", NOW, "feed")
    for body in (DocumentFetched(**at_office, fetched_at=NOW), DocumentRefused(**at_office, reason="not ours")):
        await handlers.tell_progress(Batch([event(body)], NOW, house.parking), MemoryDelivery(house.tables))
    assert house.told()[-2:] == ["document.fetched", "document.refused"]
    assert [step.cause for step in house.document(FIRST).timeline if step.state == "fetched"] == [None], (
        "the call's own"
    )
    assert (house.document(FIRST).state, house.document(FIRST).reason) == ("refused", "not ours")
    booked = event(DocumentBooked(**at_office, booked_at=NOW))
    (record,) = await handlers.tell_progress(Batch([booked], NOW, house.parking), MemoryDelivery(house.tables))
    assert isinstance(record, EdgeRecord) and record.event_type.endswith("document.booked.v1")


async def test_a_quarantined_document_is_found_with_what_was_received_of_it() -> None:
    house = House()
    put_aside = InvoiceQuarantined(document_id=FIRST, **OF, reason="document_invalid", received_at=NOW)
    await house.tell(put_aside, submitted(FIRST))
    document = house.document(FIRST)
    assert (document.state, document.reason, document.document) == ("invalid", "document_invalid", CLAIM)
    assert [step.state for step in document.timeline] == ["received", "invalid"]


STORY = [
    event(body, minute)
    for minute, body in enumerate(
        [
            *(submitted(each) for each in (FIRST, SECOND, THIRD)),
            accepted(FIRST),
            held(FIRST),
            routed(FIRST),
            newer(SECOND, FIRST),
            routed(SECOND, 2),
            repeated(THIRD, SECOND),
        ]
    )
]


async def after(order: Sequence[Received[Any]]) -> dict[DocumentId, Document]:
    """The documents after the events came in this order, those of one topic that follow each other in one batch."""
    house = House()
    for _, group in itertools.groupby(order, key=lambda each: type(each.body)):
        consequences = await house.take(*group)
        published = [each for each in consequences if isinstance(each, Publish)]
        assert len({(each.body.topic, each.body.document_id) for each in published}) == len(published)
    assert house.parking.waiting == []
    return {each: replace(found, version=0, position=0) for each, found in house.tables.documents.items()}


@settings(deadline=None)
@given(st.lists(st.sampled_from(STORY), max_size=4).flatmap(lambda again: st.permutations([*STORY, *again])))
async def test_any_order_of_events_and_repeats_ends_in_the_same_documents(order: list[Received[Any]]) -> None:
    found = await after(order)
    assert found == await after(STORY)
    assert [found[each].state for each in (FIRST, SECOND, THIRD)] == ["superseded", "delivered", "repeated"]
