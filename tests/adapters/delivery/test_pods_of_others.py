"""Who sees what of pods: offices, connections and softwares, in memory and in Postgres."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.pods import MODELS, PodSettings, feed_index
from shared.values import (
    ConnectionId,
    Language,
    StatementId,
)
from tests.adapters.delivery.conftest import As
from tests.adapters.delivery.pod_things import (
    CONNECTED,
    CONNECTION,
    NOW,
    NUMBER,
    OFFICE,
    OTHER,
    POD,
    a_client,
    a_connection,
    a_document,
    a_statement,
    feed_of,
    page,
    put,
)


async def test_pods_of_others_do_not_exist(acting: As) -> None:
    document = a_document()
    await put(acting, document)
    feed_id = await feed_of(acting)
    for principal, mode in (
        ("office:peeters", "live"),
        (CONNECTED, "live"),
        (POD, "test"),
        ("software:robaws", "live"),
    ):
        async with acting(principal, mode) as store:
            assert await store.pod_feed(feed_id) is None
            assert await store.pod_entry(str(feed_index(feed_id, 1))) is None
            assert await store.pod_page(feed_id, False, MODELS, 10) == []
            assert await store.pod_entries(feed_id, False, MODELS, 0, 10) == []


async def test_both_modes_of_an_office_have_pods_of_their_own(acting: As) -> None:
    async with acting(POD) as store:
        live, feeds = await store.pod_id(POD), await store.pod_feeds(POD, [NUMBER], MODELS)
    async with acting(POD, "test") as store:
        assert await store.pod_id(POD) != live
        assert await store.pod_feeds(POD, [NUMBER], MODELS) != feeds


async def test_a_connection_fetches_the_statements_in_its_own_feed_and_no_others(acting: As) -> None:
    own, office_only = a_statement(), a_statement()
    await put(acting, office_only)
    await put(acting, own, owner=CONNECTED)
    feed_id = await feed_of(acting, CONNECTED)
    assert await page(acting, feed_id, owner=CONNECTED) == [own.body]


async def test_connections_that_may_read_statements_are_known_by_their_company(acting: As) -> None:
    async with acting(None) as store:
        await store.save_connections([(a_connection(), 1)])
        assert await store.statement_connections([NUMBER, OTHER]) == {NUMBER: [CONNECTION]}
        await store.save_connections([(a_connection(scopes=("invoices:write",)), 2)])
        assert await store.statement_connections([NUMBER]) == {}
        await store.save_connections([(a_connection("revoked"), 3)])
        assert await store.statement_connections([NUMBER]) == {}


async def test_statements_are_kept_until_their_company_has_an_office(acting: As) -> None:
    later, earlier, other = a_statement(at=NOW + timedelta(hours=1)), a_statement(), a_statement(OTHER)
    async with acting(None) as store:
        await store.save_statements([later, earlier, other])
        await store.keep_for_an_office([later, earlier, other])
        await store.keep_for_an_office([later])
        assert await store.kept_for_an_office([NUMBER]) == [earlier, later]
        await store.found_an_office([earlier.statement_id])
        assert await store.kept_for_an_office([NUMBER, OTHER]) == sorted(
            [other, later], key=lambda each: each.booked_at
        )
        assert await store.booked_statements([earlier.statement_id, StatementId.of(uuid4())]) == [earlier]


async def test_a_choice_is_its_choosers_in_one_mode(acting: As) -> None:
    chosen = PodSettings(("coda",), "bank")
    async with acting("software:robaws") as store:
        assert await store.pod_settings("software:robaws") == PodSettings()
        await store.save_pod_settings("software:robaws", PodSettings())
        await store.save_pod_settings("software:robaws", chosen)
        assert await store.pod_settings("software:robaws") == chosen
    async with acting("software:robaws", "test") as store:
        assert await store.pod_settings("software:robaws") == PodSettings()


async def test_a_connection_reads_the_choice_of_its_own_software_alone(database: Any) -> None:
    worker, api = await database.worker("delivery"), await database.api("delivery")
    chosen = PodSettings(("coda",), "bank")
    await worker.execute(
        """insert into credentials (credential_id, kind, owner, software, enterprise_number, secret_sha256, mode)
           values ('c1', 'connection', $1, 'robaws', $2, 'x', 'live')""",
        CONNECTION,
        NUMBER,
    )
    for software in ("robaws", "billit"):
        async with api.acquire() as connection, connection.transaction():
            await connection.execute("select set_config('app.principal', $1, true)", f"software:{software}")
            await PostgresDelivery(connection).save_pod_settings(f"software:{software}", chosen)
    async with api.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('app.principal', $1, true)", CONNECTED)
        store: Any = PostgresDelivery(connection)
        assert await store.pod_settings("software:robaws") == chosen
        assert await store.pod_settings("software:billit") == PodSettings()


async def test_an_office_sees_the_companies_that_it_has_or_had(acting: As) -> None:
    async with acting(None) as store:
        await store.save_clients([(a_client(), 1), (a_client(OTHER, until=date(2026, 2, 1)), 1)])
    async with acting(POD) as store:
        assert await store.companies_of(OFFICE) == sorted([NUMBER, OTHER])
    for principal, mode in (("office:peeters", "live"), (POD, "test")):
        async with acting(principal, mode) as store:
            assert await store.companies_of(OFFICE) == []


async def test_a_connection_learns_its_companys_name_and_that_it_has_an_office(acting: As) -> None:
    async with acting(None) as store:
        await store.save_connections([(a_connection(), 1)])
        await store.save_clients([(a_client(until=date(2026, 4, 1)), 1)])
    async with acting(CONNECTED) as store:
        own = await store.company_of_connection(CONNECTION, date(2026, 3, 31))
        assert (own.enterprise_number, own.name, own.language) == (NUMBER, "Bakkerij Ân", Language.FR)
        assert own.has_office
        assert not (await store.company_of_connection(CONNECTION, date(2026, 4, 1))).has_office
    stranger = ConnectionId.of(uuid4())
    for principal, mode in ((f"connection:{stranger}", "live"), (CONNECTED, "test"), (POD, "live")):
        async with acting(principal, mode) as store:
            assert await store.company_of_connection(CONNECTION, date(2026, 3, 2)) is None
