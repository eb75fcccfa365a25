"""Records of gaps: memory behaves like Postgres, and an alarm is raised once however often it is asked for."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.coda_reconciler.adapters.postgres import PostgresReconciler
from services.coda_reconciler.domain.gaps import Gap
from services.coda_reconciler.domain.links import Link
from services.coda_reconciler.ports import ReconcilerStore
from shared.contracts.statements import StatementGapOpened
from shared.values import EnterpriseNumber, StatementId
from tests.component.coda_reconciler.world import World
from tests.conftest import Database
from tests.unit.coda_reconciler.statements import COMPANY, Move, statement

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
ANY_LINK = Link(StatementId.of(UUID(int=1)), 2026, 1, date(2026, 1, 1), 0, 0)
FIRST = statement([Move(50_000)], sequence=116, old=0)
MISSING = statement([Move(1_204_550)], sequence=117, old=50_000)
THIRD = statement([Move(71_000)], sequence=118, old=1_254_550)


@pytest.fixture
def world(store: ReconcilerStore) -> World:
    return World(store)


async def opened(world: World) -> StatementGapOpened:
    await world.company()
    await world.bank_file(FIRST)
    [found] = [each for each in await world.bank_file(THIRD) if isinstance(each, StatementGapOpened)]
    return found


async def test_an_open_gap_alarms_once_and_its_version_is_its_statements(world: World) -> None:
    body = await opened(world)
    store: ReconcilerStore = world.store
    company = EnterpriseNumber(COMPANY)
    alarmed = await store.alarm_gap(company, body.statement_id, NOW)
    assert alarmed is not None
    assert (alarmed.opened, alarmed.version, alarmed.alarmed_at) == (body, 3, NOW)
    assert await store.alarm_gap(company, body.statement_id, NOW) is None
    account = company, body.iban, body.expected_balance.currency
    chain = (await store.chains([(account, ANY_LINK)], whole=True))[account]
    assert [(link.sequence, link.gap, link.version) for link in chain.links] == [(116, False, 1), (118, True, 3)]


async def test_a_gap_that_closed_alarms_nobody(world: World) -> None:
    body = await opened(world)
    await world.bank_file(MISSING)
    assert await world.store.alarm_gap(EnterpriseNumber(COMPANY), body.statement_id, NOW) is None


async def test_a_gap_that_moves_keeps_when_it_opened_and_its_alarm_and_one_that_opens_anew_does_not(
    world: World,
) -> None:
    body = await opened(world)
    store: ReconcilerStore = world.store
    company = EnterpriseNumber(COMPANY)
    first = await store.alarm_gap(company, body.statement_id, NOW)
    assert first is not None
    moved = body.model_copy(update={"moved": True, "expected_sequence": 117})
    await store.open_gaps([Gap(moved, 4, NOW + timedelta(days=1))])
    assert await store.alarm_gap(company, body.statement_id, NOW) is None
    await store.close_gaps({body.statement_id: 5}, NOW)
    await store.open_gaps([Gap(body, 6, NOW + timedelta(days=2))])
    again = await store.alarm_gap(company, body.statement_id, NOW)
    assert again is not None
    assert (again.opened_at, again.version) == (NOW + timedelta(days=2), 7)
    assert replace(again, opened_at=first.opened_at, version=first.version) == first


async def test_two_replicas_raise_one_alarm(database: Database) -> None:
    connections = [await asyncpg.connect(database.worker_url("coda_reconciler")) for _ in range(2)]
    try:
        async with connections[0].transaction():
            body = await opened(World(PostgresReconciler(connections[0])))
        raised = await asyncio.gather(*(_alarm(connection, body) for connection in connections))
        assert sorted(gap is None for gap in raised) == [False, True]
    finally:
        for connection in connections:
            await connection.close()


async def _alarm(connection: Any, body: StatementGapOpened) -> Gap | None:
    async with connection.transaction():
        return await PostgresReconciler(connection).alarm_gap(EnterpriseNumber(COMPANY), body.statement_id, NOW)
