"""Whatever comes in whatever order, and however often: each document ends in exactly one way, and nothing is lost.

Documents are handed in over several connections, handled in any order and in any batches, and delivered again;
companies get offices, lose them and move. A model of a few dictionaries says what must have been published.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.invoice_router import handlers
from services.invoice_router.adapters.memory import MemoryRouter
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.ports import ReadDocument, UnreadableDocument
from shared.chassis.messages import Batch, Publish, Received
from shared.chassis.parking import MemoryParking
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import (
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.contracts.sales_invoices import Party, SalesInvoice
from shared.values import (
    ConnectionId,
    Currency,
    DocumentId,
    EnterpriseNumber,
    Language,
    Money,
    OfficeId,
    Sha256,
    SoftwareSlug,
)
from tests.component.invoice_router.world import read_before

COMPANIES = (EnterpriseNumber("0403170701"), EnterpriseNumber("0202239951"))
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAYS = st.integers(0, 60).map(lambda days: date(2026, 2, 1) + timedelta(days=days))
PERIODS = st.lists(
    st.tuples(st.sampled_from(["aa", "bb", "cc"]), DAYS, st.none() | st.integers(1, 30)), max_size=3
).map(
    lambda made: tuple(
        OfficePeriod(office_id=OfficeId(name), since=since, until=since + timedelta(days=days) if days else None)
        for name, since, days in made
    )
)


@dataclass
class Handed:
    """What the model knows of a document that was handed in."""

    event: Received[Any]
    says: tuple[EnterpriseNumber, str, str]
    """The company, the number and the content."""
    quarantined: bool
    told: list[Event] = field(default_factory=list)


class Fates(RuleBasedStateMachine):
    """The router beside its model."""

    def __init__(self) -> None:
        super().__init__()
        self.store, self.loop = MemoryRouter(), asyncio.new_event_loop()
        self.count, self.sequence = 0, 0
        self.handed: dict[DocumentId, Handed] = {}
        self.waiting: list[Received[Any]] = []
        self.inbox: set[UUID] = set()
        self.accepted: dict[tuple[EnterpriseNumber, str], list[DocumentId]] = {}
        self.current: dict[tuple[EnterpriseNumber, str], DocumentId] = {}
        self.expected: dict[DocumentId, list[tuple[Any, ...]]] = {}
        self.offices: dict[EnterpriseNumber, tuple[int, tuple[OfficePeriod, ...]]] = {}

    def teardown(self) -> None:
        self.loop.close()

    @initialize()
    def nothing_yet(self) -> None:
        assert self.store.registered == {}

    @rule(
        company=st.sampled_from(COMPANIES),
        number=st.sampled_from(["1", "2"]),
        content=st.sampled_from("abcd"),
        days=st.integers(0, 40),
        flaw=st.sampled_from(["", "", "", "", "unreadable", "of another", "of nobody", "sandbox"]),
        channel=st.sampled_from(["robaws", "billit"]),
    )
    def hand_in(self, company: EnterpriseNumber, number: str, content: str, days: int, flaw: str, channel: str) -> None:
        event = self.event(
            InvoiceSubmitted(
                document_id=DocumentId.of(UUID(int=self.count + 1)),
                enterprise_number=company,
                connection_id=ConnectionId.of(UUID(int=len(channel))),
                software=SoftwareSlug(channel),
                mode="test" if flaw == "sandbox" else "live",
                received_at=START + timedelta(days=days),
                document=claim(content),
            ),
            prepared(company, number, content, flaw),
        )
        self.handed[event.body.document_id] = Handed(event, (company, number, content), quarantined=bool(flaw))
        self.waiting.append(event)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def handle_some(self, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.waiting), min_size=1, max_size=6, unique_by=lambda e: e.id))
        self.waiting = [event for event in self.waiting if event not in chosen]
        self.deliver(chosen)

    @precondition(lambda self: self.inbox)
    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        """A replay, or a batch of which the offsets were never committed."""
        seen = [handed.event for handed in self.handed.values() if handed.event.id in self.inbox]
        if seen:
            self.deliver(data.draw(st.lists(st.sampled_from(seen), min_size=1, max_size=4)))

    @rule(company=st.sampled_from(COMPANIES), periods=PERIODS, behind=st.integers(0, 2))
    def change_offices(self, company: EnterpriseNumber, periods: tuple[OfficePeriod, ...], behind: int) -> None:
        """`behind` makes a snapshot that is older than one that came before it."""
        self.sequence += 3
        sequence = self.sequence - behind * 4
        body = CompanyChanged(
            enterprise_number=company, name="Bakkerij", language=Language.NL, client_code="K", offices=periods
        )
        event = self.event(body, None, sequence)
        published = self.run(handlers.follow_companies, [event])
        if company not in self.offices or self.offices[company][0] < sequence:
            self.offices[company] = (sequence, periods)
            for document_id in self.held(company):
                office = self.office(company, self.handed[document_id].event.body.received_at)
                if office is not None:
                    self.expected[document_id].append((InvoiceRouted, office))
        self.note(published)

    def deliver(self, events: list[Received[Any]]) -> None:
        fresh: list[Received[Any]] = []
        for event in events:
            if event.id not in self.inbox:  # the chassis drops what it has seen
                self.inbox.add(event.id)
                fresh.append(event)
        if fresh:
            for event in fresh:
                self.expect(self.handed[event.body.document_id])
            self.note(self.run(handlers.route_documents, fresh))

    def expect(self, handed: Handed) -> None:
        """The model's own decision."""
        document_id, received_at = handed.event.body.document_id, handed.event.body.received_at
        company, number, content = handed.says
        if handed.quarantined:
            self.expected[document_id] = [(InvoiceQuarantined,)]
            return
        versions = self.accepted.setdefault((company, number), [])
        for known in versions:
            if self.handed[known].says[2] == content:
                self.expected[document_id] = [(InvoiceRepeated, known)]
                return
        current = self.current.get((company, number))
        is_newest = current is None or received_at >= self.handed[current].event.body.received_at
        versions.append(document_id)
        office = self.office(company, received_at)
        self.expected[document_id] = [
            (InvoiceAccepted, len(versions), current if is_newest else None),
            (InvoiceHeld,) if office is None else (InvoiceRouted, office),
        ]
        if is_newest:
            self.current[company, number] = document_id

    def office(self, company: EnterpriseNumber, received_at: datetime) -> OfficeId | None:
        """The first day from the day of receipt on which anybody serves decides."""
        day = (received_at + timedelta(hours=1)).date()
        _, periods = self.offices.get(company, (0, ()))
        for ahead in range(100):
            then = day + timedelta(days=ahead)
            serving = [each for each in periods if each.since <= then and (each.until is None or then < each.until)]
            if serving:
                return max(serving, key=lambda each: each.since).office_id
        return None

    def held(self, company: EnterpriseNumber) -> list[DocumentId]:
        return [
            document_id
            for document_id, told in self.expected.items()
            if told[-1] == (InvoiceHeld,) and self.handed[document_id].says[0] == company
        ]

    def event(self, body: Event, ready: Any, sequence: int = 0) -> Received[Any]:
        self.count += 1
        return Received(
            id=UUID(int=self.count), correlation_id="c", body=body, time=START, sequence=sequence, prepared=ready
        )

    def run(self, handler: Any, events: list[Received[Any]]) -> list[Publish]:
        batch: Batch[Any] = Batch(events, START, MemoryParking())
        return [each for each in self.loop.run_until_complete(handler(batch, self.store)) if isinstance(each, Publish)]

    def note(self, published: list[Publish]) -> None:
        for publish in published:
            handed = self.handed[publish.body.document_id]  # type: ignore[attr-defined]
            handed.told.append(publish.body)
            assert publish.sequence == len(handed.told), "each document counts its own events"

    @invariant()
    def every_document_that_was_handled_is_told_as_the_model_says(self) -> None:
        for document_id, handed in self.handed.items():
            if handed.event.id in self.inbox:
                assert [facts(event) for event in handed.told] == self.expected[document_id]
            else:
                assert handed.told == []

    @invariant()
    def every_document_that_was_handled_has_one_place_in_the_register(self) -> None:
        places = [set(self.store.registered), set(self.store.repeated), set(self.store.quarantined)]
        handled = {document_id for document_id, handed in self.handed.items() if handed.event.id in self.inbox}
        assert sum(map(len, places)) == len(handled)
        assert set().union(*places) == handled

    @invariant()
    def what_has_no_office_is_what_the_software_heard_is_held(self) -> None:
        without = {invoice.document_id for invoice in self.store.registered.values() if invoice.office_id is None}
        assert without == {document_id for company in COMPANIES for document_id in self.held(company)}


def facts(event: Event) -> tuple[Any, ...]:
    """What the model says of an event."""
    match event:
        case InvoiceAccepted():
            assert bool(event.differences) == (event.supersedes is not None)
            return InvoiceAccepted, event.version, event.supersedes
        case InvoiceRouted():
            return InvoiceRouted, event.office_id
        case InvoiceRepeated():
            return InvoiceRepeated, event.repeats
        case _:
            return (type(event),)


def claim(content: str) -> Claim:
    return Claim(path=f"a/{content}", sha256=Sha256.of(content.encode()), size=1, media_type="application/xml")


def prepared(company: EnterpriseNumber, number: str, content: str, flaw: str) -> ReadDocument | UnreadableDocument:
    """What was read of the document: `content` is all that two documents of one number differ in."""
    if flaw == "unreadable":
        return UnreadableDocument(DocumentRejected("XML_SYNTAX", "", "", "XML").finding)
    supplier = {"of another": EnterpriseNumber("0010.080.179"), "of nobody": None}.get(flaw, company)
    invoice = SalesInvoice(
        family="invoice", number=number, type_code="380", issue_date=date(2026, 2, 1), currency=Currency("EUR"),
        supplier_number=supplier, supplier=Party(), customer=Party(name=content),
        tax_inclusive=Money.of("1", "EUR"), payable=Money.of("1", "EUR"), content_sha256=Sha256.of(content.encode()),
    )  # fmt: skip
    return read_before(invoice, claim(content))


TestFates = Fates.TestCase
TestFates.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
