"""Uploads in memory and in Postgres: kept once, seen by their own, forgotten after their day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from services.intake.domain.connections import Ask, asked
from services.intake.domain.uploads import Upload, upload_id
from shared.contracts.documents import Claim
from shared.values import EnterpriseNumber, Sha256, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBER = EnterpriseNumber("0010.080.080")


def connection(software="robaws"):
    ask = Ask(enterprise_number=NUMBER, scopes=("invoices:write",))
    return asked(None, SoftwareSlug(software), "live", ask, NOW)[0]


def upload(of, data=b"<a/>", at=NOW):
    sha256 = Sha256.of(data)
    claim = Claim(path=f"{NUMBER}/{sha256}", sha256=sha256, size=len(data), media_type="application/xml")
    return Upload(upload_id(of.connection_id, sha256), of.connection_id, claim, at)


@pytest.fixture
async def own(intake):
    one = connection()
    async with intake("worker") as store:
        await store.save_connections([one, connection("billit")])
    return one


async def test_an_upload_is_kept_once_and_read_back_whole(intake, own):
    one = upload(own)
    async with intake(f"connection:{own.connection_id}") as store:
        assert await store.add_upload(one)
        assert not await store.add_upload(replace(one, uploaded_at=NOW + timedelta(hours=5)))
    async with intake("worker") as store:
        assert await store.uploads({one.upload_id}) == {
            one.upload_id: replace(one, uploaded_at=NOW + timedelta(hours=5))
        }
        assert await store.uploads(set()) == {}


async def test_only_its_own_software_and_connection_see_an_upload(intake, own):
    one = upload(own)
    async with intake("software:robaws") as store:
        await store.add_upload(one)
    for principal, seen in (("software:robaws", 1), (f"connection:{own.connection_id}", 1), ("software:billit", 0)):
        async with intake(principal) as store:
            assert len(await store.uploads({one.upload_id})) == seen
    async with intake("software:robaws", "test") as store:
        assert await store.uploads({one.upload_id}) == {}


async def test_what_is_older_is_forgotten(intake, own):
    old, new = upload(own), upload(own, b"<b/>", NOW + timedelta(days=1))
    async with intake("worker") as store:
        for each in (old, new):
            await store.add_upload(each)
        assert await store.forget_uploads(NOW + timedelta(hours=1)) == 1
        assert set(await store.uploads({old.upload_id, new.upload_id})) == {new.upload_id}


async def test_nobody_uploads_for_another_softwares_connection(in_postgres):
    other = connection("billit")
    async with in_postgres("worker") as store:
        await store.save_connections([other])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with in_postgres("software:robaws") as store:
            await store.add_upload(upload(other))
