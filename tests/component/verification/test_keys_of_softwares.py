"""The operator issues keys, takes them back, limits and suspends a software: verification by itself."""

from datetime import timedelta

from services.verification.ports import SoftwareTouched
from shared.chassis.keys import parse_key, secret_sha256
from tests.component.verification.conftest import NOW

ROBAWS = "/v1/directory/softwares/robaws"


async def entered(http, **facts):
    answer = await http.client.put(ROBAWS, json={"name": "Robaws", **facts}, headers=http.keys.operator)
    assert answer.status_code == 200, answer.text


async def issue(http, mode="live", **facts):
    return await http.client.post(f"{ROBAWS}/keys", json={"mode": mode, **facts}, headers=http.keys.operator)


async def test_a_key_is_shown_once_and_kept_as_a_digest(http, runtime):
    await entered(http)
    answer = await issue(http, scopes=["invoices:write"])
    body = answer.json()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    parsed = parse_key(body["key"])
    (kept,) = runtime.shelf.softwares["robaws"].credentials
    assert (kept.id, kept.secret_sha256) == (body["credential_id"], secret_sha256(parsed.secret_text))
    listed = await http.client.get(f"{ROBAWS}/keys", headers=http.keys.operator)
    assert parsed.secret_text not in listed.text + repr(runtime.consequences)
    assert [each["scopes"] for each in listed.json()["keys"]] == [["invoices:write"]]
    assert isinstance(runtime.consequences[-1].task, SoftwareTouched)


async def test_two_keys_of_each_mode_and_a_third_only_after_one_was_taken_back(http):
    await entered(http)
    issued = [(await issue(http, mode)).json() for mode in ("live", "live", "test", "test")]
    assert [parse_key(each["key"]).mode for each in issued] == ["live", "live", "test", "test"]
    third = await issue(http)
    assert (third.status_code, third.json()["code"]) == (409, "software_keys_full")
    path = f"{ROBAWS}/keys/{issued[0]['credential_id']}"
    statuses = [(await http.client.delete(path, headers=http.keys.operator)).status_code for _ in range(2)]
    assert statuses == [204, 404]
    assert (await issue(http)).status_code == 201


async def test_an_end_that_passed_and_rights_beyond_the_softwares_are_refused(http):
    await entered(http, scopes=["invoices:write"], daily_companies=500)
    past = await issue(http, ends_at=(NOW - timedelta(seconds=1)).isoformat())
    beyond = await issue(http, scopes=["statements:write"])
    assert [(each.status_code, each.json()["code"]) for each in (past, beyond)] == [
        (422, "key_end_passed"),
        (422, "scope_not_allowed"),
    ]
    nonsense = {"name": "Robaws", "scopes": ["everything"]}
    answer = await http.client.put(ROBAWS, json=nonsense, headers=http.keys.operator)
    assert (answer.status_code, answer.json()["code"]) == (422, "scope_not_allowed")


async def test_a_suspension_keeps_the_keys_and_changes_nothing_else(http, runtime):
    await entered(http, daily_companies=500)
    key = (await issue(http)).json()["credential_id"]
    for state in ("suspended", "active"):
        answer = await http.client.patch(ROBAWS, json={"state": state}, headers=http.keys.operator)
        assert answer.json() == {
            "software": "robaws",
            "name": "Robaws",
            "state": state,
            "credential_ids": [key],
            "scopes": [],
            "daily_companies": 500,
        }
    told = len(runtime.consequences)
    await http.client.patch(ROBAWS, json={"state": "active", "name": None}, headers=http.keys.operator)
    assert len(runtime.consequences) == told
    freed = await http.client.patch(ROBAWS, json={"daily_companies": None}, headers=http.keys.operator)
    assert freed.json()["daily_companies"] is None


async def test_a_software_that_nobody_entered_has_no_keys(http):
    for answer in (
        await issue(http),
        await http.client.get(f"{ROBAWS}/keys", headers=http.keys.operator),
        await http.client.patch(ROBAWS, json={"state": "suspended"}, headers=http.keys.operator),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "software_unknown")
    assert (
        await http.client.post(f"{ROBAWS}/keys", json={"mode": "live"}, headers=http.keys.robaws)
    ).status_code == 403
