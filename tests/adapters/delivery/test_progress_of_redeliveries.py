"""How far a redelivery is on the channels, and one that failed: memory behaves like Postgres."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.delivery.domain.handovers import Handover, NewHandover, State
from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import OnChannels, Preview, Redelivery
from shared.values import ChannelId, DocumentId, RedeliveryId
from tests.adapters.delivery.conftest import As
from tests.adapters.delivery.parcels import OFFICE, a_channel

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST, SECOND = (ChannelId.of(UUID(int=number)) for number in (1, 2))


def a_redelivery() -> Redelivery:
    return Redelivery(redelivery_id=RedeliveryId.of(uuid4()), office_id=OFFICE, asked_at=NOW, preview=Preview(3, 1, 3))


async def added(acting: As, redelivery: Redelivery) -> None:
    async with acting(f"office:{OFFICE}") as store:
        assert await store.add_redelivery(redelivery, DocumentFilter(received_from=NOW))


async def handed(acting: As, channel: ChannelId, occasion: str, *states: State) -> None:
    """Documents on a channel, each a minute after the one before; what waits has no end."""
    async with acting(None) as store:
        await store.save_channel(a_channel("webhook", channel_id=channel))
        subjects = [DocumentId.of(UUID(int=place)) for place in range(len(states))]
        await store.append_handovers([NewHandover(channel, subject, occasion, NOW) for subject in subjects])
        waiting: list[Handover] = await store.waiting_handovers(channel, 10)
        mine = [each for each in waiting if each.occasion == occasion]
        await store.save_handovers(
            replace(each, state=state, ended_at=None if state == "waiting" else NOW + timedelta(minutes=place))
            for place, (each, state) in enumerate(zip(mine, states, strict=True))
        )


async def test_what_channels_have_still_to_hand_over_and_what_they_gave_up_is_counted(acting: As) -> None:
    redelivery, other = a_redelivery(), a_redelivery()
    await added(acting, redelivery)
    await added(acting, other)
    await handed(acting, FIRST, redelivery.redelivery_id, "done", "failed", "handed_over")
    await handed(acting, SECOND, redelivery.redelivery_id, "waiting", "done", "waiting")
    await handed(acting, SECOND, "", "waiting")
    async with acting(f"office:{OFFICE}") as store:
        found = await store.redelivery(redelivery.redelivery_id)
        assert found is not None and found.on_channels == OnChannels(2, 1, NOW + timedelta(minutes=2))
        untouched = await store.redelivery(other.redelivery_id)
        assert untouched is not None and untouched.on_channels == OnChannels()


async def test_one_that_failed_makes_room_and_is_started_again_by_whoever_asked_for_it(acting: As) -> None:
    redelivery = a_redelivery()
    await added(acting, redelivery)
    async with acting(f"office:{OFFICE}") as store:
        assert not await store.start_redelivery_again(redelivery.redelivery_id), "it did not fail"
    async with acting(None) as store:
        await store.save_redelivery(replace(redelivery, done=1, failure="internal_error"))
    async with acting("office:peeters") as store:
        assert not await store.start_redelivery_again(redelivery.redelivery_id)
    async with acting(f"office:{OFFICE}") as store:
        found = await store.redelivery(redelivery.redelivery_id)
        assert found is not None and (found.state, found.done) == ("failed", 1)
        assert await store.open_redeliveries(OFFICE) == 0
        assert await store.start_redelivery_again(redelivery.redelivery_id)
        assert await store.open_redeliveries(OFFICE) == 1
        assert (await store.redelivery(redelivery.redelivery_id)) == replace(redelivery, done=1)
