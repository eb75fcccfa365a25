"""An ended connection is told to the others: the company by a letter, its office in a list."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any, cast
from uuid import UUID

import httpx
import pytest

from services.token_mailer.adapters.memory import MemoryMailCounts, MemoryPost, MemoryTokens
from services.token_mailer.adapters.postgres import PostgresTokens
from services.token_mailer.domain.bounces import MailName, ReturnPaths
from services.token_mailer.domain.duties import NoteBounce, TellOfEnding
from services.token_mailer.domain.records import Connection, Side
from services.token_mailer.domain.registering import activated, revoked
from services.token_mailer.ports import Receipt
from services.token_mailer.tasks import ending_gave_up, note_bounce, tell_of_ending
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Do
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, Language, OfficeId, Sha256
from tests.component.token_mailer.mailing import KEYS, LETTERS, NOW, SENDER, Run
from tests.component.token_mailer.world import (
    JANSSENS,
    LAMBERT,
    LIVE,
    NUMBER,
    TEST,
    World,
    office,
    pending,
    software,
)  # fmt: skip
from tests.conftest import Database

PATHS = ReturnPaths(KEYS, EmailAddress("bounces@relais.example"))


class Opened:
    """Opens every sealed address as its own ciphertext."""

    def open(self, sealed: Sealed[Any]) -> str:
        return sealed.ciphertext


def sealed(address: str) -> Sealed[Any]:
    return Sealed(key_id="0" * 16, ciphertext=address)


def ended(mode: Any = "live", by: Side = "operator", **facts: Any) -> Connection:
    asked = pending(7, mode=mode, email=sealed("first@bakkerij.example"), language=Language.NL, **facts)
    return revoked(activated(asked, NOW - timedelta(days=9)), by, NOW)


async def told(store: MemoryTokens, post: MemoryPost, **options: Any) -> list[Any]:
    run = Run(TellOfEnding(connection_id=ended().connection_id), store)
    settle = await tell_of_ending(
        cast(Any, run), opener=Opened(), letters=LETTERS, post=post, sender=SENDER, return_path=PATHS.of, **options
    )
    return list(await settle(cast(Any, store)))


@pytest.fixture
async def store() -> MemoryTokens:
    store = MemoryTokens()
    await store.save_connections([ended()])
    return store


async def test_the_letter_goes_to_the_newest_address_and_follows_from_nothing(store: MemoryTokens) -> None:
    newer = CompanyChanged(
        enterprise_number=NUMBER, name="x", language=Language.NL, email=sealed("moved@bakkerij.example"),
        address_version=2,
    )  # fmt: skip
    await store.save_company_offices([(newer, 5)])
    post, counts = MemoryPost(), MemoryMailCounts()
    assert await told(store, post, counts=counts) == []
    ((recipient, content),) = post.sent
    message = message_from_bytes(content, policy=policy.default)
    assert recipient == message["To"] == "moved@bakkerij.example"
    assert message["Content-Language"] == "nl" and "beëindigd" in str(message["Subject"])
    assert counts.outcomes == {"sent": 1}
    assert await store.lock_mailings([NUMBER], NOW - timedelta(days=1)) == {}, "it counts against no resend"


async def test_what_may_not_have_arrived_is_sent_again_with_the_same_bytes(store: MemoryTokens) -> None:
    post = MemoryPost(Receipt("uncertain"), Receipt("retry", 451, "greylisted"))
    for _ in range(2):
        with pytest.raises(Unavailable):
            await told(store, post)
    await told(store, post)
    assert len(post.sent) == 3 and len({content for _, content in post.sent}) == 1


async def test_a_letter_that_nobody_takes_is_counted_and_changes_nothing(store: MemoryTokens) -> None:
    counts, before = MemoryMailCounts(), dict(store.connections)
    assert await told(store, MemoryPost(Receipt("bounced", 550, "5.1.1")), counts=counts) == []
    run: Any = Run(TellOfEnding(connection_id=ended().connection_id), store)
    assert await ending_gave_up(run, Unavailable("x"), cast(Any, store), counts=counts) == []
    assert (counts.outcomes, store.connections) == ({"bounced": 1, "given_up": 1}, before)


async def test_a_letter_that_comes_back_is_noted_and_nothing_follows(store: MemoryTokens) -> None:
    name = PATHS.read(PATHS.of(MailName(ended().connection_id, 0, 1)))
    assert name is not None
    bounce = NoteBounce(
        sha256=Sha256.of(b"report"), connection_id=name.connection_id, issue=name.issue, ordinal=name.ordinal,
        verdict="bounced", status="5.1.1", reply_code=550,
    )  # fmt: skip
    settle = await note_bounce(cast(Any, Run(bounce, store)), counts=MemoryMailCounts())
    assert await settle(cast(Any, store)) == []
    assert bounce.sha256 in store.bounces


async def test_a_letter_of_mode_test_is_kept_for_its_developer_and_leaves_by_no_mail_server() -> None:
    store, post = MemoryTokens(), MemoryPost()
    await store.save_connections([ended("test")])
    elsewhere = CompanyChanged(
        enterprise_number=NUMBER, name="x", language=Language.NL, email=sealed("real@bakkerij.example"),
        address_version=9,
    )  # fmt: skip
    await store.save_company_offices([(elsewhere, 5)])
    await told(store, post)
    (kept,) = store.kept_mails.values()
    assert (post.sent, kept.issue, kept.code, kept.recipient) == ([], 0, "", "first@bakkerij.example")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    world = World(await database.api("token_mailer"), await database.worker("token_mailer"))
    await world.know(software("robaws", LIVE, TEST), office("janssens", JANSSENS), office("lambert", LAMBERT))
    yield world


def duties(world: World) -> list[TellOfEnding]:
    tasks = (each.task for each in world.consequences if isinstance(each, Do))
    return [task for task in tasks if isinstance(task, TellOfEnding)]


async def test_a_company_is_written_to_once_when_another_side_ends_what_was_active(world: World) -> None:
    connection, code = await world.connect(7)
    path = f"/v1/connections/{connection.connection_id}"
    async with world.caller(LIVE) as robaws, world.caller(JANSSENS) as janssens:
        assert (await robaws.post(f"{path}/activate", json={"token": code})).status_code == 200
        for caller in (janssens, robaws):
            assert (await caller.delete(path)).status_code == 204
    assert [duty.connection_id for duty in duties(world)] == [connection.connection_id]
    row = await world.worker.fetchrow("select ended_by, ended_at > activated_at as later from connections")
    assert dict(row) == {"ended_by": "office", "later": True}


async def test_a_company_is_not_written_to_of_what_it_ended_itself_or_what_never_was_active(world: World) -> None:
    first, code = await world.connect(7)
    never, _ = await world.connect(8)
    async with world.caller(LIVE) as robaws, world.caller() as company:
        path = f"/v1/connections/{first.connection_id}/activate"
        assert (await robaws.post(path, json={"token": code})).status_code == 200
        assert (await company.post("/v1/connections/revoke", json={"token": code})).status_code == 200
        assert (await robaws.delete(f"/v1/connections/{never.connection_id}")).status_code == 204
    assert duties(world) == []
    sides = await world.worker.fetch("select ended_by from connections order by connection_id")
    assert [row["ended_by"] for row in sides] == ["company", "software"]


async def listed(caller: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await caller.get("/v1/directory/connections", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_an_office_sees_the_connections_of_those_it_serves_today_and_nobody_elses(world: World) -> None:
    connection, code = await world.connect(7)
    await world.connect(8, mode="test")
    path = f"/v1/connections/{connection.connection_id}"
    async with (
        world.caller(LIVE) as robaws,
        world.caller(JANSSENS) as janssens,
        world.caller(LAMBERT) as lambert,
    ):
        assert (await robaws.post(f"{path}/activate", json={"token": code})).status_code == 200
        assert (await robaws.delete(path)).status_code == 204
        (seen,) = (await listed(janssens))["connections"]
        assert (await listed(lambert))["connections"] == []
        assert seen["connection_id"] == connection.connection_id and seen["software"] == "robaws"
        assert (seen["state"], seen["ended_by"]) == ("revoked", "software")
        assert seen["activated_at"] < seen["ended_at"]
        assert (await robaws.get("/v1/directory/connections")).json()["code"] == "caller_not_allowed"
        today = datetime.now(UTC).date()
        periods = (("janssens", date(2020, 1, 1), today), ("lambert", today, None))
        offices = tuple(OfficePeriod(office_id=OfficeId(name), since=a, until=b) for name, a, b in periods)
        moved = CompanyChanged(enterprise_number=NUMBER, name="x", language=Language.FR, offices=offices)
        await world.serve((moved, 1))
        assert (await listed(janssens))["connections"] == []
        assert [each["connection_id"] for each in (await listed(lambert))["connections"]] == [seen["connection_id"]]


async def test_the_list_is_read_page_by_page(world: World) -> None:
    for number in range(1, 6):
        await world.connect(number)
    after: dict[str, Any] = {}
    pages = []
    async with world.caller(JANSSENS) as janssens:
        for _ in range(3):
            page = await listed(janssens, limit=2, **after)
            pages.append([ConnectionId(each["connection_id"]).uuid.int for each in page["connections"]])
            after = {"after": page["next_after"]}
        assert (pages, page["more"]) == ([[1, 2], [3, 4], [5]], False)
        empty = await listed(janssens, limit=2, **after)
        assert (empty["connections"], empty["next_after"]) == ([], page["next_after"])
        assert (await janssens.get("/v1/directory/connections?after=nonsense")).status_code == 422


async def test_a_letter_without_a_code_stands_on_the_page_of_the_sandbox(world: World) -> None:
    asked = pending(7, mode="test")
    of = replace(ended("test"), connection_id=ConnectionId.of(UUID(int=7)), software=asked.software)
    store = MemoryTokens()
    await store.save_connections([of])
    await told(store, MemoryPost())
    async with world.worker.acquire() as bound, bound.transaction():
        await PostgresTokens(bound).save_connections([of])
        await PostgresTokens(bound).keep_sandbox_mail(next(iter(store.kept_mails.values())))
    async with world.caller(TEST) as developer:
        page = await developer.get("/sandbox/mails")
        (mail,) = (await developer.get("/v1/sandbox/mails")).json()["mails"]
    assert page.status_code == 200 and "<mark>" not in page.text and "beëindigd" in page.text
    assert (mail["issue"], mail["code"]) == (0, "")
