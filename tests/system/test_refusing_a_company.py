"""A company that cannot be connected: its software hears why and whom to contact, and what is mended goes on."""

import json
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from deploy.demo.directory import LAMBERT, OFFICES
from deploy.demo.doors import Client, observed
from tests.system.stage import SUBMITTED_CONNECTION, Company, Stage, new_company

HELP_DESK = "helpdesk@relais.example"
LANGUAGES = ["de", "en", "fr", "nl"]


async def test_a_company_without_a_known_address_is_blocked_and_goes_on_when_its_office_adds_one(
    stage: Stage,
) -> None:
    eyet, company = stage.software("eye-t"), await stage.company(email=None)
    told = await _blocked(eyet, company, "email_unknown")
    assert told["contact"] == "accounting_office"
    assert "uw accountantskantoor" in told["next_action"]["nl"]
    path = f"/v1/directory/companies/{company.number}"
    foreign = await stage.office(LAMBERT.office_id).ask("PATCH", path, 404, json={"email": company.email})
    assert foreign.json()["code"] == "company_unknown"
    await stage.office().ask("PATCH", path, 200, json={"email": company.email})
    sent = await eyet.heard("connection.token_sent", company.number)
    code = await stage.code_for(company)
    await eyet.ask("POST", f"/v1/connections/{sent['subject']}/activate", 200, json={"token": code})


async def test_a_company_that_nobody_knows_is_blocked_and_goes_on_when_it_is_entered(stage: Stage) -> None:
    factsys, company = stage.software("factsys"), new_company()
    told = await _blocked(factsys, company, "company_unknown")
    assert told["contact"] == "accounting_office"
    await stage.enter(company)
    await factsys.heard("connection.token_sent", company.number)
    assert await stage.code_for(company)


async def test_a_company_that_no_office_serves_is_blocked_and_goes_on_when_one_does(stage: Stage) -> None:
    facturalia, company = stage.software("facturalia"), await stage.company(office=None)
    told = await _blocked(facturalia, company, "no_accounting_office")
    assert told["contact"] == HELP_DESK
    assert HELP_DESK in told["next_action"]["fr"]
    await stage.enter(company, office=LAMBERT.office_id)
    await facturalia.heard("connection.token_sent", company.number)
    assert await stage.code_for(company)


async def test_a_company_of_an_office_that_is_no_client_is_blocked_and_goes_on_when_it_becomes_one(
    stage: Stage,
) -> None:
    furoo = stage.software("furoo-bvba")
    await stage.new_office("peeters", client=False)
    company = await stage.company(office="peeters")
    told = await _blocked(furoo, company, "office_not_a_client")
    assert told["contact"] == HELP_DESK
    assert "peeters" not in json.dumps(told).lower()
    await stage.new_office("peeters", client=True)
    await furoo.heard("connection.token_sent", company.number)


async def test_a_company_that_ceased_is_refused_for_good(stage: Stage) -> None:
    fw4, company = stage.software("fw4"), await stage.company(ceased=True)
    body = {"enterprise_number": company.number}
    asked = (await fw4.ask("POST", "/v1/connections", 202, json=body)).json()
    told = (await fw4.heard("connection.refused", company.number))["data"]
    assert told["reason"] == "company_ceased"
    _is_explained(told)
    seen = (await fw4.ask("GET", f"/v1/connections/{asked['id']}", 200)).json()
    assert (seen["state"], seen["reason"]) == ("refused", "company_ceased")


@pytest.mark.parametrize(
    ("entry", "reason", "contact"),
    [
        ({"email": None}, "email_unknown", "accounting_office"),
        ({"offices": []}, "no_accounting_office", HELP_DESK),
        ({"ceased": True}, "company_ceased", HELP_DESK),
    ],
)
async def test_a_refusal_in_the_words_of_v2_is_a_sentence_to_show_as_it_is(
    stage: Stage, entry: dict[str, Any], reason: str, contact: str
) -> None:
    geneto, company = stage.software("geneto"), await stage.company(**entry)
    path = "/v2/request-access-token/invoicing-software/"
    told = (await geneto.ask("POST", path, 400, json={"vat": company.number.vat})).json()
    assert (told["code"], told["reason"], told["contact"]) == (reason, reason, contact)
    assert isinstance(told["detail"], str) and told["detail"].endswith(".")
    assert contact in told["detail"] if contact == HELP_DESK else "uw accountantskantoor" in told["detail"]
    _names_no_office(told)
    ready = (await geneto.ask("GET", f"/v1/companies/{company.number}/readiness", 200)).json()
    assert (ready["state"], ready["reason"], ready["contact"]) == ("not_ready", reason, contact)


async def _blocked(software: Client, company: Company, reason: str) -> dict[str, Any]:
    """Asks, and gives what the software was told of the block, which GET tells as well."""
    body = {"enterprise_number": company.number.formatted}
    asked = (await software.ask("POST", "/v1/connections", 202, json=body)).json()
    event = await software.heard("connection.blocked", company.number)
    told: dict[str, Any] = event["data"]
    assert (event["subject"], told["reason"]) == (asked["id"], reason)
    _is_explained(told)
    seen = (await software.ask("GET", f"/v1/connections/{asked['id']}", 200)).json()
    assert (seen["state"], seen["reason"], seen["contact"]) == ("blocked", reason, told["contact"])
    assert (seen["actor"], seen["resumes"]) == (told["actor"], True)
    assert seen["next_action"] == {"label": told["next_action"][told["language"]], "url": f"/problems/{reason}"}
    assert company.number.formatted in seen["office_mail"]["body"]
    assert seen["expires_at"] == told["expires_at"]
    assert seen["explanation"]
    _names_no_office(seen)
    return told


def _is_explained(told: dict[str, Any]) -> None:
    for name in ("title", "detail", "next_action"):
        assert sorted(told[name]) == LANGUAGES
        assert len(set(told[name].values())) == len(LANGUAGES)
        assert "{contact}" not in str(told[name])
    assert told["contact"] in ("accounting_office", HELP_DESK)
    _names_no_office(told)


def _names_no_office(told: dict[str, Any]) -> None:
    text = json.dumps(told).lower()
    assert not [office for office in OFFICES if office.office_id in text or office.name.lower() in text]


async def test_a_company_whose_address_is_not_confirmed_is_blocked_and_goes_on_when_its_office_confirms_it(
    stage: Stage,
) -> None:
    hivelab, company = stage.software("hivelab"), await stage.company(email_confirmed=False)
    told = await _blocked(hivelab, company, "email_unverified")
    assert told["contact"] == "accounting_office"
    path = f"/v1/directory/companies/{company.number}"
    seen = await stage.office().ask("PATCH", path, 200, json={"email_confirmed": True})
    assert seen.json()["email_state"] == "known"
    await hivelab.heard("connection.token_sent", company.number)
    assert await stage.code_for(company)


async def test_a_company_whose_mail_came_back_is_blocked_and_goes_on_with_another_address(
    stage: Stage, owner: asyncpg.Connection
) -> None:
    idloom, company = stage.software("idloom"), await stage.company()
    await owner.execute(
        "update verification.companies set bounced = true where enterprise_number = $1", str(company.number)
    )
    told = await _blocked(idloom, company, "email_bounced")
    assert told["contact"] == "accounting_office"
    other = replace(company, email=f"nieuw.{company.email}")
    path = f"/v1/directory/companies/{company.number}"
    await stage.office().ask("PATCH", path, 200, json={"email": other.email})
    await idloom.heard("connection.token_sent", company.number)
    assert await stage.code_for(other)


@pytest.mark.parametrize(
    ("slug", "change", "reason"),
    [
        ("vreemde-software", "delete from verification.softwares where slug = $1", "software_not_allowed"),
        (
            "gestopte-software",
            "update verification.softwares set state = 'suspended' where slug = $1",
            "software_suspended",
        ),
    ],
)
async def test_a_software_that_lost_its_admission_while_it_asked_is_refused(
    stage: Stage, owner: asyncpg.Connection, slug: str, change: str, reason: str
) -> None:
    software, company = await stage.new_software(slug), await stage.company()
    # Its keys still open the door: the news is on its way.
    await owner.execute(change, slug)
    asked = (await software.ask("POST", "/v1/connections", 202, json={"enterprise_number": company.number})).json()
    told = (await software.heard("connection.refused", company.number))["data"]
    assert (told["reason"], told["contact"]) == (reason, HELP_DESK)
    _is_explained(told)
    seen = (await software.ask("GET", f"/v1/connections/{asked['id']}", 200)).json()
    assert (seen["state"], seen["reason"], seen["actor"], seen["resumes"]) == ("refused", reason, "software", False)


async def test_a_company_that_is_connected_is_not_asked_for_again_over_any_door(stage: Stage) -> None:
    ineo, company = stage.software("ineo-srl"), await stage.company()
    connection = await stage.connect(ineo, company)
    await ineo.heard("connection.activated", connection.connection_id)

    async def active() -> dict[str, Any] | None:
        told: dict[str, Any] = (
            await ineo.ask("POST", "/v1/connections", 202, json={"enterprise_number": company.number})
        ).json()
        return told if told["state"] == "active" else None

    over_http = await observed("intake knows that it is active", active)
    assert (over_http["id"], over_http["reason"]) == (connection.connection_id, "already_connected")
    assert over_http["active_since"] and over_http["next_action"]["url"].endswith("/rotate")
    path = "/v2/request-access-token/invoicing-software"
    over_v2 = await ineo.ask("POST", path, 409, json={"vat": company.number.vat}, headers={"Accept-Language": "en"})
    assert over_v2.json()["detail"].startswith("The company is already connected (")
    asking = json.dumps({"enterprise_number": company.number}).encode()
    await (await stage.kafka(ineo)).publish("software.ineo-srl.submissions.v1", SUBMITTED_CONNECTION, asking)
    rejected = (await ineo.heard("submission.rejected", connection.connection_id))["data"]
    assert rejected["code"] == "already_connected"
    assert over_http["active_since"][:10] in rejected["detail"]


async def test_a_wrong_number_is_told_with_what_was_meant_over_every_door(stage: Stage) -> None:
    magnis = stage.software("magnis-group")
    over_http = await magnis.ask("POST", "/v1/connections", 422, json={"enterprise_number": "0403.170.710"})
    assert over_http.json()["errors"][0]["suggestion"] == "0403.170.701"
    over_v2 = await magnis.ask("POST", "/v2/request-access-token/invoicing-software", 422, json={"vat": "0403170710"})
    assert over_v2.headers["content-type"] == "application/json"
    assert "Bedoelde u 0403.170.701?" in over_v2.json()["detail"]
    wrong = (b'{"enterprise_number": "0403.170.710"}', b'{"enterprise_number": "2.123.456.789"}')
    kafka = await stage.kafka(magnis)
    for value in wrong:
        await kafka.publish("software.magnis-group.submissions.v1", SUBMITTED_CONNECTION, value)
    told = (await magnis.heard("submission.rejected", "enterprise_number_checksum"))["data"]
    assert "0403.170.701" in told["detail"]
    assert await magnis.heard("submission.rejected", "establishment_number")
