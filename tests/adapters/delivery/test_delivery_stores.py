"""Memory behaves like Postgres, and Postgres shows each caller only its own rows."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from services.delivery.domain.documents import Document, Step, advance
from services.delivery.domain.edges import edge_of
from services.delivery.domain.feeds import Entry
from services.delivery.domain.notices import Notice, notice_of
from services.delivery.domain.statements import BookedStatement
from shared.contracts.connections import ConnectionChanged, ConnectionRevoked
from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, Sha256, SoftwareSlug, StatementId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER = EnterpriseNumber("0403170701")
CONNECTION = ConnectionId.of(uuid4())
OFFICE = OfficeId("janssens")
ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
CLAIM = Claim(path="a/b", sha256=Sha256.of(b"a"), size=1, media_type="application/xml")
As = Callable[[str | None], AbstractAsyncContextManager[Any]]


def a_document(office: OfficeId | None = OFFICE, position: int = 1) -> Document:
    return Document(
        document_id=DocumentId.of(uuid4()),
        enterprise_number=NUMBER,
        connection_id=CONNECTION,
        software=ROBAWS,
        state="delivered",
        received_at=NOW,
        office_id=office,
        issue_date=date(2026, 3, 1),
        document=CLAIM,
        position=position,
        timeline=(Step("valid", NOW), Step("delivered", NOW, "feed")),
    )


def a_notice(software: SoftwareSlug = ROBAWS, at: datetime = NOW) -> Notice:
    body = ConnectionRevoked(connection_id=CONNECTION, enterprise_number=NUMBER, software=software, revoked_by="office")
    return notice_of(uuid4(), at, body)


def a_statement(readers: tuple[SoftwareSlug, ...], at: datetime = NOW) -> BookedStatement:
    euro = {"amount": "1.00", "currency": "EUR"}
    body = TransactionsBooked.model_validate(
        {"statement_id": StatementId.of(uuid4()), "enterprise_number": NUMBER, "iban": "BE68539007547034"}
        | {"year": 2026, "sequence": 1, "new_balance_date": date(2026, 3, 1), "movement_count": 1}
        | dict.fromkeys(("old_balance", "new_balance", "credits", "debits"), euro)
        | {"movements": CLAIM, "statement": CLAIM}
    )
    return BookedStatement(uuid4(), at, body, readers)


async def test_positions_of_a_stream_have_no_holes(acting: As) -> None:
    async with acting(None) as store:
        assert await store.append_notices([a_notice(), a_notice(BILLIT), a_notice()]) == [1, 1, 2]
    async with acting(None) as store:
        assert await store.append_notices([a_notice()]) == [3]


async def test_a_stream_is_read_on_from_where_it_was_read_to(acting: As) -> None:
    async with acting(None) as store:
        await store.append_notices([a_notice() for _ in range(3)])
    async with acting("software:robaws") as store:
        first = await store.read_stream(ROBAWS, "live", 0, (), 2)
        rest = await store.read_stream(ROBAWS, "live", first.read_to, (), 2)
    assert ([each.position for each in first.notices], first.more, first.read_to) == ([1, 2], True, 2)
    assert ([each.position for each in rest.notices], rest.more, rest.read_to) == ([3], False, 3)


async def test_a_page_without_the_wanted_types_moves_the_cursor_on(acting: As) -> None:
    async with acting(None) as store:
        await store.append_notices([a_notice(), a_notice()])
    async with acting("software:robaws") as store:
        page = await store.read_stream(ROBAWS, "live", 0, ("invoice.settled",), 10)
    assert (page.notices, page.read_to, page.more) == ((), 2, False)


async def test_a_software_cannot_read_the_stream_of_another(acting: As) -> None:
    async with acting(None) as store:
        await store.append_notices([a_notice()])
    async with acting("software:billit") as store:
        assert (await store.read_stream(ROBAWS, "live", 0, (), 10)).notices == ()


async def test_a_document_comes_back_as_it_was_saved(acting: As) -> None:
    document = a_document()
    async with acting(None) as store:
        await store.save_documents([document])
        assert await store.documents([document.document_id]) == {document.document_id: document}
        assert await store.accepted_documents([document.document_id, DocumentId.of(uuid4())]) == {document.document_id}


async def test_amounts_come_back_as_money_is_written(acting: As) -> None:
    amounts = {"tax_inclusive": Decimal("257.59"), "payable": Decimal("0.125"), "balance": Decimal("-12.00")}
    saved = replace(a_document(), **amounts)
    async with acting(None) as store:
        await store.save_documents([saved])
    async with acting(None) as store:
        read = (await store.documents([saved.document_id]))[saved.document_id]
    assert {name: str(getattr(read, name)) for name in amounts} == {name: str(each) for name, each in amounts.items()}


async def test_an_entry_of_a_feed_keeps_its_position(acting: As) -> None:
    first, second = a_document(), a_document()
    async with acting(None) as store:
        await store.save_documents([first, second])
        entries = [Entry(OFFICE, each.document_id, NOW) for each in (first, second)]
        assert await store.append_entries(entries) == [1, 2]
        assert await store.append_entries([entries[0], entries[0]]) == [1, 1]
    async with acting("office:janssens") as store:
        assert [row.position for row in await store.read_feed(OFFICE, 0, 10)] == [1, 2]
        assert [row.document for row in await store.read_feed(OFFICE, 1, 10)] == [second]
    async with acting("office:peeters") as store:
        assert await store.read_feed(OFFICE, 0, 10) == []


async def test_only_its_office_and_its_software_see_a_document(acting: As) -> None:
    document = a_document()
    async with acting(None) as store:
        await store.save_documents([document])
    for principal, seen in (("office:janssens", True), ("software:robaws", True), ("software:billit", False)):
        async with acting(principal) as store:
            assert (await store.document(document.document_id) is not None) is seen
    async with acting("software:robaws") as store:
        assert await store.own_documents(ROBAWS, 0, 10) == [document]
        assert await store.lock_document(document.document_id) is None


async def test_the_office_writes_how_far_it_is(acting: As) -> None:
    document = a_document()
    async with acting(None) as store:
        await store.save_documents([document])
    async with acting("office:janssens") as store:
        await store.save_progress([advance(await store.lock_document(document.document_id), "booked", NOW)])
    async with acting("office:janssens") as store:
        booked = await store.document(document.document_id)
    assert (booked.state, booked.version, booked.timeline[-1].state) == ("booked", 2, "booked")


async def test_a_late_snapshot_of_a_connection_changes_nothing(acting: As) -> None:
    def snapshot(state: str, scopes: tuple[str, ...] = ()) -> ConnectionChanged:
        return ConnectionChanged.model_validate(
            {"connection_id": CONNECTION, "enterprise_number": NUMBER, "software": ROBAWS, "state": state}
            | {"scopes": scopes}
        )

    async with acting(None) as store:
        await store.save_connections([(snapshot("active"), 2), (snapshot("pending"), 1)])
        assert await store.statement_readers([NUMBER]) == {NUMBER: [ROBAWS]}
        assert await store.connection_states([CONNECTION]) == {CONNECTION: ("active", 2)}
        await store.save_connections([(snapshot("active", ("invoices:write",)), 3)])
        assert await store.statement_readers([NUMBER]) == {}


async def test_a_software_is_named_until_its_edge_is_wanted_and_its_edge_is_open_once_made(acting: As) -> None:
    async with acting(None) as store:
        assert await store.softwares_without_edge([ROBAWS]) == {ROBAWS}
        await store.want_edge(edge_of("software", ROBAWS))
        assert await store.softwares_without_edge([ROBAWS]) == set()
    async with acting("software:robaws") as store:
        assert not await store.edge_is_open("software.robaws")
    async with acting(None) as store:
        await store.edge_opened(edge_of("software", ROBAWS), NOW)
    async with acting("software:robaws") as store:
        assert await store.edge_is_open("software.robaws")
    async with acting("software:billit") as store:
        assert not await store.edge_is_open("software.robaws")


async def test_movements_are_shown_to_those_who_were_told(acting: As) -> None:
    booked = a_statement((ROBAWS,))
    statement = booked.statement_id
    async with acting(None) as store:
        await store.save_statements([booked])
    async with acting("software:robaws") as store:
        assert await store.statement_movements(statement) == CLAIM
    async with acting("software:billit") as store:
        assert await store.statement_movements(statement) is None


async def test_statements_are_found_from_a_moment_on_with_those_who_were_told(acting: As) -> None:
    early, late = a_statement((), NOW - timedelta(days=1)), a_statement((BILLIT,))
    async with acting(None) as store:
        await store.save_statements([late, early])
        assert await store.statements_since(NUMBER, NOW) == [late]
        await store.save_statements([replace(late, readers=(BILLIT, ROBAWS))])
        (told,) = await store.statements_since(NUMBER, NOW)
    assert told.readers == (BILLIT, ROBAWS)


async def test_what_is_forgotten_leaves_positions_as_they_are(acting: As) -> None:
    async with acting(None) as store:
        await store.append_notices([a_notice(at=NOW - timedelta(days=40)), a_notice()])
        await store.forget_notices(NOW - timedelta(days=30))
    async with acting("software:robaws") as store:
        page = await store.read_stream(ROBAWS, "live", 0, (), 10)
    assert [each.position for each in page.notices] == [2]
