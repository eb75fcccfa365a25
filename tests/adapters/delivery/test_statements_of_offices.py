"""Statements at the disposal of offices: memory behaves like Postgres, and each caller sees its own alone."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.feeds import Acknowledgement
from services.delivery.domain.handovers import NewHandover
from services.delivery.domain.redelivery import Preview, Redelivery
from services.delivery.domain.statement_lists import BookedPlace, StatementEntry, StatementFilter
from services.delivery.domain.statements import BookedStatement, RoutedStatement
from shared.values import ChannelId, ConnectionId, DocumentId, Iban, OfficeId, RedeliveryId, SoftwareSlug
from tests.adapters.delivery.conftest import As
from tests.adapters.delivery.parcels import a_channel
from tests.adapters.delivery.pod_things import (
    NOW,
    NUMBER,
    OFFICE,
    OTHER,
    ROBAWS,
    a_client,
    a_connection,
    a_statement,
    of_statement,
)

ROOT = Path(__file__).parents[3]
OTHERS = OfficeId("peeters")
SAVINGS = Iban("BE71096123456769")
EVERYTHING = StatementFilter()


def booked(
    day: int = 1, *, at: datetime = NOW, readers: tuple[SoftwareSlug, ...] = (), **facts: Any
) -> BookedStatement:
    found = a_statement(at=at)
    body = found.body.model_copy(update={"new_balance_date": date(2026, 3, day), **facts})
    return replace(found, body=body, readers=readers)


def entry(statement: BookedStatement, office: OfficeId = OFFICE, code: str = "K12", again: str = "") -> StatementEntry:
    return StatementEntry(RoutedStatement(office, code, statement), NOW, again)


async def at_offices(acting: As, *entries: StatementEntry) -> None:
    async with acting(None) as store:
        await store.save_statements([each.statement.booked for each in entries])
        await store.append_statement_entries(entries)


async def ids(acting: As, wanted: StatementFilter = EVERYTHING, order: str = "newest", **others: Any) -> list[str]:
    async with acting("office:janssens") as store:
        rows = await store.office_statements(OFFICE, others.get("behind"), others.get("limit", 10), wanted, order)
        return [row.statement.statement_id for row in rows]


async def test_an_office_has_its_own_in_the_order_in_which_they_came(acting: As) -> None:
    one, two, foreign = booked(1), booked(2), booked(3)
    await at_offices(acting, entry(one), entry(two), entry(foreign, OTHERS))
    assert await ids(acting) == [two.statement_id, one.statement_id]
    assert await ids(acting, order="oldest") == [one.statement_id, two.statement_id]
    assert await ids(acting, order="oldest", behind=1) == [two.statement_id]
    assert await ids(acting, behind=2, limit=1) == [one.statement_id]
    async with acting("office:peeters") as store:
        (row,) = await store.office_statements(OTHERS, None, 10, EVERYTHING, "newest")
        assert (row.position, row.statement.booked, row.statement.client_code) == (1, foreign, "K12")
        assert await store.office_statements(OFFICE, None, 10, EVERYTHING, "newest") == []
        assert await store.office_statement(OFFICE, one.statement_id) is None
        assert await store.lock_statement_entries(OFFICE, [one.statement_id]) == {}
    async with acting("office:janssens", "test") as store:
        assert await store.office_statements(OFFICE, None, 10, EVERYTHING, "newest") == []


async def test_what_stands_there_keeps_its_place_and_a_redelivery_moves_and_opens_it(acting: As) -> None:
    one, two = booked(1), booked(2)
    await at_offices(acting, entry(one), entry(two))
    async with acting("office:janssens") as store:
        (row,) = (await store.lock_statement_entries(OFFICE, [one.statement_id])).values()
        said = replace(row, acknowledgement=Acknowledgement("failed", "no journal", NOW), fetched_at=NOW)
        await store.save_statement_marks([said])
        assert await store.office_statement(OFFICE, one.statement_id) == said
    async with acting(None) as store:
        assert await store.append_statement_entries([entry(one, code="NEW")]) == []
        again = entry(one, code="NEW", again="red_1")
        assert await store.append_statement_entries([again, again]) == [again]
        assert (await store.routed_statements(OFFICE, [one.statement_id]))[one.statement_id].client_code == "K12"
        assert await store.routed_statements(OTHERS, [one.statement_id]) == {}
    async with acting("office:janssens") as store:
        moved = await store.office_statement(OFFICE, one.statement_id)
        assert (moved.position, moved.redelivery, moved.fetched_at) == (3, "red_1", NOW)
        assert moved.acknowledgement == Acknowledgement()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (StatementFilter(accounts=(SAVINGS,)), {2}),
        (StatementFilter(companies=(OTHER,)), {3}),
        (StatementFilter(client_codes=("K12",)), {1, 2}),
        (StatementFilter(dated_from=date(2026, 3, 2)), {2, 3}),
        (StatementFilter(dated_to=date(2026, 3, 2)), {1, 2}),
        (StatementFilter(acknowledged="processed"), {2}),
        (StatementFilter(acknowledged="open", companies=(NUMBER,)), {1}),
    ],
)
async def test_a_list_is_narrowed(acting: As, wanted: StatementFilter, found: set[int]) -> None:
    statements = {1: booked(1), 2: booked(2, iban=SAVINGS), 3: booked(3, enterprise_number=OTHER)}
    await at_offices(acting, entry(statements[1]), entry(statements[2]), entry(statements[3], code="K99"))
    async with acting("office:janssens") as store:
        (row,) = (await store.lock_statement_entries(OFFICE, [statements[2].statement_id])).values()
        await store.save_statement_marks([replace(row, acknowledgement=Acknowledgement("processed", "", NOW))])
    assert set(await ids(acting, wanted)) == {statements[each].statement_id for each in found}
    async with acting("office:janssens") as store:
        preview, accounts = await store.preview_statements(OFFICE, wanted)
        assert preview.documents == preview.never_fetched == len(found)
        assert accounts == {statements[each].body.iban for each in found}


async def test_a_software_lists_what_it_was_told_of(acting: As) -> None:
    moments = [NOW + timedelta(minutes=each) for each in range(3)]
    one, two = (booked(day, at=at, readers=(ROBAWS,)) for day, at in zip((1, 2), moments, strict=False))
    foreign = booked(3, at=moments[2], readers=(SoftwareSlug("billit"),))
    async with acting(None) as store:
        await store.save_statements([one, two, foreign])
    async with acting("software:robaws") as store:
        listed = await store.software_statements(ROBAWS, None, 10, EVERYTHING, "newest")
        assert listed == [two, one]
        behind = BookedPlace(two.booked_at, two.statement_id)
        assert await store.software_statements(ROBAWS, behind, 10, EVERYTHING, "newest") == [one]
        wanted = StatementFilter(dated_from=date(2026, 3, 2))
        assert await store.software_statements(ROBAWS, None, 10, wanted, "oldest") == [two]
        assert await store.software_statement(ROBAWS, one.statement_id) == one
        assert await store.software_statement(ROBAWS, foreign.statement_id) is None
        assert (await store.preview_statements(ROBAWS, EVERYTHING))[0] == Preview(2, 1, 0, 1)
    async with acting("software:robaws", "test") as store:
        assert await store.software_statements(ROBAWS, None, 10, EVERYTHING, "newest") == []


@pytest.mark.parametrize("owner", [OFFICE, ROBAWS])
async def test_a_redelivery_holds_the_statements_that_were_there(acting: As, owner: OfficeId | SoftwareSlug) -> None:
    one, two, late = (booked(day, readers=(ROBAWS,)) for day in (1, 2, 3))
    await at_offices(acting, entry(two), entry(one))
    office = isinstance(owner, OfficeId)
    redelivery = Redelivery(
        redelivery_id=RedeliveryId.of(uuid4()),
        office_id=owner if isinstance(owner, OfficeId) else None,
        software=None if isinstance(owner, OfficeId) else owner,
        model="coda",
        asked_at=NOW,
        preview=Preview(2, 1, 2, 1),
    )
    mine, foreign = ("office:janssens", "office:peeters") if office else ("software:robaws", "software:billit")
    async with acting(mine) as store:
        assert await store.add_redelivery(redelivery, StatementFilter(dated_to=date(2026, 3, 2)))
        assert not await store.add_redelivery(redelivery, EVERYTHING)
        assert await store.redelivery(redelivery.redelivery_id) == redelivery
        assert await store.open_redeliveries(owner) == 1
    await at_offices(acting, entry(late))
    async with acting(foreign) as store:
        assert await store.redelivery(redelivery.redelivery_id) is None
    async with acting(None) as store:
        found = await store.redelivery_documents(redelivery.redelivery_id, 0, 10)
        own = [two.statement_id, one.statement_id]
        assert found == (own if office else sorted(own))
        await store.save_redelivery(replace(redelivery, done=2, queued_at=NOW))


async def test_the_connections_of_a_software_that_may_read_them(acting: As) -> None:
    async with acting(None) as store:
        reader = a_connection()
        blind = a_connection(scopes=("documents:write",)).model_copy(update={"connection_id": ConnectionId.of(uuid4())})
        await store.save_connections([(reader, 1), (blind, 1)])
        assert await store.connections_of_software(ROBAWS, [NUMBER]) == {NUMBER: [reader.connection_id]}
        assert await store.connections_of_software(SoftwareSlug("billit"), [NUMBER]) == {}


async def test_a_channel_has_documents_and_statements_in_one_order(acting: As) -> None:
    channel, statement, document = a_channel("folder"), booked(), DocumentId.of(uuid4())
    chosen = replace(channel, documents=("coda",), statement_files=("pdf", "cod"))
    async with acting(None) as store:
        await store.save_channel(chosen)
        assert await store.channel(chosen.channel_id) == chosen
        entering = [NewHandover(chosen.channel_id, each, "", NOW) for each in (statement.statement_id, document)]
        assert await store.append_handovers(entering) == {each.key for each in entering}
        waiting = await store.waiting_handovers(ChannelId(chosen.channel_id), 10)
        assert [each.subject for each in waiting] == [statement.statement_id, document]
        assert [type(each.subject) for each in waiting] == [type(statement.statement_id), DocumentId]


async def test_what_stood_in_pods_before_stands_in_the_feeds_of_offices(database: Any) -> None:
    text = (ROOT / "services/delivery/migrations/0009_statements.sql").read_text()
    filling = text[text.index("insert into statement_entries") : text.index("alter table pod_entries force")]
    one, two, late = booked(1), booked(2), booked(3)
    async with (await database.worker("delivery")).acquire() as connection, connection.transaction():
        store = PostgresDelivery(connection)
        await store.save_statements([one, two, late])
        await store.save_clients([(a_client(), 1)])
        offers = [
            replace(of_statement(each), offered_at=NOW + timedelta(hours=at)) for at, each in ((2, one), (1, two))
        ]
        await store.offer([*offers, of_statement(one, "connection:con_1")])
        await store.offer_once_more(offers)
        await connection.execute(filling)
        rows = await store.office_statements(OFFICE, None, 10, EVERYTHING, "oldest")
        assert [(row.position, row.statement.booked, row.statement.client_code) for row in rows] == [
            (1, two, "K-17"),
            (2, one, "K-17"),
        ]
        assert await store.append_statement_entries([entry(late)])
        (newest,) = await store.office_statements(OFFICE, None, 1, EVERYTHING, "newest")
        assert newest.position == 3


async def test_lists_are_read_by_their_index_under_the_rules_that_show_a_caller_its_own(in_postgres: As) -> None:
    async with in_postgres(None) as store:
        many = [
            booked(1, at=NOW + timedelta(seconds=each), readers=(SoftwareSlug(f"s{each % 7}"),))
            for each in range(2_000)
        ]
        await store.save_statements(many)
        await store.append_statement_entries(
            [entry(each, OfficeId(f"office{place % 9}")) for place, each in enumerate(many)]
        )
        for table in ("statements", "statement_readings", "statement_entries"):
            await store._connection.execute(f"analyze {table}")
    for principal, read in (
        ("software:s3", lambda store: store.software_statements(SoftwareSlug("s3"), None, 51, EVERYTHING, "newest")),
        ("office:office3", lambda store: store.office_statements(OfficeId("office3"), None, 51, EVERYTHING, "newest")),
    ):
        async with in_postgres(principal) as store:
            asked: list[Any] = []
            with store._connection.query_logger(asked.append):
                assert len(await read(store)) == 51
                await asyncio.sleep(0)
            (query,) = [each for each in asked if "join statements" in each.query]
            plan = "\n".join(row[0] for row in await store._connection.fetch(f"explain {query.query}", *query.args))
            assert "Seq Scan" not in plan and "hashed SubPlan" not in plan, plan
