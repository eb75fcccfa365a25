"""Bytes that many take and give back: never more than the bound, and nobody is passed for ever."""

import asyncio
import random

import pytest

from shared.chassis.memory import Memory


async def test_no_more_is_taken_at_one_time_than_there_is() -> None:
    memory, taken, most = Memory(100), 0, 0
    sizes = random.Random(3)

    async def carry(size: int) -> None:
        nonlocal taken, most
        async with memory.taken(size):
            taken += size
            most = max(most, taken)
            await asyncio.sleep(0)
            taken -= size

    await asyncio.gather(*(carry(sizes.randint(1, 100)) for _ in range(200)))
    assert 90 < most <= 100


async def test_what_is_larger_than_all_there_is_goes_alone() -> None:
    memory, alone, others = Memory(100), False, 0

    async def carry(size: int) -> None:
        nonlocal alone, others
        async with memory.taken(size):
            assert not alone and (size < 100 or others == 0)
            alone, others = size > 100, others + 1
            await asyncio.sleep(0)
            alone, others = False, others - 1

    await asyncio.gather(*(carry(size) for size in (10, 500, 10, 10, 500, 10)))


async def test_who_wants_much_is_not_passed_by_those_who_want_little() -> None:
    memory, order = Memory(100), list[str]()

    async def carry(name: str, size: int) -> None:
        async with memory.taken(size):
            order.append(name)
            await asyncio.sleep(0)

    async with memory.taken(50):
        waiting = [asyncio.create_task(carry("much", 100))]
        await asyncio.sleep(0)
        waiting += [asyncio.create_task(carry(f"little {n}", 1)) for n in range(5)]
        await asyncio.sleep(0)
        assert order == []
    await asyncio.gather(*waiting)
    assert order[0] == "much"


async def test_who_waited_too_long_leaves_nothing_behind() -> None:
    memory = Memory(100)
    async with memory.taken(60):
        with pytest.raises(TimeoutError):
            async with memory.taken(60, within=0.01):
                raise AssertionError("there is not so much")
        async with memory.taken(40, within=0.01):
            pass
    async with memory.taken(100, within=0.01):
        pass
    with pytest.raises(ValueError, match="inside"):
        async with memory.taken(100):
            raise ValueError("inside")
    async with memory.taken(100, within=0.01):
        pass
