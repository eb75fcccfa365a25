"""Three replicas of every service share the work; one dies, one joins, and every key stays in order."""

import asyncio
import tempfile
from pathlib import Path

from deploy.demo.doors import open_door
from deploy.local.platform import Platform
from shared.contracts.catalogue import SERVICES
from tests.system.flow import Flow, arrived, assert_nothing_is_left, double_effects, out_of_order
from tests.system.stage import Stage, seeded

INVOICES = 90


async def test_three_replicas_one_killed_and_one_added_lose_nothing_and_keep_the_order() -> None:
    with tempfile.TemporaryDirectory(prefix="relais-scaled-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        scaled = Platform(Path(name), free_ports=True, replicas=dict.fromkeys(SERVICES, 3), say=lambda _: None)
        async with scaled, open_door(scaled.addresses["door"]) as door:
            scaled.addresses = await seeded(scaled)
            stage = Stage(scaled.addresses, door)
            await stage.office().choose_kafka()
            robaws = stage.software("robaws")
            flow = Flow(stage, [await stage.connect(robaws, await stage.company()) for _ in range(6)])
            sending = asyncio.create_task(flow.hand_in(0, INVOICES))
            for service in SERVICES:
                await scaled.kill(service, slot=1, restart=False)
            for service in ("invoice_router", "delivery"):
                await scaled.add_replica(service)
            await sending
            ids = set(flow.ids)
            there = await arrived(stage, ids)
            assert sorted(there.feed) == sorted(ids)
            await assert_nothing_is_left(scaled.addresses["postgres"])
            assert not any((await double_effects(scaled.addresses["postgres"], ids)).values())
            assert not await out_of_order(scaled.addresses["postgres"])
