"""A statement is missing: software and office see it, somebody is alarmed, and all is final once it comes. What cannot
be booked is told to the operator."""

import re
from dataclasses import replace
from typing import Any

import asyncpg
import httpx

from deploy.demo.directory import SINCE
from deploy.demo.documents import demo_reference
from deploy.demo.doors import Client, observed
from tests.system.stage import Stage, invoice, payment, statement, today

SENTENCE = {
    "nl": "117 ontbreekt tussen 116 en 118; het saldo verspringt met 1.204,55",
    "fr": "117 manque entre 116 et 118 ; le solde fait un saut de 1\u202f204,55",
    "de": "117 fehlt zwischen 116 und 118; der Saldo springt um 1.204,55",
    "en": "117 is missing between 116 and 118; the balance jumps by 1,204.55",
}


async def test_a_missing_statement_is_told_alarmed_about_and_closed_when_it_comes(
    stage: Stage, owner: asyncpg.Connection, console: httpx.AsyncClient
) -> None:
    factsys, office = stage.software("factsys"), stage.office()
    connection = await stage.connect(factsys, await stage.company())
    company, reference = connection.company, demo_reference(2026117118)
    handed = await stage.hand_in(connection, invoice(company, "G-1", reference=reference))
    before = statement(company, 116, "100.00", payment("50.00", text="honderdzestien"))
    missing = statement(company, 117, "150.00", payment("1204.55", text="honderdzeventien"))
    after = statement(company, 118, "1354.55", payment("25.00", reference))
    await stage.hand_in_statements(before)
    await factsys.heard("statement.booked", company.number)
    await stage.hand_in_statements(after)

    opened = (await factsys.heard("statement.gap_opened", company.number))["data"]
    assert opened["i18n"] == SENTENCE
    assert (opened["missing"], opened["difference"]["amount"]) == ({"first": 117, "last": 117}, "1204.55")
    assert (await office.heard("statement.gap_opened", company.number))["data"] == opened
    await factsys.heard("invoice.partially_paid", handed["id"])
    for caller in (factsys, office):
        account = await _account(caller, company.number, gaps=1)
        assert account["gaps"][0]["i18n"] == SENTENCE
        assert (account["first_statement"]["sequence"], account["last_statement"]["sequence"]) == (116, 118)
        assert (account["final_through"]["sequence"], account["unbroken_since"]["sequence"]) == (116, 118)
        assert await _provisional(caller, company.number) == {116: False, 118: True}
    assert (await _payment(factsys, handed["id"]))["provisional"], "it settles, but until 117 comes nothing is certain"

    await _a_bank_day_passes(owner, opened["statement_id"])
    alarmed = (await factsys.heard("statement.gap_alarmed", company.number))["data"]
    assert (alarmed["i18n"], alarmed["statement_id"]) == (SENTENCE, opened["statement_id"])
    assert (await office.heard("statement.gap_alarmed", company.number))["data"] == alarmed
    await _row(console, company.iban, "117", f"{today().year}/116")
    waiting = await _accounts(office, company.number, gaps="alarmed")
    assert [gap["alarmed_at"] is not None for gap in waiting[0]["gaps"]] == [True]

    await stage.hand_in_statements(missing)
    closed = (await factsys.heard("statement.gap_closed", company.number))["data"]
    assert closed["final_through"]["sequence"] == 118
    assert (await office.heard("statement.gap_closed", company.number))["data"] == closed
    for caller in (factsys, office):
        account = await _account(caller, company.number, gaps=0)
        assert (account["unbroken_since"]["sequence"], account["final_through"]["sequence"]) == (116, 118)
        assert account["balance"] == {"amount": "1379.55", "currency": "EUR"}
        assert await _provisional(caller, company.number) == {116: False, 117: False, 118: False}
    assert not (await _payment(factsys, handed["id"]))["provisional"]
    assert not (await _payment(office, handed["id"]))["provisional"]


async def test_operators_see_what_is_put_aside_and_that_a_mandate_which_came_later_released_it(
    stage: Stage, console: httpx.AsyncClient
) -> None:
    unbound = stage.software("my-fact")
    connection = await stage.connect(unbound, await stage.company(mandates=[]))
    company, other = connection.company, await stage.company()
    await stage.hand_in_statements(statement(company, 1, "1.00", payment("2.00", text="wacht op een mandaat")))
    await _row(console, "no_mandate", company.iban, "waits")
    foreign = replace(statement(other, 1, "1.00", payment("3.00", text="van een ander")), number=company.number)
    await stage.hand_in_statements(foreign)
    await _row(console, "company_mismatch", "72-82", company.number, "not booked")

    mandates = [{"iban": company.iban, "since": SINCE.isoformat()}]
    path = f"/v1/directory/companies/{company.number}"
    await stage.office().ask("PATCH", path, 200, json={"mandates": mandates})
    assert (await unbound.heard("statement.booked", company.number))["data"]["iban"] == company.iban
    await _row(console, "no_mandate", company.iban, "booked", company.number)
    assert await _accounts(stage.office(), other.number) == [], "what was put aside is nobody's"


async def _row(console: httpx.AsyncClient, *told: str) -> str:
    """The row of the console's page that tells all of it; waits for it."""

    async def look() -> str | None:
        page = await console.get("/statements")
        rows = re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL)
        return next((row for row in rows if all(each in row for each in told)), None)

    return await observed(f"{told} on the page of statements", look)


async def _accounts(caller: Client, number: str, **query: str) -> list[dict[str, Any]]:
    page = (await caller.ask("GET", "/v1/accounts", 200, params={"company": number, **query})).json()
    found: list[dict[str, Any]] = page["accounts"]
    return found


async def _account(caller: Client, number: str, *, gaps: int) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        [account] = await _accounts(caller, number)
        return account if len(account["gaps"]) == gaps else None

    return await observed(f"{gaps} gaps in the account of {number}", look)


async def _provisional(caller: Client, number: str) -> dict[int, bool]:
    """The company's statements by their numbers, as the caller sees them now."""
    page = (await caller.ask("GET", "/v1/statements", 200, params={"company": number})).json()
    return {each["sequence"]: each["provisional"] for each in page["statements"]}


async def _payment(caller: Client, document_id: str) -> dict[str, Any]:
    page = (await caller.ask("GET", "/v1/payments", 200, params={"document_id": document_id})).json()
    found: list[dict[str, Any]] = page["payments"]
    [payment] = found
    return payment


async def _a_bank_day_passes(owner: asyncpg.Connection, statement_id: str) -> None:
    """The alarm waits for the next bank day in a task's due time; here that day is over."""
    waiting = "kind = 'raise_gap_alarm' and key = $1 and due_at > now()"
    moved = await owner.execute(f"update coda_reconciler.tasks set due_at = now() where {waiting}", statement_id)
    assert moved == "UPDATE 1"
