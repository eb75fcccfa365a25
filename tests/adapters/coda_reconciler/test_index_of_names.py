"""Are names found by the whole numbers of their index, those of before as well, and is none there twice?"""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from services.coda_reconciler.adapters.components import Components
from services.coda_reconciler.adapters.name_writing import write_names
from services.coda_reconciler.adapters.nodes import same_name, same_node
from services.coda_reconciler.domain.matching.keys import IndexKey
from services.coda_reconciler.domain.naming import Name, Naming
from services.coda_reconciler.ports import Wanted
from shared.values import EnterpriseNumber, StatementId
from tests.adapters.earlier_versions import migrated_from
from tests.backends import PostgresServer
from tests.unit.coda_reconciler.statements import COMPANY, OTHER_COMPANY

NUMBER, OTHER = EnterpriseNumber(COMPANY), EnterpriseNumber(OTHER_COMPANY)
MOVEMENT = StatementId("stm_00000000000000000000000001"), 0
ITEM = NUMBER, "invoice", "A-1", 2026
BEFORE = f"""
    insert into names values ('{COMPANY}', 'number', 'A1', true, 'invoice/2026/A-1', true),
        ('{COMPANY}', 'number', 'A1', false, '{MOVEMENT[0]}/0', true),
        ('{OTHER_COMPANY}', 'number', 'A1', true, 'invoice/2026/A-1', true);
"""
COLLIDING = """
    select array_agg(name) from (
        select 'A' || each as name, hashtextextended('A' || each, 0) & 1073741823 as place
        from generate_series(1, 200000) as each) as names
    group by place having count(*) > 1 order by 1 limit 1"""
"""Two names of one place: with thirty bits there are some among so many."""


def asked(name: str, *, of_item: bool = False) -> Name:
    return Name(NUMBER, IndexKey("number", name), of_item, True)


@pytest.fixture
async def migrated(postgres: PostgresServer, passwords: dict[str, str], tmp_path: Path) -> AsyncIterator[str]:
    async with migrated_from("coda_reconciler", "0005_refusals.sql", BEFORE, postgres, passwords, tmp_path) as url:
        yield url


async def test_what_was_named_before_is_found_and_only_by_its_own_company(migrated: str) -> None:
    connection = await asyncpg.connect(migrated)
    async with connection.transaction():
        reached = await Components(connection).reached(Wanted(names=frozenset({asked("A1")})), 10)
    await connection.close()
    assert (reached.items, reached.movements) == ([ITEM], [MOVEMENT])


async def test_two_names_of_one_place_are_two_names(connection: asyncpg.Connection) -> None:
    first, second = await connection.fetchval(COLLIDING)
    items = [(NUMBER, "invoice", name, 2026) for name in (first, second)]
    added = [(item, [asked(item[2], of_item=True)]) for item in items]
    await write_names(connection, Naming(added=added), set())  # type: ignore[arg-type]
    reached = await Components(connection).reached(Wanted(names=frozenset({asked(second)})), 10)
    assert reached.items == items[1:]


async def test_a_name_is_there_once_however_often_it_is_given(connection: asyncpg.Connection) -> None:
    of_item = (ITEM, [asked("A1", of_item=True), asked("A1", of_item=True)])
    of_movement = (MOVEMENT, [asked("A1")])
    naming = Naming(added=[of_movement, of_item, of_movement, of_item])  # type: ignore[list-item]
    await write_names(connection, naming, {MOVEMENT})
    await write_names(connection, Naming(added=[of_movement, of_item]), set())  # type: ignore[list-item]
    assert await connection.fetchval("select count(*) from names") == 2
    await write_names(connection, Naming(renamed={(NUMBER, ITEM)}), set())  # type: ignore[arg-type]
    assert await connection.fetchval("select array_agg(is_item) from names") == [False]


@pytest.mark.parametrize(("condition", "index"), [(same_name, "names_by_name"), (same_node, "names_by_node")])
async def test_each_index_is_the_one_that_answers(
    connection: asyncpg.Connection, condition: object, index: str
) -> None:
    one = "(select $1::text as enterprise_number, $2::text as kind, $2::text as name, $2::text as node) as asked"
    met = condition("names", "asked")  # type: ignore[operator]
    await connection.execute("set local enable_seqscan = off")
    plan = await connection.fetch(f"explain select names.* from {one} join names on {met}", NUMBER, "number")
    assert any(index in line[0] for line in plan), "\n".join(line[0] for line in plan)
