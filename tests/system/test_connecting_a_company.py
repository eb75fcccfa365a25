"""A software asks for a company, the company finds a code in its mail, the software registers it."""

import json

import asyncpg
from httpx import Response

from deploy.demo.doors import Client, observed
from tests.system.stage import SUBMITTED_CONNECTION, Company, Connection, Stage, new_company


async def test_a_company_asked_for_over_http_is_connected_and_its_software_hears_the_same_everywhere(
    stage: Stage,
) -> None:
    akti, company = stage.software("akti"), await stage.company()
    ready = (await akti.ask("GET", f"/v1/companies/{company.number}/readiness", 200)).json()
    assert (ready["state"], ready["reason"]) == ("ready", None)
    connection = await stage.connect(akti, company)
    told = await akti.heard("connection.activated", connection.connection_id)
    headers, value = await (await stage.kafka(akti)).read(
        "software.akti.events.v1", "connection.activated", connection.connection_id
    )
    assert headers["ce_id"] == told["id"]
    assert json.loads(value) == told
    seen = await _in_state(akti, connection.connection_id, "active")
    kinds = [entry["kind"] for entry in seen["timeline"]]
    assert set(kinds) >= {"connection.requested", "connection.verified", "token.mailed", "connection.activated"}
    assert kinds[0] == "connection.requested"
    assert seen["masked_email"] != company.email and "***" in seen["masked_email"]
    assert "janssens" not in json.dumps(seen).lower()


async def test_a_company_asked_for_over_kafka_is_connected_just_as_well(stage: Stage) -> None:
    anytime, company = stage.software("anytime"), await stage.company()
    kafka = await stage.kafka(anytime)
    asking = json.dumps({"enterprise_number": company.number.formatted}).encode()
    await kafka.publish("software.anytime.submissions.v1", SUBMITTED_CONNECTION, asking)
    headers, value = await kafka.read("software.anytime.events.v1", "connection.token_sent", company.number)
    sent = await anytime.heard("connection.token_sent", company.number)
    assert (headers["ce_id"], json.loads(value)) == (sent["id"], sent)
    path = f"/v1/connections/{sent['subject']}/activate"
    await anytime.ask("POST", path, 200, json={"token": await stage.code_for(company)})
    await kafka.read("software.anytime.events.v1", "connection.activated", sent["subject"])


async def test_an_existing_client_connects_in_the_words_of_v2_with_and_without_a_last_slash(stage: Stage) -> None:
    for slug, slash in (("apertoso", "/"), ("asci-it", "")):
        software, company = stage.software(slug), await stage.company()
        path = f"/v2/request-access-token/invoicing-software{slash}"
        asked = await software.ask("POST", path, 201, json={"vat": company.number.vat})
        assert asked.json()["state"] in ("verified", "token_sent")
        path = f"/v2/get-credentials/{await stage.code_for(company)}{slash}"
        given = (await software.ask("GET", path, 200)).json()
        assert set(given) == {"username", "password"}
        again = (await software.ask("GET", path, 200)).json()
        assert again == given, "a lost answer must not burn the token"
        await _known_to_be_connected(software, f"/v2/request-access-token/invoicing-software{slash}", company)


async def test_a_lost_answer_to_the_activation_does_not_burn_the_token(stage: Stage) -> None:
    bocount, company = stage.software("bocount-dynamics"), await stage.company()
    connection = await stage.connect(bocount, company)
    path = f"/v1/connections/{connection.connection_id}/activate"
    again = (await bocount.ask("POST", path, 200, json={"token": connection.code.lower().replace("-", " ")})).json()
    assert (again["username"], again["password"]) == (connection.username, connection.password)


async def test_asking_again_while_the_token_waits_mails_the_same_token_again(
    stage: Stage, owner: asyncpg.Connection
) -> None:
    bouwsoft, company = stage.software("bouwsoft"), await stage.company()
    body = {"enterprise_number": company.number}
    asked = (await bouwsoft.ask("POST", "/v1/connections", 202, json=body)).json()
    code = await stage.code_for(company)
    # A minute lies between two mails: here it passes at once.
    for table in ("mailings", "mails"):
        await owner.execute(
            f"update token_mailer.{table} set requested_at = requested_at - interval '2 minutes' "
            "where enterprise_number = $1",
            str(company.number),
        )
    again = (await bouwsoft.ask("POST", "/v1/connections", 202, json=body)).json()
    assert again["id"] == asked["id"]

    async def two_mails() -> bool | None:
        return True if len(await stage.mails_to(company)) == 2 else None

    await observed("a second mail", two_mails)
    assert await stage.code_for(company) == code
    path = f"/v1/connections/{asked['id']}/token/resend"
    too_soon = await bouwsoft.ask("POST", path, 429)
    assert too_soon.json()["code"] == "rate_limited"
    assert 0 < int(too_soon.headers["retry-after"]) <= 60
    await bouwsoft.ask("POST", f"/v1/connections/{asked['id']}/activate", 200, json={"token": code})


async def test_a_wrong_token_and_another_softwares_token_are_refused_and_burn_nothing(stage: Stage) -> None:
    carfac, planner = stage.software("carfac"), stage.software("club-planner")
    company, other = await stage.company(), await stage.company()
    asked = (await carfac.ask("POST", "/v1/connections", 202, json={"enterprise_number": company.number})).json()
    await planner.ask("POST", "/v1/connections", 202, json={"enterprise_number": other.number})
    code, foreign = await stage.code_for(company), await stage.code_for(other)
    path = f"/v1/connections/{asked['id']}/activate"
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    for text in (mistyped, "nothing"):
        answer = await carfac.ask("POST", path, 404, json={"token": text})
        _is_told_in_four_languages(answer, "token_invalid")
    answer = await carfac.ask("POST", path, 409, json={"token": foreign})
    _is_told_in_four_languages(answer, "token_of_another_software")
    taken = await planner.ask("GET", f"/v2/get-credentials/{code}", 409)
    assert taken.json()["code"] == "token_of_another_software"
    hidden = await planner.ask("POST", path, 404, json={"token": code})
    assert hidden.json()["code"] == "connection_unknown"
    await carfac.ask("POST", path, 200, json={"token": code})


async def test_a_token_that_was_used_eleven_minutes_ago_is_refused(stage: Stage, owner: asyncpg.Connection) -> None:
    comanage = stage.software("comanage")
    connection = await stage.connect(comanage, await stage.company())
    await owner.execute(
        "update token_mailer.tokens set consumed_at = consumed_at - interval '11 minutes' where connection_id = $1",
        connection.connection_id,
    )
    path = f"/v1/connections/{connection.connection_id}/activate"
    answer = await comanage.ask("POST", path, 409, json={"token": connection.code})
    _is_told_in_four_languages(answer, "token_used")


async def test_a_connection_that_its_software_ended_hands_in_nothing_more(stage: Stage) -> None:
    ebsys = stage.software("ebsys-codaplus")
    connection = await stage.connect(ebsys, await stage.company())
    await ebsys.ask("DELETE", f"/v1/connections/{connection.connection_id}", 204)
    told = await ebsys.heard("connection.revoked", connection.connection_id)
    assert told["data"]["revoked_by"] == "software"
    await _in_state(ebsys, connection.connection_id, "revoked")
    await _company_and_office_know(stage, connection)

    async def shut() -> bool | None:
        told = await stage.hand_in(connection, b"<Invoice/>", 401, 409, 202, 200)
        return True if told.get("code") in ("credentials_invalid", "connection_not_active") else None

    await observed("the connection's credentials open nothing", shut)


async def test_nobody_learns_of_a_connection_that_is_not_theirs(stage: Stage) -> None:
    simplybooks, efact = stage.software("simplybooks"), stage.software("efact")
    connection = await stage.connect(simplybooks, await stage.company())
    for method, end in (("GET", ""), ("DELETE", ""), ("POST", "/token/resend"), ("POST", "/rotate")):
        answer = await efact.ask(method, f"/v1/connections/{connection.connection_id}{end}", 404)
        assert answer.json()["code"] == "connection_unknown"
        assert connection.company.number not in answer.text
    unknown = new_company()
    hidden = (await efact.ask("POST", "/v1/connections", 202, json={"enterprise_number": unknown.number})).json()
    assert set(hidden) == {"id", "state"}, "whether a company is known is not told by the first answer"


async def _known_to_be_connected(software: Client, path: str, company: Company) -> None:
    """The registration is news to others for a moment; then whoever asks again hears that it is done."""

    async def refused() -> bool | None:
        answer = await software.ask("POST", path, 201, 409, json={"vat": company.number.vat})
        return True if answer.json().get("code") == "already_connected" else None

    await observed(f"{company.number} is already connected", refused)


async def _company_and_office_know(stage: Stage, connection: Connection) -> None:
    """The company has a letter of the ending, without a code; its office sees who ended the connection, and when."""

    async def letter() -> dict[str, object] | None:
        mails = await stage.mails_to(connection.company)
        return next((mail for mail in mails if "beëindigd" in str(mail["subject"])), None)

    text = str((await observed("a letter of the ending", letter))["text"])
    assert connection.company.name in text and "Ebsys Codaplus" in text and connection.code not in text
    seen: dict[str, dict[str, str]] = {}
    after: dict[str, str] = {}
    while True:
        page = (await stage.office().ask("GET", "/v1/directory/connections", 200, params={"limit": 500} | after)).json()
        seen |= {each["connection_id"]: each for each in page["connections"]}
        after = {"after": page["next_after"]}
        if not page["more"]:
            break
    shown = seen[connection.connection_id]
    assert (shown["state"], shown["ended_by"]) == ("revoked", "software")
    assert connection.company.number == shown["enterprise_number"] and shown["activated_at"] < shown["ended_at"]


async def _in_state(software: Client, connection_id: str, state: str) -> dict[str, object]:
    async def look() -> dict[str, object] | None:
        seen: dict[str, object] = (await software.ask("GET", f"/v1/connections/{connection_id}", 200)).json()
        return seen if seen["state"] == state else None

    return await observed(f"{connection_id} {state}", look)


def _is_told_in_four_languages(answer: Response, code: str) -> None:
    told = answer.json()
    assert told["code"] == code
    assert sorted(told["i18n"]) == ["de", "en", "fr", "nl"]
    assert len(set(told["i18n"].values())) == 4
