"""`relais kbo` at a terminal, on a real Postgres, and what its register means to requests."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest
from typer.testing import CliRunner

from deploy.command_line import app
from services.verification import handlers, tasks
from services.verification.adapters.memory import MemoryDirectory, Shelf
from services.verification.adapters.postgres import PostgresDirectory
from services.verification.domain.directory import Software
from services.verification.domain.register import RegisterEntry
from services.verification.domain.requests import Request
from services.verification.ports import CompanyAwaited
from shared.chassis.messages import Batch, Cause, Received
from shared.chassis.parking import MemoryParking
from shared.chassis.tasks import TaskRun
from shared.contracts import ConnectionBlocked, ConnectionRefused, ConnectionRequested
from shared.values import ConnectionId, EnterpriseNumber, Language, SoftwareSlug
from tests.component.verification.kbo_files import Enterprise, dotted, population, write_full, write_update

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROBAWS = SoftwareSlug("robaws")
NUMBER, OTHER = EnterpriseNumber(dotted(200_001)), EnterpriseNumber(dotted(200_002))
ANSWERING = {"seal": str, "help_desk": "help@relais.example"}


async def run(*words):
    """The command; its loop needs a thread without one."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["kbo", *map(str, words)])


@pytest.fixture
def relais(database, monkeypatch):
    """The command on a database of the test's own."""
    monkeypatch.setenv("VERIFICATION_DATABASE_URL", database.worker_url("verification"))
    return run


async def test_an_operator_loads_updates_and_asks_what_is_loaded(relais, database, tmp_path):
    pool = await database.worker("verification")
    waiting = Request(ConnectionId.of(UUID(int=1)), NUMBER, ROBAWS, state="blocked", version=1)
    async with pool.acquire() as connection, connection.transaction():
        await PostgresDirectory(connection).save_requests([waiting])
    assert (await relais("status")).output == "nothing is loaded\n"

    loaded = await relais("load", write_full(tmp_path / "full", population(300)))
    assert (loaded.exit_code, loaded.stdout) == (
        0,
        "extract 140 (full, as on 2026-11-01): 300 enterprises, 0 of them have left the register; "
        "1 waiting companies looked at again\n",
    )
    assert "enterprise.csv: 300 rows" in loaded.stderr
    rows = await pool.fetch("select kind, key, payload->>'enterprise_number' as number from tasks")
    assert [tuple(row) for row in rows] == [("company_awaited", f"company:{NUMBER}", str(NUMBER))]

    update = write_update(tmp_path / "update", [Enterprise(dotted(200_000))], gone=[dotted(200_001)])
    assert "2 enterprises changed; 1 waiting" in (await relais("update", update)).stdout
    assert "was applied before, nothing changed" in (await relais("update", update)).stdout
    assert (await relais("status")).output == "extract 141 (update, as on 2026-11-01)\n"


async def test_a_refusal_names_every_row_and_ends_with_one(relais, tmp_path):
    full = write_full(tmp_path / "full", population(30))
    text = (full / "enterprise.csv").read_text()
    (full / "enterprise.csv").write_text(text.replace('"AC"', '"??"', 2))
    refused = await relais("load", full)
    assert refused.exit_code == 1
    told = [line for line in refused.stderr.splitlines() if "kbo_status_unknown" in line]
    assert told == [
        f"enterprise.csv:{line} Status: kbo_status_unknown: found '??', expected AC (active) or ST (stopped)"
        for line in (2, 3)
    ]
    assert refused.stderr.splitlines()[-1] == (
        "refused, nothing was changed: kbo_extract_malformed: found 2 problems, expected none"
    )
    assert (await relais("status")).output == "nothing is loaded\n"


async def test_a_database_that_does_not_answer_is_said_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("VERIFICATION_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/relais")
    refused = await run("update", write_update(tmp_path / "update", []))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "kbo_database_unreachable" in refused.stderr


async def test_without_the_address_of_a_database_nothing_starts(monkeypatch):
    monkeypatch.delenv("VERIFICATION_DATABASE_URL", raising=False)
    assert (await run("status")).exit_code == 2


@pytest.fixture
def shelf():
    """A directory that knows no company, and a register that knows two."""
    names = {Language.FR: "Boulangerie Anne"}
    return Shelf(
        softwares={ROBAWS: Software(ROBAWS, "Robaws")},
        register={
            NUMBER: RegisterEntry(NUMBER, names=names, postal_code="4000"),
            OTHER: RegisterEntry(OTHER, ceased=True),
        },
        now=NOW,
    )


async def _asked(shelf, number):
    body = ConnectionRequested(
        connection_id=ConnectionId.of(UUID(int=int(number))), enterprise_number=number, software=ROBAWS, ordinal=1
    )
    batch = Batch([Received(id=UUID(int=1), correlation_id="c", body=body, time=NOW)], NOW, MemoryParking())
    (answer,) = await handlers.verify_requests(batch, MemoryDirectory(shelf), **ANSWERING)
    return answer.body


async def test_a_company_that_only_the_register_knows_lacks_an_accounting_office(shelf):
    blocked = await _asked(shelf, NUMBER)
    assert isinstance(blocked, ConnectionBlocked)
    assert (blocked.reason, blocked.language) == ("no_accounting_office", Language.FR)
    assert (await _asked(shelf, EnterpriseNumber(dotted(200_003)))).reason == "company_unknown"


async def test_a_company_that_the_register_has_as_ceased_is_refused(shelf):
    refused = await _asked(shelf, OTHER)
    assert (type(refused), refused.reason) == (ConnectionRefused, "company_ceased")


async def test_a_request_that_waits_hears_what_a_new_extract_says_of_its_company(shelf):
    register, shelf.register = shelf.register, {}
    assert (await _asked(shelf, NUMBER)).reason == "company_unknown"
    shelf.register = register
    cause = Cause(id=UUID(int=7), correlation_id="c")
    store = MemoryDirectory(shelf)
    run = TaskRun(CompanyAwaited(enterprise_number=NUMBER), 1, NOW, cause, None, lambda connection: store)
    (told,) = await (await tasks.reconsider_company(run, **ANSWERING))(store)
    assert (told.body.reason, told.sequence) == ("no_accounting_office", 2)
