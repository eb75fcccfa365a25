"""Whatever is killed, at whatever moment: the story completes by itself, nothing is lost, nothing counts twice."""

import asyncio
import os

from deploy.demo.doors import open_door
from deploy.local.platform import Platform
from shared.contracts.catalogue import SERVICES
from tests.system.bank_flow import BankFlow
from tests.system.flow import Flow, arrived, assert_nothing_is_left, codes_mailed, double_effects, out_of_order
from tests.system.stage import Stage

CHAOS = os.environ.get("RELAIS_EFFORT") == "chaos"
INVOICES = 1_250 if CHAOS else 120
"""Each becomes four internal events and two records or rows at its receivers: 1,250 are over 5,000 events."""
PAID_A_FILE, AMONG = (10, 790) if CHAOS else (10, 10)
"""Invoices that a bank file pays, and movements that pay nothing: 100,000 in all, or 240."""
KILLS = 20 if CHAOS else len(SERVICES)
PAUSE_S = 2.0 if CHAOS else 1.0


async def flowing(stage: Stage) -> Flow:
    """Four connected companies of the office that chose Kafka."""
    await stage.office().choose_kafka()
    robaws = stage.software("robaws")
    companies = [await stage.company() for _ in range(4)]
    return Flow(stage, [await stage.connect(robaws, company) for company in companies])


async def test_killing_any_process_loses_nothing_and_doubles_nothing(fragile: Platform) -> None:
    async with open_door(fragile.addresses["door"]) as door:
        stage = Stage(fragile.addresses, door)
        flow = await flowing(stage)
        sending = asyncio.create_task(flow.hand_in(0, INVOICES))
        bank = BankFlow(stage, flow.connections, AMONG)
        paying = asyncio.create_task(bank.hand_in(INVOICES, PAID_A_FILE))
        late = [await stage.company() for _ in range(3)]
        connecting = asyncio.gather(*(stage.connect(stage.software("billit"), company) for company in late))
        for turn in range(KILLS):
            await fragile.kill(SERVICES[turn % len(SERVICES)])
            await asyncio.sleep(PAUSE_S)
        await fragile.kill("kafka")
        await asyncio.sleep(PAUSE_S)
        await fragile.kill("postgres")
        await sending
        await paying
        await connecting
        await _assert_whole(stage, flow, fragile.addresses["postgres"])
        await bank.assert_paid_once(set(flow.ids), fragile.addresses["postgres"])
        assert [len(await codes_mailed(stage, company)) for company in late] == [1, 1, 1]


async def test_a_wiped_kafka_is_made_whole_and_the_flow_goes_on(fragile: Platform) -> None:
    async with open_door(fragile.addresses["door"]) as door:
        stage = Stage(fragile.addresses, door)
        flow = await flowing(stage)
        await flow.hand_in(0, INVOICES // 3)
        half_way = asyncio.create_task(flow.hand_in(INVOICES // 3, INVOICES // 3))
        await fragile.kill("kafka", restart=False)
        fragile.kafka.wipe()
        await fragile.start_part("kafka")
        await half_way
        await _assert_whole(stage, flow, fragile.addresses["postgres"], in_order=False)


async def _assert_whole(stage: Stage, flow: Flow, owner_url: str, *, in_order: bool = True) -> None:
    ids = set(flow.ids)
    assert len(ids) == len(flow.ids)
    there = await arrived(stage, ids)
    assert sorted(there.feed) == sorted(ids), "each document once in the feed"
    assert set(there.topic) == ids
    await assert_nothing_is_left(owner_url)
    assert not any((await double_effects(owner_url, ids)).values())
    if in_order:
        assert not await out_of_order(owner_url)
