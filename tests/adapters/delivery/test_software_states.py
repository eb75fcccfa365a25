"""Who is suspended, and whose edge is closed: memory and Postgres alike."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.delivery.adapters.memory import MemoryDelivery, MemoryTables
from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.edges import edge_of
from shared.values import SoftwareSlug
from tests.conftest import Database

ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["memory", "postgres"])
async def store(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Any]:
    if request.param == "memory":
        yield MemoryDelivery(MemoryTables())
        return
    pool = await database.worker("delivery")
    async with pool.acquire() as connection, connection.transaction():
        yield PostgresDelivery(connection)


async def test_only_a_change_of_state_is_told(store: Any) -> None:
    assert await store.note_software_states([(BILLIT, False, 1), (ROBAWS, True, 2)]) == {ROBAWS}
    assert await store.note_software_states([(BILLIT, True, 2), (ROBAWS, True, 3)]) == {BILLIT}
    assert await store.note_software_states([(BILLIT, False, 1), (ROBAWS, False, 3)]) == set()
    assert await store.suspended_software(ROBAWS) and await store.suspended_software(BILLIT)
    assert await store.note_software_states([(ROBAWS, False, 4)]) == {ROBAWS}
    assert not await store.suspended_software(ROBAWS)
    assert not await store.suspended_software(SoftwareSlug("unknown"))


async def test_an_edge_that_is_closed_is_open_again_only_when_it_was_made_again(store: Any) -> None:
    edge = edge_of("software", ROBAWS)
    await store.want_edge(edge)
    await store.edge_opened(edge, NOW)
    await store.want_edge(replace(edge, closed=True))
    assert not await store.edge_is_open(edge.principal)
    assert await store.softwares_without_edge([ROBAWS]) == set()
    await store.want_edge(edge)
    assert not await store.edge_is_open(edge.principal)
    await store.edge_opened(edge, NOW)
    assert await store.edge_is_open(edge.principal)
