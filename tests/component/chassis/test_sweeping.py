"""Is what no row refers to swept out of the object store, and nothing else?"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from deploy import sweep as sweeping
from deploy.sweep import FEW, SweepRefused, Swept, sweep
from shared.chassis.documents import ASIDE, Documents
from shared.chassis.errors import InvalidMessage
from shared.contracts.documents import Claim
from tests.conftest import Database

OWNER, DAY = "0403170701", timedelta(hours=25)
EVENT = "(event_id, topic, shard, key, headers"
PLACES = {
    "an event that is published": f"insert into intake.outbox {EVENT}, value)"
    " values (gen_random_uuid(), 't', 0, 'k', '{{}}', convert_to('{{\"document\": \"{path}\"}}', 'UTF8'))",
    "a record that is read while it is sent": f"insert into delivery.outbox {EVENT}, claim)"
    " values (gen_random_uuid(), 't', 0, 'k', '{{}}', '{{\"path\": \"{path}\"}}')",
    "a task": "insert into coda_reconciler.tasks (id, kind, key, payload, correlation_id)"
    " values (gen_random_uuid(), 'k', 'k', '{{\"claim\": \"{path}\"}}', 'c')",
    "an event that waits, beside bytes that are no text": "insert into invoice_router.parked"
    " (wanted, event_id, topic, partition, position, key, headers, value)"
    r" values ('w', gen_random_uuid(), 't', 0, 0, 'k', '{{}}', '\x00ff'::bytea || convert_to('{path}', 'UTF8'))",
    "digits before and behind it": "insert into console.periodic (name) values ('0403170701{digest}00')",
}


def now(later: timedelta = timedelta()) -> datetime:
    return datetime.now(UTC) + later


@pytest.fixture(params=["folder", "memory"])
def documents(request: pytest.FixtureRequest, tmp_path: Path) -> Documents:
    """A folder, and a store that is none."""
    return Documents(tmp_path.as_uri() if request.param == "folder" else "memory:///")


@pytest.fixture
def folder(tmp_path: Path) -> Documents:
    return Documents(tmp_path.as_uri())


async def named(database: Database, claim: Claim, place: str = "a task") -> None:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(PLACES[place].format(path=claim.path, digest=claim.sha256))
    await connection.close()


async def swept(database: Database, documents: Documents, later: timedelta = DAY) -> Swept:
    return await sweep(database.owner_url, documents._store, now(later))


async def test_what_no_row_names_is_set_aside_after_a_day_and_gone_after_another(
    database: Database, documents: Documents
) -> None:
    kept, lost = [await documents.put(data, OWNER, "text/plain") for data in (b"kept", b"lost")]
    await named(database, kept)
    assert await swept(database, documents, timedelta(hours=23)) == Swept()
    assert await swept(database, documents) == Swept(seen=2, set_aside=1)
    assert await swept(database, documents, timedelta(hours=23)) == Swept(), "it has just been set aside"
    assert await swept(database, documents) == Swept(seen=2, removed=1)
    assert await documents.get(kept) == b"kept"
    with pytest.raises(InvalidMessage, match="no such document"):
        await documents.get(lost)
    assert await swept(database, documents) == Swept(seen=1)


@pytest.mark.parametrize("place", PLACES)
async def test_it_stays_wherever_it_is_named(database: Database, folder: Documents, place: str) -> None:
    claim = await folder.put(place.encode(), "unassigned", "text/plain")
    await named(database, claim, place)
    assert await swept(database, folder) == Swept(seen=1)


async def test_what_was_set_aside_is_there_for_whoever_asks_and_back_when_it_is_named(
    database: Database, documents: Documents
) -> None:
    claims = [await documents.put(data, OWNER, "text/plain") for data in (b"asked for", b"named")]
    assert (await swept(database, documents)).set_aside == 2
    assert await documents.get(claims[0]) == b"asked for"
    for claim in claims:
        await named(database, claim)
    assert await swept(database, documents) == Swept(seen=3, put_back=2)
    assert await swept(database, documents) == Swept(seen=2)
    assert [await documents.get(claim) for claim in claims] == [b"asked for", b"named"]


async def test_what_is_stored_anew_while_rows_are_looked_through_stays(
    database: Database, folder: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = await folder.put(b"under way", OWNER, "text/plain")
    os.utime(tmp_path / claim.path, (0, 0))
    look = sweeping._name

    async def meanwhile(connection: asyncpg.Connection) -> None:
        await look(connection)
        await folder.put(b"under way", OWNER, "text/plain")

    monkeypatch.setattr(sweeping, "_name", meanwhile)
    assert await swept(database, folder, timedelta()) == Swept(seen=1)
    assert not (tmp_path / ASIDE).exists()


async def test_what_is_no_document_is_left_alone(database: Database, folder: Documents, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("the operator's own")
    assert await swept(database, folder) == Swept()
    assert (tmp_path / "notes.txt").exists()


async def test_a_role_from_which_rows_are_hidden_sweeps_nothing(database: Database, folder: Documents) -> None:
    claim = await folder.put(b"named", OWNER, "text/plain")
    await named(database, claim)
    with pytest.raises(SweepRefused, match="rows are hidden"):
        await sweep(f"{database.owner_url}?role=relais_owner", folder._store, now(DAY))
    assert await folder.get(claim) == b"named"


async def test_the_store_of_another_house_is_not_swept_nor_one_without_tables(
    database: Database, folder: Documents
) -> None:
    await folder.put_all([(b"%d" % place, OWNER, "text/plain") for place in range(FEW)])
    assert (await swept(database, folder)).set_aside == FEW, "few may be all"
    await folder.put_all([(b"%d" % place, OWNER, "text/plain") for place in range(FEW + 1)])
    with pytest.raises(SweepRefused, match="found 101 of 101 documents that no row names, expected less than half"):
        await swept(database, folder)
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("drop schema console cascade")
    await connection.close()
    with pytest.raises(SweepRefused, match="no tables of console"):
        await swept(database, folder)
