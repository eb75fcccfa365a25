"""What goes into pods: in whatever order the news come, everything goes where it belongs, once."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.delivery import handlers
from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.domain.pods import MODELS, pod_of_connection, pod_of_office
from services.delivery.handlers.pods import offer_again
from shared.chassis.messages import Batch, Received
from shared.chassis.parking import MemoryParking
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.event import Event
from shared.contracts.invoices import InvoiceAccepted, InvoiceRouted
from shared.contracts.statements import TransactionsBooked
from shared.values import (
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    Language,
    Money,
    OfficeId,
    Sha256,
    SoftwareSlug,
    StatementId,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER, JANSSENS, PEETERS = EnterpriseNumber("0403170701"), OfficeId("janssens"), OfficeId("peeters")
CONNECTION = ConnectionId.of(uuid4())
CLAIM = Claim(path="a/b", sha256=Sha256.of(b"abc"), size=3, media_type="application/xml")
EURO = Money.of("1.00", "EUR")


class House:
    """Tables and parking that outlive a batch."""

    def __init__(self) -> None:
        self.tables, self.parking = MemoryTables(), MemoryParking()

    @property
    def store(self) -> MemoryDelivery:
        return MemoryDelivery(self.tables)

    async def handle(self, handler: Any, *bodies: Event, at: datetime = NOW, sequence: int = 1) -> None:
        events = [
            Received(id=uuid4(), correlation_id="c", body=body, time=at, sequence=sequence, prepared=[])
            for body in bodies
        ]
        await handler(Batch(events, at, self.parking), self.store)

    async def waiting(self, owner: str, *, again: bool = False) -> list[str]:
        """What waits in a pod, feed by feed."""
        api = MemoryDelivery(self.tables, owner)
        found: list[str] = []
        for feed in await api.pod_feeds(owner, [NUMBER], MODELS):
            for entry in await api.pod_page(feed.feed_id, again, MODELS, 100):
                found.append(entry.document.document_id if entry.document else entry.statement.statement_id)  # type: ignore[union-attr]
        return found


def company(*periods: tuple[OfficeId, str, str | None]) -> CompanyChanged:
    offices = tuple(
        OfficePeriod(
            office_id=office, since=date.fromisoformat(since), until=date.fromisoformat(until) if until else None
        )
        for office, since, until in periods
    )
    return CompanyChanged(enterprise_number=NUMBER, name="Bakkerij An", language=Language.NL, offices=offices)


def connected(state: str = "active", mode: str = "live", connection: ConnectionId = CONNECTION) -> ConnectionChanged:
    facts = {"connection_id": connection, "enterprise_number": NUMBER, "software": "robaws"}
    return ConnectionChanged.model_validate(facts | {"state": state, "mode": mode})


def booked() -> TransactionsBooked:
    facts = {"statement_id": StatementId.of(uuid4()), "enterprise_number": NUMBER, "iban": "BE68539007547034"}
    facts |= {"year": 2026, "sequence": 1, "new_balance_date": date(2026, 3, 1), "movement_count": 1}
    balances = dict.fromkeys(("old_balance", "new_balance", "credits", "debits"), EURO)
    return TransactionsBooked.model_validate(facts | balances | {"movements": CLAIM, "statement": CLAIM})


def invoice(office: OfficeId = JANSSENS) -> tuple[InvoiceAccepted, InvoiceRouted]:
    facts = {"document_id": DocumentId.of(uuid4()), "enterprise_number": NUMBER, "connection_id": CONNECTION}
    facts |= {"software": SoftwareSlug("robaws"), "family": "invoice", "number": "F-1", "issue_date": date(2026, 3, 1)}
    facts |= {"document": CLAIM, "received_at": NOW}
    accepted = facts | {"tax_inclusive": EURO, "payable": EURO, "sidecar": CLAIM}
    return InvoiceAccepted.model_validate(accepted), InvoiceRouted.model_validate(facts | {"office_id": office})


async def test_a_routed_invoice_goes_into_its_offices_pod_and_into_no_connections() -> None:
    house = House()
    accepted, routed = invoice()
    await house.handle(handlers.know_connections, connected())
    await house.handle(handlers.take_accepted, accepted)
    assert await house.waiting(pod_of_office(JANSSENS)) == []
    await house.handle(handlers.take_routed, routed)
    await house.handle(handlers.take_routed, routed)
    assert await house.waiting(pod_of_office(JANSSENS)) == [accepted.document_id]
    assert await house.waiting(pod_of_office(PEETERS)) == []
    assert await house.waiting(pod_of_connection(CONNECTION)) == []


async def test_an_invoice_that_was_routed_before_it_was_accepted_goes_there_too() -> None:
    house = House()
    accepted, routed = invoice()
    await house.handle(handlers.take_routed, routed)
    await house.handle(handlers.take_accepted, accepted)
    assert await house.waiting(pod_of_office(JANSSENS)) == [accepted.document_id]


NEWS: Sequence[str] = ("company", "connection", "statement")


@pytest.mark.parametrize("order", list(itertools.permutations(NEWS)))
async def test_a_statement_reaches_its_office_and_its_readers_in_any_order_of_the_news(order: tuple[str, ...]) -> None:
    house, statement = House(), booked()
    news: dict[str, tuple[Any, Event]] = {
        "company": (handlers.know_clients, company((JANSSENS, "2026-01-01", None))),
        "connection": (handlers.know_connections, connected()),
        "statement": (handlers.tell_transactions, statement),
    }
    for each in (*order, *order):
        handler, body = news[each]
        await house.handle(handler, body)
    for owner in (pod_of_office(JANSSENS), pod_of_connection(CONNECTION)):
        assert await house.waiting(owner) == [statement.statement_id], owner


async def test_a_statement_goes_to_the_office_that_serves_the_company_when_it_is_booked() -> None:
    house, before, after = House(), booked(), booked()
    moved = company((JANSSENS, "2026-01-01", "2026-03-02"), (PEETERS, "2026-03-02", None))
    await house.handle(handlers.know_clients, moved)
    await house.handle(handlers.tell_transactions, before, at=NOW - timedelta(days=1))
    await house.handle(handlers.tell_transactions, after)
    assert await house.waiting(pod_of_office(JANSSENS)) == [before.statement_id]
    assert await house.waiting(pod_of_office(PEETERS)) == [after.statement_id]


async def test_statements_of_a_company_without_an_office_wait_for_the_first_that_comes() -> None:
    house, statements = House(), [booked() for _ in range(3)]
    await house.handle(handlers.know_clients, company())
    for statement in statements:
        await house.handle(handlers.tell_transactions, statement)
    await house.handle(handlers.know_clients, company((PEETERS, "2026-04-01", None)), sequence=2)
    assert sorted(await house.waiting(pod_of_office(PEETERS))) == sorted(each.statement_id for each in statements)
    await house.handle(handlers.know_clients, company((JANSSENS, "2026-03-01", None)), sequence=3)
    assert await house.waiting(pod_of_office(JANSSENS)) == [], "they have gone to one office"


async def test_a_connection_has_what_was_booked_since_it_became_active_and_nothing_older() -> None:
    house, older, newer = House(), booked(), booked()
    await house.handle(handlers.tell_transactions, older, at=NOW - timedelta(hours=1))
    await house.handle(handlers.tell_transactions, newer, at=NOW + timedelta(hours=1))
    await house.handle(handlers.know_connections, connected())
    assert await house.waiting(pod_of_connection(CONNECTION)) == [newer.statement_id]


async def test_two_connections_of_one_software_have_a_feed_each() -> None:
    house, statement, second = House(), booked(), ConnectionId.of(uuid4())
    await house.handle(handlers.know_connections, connected())
    await house.handle(handlers.tell_transactions, statement)
    await house.handle(handlers.know_connections, connected(connection=second))
    for connection in (CONNECTION, second):
        assert await house.waiting(pod_of_connection(connection)) == [statement.statement_id]


async def test_a_connection_of_mode_test_is_never_given_a_statement() -> None:
    house = House()
    await house.handle(handlers.know_connections, connected(mode="test"))
    await house.handle(handlers.tell_transactions, booked())
    assert await house.waiting(pod_of_connection(CONNECTION)) == []


async def test_an_office_has_its_own_documents_and_statements_again_and_no_others() -> None:
    house, statement = House(), booked()
    own, foreign = invoice(), invoice(PEETERS)
    await house.handle(handlers.know_clients, company((JANSSENS, "2026-01-01", None)))
    for accepted, routed in (own, foreign):
        await house.handle(handlers.take_accepted, accepted)
        await house.handle(handlers.take_routed, routed)
    await house.handle(handlers.tell_transactions, statement)
    documents = await house.store.documents([own[0].document_id, foreign[0].document_id])
    routed_to = await house.store.routed_statements(JANSSENS, [statement.statement_id])
    for _ in range(2):
        await offer_again(house.store, JANSSENS, documents.values(), NOW, routed_to.values())
    again = await house.waiting(pod_of_office(JANSSENS), again=True)
    assert sorted(again) == sorted([own[0].document_id, statement.statement_id])
    assert await house.waiting(pod_of_office(PEETERS), again=True) == []


async def test_a_document_without_an_office_is_offered_to_nobody() -> None:
    house = House()
    accepted, routed = invoice()
    await house.handle(handlers.take_accepted, accepted)
    await house.handle(handlers.take_routed, routed)
    (document,) = (await house.store.documents([accepted.document_id])).values()
    await offer_again(house.store, PEETERS, [replace(document, office_id=None)], NOW)
    assert await house.waiting(pod_of_office(PEETERS), again=True) == []
