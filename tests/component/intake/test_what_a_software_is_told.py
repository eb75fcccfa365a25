"""Askings over HTTP and Kafka: what stands in the way and what to do now, how often one may ask, the words of v2."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from services.intake import handlers
from services.intake.adapters.memory import MemoryIntake
from services.intake.domain.probing import Limits
from services.intake.endpoints import compatibility
from shared.chassis.messages import Batch, Submission
from shared.chassis.parking import MemoryParking
from shared.contracts import ConnectionActivated, ConnectionBlocked, SubmissionRejected
from shared.contracts.submissions import CONNECTION_TYPE
from shared.values import Language, SoftwareSlug
from shared.values.moments import utc_text
from tests.component.intake.asking import NOW, NUMBERS, ask, blocked, connection_of, of, show, tell, verified
from tests.waiting import until

V2 = "/v2/request-access-token/invoicing-software"


async def request_token(http, vat=NUMBERS[0], path=V2, **headers):
    key = http.keys.robaws["Authorization"].removeprefix("Bearer ")
    return await http.client.post(path, json={"vat": vat}, headers={"X-Software-Company": key} | headers)


async def test_a_blocked_request_says_who_acts_what_to_do_and_has_the_mail_to_the_office_ready(http, runtime):
    connection_id = (await ask(http)).json()["id"]
    await tell(runtime, blocked(connection_id))
    seen = (await show(http, connection_id)).json()
    assert (seen["actor"], seen["resumes"], seen["retryable"], seen["mail_state"]) == ("office", True, False, None)
    assert seen["next_action"]["url"] == "/problems/email_unknown"
    assert "votre bureau comptable" in seen["next_action"]["label"]
    assert "0010.080.080" in seen["office_mail"]["subject"]
    assert seen["expires_at"].startswith("2026-12-02")


async def test_what_is_well_has_nothing_to_do_and_tells_how_far_the_mail_is(http, runtime):
    connection_id = (await ask(http)).json()["id"]
    await tell(runtime, verified(connection_id))
    seen = (await show(http, connection_id)).json()
    assert [seen[name] for name in ("reason", "actor", "next_action", "office_mail", "resumes")] == [None] * 5
    assert (seen["state"], seen["masked_email"]) == ("verified", "a***@e***.be")
    assert seen["mail_state"] in ("queued", "deferred")


async def test_asking_for_what_is_connected_says_since_when_and_offers_to_rotate(http, runtime):
    connection_id = (await ask(http)).json()["id"]
    await tell(runtime, ConnectionActivated(**of(connection_id), activated_at=NOW))
    again = await ask(http)
    told = again.json()
    assert (again.status_code, told["state"], told["reason"]) == (202, "active", "already_connected")
    assert told["active_since"] == utc_text(NOW)
    assert told["next_action"]["url"] == f"/v1/connections/{connection_id}/rotate"
    over_v2 = (await request_token(http, **{"Accept-Language": "fr"})).json()
    assert (over_v2["code"], over_v2["active_since"]) == ("already_connected", utc_text(NOW))
    assert "déjà connectée (2026-11-02)" in over_v2["detail"]
    (rejected,) = await publish(runtime, NUMBERS[0])
    assert (rejected.code, rejected.found) == ("already_connected", connection_id)
    assert "since 2026-11-02T09:00:00Z" in rejected.detail


async def publish(runtime, *numbers, limits=None):
    rows = [
        Submission(
            id=uuid4(), correlation_id="c", software=SoftwareSlug("robaws"), event_type=CONNECTION_TYPE,
            value=f'{{"enterprise_number": "{number}"}}'.encode(), headers={}, time=NOW,
            topic="software.robaws.submissions.v1", partition=0, offset=0,
        )
        for number in numbers
    ]  # fmt: skip
    batch = Batch(rows, NOW, MemoryParking())
    told = await handlers.take_submissions(batch, MemoryIntake(runtime.shelf), limits=limits or Limits())
    return [one.body for one in told]


async def test_too_many_different_companies_are_429_over_http_and_rejected_over_kafka(http, runtime):
    for number in NUMBERS[:5]:
        assert (await ask(http, {"enterprise_number": number})).status_code == 202
    refused = await ask(http, {"enterprise_number": NUMBERS[5]})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert (await ask(http, {"enterprise_number": NUMBERS[0]})).status_code == 202, "the same company again"
    assert (await ask(http, {"enterprise_number": NUMBERS[5]}, key="billit")).status_code == 202
    (rejected,) = await publish(runtime, NUMBERS[5], limits=Limits(daily_companies=5))
    assert isinstance(rejected, SubmissionRejected)
    assert rejected.code == "rate_limited"
    over_v2 = await request_token(http, NUMBERS[5])
    assert (over_v2.status_code, over_v2.headers["content-type"]) == (429, "application/json")
    assert over_v2.json()["detail"].startswith("Er ")


async def test_a_software_that_asks_for_unknown_companies_only_is_slowed_down_and_the_operator_hears_it(
    http, runtime, capsys
):
    for number in NUMBERS[:4]:
        connection_id = (await ask(http, {"enterprise_number": number})).json()["id"]
        unknown = ConnectionBlocked(
            **(of(connection_id) | {"enterprise_number": number}), reason="company_unknown",
            contact="accounting_office", expires_at=NOW,
        )  # fmt: skip
        await tell(runtime, unknown, limits=Limits(sample=4))
    refused = await ask(http, {"enterprise_number": NUMBERS[4]})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert "unknown_ratio_alarm" in capsys.readouterr().out
    assert (await ask(http, {"enterprise_number": NUMBERS[0]})).status_code == 202
    assert (await ask(http, {"enterprise_number": NUMBERS[4]}, key="billit")).status_code == 202


@pytest.mark.parametrize("slash", ["", "/"])
async def test_v2_asked_again_continues_the_same_request_without_asking_anybody_twice(
    http, runtime, monkeypatch, slash
):
    monkeypatch.setattr(compatibility, "LONGEST_WAIT_MS", 60)
    with capture_logs():  # whose rendering of a traceback would take seconds
        first = await request_token(http, path=V2 + slash)
        second = await request_token(http, path=V2 + slash, **{"Accept-Language": "de"})
    assert (first.status_code, second.status_code) == (503, 503)
    assert (first.headers["retry-after"], first.headers["content-type"]) == ("5", "application/json")
    assert second.json()["detail"].startswith("Die Anfrage ist eingegangen")
    assert [one.body.ordinal for one in runtime.consequences] == [1]
    monkeypatch.setattr(compatibility, "LONGEST_WAIT_MS", 60_000)
    third = asyncio.create_task(request_token(http, path=V2 + slash))
    await asyncio.sleep(0.1)  # it waits for the answer to the first asking
    await tell(runtime, verified(connection_of(runtime)))
    answer = await third
    assert (answer.status_code, answer.json()["state"]) == (201, "verified")
    assert answer.headers["content-type"] == "application/json"
    assert len(runtime.consequences) == 1


@pytest.mark.parametrize(
    ("vat", "code", "detail"),
    [
        ("0403.170.710", "enterprise_number_checksum", "Bedoelde u 0403.170.701?"),
        ("2.123.456.789", "establishment_number", "vestiging"),
        ("hello", "enterprise_number_malformed", "ondernemingsnummer"),
        ("", "enterprise_number_malformed", "ondernemingsnummer"),
        ("9" * 150, "enterprise_number_malformed", "ondernemingsnummer"),
    ],
)
async def test_v2_says_in_the_users_language_what_is_wrong_with_a_number(http, runtime, vat, code, detail):
    answer = await request_token(http, vat)
    told = answer.json()
    assert (answer.status_code, told["code"], told["reason"]) == (422, code, code)
    assert detail in told["detail"]
    assert told["errors"][0]["pointer"] == "/vat"
    assert runtime.consequences == []
    french = (await request_token(http, vat, **{"Accept-Language": "fr-BE"})).json()
    assert french["detail"] != told["detail"]


@pytest.mark.parametrize(
    ("number", "code", "suggestion"),
    [
        ("0403.170.710", "enterprise_number_checksum", "0403.170.701"),
        ("2.123.456.789", "establishment_number", None),
        ("12345", "enterprise_number_malformed", None),
    ],
)
async def test_a_wrong_number_is_told_with_what_was_perhaps_meant_over_http_and_kafka(
    http, runtime, number, code, suggestion
):
    told = (await ask(http, {"enterprise_number": number})).json()
    assert (told["code"], told["errors"][0].get("suggestion")) == (code, suggestion)
    (rejected,) = await publish(runtime, number)
    assert rejected.code == code
    assert suggestion is None or suggestion in rejected.detail


@pytest.mark.parametrize(
    "spelling",
    ["0010080080", "010.080.080", "BE 0010.080.080", "be0010080080", "BTW BE 0010-080-080", "TVA: BE(0)010 080 080",
     "0208:0010080080", "9925:BE0010080080", "\u200b0010.080.080 "],
)  # fmt: skip
async def test_every_usual_spelling_is_the_same_company(http, runtime, spelling):
    answer = await ask(http, {"enterprise_number": spelling})
    assert answer.status_code == 202, answer.text
    assert runtime.consequences[0].body.enterprise_number == "0010080080"


async def test_a_problem_is_not_kept_for_an_idempotency_key(http, runtime):
    key = {"Idempotency-Key": "k9"}
    full = next(iter(runtime.shelf.askers.values()), None)
    assert full is None
    for number in NUMBERS[:5]:
        await ask(http, {"enterprise_number": number})
    assert (await ask(http, {"enterprise_number": NUMBERS[6]}, **key)).status_code == 429
    asker = runtime.shelf.askers[SoftwareSlug("robaws")]
    runtime.shelf.askers[SoftwareSlug("robaws")] = replace(asker, companies=0)
    later = await ask(http, {"enterprise_number": NUMBERS[6]}, **key)
    assert (later.status_code, "idempotency-replayed" in later.headers) == (202, False)


async def test_the_language_that_was_asked_for_is_spoken_while_the_companys_is_not_known(http, runtime):
    connection_id = (await ask(http, {"enterprise_number": NUMBERS[0], "language": "en"})).json()["id"]
    unknown = ConnectionBlocked(
        **of(connection_id), reason="company_unknown", contact="accounting_office", language=Language.EN,
        expires_at=NOW,
    )  # fmt: skip
    await tell(runtime, unknown)
    assert (await show(http, connection_id)).json()["office_mail"]["body"].startswith("Dear accountant,")


async def test_v2_hears_that_it_was_connected_before_it_asked_though_the_news_comes_later(http, runtime, monkeypatch):
    monkeypatch.setattr(compatibility, "LONGEST_WAIT_MS", 60_000)
    asking = asyncio.create_task(request_token(http))
    await until(lambda: runtime.shelf.connections)
    earlier = NOW - timedelta(seconds=1)
    connection_id = connection_of(runtime)
    await tell(runtime, ConnectionActivated(**of(connection_id), activated_at=earlier))
    answer = await asking
    assert (answer.status_code, answer.json()["code"]) == (409, "already_connected")
    assert answer.json()["id"] == connection_id
