"""What a channel is handed next is packed while a document is on its way, and still goes in its turn."""

import asyncio

from services.delivery.domain.channels import Channel
from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import Outcome
from shared.chassis.memory import Memory
from tests.component.delivery.channelling import DONE, DOWN, NEVER, House, Script


class Watching(Script):
    """Notes what was packed by the time that a document comes to it."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        self.packed: list[int] = []

    async def deliver(self, channel: Channel, secret: str, parcel: Parcel) -> Outcome:
        await asyncio.sleep(0.01)
        self.packed.append(len(self.house.files.languages))
        return await super().deliver(channel, secret, parcel)


async def test_the_next_documents_are_packed_while_one_is_on_its_way_and_go_in_their_order() -> None:
    house = House()
    courier = house.couriers["folder"] = Watching(house)
    channel = await house.choose("folder", files=("pdf",))
    await house.route(*map(str, range(1, 7)))
    await house.work()
    assert courier.numbers == ["1", "2", "3", "4", "5", "6"]
    assert courier.packed == [1, 4, 5, 6, 6, 6], "the first alone: nobody knows yet whether the receiver answers"
    assert [state for _, state in await house.states(channel)] == ["done"] * 6


async def test_what_was_packed_in_vain_leaves_its_memory_and_goes_in_its_turn_later() -> None:
    house = House()
    house.memory = Memory(100_000_000)
    courier = house.couriers["folder"] = Watching(house)
    channel = await house.choose("folder", files=("pdf",))
    courier.answers.extend([DONE, NEVER, DOWN])
    await house.route(*map(str, range(1, 7)))
    await house.work()
    assert courier.numbers == ["1", "2", "3"]
    async with house.memory.taken(100_000_000, within=0.01):
        pass
    await house.later(hours=1)
    assert courier.numbers == ["1", "2", "3", "3", "4", "5", "6"]
    states = dict(await house.states(channel))
    assert states == {"1": "done", "2": "failed", **dict.fromkeys("3456", "done")}
