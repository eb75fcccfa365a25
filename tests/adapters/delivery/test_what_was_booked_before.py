"""Does what was booked before accounts were kept stand in them after the migration?"""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from services.delivery.adapters.postgres import PostgresDelivery
from shared.values import EnterpriseNumber
from tests.adapters.earlier_versions import migrated_from
from tests.backends import PostgresServer

NUMBER, IBAN = "0403170701", "BE68539007547034"


def _booked(sequence: int, balance: str) -> str:
    statement, event = f"stm_{sequence:026d}", uuid4()
    body = f"""{{"iban": "{IBAN}", "year": 2026, "sequence": {sequence}, "new_balance_date": "2026-03-0{sequence}",
                 "new_balance": {{"amount": "{balance}", "currency": "EUR"}}}}"""
    return f"insert into statements values ('{statement}', '{NUMBER}', '{event}', now(), '{body}', '{{robaws}}');"


BEFORE = f"{_booked(1, '10.00')} {_booked(2, '20.00')}"


@pytest.fixture
async def migrated(postgres: PostgresServer, passwords: dict[str, str], tmp_path: Path) -> AsyncIterator[str]:
    """The worker's URL of a database without accounts, in which statements were booked, brought to this version."""
    async with migrated_from("delivery", "0008_renderings.sql", BEFORE, postgres, passwords, tmp_path) as url:
        yield url


async def test_an_account_begins_with_the_first_statement_that_was_ever_booked_of_it(migrated: str) -> None:
    connection = await asyncpg.connect(migrated)
    [state] = await PostgresDelivery(connection).accounts([EnterpriseNumber(NUMBER)], "", None, 10)
    assert (state.account.first.sequence, state.account.last.sequence) == (1, 2)
    assert str(state.account.balance) == "20.00 EUR"
    assert await connection.fetchval("select count(*) from statement_readings where software = 'robaws'") == 2
    await connection.close()
