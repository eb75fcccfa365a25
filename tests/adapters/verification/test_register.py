"""Extracts of the register of enterprises, taken by memory as by Postgres: the same cases over both."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from uuid import UUID

import pytest

from services.verification.adapters.kbo import Loading, MemoryRegister, open_register, take_extract
from services.verification.adapters.memory import MemoryDirectory, Shelf
from services.verification.adapters.postgres import PostgresDirectory
from services.verification.domain.directory import Company
from services.verification.domain.kbo import KboRefused
from services.verification.domain.register import RegisterEntry
from services.verification.domain.requests import Request
from services.verification.domain.verdicts import Standing
from shared.values import ConnectionId, EnterpriseNumber, Language, SoftwareSlug
from tests.component.verification.kbo_files import (
    COLUMNS,
    Enterprise,
    dotted,
    population,
    write_full,
    write_rows,
    write_update,
)

AN, PAN, OLD, NEW = (dotted(place) for place in (100_010, 100_020, 100_030, 100_040))
FULL = (
    Enterprise(AN, names=(("2", "001", "AN NV"), ("2", "002", "AN"), ("1", "003", "Anne")), postal_code="9000"),
    Enterprise(PAN, names=(("0", "001", 'Café "De Kroon",\nGent'),)),
    Enterprise(OLD, "ST", (("1", "001", "Vieux"),), "4000", contacts=2),
)
DAY = date(2026, 11, 2)


@pytest.fixture
def in_memory():
    """One register and any number of stores over one shelf."""
    shelf = Shelf()
    register = MemoryRegister(shelf)

    @asynccontextmanager
    async def opened():
        yield register

    @asynccontextmanager
    async def store(principal="worker"):
        yield MemoryDirectory(shelf, principal)

    return opened, store


@pytest.fixture
async def in_postgres(database):
    """The register as the command opens it, and stores as the worker or as a caller."""
    pools = {"worker": await database.worker("verification"), "api": await database.api("verification")}

    @asynccontextmanager
    async def store(principal="worker"):
        pool = pools["worker" if principal == "worker" else "api"]
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("select set_config('app.principal', $1, true)", principal)
            yield PostgresDirectory(connection)

    return lambda: open_register(database.worker_url("verification")), store


@pytest.fixture(params=["in_memory", "in_postgres"])
def house(request, tmp_path):
    """`take` an extract, look through `store(principal)`, over each adapter."""
    opened, store = request.getfixturevalue(request.param)

    async def take(path, kind="full", *, accepted=False):
        async with opened() as register:
            return (await take_extract(register, path, kind, Loading(lambda file, rows: None, accepted)))[1]

    async def entries(*texts):
        async with store() as directory:
            return await directory.register_entries([EnterpriseNumber(text) for text in texts])

    return SimpleNamespace(take=take, store=store, entries=entries, opened=opened, folder=tmp_path)


async def test_a_full_extract_tells_names_places_and_who_ceased(house):
    taken = await house.take(write_full(house.folder / "full", FULL))
    assert (taken.known, taken.departed) == (3, 0)
    found = await house.entries(AN, PAN, OLD, NEW)
    an, pan, old = (EnterpriseNumber(text) for text in (AN, PAN, OLD))
    assert found == {
        an: RegisterEntry(an, False, {Language.NL: "AN NV", Language.FR: "Anne"}, "9000"),
        pan: RegisterEntry(pan, False, {None: 'Café "De Kroon",\nGent'}, ""),
        old: RegisterEntry(old, True, {Language.FR: "Vieux"}, "4000"),
    }


async def test_a_company_that_only_the_register_knows_has_no_office(house):
    await house.take(write_full(house.folder / "full", FULL))
    numbers = [EnterpriseNumber(text) for text in (AN, OLD, NEW)]
    async with house.store("operator:operator") as directory:
        await directory.put_company(Company(numbers[1], "Oud", Language.NL, client_code="C1"))
    async with house.store() as directory:
        known = await directory.known_companies(numbers)
        assert known[numbers[0]] == Company(numbers[0], "AN NV", Language.NL)
        assert (known[numbers[1]].name, known[numbers[1]].ceased) == ("Oud", True)
        assert numbers[2] not in known
        assert numbers[0] not in await directory.companies(numbers)


async def test_readiness_hears_of_the_register_and_nobody_else_sees_it(house):
    await house.take(write_full(house.folder / "full", FULL))
    async with house.store("software:robaws") as directory:
        standings = [await directory.standing(EnterpriseNumber(text), DAY) for text in (AN, OLD, NEW)]
        assert standings == [Standing(), Standing(ceased=True), None]
        assert await directory.companies([EnterpriseNumber(AN)]) == {}


async def test_an_update_changes_what_it_names_and_nothing_else(house):
    await house.take(write_full(house.folder / "full", FULL))
    given = [Enterprise(AN, names=(("2", "001", "An en Zonen"),)), Enterprise(NEW, postal_code="1000")]
    update = write_update(house.folder / "update", given, gone=[PAN, dotted(100_050)])
    assert (await house.take(update, "update")).known == 3
    found = await house.entries(AN, PAN, OLD, NEW)
    an, pan, old, new = (EnterpriseNumber(text) for text in (AN, PAN, OLD, NEW))
    assert found[an] == RegisterEntry(an, False, {Language.NL: "An en Zonen"}, "")
    assert (found[pan].ceased, found[old].names) == (True, {Language.FR: "Vieux"})
    assert found[new] == RegisterEntry(new, postal_code="1000")
    assert len(found) == 4
    assert await house.take(update, "update") is None


async def test_a_name_that_changes_alone_leaves_state_and_place(house):
    await house.take(write_full(house.folder / "full", FULL))
    update = write_update(house.folder / "update", [])
    write_rows(update / "denomination_delete.csv", "EntityNumber", [[OLD]])
    write_rows(update / "denomination_insert.csv", COLUMNS["denomination"], [[OLD, "2", "001", "Oud"]])
    assert (await house.take(update, "update")).known == 1
    old = EnterpriseNumber(OLD)
    assert await house.entries(OLD) == {old: RegisterEntry(old, True, {Language.NL: "Oud"}, "4000")}


async def test_who_is_missing_from_the_next_full_extract_has_ceased(house):
    await house.take(write_full(house.folder / "full", FULL))
    taken = await house.take(write_full(house.folder / "next", FULL[1:], number=141))
    assert (taken.known, taken.departed) == (3, 1)
    assert (await house.entries(AN))[EnterpriseNumber(AN)].ceased
    await house.take(write_full(house.folder / "back", FULL, number=142))
    assert not (await house.entries(AN))[EnterpriseNumber(AN)].ceased


async def test_a_torn_extract_is_believed_only_when_it_is_said_so(house):
    await house.take(write_full(house.folder / "full", population(300)))
    torn = write_full(house.folder / "torn", population(150), number=141)
    with pytest.raises(KboRefused, match="kbo_too_many_departures: found 150 of 300"):
        await house.take(torn)
    async with house.opened() as register:
        assert (await register.edition()).number == 140
    assert (await house.take(torn, accepted=True)).departed == 150


async def test_waiting_requests_whose_answer_changes_are_looked_at_again(house):
    numbers = [EnterpriseNumber(text) for text in (AN, PAN, OLD, NEW)]
    waiting = [
        Request(ConnectionId.of(UUID(int=at)), number, SoftwareSlug("robaws"), state="blocked", version=1)
        for at, number in enumerate(numbers)
    ]
    async with house.store() as directory:
        await directory.save_requests([*waiting[:1], replace(waiting[1], state="expired"), *waiting[2:]])
    taken = await house.take(write_full(house.folder / "full", FULL))
    assert taken.reconsidered == tuple(sorted((numbers[0], numbers[2])))
    assert (await house.take(write_full(house.folder / "same", FULL))).reconsidered == ()
    taken = await house.take(write_update(house.folder / "update", [Enterprise(NEW)], gone=[AN]), "update")
    assert taken.reconsidered == tuple(sorted((numbers[0], numbers[3])))


async def test_one_bad_row_anywhere_and_nothing_changes(house):
    await house.take(write_full(house.folder / "full", FULL))
    before = await house.entries(AN, PAN, OLD, NEW)
    next_one = write_full(house.folder / "next", [*FULL, Enterprise(NEW)], number=141)
    update = write_update(house.folder / "update", [Enterprise(NEW)], gone=[AN])
    for folder, kind, file in ((next_one, "full", "contact.csv"), (update, "update", "contact_delete.csv")):
        with (folder / file).open("a") as text:
            text.write("nobody,,,\n" if kind == "full" else "nobody\n")
        with pytest.raises(KboRefused, match="kbo_extract_malformed") as refused:
            await house.take(folder, kind)
        assert [(problem.code, problem.file) for problem in refused.value.problems] == [("kbo_number_malformed", file)]
    assert await house.entries(AN, PAN, OLD, NEW) == before
    async with house.opened() as register:
        assert (await register.edition()).number == 140


async def test_a_number_that_comes_twice_is_refused(house):
    with pytest.raises(KboRefused, match="kbo_enterprise_twice"):
        await house.take(write_full(house.folder / "full", [*FULL, FULL[0]]))
    await house.take(write_full(house.folder / "full", FULL))
    twice = write_update(house.folder / "update", [Enterprise(NEW), Enterprise(NEW)])
    with pytest.raises(KboRefused, match="kbo_enterprise_twice"):
        await house.take(twice, "update")
    assert await house.entries(NEW) == {}


async def test_readers_see_one_whole_extract_or_the_other(house):
    numbers = [EnterpriseNumber(dotted(place)) for place in range(200_000, 200_600)]
    seen: list[Counter[str]] = []
    has_read = asyncio.Event()

    async def read() -> None:
        while True:
            found = await house.entries(*numbers)
            seen.append(Counter(entry.postal_code for entry in found.values()))
            has_read.set()
            await asyncio.sleep(0)

    async def read_twice() -> None:
        for _ in range(2):  # the first of them may have begun before
            has_read.clear()
            await has_read.wait()

    await house.take(write_full(house.folder / "0", _moved_to("9000", 600)))
    async with asyncio.TaskGroup() as group:
        reader = group.create_task(read())
        await read_twice()
        for at, code in ((141, "9001"), (143, "9002")):
            await house.take(write_full(house.folder / code, _moved_to(code, 600), number=at))
            await read_twice()
            later = str(int(code) + 4)
            update = write_update(house.folder / later, _moved_to(later, 600), number=at + 1)
            await house.take(update, "update")
            await read_twice()
        reader.cancel()
    assert all(len(counted) == 1 and counted.total() == 600 for counted in seen)
    assert {code for counted in seen for code in counted} == {"9000", "9001", "9005", "9002", "9006"}


def _moved_to(code: str, count: int) -> list[Enterprise]:
    return [replace(enterprise, postal_code=code) for enterprise in population(count)]


async def test_two_loads_at_once_are_refused(database):
    async with open_register(database.worker_url("verification")):
        with pytest.raises(KboRefused, match="kbo_load_running"):
            async with open_register(database.worker_url("verification")):
                pass
