"""A software hears of its connections by four doors, and the same by each."""

import json
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook

from deploy.demo.doors import observed
from tests.component.delivery.receiving import receiving
from tests.system.stage import Stage


async def test_a_software_hears_of_a_connection_by_all_four_doors_with_the_same_ids_and_bodies(stage: Stage) -> None:
    software, company = stage.software("winauditor-facturation"), await stage.company()
    async with receiving() as receiver:
        asked = await software.ask("POST", "/v1/webhook_endpoints", 201, json={"url": receiver.url})
        endpoint = asked.json()
        receiver.will_answer(500)
        connection = await stage.connect(software, company)
        told = await software.heard("connection.activated", connection.connection_id)

        async def called() -> dict[str, bytes] | None:
            bodies = {headers["webhook-id"]: body for headers, body in receiver.got}
            return bodies if told["id"] in bodies else None

        bodies = await observed("a call with connection.activated", called)
        for headers, body in receiver.got:
            Webhook(endpoint["secret"]).verify(body, headers)
    sent = await software.heard("connection.token_sent", connection.connection_id)
    assert [each for each in bodies if each in (sent["id"], told["id"])] == [sent["id"], told["id"]]
    kafka = await stage.kafka(software)
    for event in (sent, told):
        headers, value = await kafka.read(
            "software.winauditor-facturation.events.v1", event["type"], connection.connection_id
        )
        assert headers["ce_id"] == event["id"]
        assert value == bodies[event["id"]]
        assert json.loads(value) == event
    seen = (await software.ask("GET", f"/v1/connections/{connection.connection_id}", 200)).json()
    assert (seen["id"], seen["state"]) == (told["subject"], "active")
    await _has_a_log(stage, endpoint["id"], sent["id"])


async def _has_a_log(stage: Stage, endpoint_id: str, event_id: str) -> None:
    """The first call was refused, the second taken; nobody else sees that."""
    path = f"/v1/webhook_endpoints/{endpoint_id}"

    async def two_tries() -> list[dict[str, Any]] | None:
        log = (await stage.software("winauditor-facturation").ask("GET", f"{path}/attempts", 200)).json()["attempts"]
        tries = [each for each in log if each["event_id"] == event_id]
        return tries if len(tries) >= 2 else None

    taken, refused = await observed("two tries in the log", two_tries)
    assert (refused["status"], refused["delivered"], taken["delivered"]) == (500, False, True)
    began, again = (datetime.fromisoformat(refused[name]) for name in ("at", "next_try_at"))
    assert 5.0 <= (again - began).total_seconds() <= 5.6
    for method, end in (("GET", ""), ("GET", "/attempts"), ("POST", "/rotate"), ("DELETE", "")):
        await stage.software("billit").ask(method, path + end, 404)
    await stage.software("winauditor-facturation").ask("DELETE", path, 204)
