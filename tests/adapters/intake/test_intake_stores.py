"""Memory behaves like Postgres: the same cases over both."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from services.intake.domain.connections import Ask, asked
from services.intake.domain.documents import Handed, document_id
from services.intake.domain.progress import Entry
from services.intake.ports import BankFile, KeptAnswer, Place
from shared.contracts import SoftwareChanged
from shared.values import EnterpriseNumber, Language, Sha256, SoftwareSlug
from tests.waiting import PATIENCE_S

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBER = EnterpriseNumber("0010.080.080")
ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
PLACE = Place(ROBAWS, "live", NUMBER)


def connection(software=ROBAWS, known=None, **changes):
    ask = Ask(enterprise_number=NUMBER, scopes=("invoices:write",))
    return replace(asked(known, software, "live", ask, NOW)[0], **changes)


async def saved(intake, *connections):
    async with intake("worker") as store:
        await store.save_connections(connections)


async def test_a_connection_comes_back_as_it_was_saved(intake):
    one = connection(
        language=Language.DE, told_in=Language.FR, reason="email_unknown", contact="accounting_office",
        verification="blocked", expires_at=NOW + timedelta(days=30), token_expires_at=NOW, verification_version=3,
    )  # fmt: skip
    await saved(intake)
    await saved(intake, one)
    async with intake("software:robaws") as store:
        assert await store.connection(one.connection_id) == one
        assert await store.connections([one.connection_id]) == {one.connection_id: one}
        assert await store.read_connections([one.connection_id]) == {one.connection_id: one}
    active = replace(one, verification="verified", reason="", access="active", expires_at=None, scopes=())
    await saved(intake, active)
    async with intake("worker") as store:
        assert await store.connection(one.connection_id) == active


async def test_the_latest_generation_stands_for_its_place(intake):
    first = connection(access="revoked")
    second = connection(known=first)
    await saved(intake, first, second, connection(BILLIT))
    async with intake("software:robaws") as store:
        assert await store.latest([PLACE, Place(ROBAWS, "test", NUMBER)]) == {PLACE: second}


async def test_a_software_sees_only_its_own_connections(intake):
    own, foreign = connection(), connection(BILLIT)
    await saved(intake, own, foreign)
    async with intake("worker") as store:
        await store.add_entries([Entry(UUID(int=1), foreign.connection_id, NOW, "connection.requested")])
    async with intake("software:robaws") as store:
        assert await store.own_connections(ROBAWS, "", 10) == [own]
        assert await store.own_connections(BILLIT, "", 10) == []
        assert await store.own_connections(ROBAWS, own.connection_id, 10) == []
        assert await store.connection(foreign.connection_id) is None
        assert await store.timeline(foreign.connection_id) == []
    async with intake(f"connection:{own.connection_id}") as store:
        assert await store.connection(own.connection_id) == own
        assert await store.connection(foreign.connection_id) is None


async def test_a_timeline_is_told_from_the_oldest_and_each_entry_once(intake):
    one = connection()
    await saved(intake, one)
    later = Entry(UUID(int=1), one.connection_id, NOW + timedelta(seconds=1), "token.mailed", "a***@e***.be")
    first = Entry(UUID(int=2), one.connection_id, NOW, "connection.requested")
    async with intake("worker") as store:
        await store.add_entries([])
        await store.add_entries([later, first])
        await store.add_entries([replace(later, note="again")])
    async with intake("software:robaws") as store:
        assert await store.timeline(one.connection_id) == [first, later]


async def test_a_late_snapshot_of_a_software_changes_nothing(intake):
    body = SoftwareChanged(software=ROBAWS, name="Robaws", state="suspended")
    async with intake("worker") as store:
        await store.save_softwares([(body, 2), (body.model_copy(update={"state": "active"}), 1)])
    async with intake("software:billit") as store:
        assert await store.suspended([ROBAWS, BILLIT]) == {ROBAWS}


async def test_equal_bytes_from_one_connection_are_one_document(intake):
    one, other = connection(), connection(BILLIT)
    await saved(intake, one, other)
    digest = Sha256.of(b"<Invoice/>")
    document = Handed(document_id(one.connection_id, digest), one, digest, NOW)
    foreign = Handed(document_id(other.connection_id, digest), other, digest, NOW)
    async with intake("software:robaws") as store:
        assert await store.add_documents([]) == set()
        assert await store.add_documents([document]) == {document.document_id}
        assert await store.add_documents([replace(document, received_at=NOW + timedelta(hours=1))]) == set()
        assert await store.document_received_at(document.document_id) == NOW, "when it came first"
    async with intake("worker") as store:
        assert await store.add_documents([document, foreign]) == {foreign.document_id}
    async with intake("software:billit") as store:
        assert await store.document_received_at(document.document_id) is None
        assert await store.document_received_at(foreign.document_id) == NOW


async def test_two_batches_with_the_same_documents_never_wait_in_a_circle(in_postgres):
    one = connection()
    await saved(in_postgres, one)
    digests = [Sha256.of(bytes([place])) for place in range(2)]
    documents = [Handed(document_id(one.connection_id, digest), one, digest, NOW) for digest in digests]
    first, second = sorted(documents, key=lambda document: document.document_id)
    async with in_postgres("worker") as store:
        await store.add_documents([first])
        async with asyncio.timeout(PATIENCE_S):
            async with asyncio.TaskGroup() as group:
                waiting = group.create_task(_added(in_postgres, second, first))
                await asyncio.sleep(0.3)
                assert not waiting.done(), "it waits for the first, and holds nothing"
                await _added(in_postgres, second)
                waiting.cancel()


async def _added(in_postgres, *documents):
    async with in_postgres("worker") as store:
        return await store.add_documents(documents)


async def test_a_bank_file_is_taken_once_whoever_hands_it_in(intake):
    file = BankFile(Sha256.of(b"0000"), 4, NOW, "operator:operator")
    async with intake("operator:operator") as store:
        assert await store.add_bank_file(file)
    async with intake("software:robaws") as store:
        assert not await store.add_bank_file(replace(file, received_from="software:robaws"))


async def test_an_answer_is_kept_for_its_own_caller_until_it_is_forgotten(intake):
    answer = KeptAnswer(Sha256.of(b"asked"), 202, {"id": "con_1"}, {"Location": "/v1/connections/con_1"})
    async with intake("software:robaws") as store:
        assert await store.hold_key("software:robaws", "live", "k1")
        assert await store.kept_answer("software:robaws", "live", "k1") is None
        await store.keep_answer("software:robaws", "live", "k1", answer, NOW)
    async with intake("software:robaws") as store:
        assert await store.kept_answer("software:robaws", "live", "k1") == answer
    async with intake("software:billit") as store:
        assert await store.kept_answer("software:robaws", "live", "k1") is None
    async with intake("worker") as store:
        assert await store.forget_answers(NOW) == 0
        assert await store.forget_answers(NOW + timedelta(seconds=1)) == 1


async def test_one_key_in_two_modes_is_two_keys(intake):
    of_test = KeptAnswer(Sha256.of(b"test"), 202, {"id": "con_1"}, {})
    of_live = KeptAnswer(Sha256.of(b"live"), 202, {"id": "con_2"}, {})
    for mode, answer in (("test", of_test), ("live", of_live)):
        async with intake("software:robaws", mode) as store:
            assert await store.hold_key("software:robaws", mode, "k1")
            assert await store.kept_answer("software:robaws", mode, "k1") is None
            await store.keep_answer("software:robaws", mode, "k1", answer, NOW)
    async with intake("software:robaws", "test") as store:
        assert await store.kept_answer("software:robaws", "test", "k1") == of_test
        assert await store.kept_answer("software:robaws", "live", "k1") is None


async def test_two_calls_never_work_under_one_key_at_once(in_postgres):
    async with in_postgres("software:robaws") as first, in_postgres("software:robaws") as second:
        assert await first.hold_key("software:robaws", "live", "k1")
        assert not await second.hold_key("software:robaws", "live", "k1")
        assert await second.hold_key("software:robaws", "live", "k2")


async def test_a_software_cannot_write_under_anothers_name(in_postgres):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with in_postgres("software:robaws") as store:
            await store.save_connections([connection(BILLIT)])
