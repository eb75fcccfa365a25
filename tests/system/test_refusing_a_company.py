"""A company that cannot be connected: its software hears why and whom to contact, and what is mended goes on."""

import json
from typing import Any

import pytest

from deploy.demo.directory import LAMBERT, OFFICES
from deploy.demo.doors import Client
from tests.system.stage import Company, Stage, new_company

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
