"""Does what was booked before accounts were kept stand in them after the migration?"""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from deploy.migrate import migrate
from services.delivery.adapters.postgres import PostgresDelivery
from shared.values import EnterpriseNumber
from tests.backends import PASSWORD, ROOT, PostgresServer

NUMBER, IBAN = "0403170701", "BE68539007547034"


def _booked(sequence: int, balance: str) -> str:
    statement, event = f"stm_{sequence:026d}", uuid4()
    body = f"""{{"iban": "{IBAN}", "year": 2026, "sequence": {sequence}, "new_balance_date": "2026-03-0{sequence}",
                 "new_balance": {{"amount": "{balance}", "currency": "EUR"}}}}"""
    return f"insert into statements values ('{statement}', '{NUMBER}', '{event}', now(), '{body}', '{{robaws}}');"


@pytest.fixture
async def migrated(postgres: PostgresServer, passwords: dict[str, str], tmp_path: Path) -> AsyncIterator[str]:
    """A database without accounts, in which statements were booked, brought to this version: the worker's URL."""
    name = f"delivery_before_{uuid4().hex[:8]}"
    owner = await asyncpg.connect(postgres.maintenance_url)
    await owner.execute(f"create database {name}")
    for path in ("deploy/database", "shared/chassis/migrations", *_migrations()):
        shutil.copytree(ROOT / path, tmp_path / path)
    for path in (tmp_path / "services/delivery/migrations").glob("*.sql"):
        if path.name >= "0009":
            path.unlink()
    await migrate(postgres.url(name), passwords, root=tmp_path)
    connection = await asyncpg.connect(postgres.url(name))
    await connection.execute(f"set search_path = delivery; {_booked(1, '10.00')} {_booked(2, '20.00')}")
    await connection.close()
    await migrate(postgres.url(name), passwords)
    yield postgres.url(name, "delivery_worker", PASSWORD)
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()


def _migrations() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "services").glob("*/migrations"))]


async def test_an_account_begins_with_the_first_statement_that_was_ever_booked_of_it(migrated: str) -> None:
    connection = await asyncpg.connect(migrated)
    [state] = await PostgresDelivery(connection).accounts([EnterpriseNumber(NUMBER)], "", None, 10)
    assert (state.account.first.sequence, state.account.last.sequence) == (1, 2)
    assert str(state.account.balance) == "20.00 EUR"
    assert await connection.fetchval("select count(*) from statement_readings where software = 'robaws'") == 2
    await connection.close()
