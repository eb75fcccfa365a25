"""A company takes another accountant: its connection stays, its software hears from which day the new one receives."""

from datetime import timedelta

from deploy.demo.directory import JANSSENS, LAMBERT, SINCE
from deploy.demo.doors import observed
from tests.system.stage import Stage, invoice, today


async def test_a_connection_survives_the_move_to_another_office_and_its_software_hears_the_day(stage: Stage) -> None:
    leli, company = stage.software("leli-technology"), await stage.company()
    connection = await stage.connect(leli, company)
    await leli.heard("connection.activated", connection.connection_id)
    begins = today() + timedelta(days=40)
    periods = [
        {"office_id": JANSSENS.office_id, "since": SINCE.isoformat(), "until": begins.isoformat()},
        {"office_id": LAMBERT.office_id, "since": begins.isoformat()},
    ]
    await stage.enter(company, offices=periods)
    told = await leli.heard("connection.office_changed", connection.connection_id)
    assert told["data"]["since"] == begins.isoformat()
    assert LAMBERT.office_id not in str(told).lower()

    async def noted() -> dict[str, object] | None:
        seen: dict[str, object] = (await leli.ask("GET", f"/v1/connections/{connection.connection_id}", 200)).json()
        entries = {entry["kind"]: entry["note"] for entry in seen["timeline"]}  # type: ignore[attr-defined]
        return seen if entries.get("connection.office_changed") == begins.isoformat() else None

    seen = await observed("the timeline tells of the office", noted)
    assert seen["state"] == "active"
    await stage.hand_in(connection, invoice(company, "2026-900"))
