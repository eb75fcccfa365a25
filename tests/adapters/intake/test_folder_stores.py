"""What is watched in folders, in memory and in Postgres; and bank files' uploads, which are a software's own."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from services.intake.domain.uploads import Upload, upload_id
from services.intake.domain.watching import FileSeen, Sighting
from shared.contracts.documents import Claim
from shared.values import Sha256, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FOLDER, OTHER = "file:///bank", "sftp://sftp.bank.example:22/out (kbc)"


def sighting(name: str, size: int = 2**40, due_at: datetime = LATER) -> Sighting:
    return Sighting(FileSeen(name=name, size=size, modified=1_700_000_000_123_456_789), NOW, due_at)


async def test_sightings_come_back_as_they_were_saved_each_in_its_folder(intake):
    a, b, changed = sighting("a.cod"), sighting("%FF b.cod"), sighting("a.cod", 7, NOW)
    async with intake("worker") as store:
        await store.save_sightings(FOLDER, ["a.cod", "%FF b.cod"], [a, b])
        await store.save_sightings(OTHER, ["a.cod"], [a])
        assert await store.sightings(FOLDER) == {"a.cod": a, "%FF b.cod": b}
    async with intake("worker") as store:
        await store.save_sightings(FOLDER, ["a.cod"], [changed])
        assert await store.sightings(FOLDER) == {"a.cod": changed}, "b is there no more"
        assert await store.sightings(OTHER) == {"a.cod": a}
        await store.save_sightings(FOLDER, ["a.cod"], [])
        assert await store.sightings(FOLDER) == {"a.cod": changed}


async def test_a_file_is_postponed_and_forgotten_and_so_is_a_folder(intake):
    async with intake("worker") as store:
        for folder in (FOLDER, OTHER):
            await store.save_sightings(folder, ["a", "b"], [sighting("a"), sighting("b")])
        await store.postpone(FOLDER, "a", NOW)
        await store.postpone(FOLDER, "gone", NOW)
        await store.forget_sighting(FOLDER, "b")
        assert await store.sightings(FOLDER) == {"a": sighting("a", due_at=NOW)}
        assert await store.forget_folders([FOLDER]) == 2
        assert await store.sightings(OTHER) == {}
        assert await store.forget_folders([]) == 1


async def test_no_caller_sees_what_is_watched(in_postgres):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with in_postgres("operator:operator") as store:
            await store.sightings(FOLDER)


def bank_file(software: str = "robaws") -> Upload:
    sha256 = Sha256.of(b"0000")
    claim = Claim(path=f"unassigned/{sha256}", sha256=sha256, size=4, media_type="application/vnd.coda")
    return Upload(upload_id(SoftwareSlug(software), sha256), None, claim, NOW, SoftwareSlug(software))


async def test_only_its_software_sees_an_uploaded_bank_file_and_only_with_a_live_key(intake):
    one = bank_file()
    async with intake("software:robaws") as store:
        assert await store.add_upload(one)
        assert not await store.add_upload(one)
    seen = {}
    for principal, mode in (
        ("worker", "live"),
        ("software:robaws", "live"),
        ("software:robaws", "test"),
        ("software:billit", "live"),
        ("connection:con_24q13nm1b1bmm90fsamp1k8jra", "live"),
    ):
        async with intake(principal, mode) as store:
            seen[principal, mode] = await store.uploads({one.upload_id})
    assert [who for who, found in seen.items() if found == {one.upload_id: one}] == [
        ("worker", "live"),
        ("software:robaws", "live"),
    ]
    assert [who for who, found in seen.items() if found] == [("worker", "live"), ("software:robaws", "live")]


async def test_nobody_uploads_a_bank_file_for_another_software(in_postgres):
    for principal, mode in (("software:billit", "live"), ("software:robaws", "test")):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with in_postgres(principal, mode) as store:
                await store.add_upload(bank_file())
