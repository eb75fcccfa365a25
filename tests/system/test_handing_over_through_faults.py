"""A server that is down and a service that is killed: documents wait in order, and none is handed over twice."""

from pathlib import Path

import asyncpg

from deploy.demo.doors import observed, open_door
from deploy.local.platform import Platform
from tests.adapters.delivery.sftp_server import serving
from tests.component.delivery.receiving import Receiver, receiving
from tests.system.channelled import SECRET, House, sftp_of
from tests.system.stage import Stage

DOCUMENTS, KILLS = 12, 3


async def test_what_comes_while_a_server_is_down_waits_in_order_and_a_killed_service_doubles_nothing(
    fragile: Platform, tmp_path: Path
) -> None:
    async with open_door(fragile.addresses["door"]) as door, receiving() as receiver:
        house = await House.of(Stage(fragile.addresses, door), "storing", "my-fact")
        async with serving(tmp_path / "server") as server:
            port, remote = server.port, await house.choose(**sftp_of(server), files=["xml"])
        receiver.silent_s = 0.15
        hook = await house.choose(kind="webhook", webhook={"url": receiver.url, "secret": SECRET})
        ids = [(await house.send(f"STORING-{place}"))[0] for place in range(DOCUMENTS)]
        for turn in range(1, KILLS + 1):
            await _called(receiver, turn * 2)
            await fragile.kill("delivery", restart=False)
            await _lease_runs_out(fragile)  # of the dead one: the next one must not have begun
            await fragile.start_part("delivery")
        done = await house.handed_over(hook, *ids)
        assert [each["document_id"] for each in done] == ids
        assert len(set(receiver.ids)) == DOCUMENTS
        assert len(receiver.ids) - DOCUMENTS <= KILLS, "at most as many repeats as answers that a kill made us miss"
        failing = (await house.office.ask("GET", remote, 200)).json()
        assert failing["waiting"] == DOCUMENTS and failing["last_error"].startswith("connection_failed")
        async with serving(tmp_path / "server", port) as server:
            place = {name: value for name, value in sftp_of(server)["sftp"].items() if name != "password"}
            await house.office.ask("PATCH", remote, 200, json={"sftp": place})
            assert (await house.tried(remote))["delivered"] is True
            done = await house.handed_over(remote, *ids)
            written = [name for step, name in server.steps if step == "posix_rename" and "TEST" not in name]
        assert [each["document_id"] for each in done] == ids
        assert [name.split("_")[1] for name in written] == [f"STORING-{place}" for place in range(DOCUMENTS)]


async def _lease_runs_out(platform: Platform) -> None:
    """What a killed process had in hand is its own for 90 s; the test does not wait for that."""
    owner = await asyncpg.connect(platform.addresses["postgres"])
    await owner.execute("update delivery.tasks set lease_until = now() where kind = 'hand_over'")
    await owner.close()


async def _called(receiver: Receiver, times: int) -> None:
    async def look() -> bool | None:
        return True if len(receiver.ids) >= times else None

    await observed(f"{times} calls", look)
