"""What offices are told, and who handed in which file: memory behaves like Postgres, and each office sees its own."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.delivery.domain.handovers import NewHandover
from services.delivery.domain.office_notices import OfficeNotice, file_notice, gap_notice
from services.delivery.domain.put_aside import PutAside, ToldOfFile, quarantined, released
from shared.contracts.public_statements import StatementReleasedFacts
from shared.contracts.statements import StatementQuarantined
from shared.values import EventId, OfficeId, Sha256, SoftwareSlug, StatementId
from tests.adapters.delivery.parcels import OFFICE, a_channel
from tests.adapters.delivery.test_accounts_and_payments import NOW, NUMBER, OTHER, a_gap

As = Callable[..., AbstractAsyncContextManager[Any]]
PEETERS = OfficeId("peeters")
FILES = [Sha256.of(b"one"), Sha256.of(b"two")]


def a_notice(number: int = 1, office: OfficeId = OFFICE, days: int = 0) -> OfficeNotice:
    gap = a_gap()
    return gap_notice(UUID(int=number), NOW + timedelta(days=days), gap.known_facts, gap, office, "K12")


def of_file() -> OfficeNotice:
    facts = StatementReleasedFacts(file_sha256=FILES[0], index=3)
    return file_notice(ToldOfFile(uuid4(), NOW, "statement.released", facts), OFFICE)


async def read(acting: As, principal: str, *, mode: str = "live", office: OfficeId = OFFICE, **page: Any) -> Any:
    async with acting(principal, mode) as store:
        asked = {"after": 0, "types": (), "limit": 10} | page
        return await store.read_office_events(office, **asked)


async def test_an_office_reads_what_it_was_told_in_order_and_by_pages(acting: As) -> None:
    told = [a_notice(1), of_file(), a_notice(2)]
    async with acting(None) as store:
        await store.append_office_events([*told, a_notice(3, PEETERS)])
        await store.append_office_events([])
    page = await read(acting, "office:janssens", limit=2)
    assert [(each.position, each.text) for each in page.notices] == [(1, told[0].text), (2, told[1].text)]
    assert (page.read_to, page.more) == (2, True)
    rest = await read(acting, "office:janssens", after=2)
    assert ([each.position for each in rest.notices], rest.read_to, rest.more) == ([3], 3, False)
    gaps = await read(acting, "office:janssens", types=("statement.gap_opened",))
    assert [each.position for each in gaps.notices] == [1, 3]
    assert (await read(acting, "office:janssens", after=3)).read_to == 3


async def test_nobody_else_sees_it(acting: As) -> None:
    async with acting(None) as store:
        await store.append_office_events([a_notice()])
    for principal, mode in (
        ("office:peeters", "live"),
        ("office:janssens", "test"),
        ("software:janssens", "live"),
        ("connection:janssens", "live"),
    ):
        assert (await read(acting, principal, mode=mode)).notices == (), (principal, mode)
    assert (await read(acting, "office:peeters", office=PEETERS)).notices == ()


async def test_a_notice_is_found_by_its_id_by_its_own_office(acting: As) -> None:
    told = [a_notice(), of_file()]
    async with acting(None) as store:
        await store.append_office_events(told)
        ids = [*(each.event_id for each in told), EventId.of(uuid4())]
        assert await store.office_notices(OFFICE, ids) == {each.event_id: each for each in told}
        assert await store.office_notices(PEETERS, ids) == {}


async def test_what_is_old_is_forgotten_unless_a_channel_has_still_to_bring_it(acting: As) -> None:
    channel = a_channel("webhook")
    old, waiting, new = a_notice(1), a_notice(2), a_notice(3, days=9)
    async with acting(None) as store:
        await store.save_channel(channel)
        await store.append_office_events([old, waiting, new])
        await store.append_handovers([NewHandover(channel.channel_id, waiting.event_id, "", NOW)])
        await store.forget_office_events(NOW + timedelta(days=1))
        assert set(await store.office_notices(OFFICE, [each.event_id for each in (old, waiting, new)])) == {
            waiting.event_id,
            new.event_id,
        }
        assert await store.office_forgotten_to(OFFICE) == 1
        [handover] = await store.waiting_handovers(channel.channel_id, 10)
        assert handover.subject == waiting.event_id
        await store.save_handovers([replace(handover, state="done", ended_at=NOW)])
        await store.forget_office_events(NOW + timedelta(days=10))
        assert await store.office_forgotten_to(OFFICE) == 3
        await store.append_office_events([a_notice(4)])
    page = await read(acting, "office:janssens", after=3)
    assert [each.position for each in page.notices] == [4]


async def test_it_is_known_which_office_was_told_last_of_a_gap(acting: As) -> None:
    gap, other = a_gap().statement_id, StatementId.of(uuid4())
    async with acting(None) as store:
        await store.save_told_offices({})
        await store.save_told_offices({gap: OFFICE})
        await store.save_told_offices({gap: PEETERS})
        assert await store.told_offices([gap, other]) == {gap: PEETERS}
        await store.save_gaps([a_gap()])
        assert [each.statement_id for each in await store.open_gaps({NUMBER, OTHER})] == [gap]


async def test_a_file_keeps_its_first_sender(acting: As) -> None:
    async with acting(None) as store:
        await store.save_senders({FILES[0]: SoftwareSlug("robaws")})
        await store.save_senders({FILES[0]: SoftwareSlug("billit"), FILES[1]: OFFICE})
        found = await store.senders([*FILES, Sha256.of(b"three")])
    assert found == {FILES[0]: SoftwareSlug("robaws"), FILES[1]: OFFICE}
    assert [type(found[each]) for each in FILES] == [SoftwareSlug, OfficeId]


async def test_what_was_put_aside_is_kept_by_its_place(acting: As) -> None:
    body = StatementQuarantined(file_sha256=FILES[0], index=1, code="E13", line=4, columns="42-57", found="1")
    first = quarantined(None, body, uuid4(), NOW)
    second = released(None, (FILES[0], 0), uuid4(), NOW)
    other = PutAside((FILES[1], 1))
    async with acting(None) as store:
        await store.save_put_aside([first, second, other])
        assert await store.put_aside_at([first.place, (FILES[1], 7)]) == {first.place: first}
        assert await store.put_aside_of({FILES[0]}) == [second, first]
        now = released(first, first.place, uuid4(), NOW + timedelta(hours=1))
        await store.save_put_aside([now])
        assert await store.put_aside_at([first.place]) == {first.place: now}
