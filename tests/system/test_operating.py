"""An operator watches the pipeline, looks at what failed, and has it handled again."""

import json
import re
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx

from deploy.demo.doors import observed
from deploy.local.platform import Platform
from services.intake.domain.connections import connection_id
from shared.contracts import SubmissionRejected, TokenExpired
from shared.contracts.catalogue import CATALOGUE
from shared.values import SoftwareSlug
from tests.system.insider import Forged, Insider, forged, forged_event
from tests.system.stage import Stage

_ROW = r'<th scope="row"[^>]*>{topic}</th>\s*<td class="number">([^<]*)</td>.*?<td class="number">([^<]*)</td>'


async def test_only_the_operators_key_opens_the_console(platform: Platform) -> None:
    async with httpx.AsyncClient(base_url=platform.addresses["console"], timeout=30) as browser:
        for path in ("/", "/failures", "/live-stream"):
            answer = await browser.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        wrong = await browser.post("/login", data={"key": platform.addresses["softwares"]["robaws"]})
        assert wrong.status_code == 401
        assert "not the operator" in wrong.text
        key = {"Authorization": f"Bearer {platform.addresses['softwares']['robaws']}"}
        assert (await browser.get("/", headers=key)).status_code == 403
        foreign = {"Origin": "http://elsewhere.example"}
        right = {"key": platform.addresses["operator"]}
        assert (await browser.post("/login", data=right, headers=foreign)).status_code == 401
        cookie = (await browser.post("/login", data=right)).headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie
        assert (await browser.get("/")).status_code == 200


async def test_the_pipeline_shows_every_topic_with_what_flowed_through_it(
    stage: Stage, console: httpx.AsyncClient
) -> None:
    software, topic = stage.software("computer-assistance"), "connection.requested"
    await observed("two readings of Kafka", partial(_row, console, topic, r"\d"))
    await software.ask("POST", "/v1/connections", 202, json={"enterprise_number": (await stage.company()).number})
    page = await observed(f"{topic} with a rate and a total", partial(_row, console, topic, r"[1-9]"))
    for event in CATALOGUE:
        assert f">{event.topic.removesuffix('.v1')}</th>" in page
    async with console.stream("GET", "/live-stream") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: ") and "connection.requested" in line:
                break
        assert stream.headers["content-type"].startswith("text/event-stream")


async def test_an_event_with_a_wrong_schema_is_mended_on_the_page_and_reaches_its_software(
    stage: Stage, insider: Insider, console: httpx.AsyncClient
) -> None:
    software = stage.software("cashaca-zenfactuur")
    right = SubmissionRejected(
        submission_id="submission-17", software=SoftwareSlug("cashaca-zenfactuur"), code="json_malformed", detail="Het."
    ).model_dump(mode="json")
    wrong = forged("submission.rejected.v1", "cashaca-zenfactuur", right | {"code": 17})
    page = await _dies(insider, console, wrong, "delivery")
    assert "schema_mismatch" in page and "submission-17" in page and ">dead<" in page
    refused = await _handle_again(console, insider, wrong, "delivery", value="not json")
    assert refused.status_code == 400
    await _handle_again(console, insider, wrong, "delivery", value=json.dumps(right))
    await _handled(console, insider, wrong, "delivery")
    told = await software.heard("submission.rejected", "submission-17")
    assert told["data"]["code"] == "json_malformed"
    again = await _handle_again(console, insider, wrong, "delivery")
    assert again.status_code == 409


async def test_an_event_without_its_connection_is_handled_again_once_the_connection_is_there(
    stage: Stage, insider: Insider, console: httpx.AsyncClient
) -> None:
    software, company = stage.software("vertuoza"), await stage.company()
    awaited = connection_id("vertuoza", "live", company.number, 1)
    early = forged_event(
        TokenExpired(
            connection_id=awaited, enterprise_number=company.number, software=SoftwareSlug("vertuoza"), issue=1
        )
    )
    page = await _dies(insider, console, early, "intake")
    assert "connection_unknown" in page and str(awaited) in page
    asked = await software.ask("POST", "/v1/connections", 202, json={"enterprise_number": company.number})
    assert asked.json()["id"] == awaited
    await _handle_again(console, insider, early, "intake")
    text = await _handled(console, insider, early, "intake")
    assert "asked to handle it again" in text and "Els" in text
    seen = (await software.ask("GET", f"/v1/connections/{awaited}", 200)).json()
    assert "token.expired" in [entry["kind"] for entry in seen["timeline"]]


async def test_an_event_that_is_still_wrong_stays_where_it_is_and_says_so(
    insider: Insider, console: httpx.AsyncClient
) -> None:
    wrong = forged("submission.rejected.v1", "vertuoza", {"nothing": datetime.now(UTC).isoformat()})
    await _dies(insider, console, wrong, "delivery")
    await _handle_again(console, insider, wrong, "delivery")

    async def tried() -> bool | None:
        text = await _page(console, insider, wrong, "delivery")
        return True if "after 2 tries" in text and ">dead<" in text else None

    await observed("a second try that failed as well", tried)


async def _row(console: httpx.AsyncClient, topic: str, rate: str) -> str | None:
    """The page, once the topic's row shows such a rate (a regular expression) and a total above zero."""
    text = (await console.get("/")).text
    row = re.search(_ROW.format(topic=re.escape(topic)), text, re.DOTALL)
    wanted = rate == r"\d" or (row is not None and re.match("[1-9]", row[2]))
    return text if row is not None and re.search(rate, row[1]) and wanted else None


async def _dies(insider: Insider, console: httpx.AsyncClient, record: Forged, service: str) -> str:
    """Publishes the record; gives its page once the console lists it."""
    await insider.place(record)
    letter = await insider.dead_letter(service, record)

    async def listed() -> str | None:
        return (
            str(letter.dead_letter_id) if str(letter.dead_letter_id) in (await console.get("/failures")).text else None
        )

    await observed(f"{letter.reason_code} among the failures", listed)
    return await _page(console, insider, record, service)


async def _page(console: httpx.AsyncClient, insider: Insider, record: Forged, service: str) -> str:
    letter = await insider.dead_letter(service, record)
    answer = await console.get(f"/failures/{letter.dead_letter_id}")
    assert answer.status_code == 200, answer.text
    return answer.text.replace("&#34;", '"')


async def _handle_again(
    console: httpx.AsyncClient, insider: Insider, record: Forged, service: str, **form: Any
) -> httpx.Response:
    """Presses the button of the record's page."""
    letter = await insider.dead_letter(service, record)
    path = f"/failures/{letter.dead_letter_id}"
    token = re.search(
        r'name="token" value="([^"]+)"', (await console.get("/failures")).text + (await console.get(path)).text
    )
    answer = await console.post(f"{path}/replay", data={"token": token[1] if token else "", **form})
    assert answer.status_code in (303, 400, 409), answer.text
    return answer


async def _handled(console: httpx.AsyncClient, insider: Insider, record: Forged, service: str) -> str:
    async def look() -> str | None:
        text = await _page(console, insider, record, service)
        return text if ">handled<" in text else None

    return await observed("the failure's status handled", look)
