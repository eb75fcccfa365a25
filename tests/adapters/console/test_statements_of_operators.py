"""Statements that need an operator: memory behaves like Postgres, and only operators see them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.console.domain.statements import MissingStatement, PutAside
from shared.contracts.statements import StatementGapAlarmed, StatementQuarantined
from shared.values import EnterpriseNumber, Sha256, StatementId

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
As = Callable[[str | None], AbstractAsyncContextManager[Any]]


def put_aside(file: str, minutes: int = 0) -> PutAside:
    digest = Sha256(file * 32)
    told = StatementQuarantined(file_sha256=digest, index=0, code="E11", line=3, found="1", expected="2")
    return PutAside((digest, 0), told, NOW + timedelta(minutes=minutes))


def missing(last: str, minutes: int = 0) -> MissingStatement:
    statement_id = StatementId(f"stm_01jd8w3q5k7x9e2v4b6n8m0r1{last}")
    told = StatementGapAlarmed.model_validate(
        {"statement_id": statement_id, "enterprise_number": "0403170701", "iban": "BE68539007547034", "year": 2026}
        | {"sequence": 118, "expected_sequence": 117, "opened_at": NOW}
        | {name: {"amount": "50.00", "currency": "EUR"} for name in ("expected_balance", "found_balance")}
    )
    return MissingStatement(statement_id, 3, told, NOW + timedelta(minutes=minutes))


async def test_what_nobody_has_comes_first_and_then_the_newest(acting: As) -> None:
    old, new, taken = put_aside("aa"), put_aside("bb", 5), put_aside("cc", 9)
    taken = replace(taken, released_to=EnterpriseNumber("0403170701"), released_at=NOW)
    released_first = PutAside((Sha256("dd" * 32), 1), released_to=EnterpriseNumber("0403170701"), released_at=NOW)
    async with acting(None) as store:
        await store.keep_put_aside([old, new, taken, released_first])
        assert await store.put_aside({old.place, (Sha256("ee" * 32), 0)}) == [old]
        assert await store.put_aside({released_first.place}) == [released_first]
    async with acting("operator:els") as store:
        assert await store.newest_put_aside(10) == [new, old, taken]
        assert await store.newest_put_aside(1) == [new]


async def test_what_has_been_missing_longest_comes_first_until_it_comes(acting: As) -> None:
    first, second = missing("a"), missing("b", 5)
    async with acting(None) as store:
        await store.keep_missing([second, first])
        assert await store.missing({first.statement_id}) == [first]
    async with acting("operator:els") as store:
        assert await store.newest_missing(10) == [first, second]
    async with acting(None) as store:
        await store.keep_missing([replace(first, version=4, closed_at=NOW)])
    async with acting("operator:els") as store:
        assert await store.newest_missing(10) == [second]


async def test_only_operators_see_them(in_postgres: As) -> None:
    async with in_postgres(None) as store:
        await store.keep_put_aside([put_aside("aa")])
        await store.keep_missing([missing("a")])
    async with in_postgres("office:janssens") as store:
        assert (await store.newest_put_aside(10), await store.newest_missing(10)) == ([], [])
