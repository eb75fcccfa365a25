"""A bank's file settles what it pays, and every software of the company sees the movements."""

import json
from decimal import Decimal
from typing import Any

import asyncpg

from deploy.demo.directory import SINCE, demo_account
from deploy.demo.documents import demo_reference, totals_of
from deploy.demo.doors import Client, observed
from tests.system.stage import LINES, Stage, invoice, payment, statement

GROSS = totals_of(LINES).gross


async def test_a_payment_with_the_invoices_reference_settles_it(stage: Stage) -> None:
    onfact = stage.software("onfact-enfact")
    connection = await stage.connect(onfact, await stage.company())
    reference = demo_reference(2026100001)
    handed = await stage.hand_in(connection, invoice(connection.company, "F-1", reference=reference))
    await onfact.heard("document.accepted", handed["id"])
    booked = statement(
        connection.company, 1, "1250.00", payment(str(GROSS), reference), payment("-84.70", text="factuur bloem")
    )
    await stage.hand_in_statements(booked)
    told = (await onfact.heard("invoice.settled", handed["id"]))["data"]
    assert Decimal(told["balance"]["amount"]) == 0
    assert Decimal(told["allocation"]["amount"]["amount"]) == GROSS
    movements = (await onfact.heard("statement.booked", connection.company.number))["data"]
    assert [Decimal(each["amount"]["amount"]) for each in movements["movements"]] == [GROSS, Decimal("-84.70")]
    assert Decimal(movements["new_balance"]["amount"]) == booked.new_balance
    paid = await _payment_of(onfact, handed["id"], "settled")
    assert Decimal(paid["balance"]["amount"]) == 0
    listed = (await onfact.ask("GET", "/v1/payments", 200)).json()["payments"]
    assert [each["state"] for each in listed if each["document_id"] == handed["id"]] == ["settled"]
    lines = await onfact.ask("GET", f"/v1/statements/{movements['statement_id']}/movements", 200)
    amounts = [Decimal(json.loads(line)["amount"]["amount"]) for line in lines.text.splitlines()]
    assert amounts == [GROSS, Decimal("-84.70")]


async def test_an_invoice_paid_in_two_parts_is_told_twice_and_the_bank_told_it_once(stage: Stage) -> None:
    pc_partner = stage.software("pc-partner")
    connection = await stage.connect(pc_partner, await stage.company())
    reference = demo_reference(2026100002)
    handed = await stage.hand_in(connection, invoice(connection.company, "D-1", reference=reference))
    await pc_partner.heard("document.accepted", handed["id"])
    first = statement(connection.company, 1, "0.00", payment("100.00", reference))
    await stage.hand_in_statements(first)
    part = (await pc_partner.heard("invoice.partially_paid", handed["id"]))["data"]
    assert Decimal(part["balance"]["amount"]) == GROSS - 100
    rest = statement(connection.company, 2, "100.00", payment(str(GROSS - 100), reference))
    # The bank sends the first statement again, in a file with the second one.
    await stage.hand_in_statements(first, rest)
    whole = (await pc_partner.heard("invoice.settled", handed["id"]))["data"]
    assert (Decimal(whole["balance"]["amount"]), whole["version"]) == (0, part["version"] + 1)
    listed = (await pc_partner.ask("GET", "/v1/payments", 200)).json()["payments"]
    assert [each["state"] for each in listed if each["document_id"] == handed["id"]] == ["partial", "settled"]


async def test_a_statement_that_does_not_follow_is_provisional_until_the_missing_one_comes(
    stage: Stage, owner: asyncpg.Connection
) -> None:
    ribbit = stage.software("ribbit")
    connection = await stage.connect(ribbit, await stage.company())
    company = connection.company
    await stage.hand_in_statements(statement(company, 1, "10.00", payment("5.00", text="een")))
    await stage.hand_in_statements(statement(company, 3, "18.00", payment("7.00", text="drie")))
    await _statement(ribbit, company.number, 1, provisional=False)
    await _statement(ribbit, company.number, 3, provisional=True)
    assert await _gaps(owner, company.number) == 1
    await stage.hand_in_statements(statement(company, 2, "15.00", payment("3.00", text="twee")))
    await _statement(ribbit, company.number, 2, provisional=False)

    async def closed() -> bool | None:
        return True if await _gaps(owner, company.number) == 0 else None

    await observed("the gap closed", closed)


async def test_statements_of_an_unknown_account_wait_until_its_company_gives_a_mandate(
    stage: Stage, owner: asyncpg.Connection
) -> None:
    sonetas = stage.software("sonetas-bvba")
    connection = await stage.connect(sonetas, await stage.company(mandates=[]))
    company = connection.company
    known = demo_account(9001)
    await stage.enter(company, mandates=[{"iban": known, "since": SINCE.isoformat()}])
    await stage.hand_in_statements(statement(company, 1, "1.00", payment("2.00", text="wacht op een mandaat")))

    async def waits() -> int | None:
        waiting = "select count(*) from coda_reconciler.waiting_statements where iban = $1"
        return await owner.fetchval(waiting, company.iban) or None

    await observed("the statement that waits", waits)
    assert await _booked(sonetas, company.number) == []
    path = f"/v1/directory/companies/{company.number}"
    mandates = [{"iban": each, "since": SINCE.isoformat()} for each in (known, company.iban)]
    await stage.office().ask("PATCH", path, 200, json={"mandates": mandates})
    booked = (await sonetas.heard("statement.booked", company.number))["data"]
    assert booked["iban"] == company.iban
    assert len(await _booked(sonetas, company.number)) == 1


async def test_every_software_of_a_company_sees_its_movements_and_no_other_software_does(stage: Stage) -> None:
    one, two, stranger = (
        stage.software(slug) for slug in ("tripleclick", "winauditor-facturation", "cashaca-zenfactuur")
    )
    company = await stage.company()
    await stage.connect(one, company)
    await stage.connect(two, company)
    other = await stage.connect(stranger, await stage.company())
    await stage.hand_in_statements(statement(company, 1, "0.00", payment("1.00", text="voor allen")))
    await stage.hand_in_statements(statement(other.company, 1, "0.00", payment("3.00", text="van een ander")))
    told = [(await software.heard("statement.booked", company.number)) for software in (one, two)]
    assert told[0]["data"] == told[1]["data"]
    assert told[0]["id"] != told[1]["id"], "each software has ids of its own"
    await stranger.heard("statement.booked", other.company.number)
    path = f"/v1/statements/{told[0]['data']['statement_id']}/movements"
    await one.ask("GET", path, 200)
    assert (len(await _booked(one, company.number)), await _booked(stranger, company.number)) == (1, [])
    assert (await stranger.ask("GET", path, 404)).json()["code"] == "statement_unknown"


async def _booked(software: Client, number: str) -> list[dict[str, Any]]:
    """The company's statements that the software has heard of so far."""
    heard = (await software.ask("GET", "/v1/events", 200, params={"limit": "500"})).json()["events"]
    return [each for each in heard if each["type"] == "statement.booked" and number in str(each)]


async def _payment_of(software: Client, document_id: str, payment: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        seen: dict[str, Any] = (await software.ask("GET", f"/v1/documents/{document_id}", 200)).json()
        return seen if seen["payment"] == payment else None

    return await observed(f"{document_id} {payment}", look)


async def _statement(software: Client, number: str, sequence: int, *, provisional: bool) -> None:
    told = await software.heard("statement.booked", number, f'"sequence": {sequence}, "old_balance"')
    assert told["data"]["provisional"] is provisional


async def _gaps(owner: asyncpg.Connection, number: str) -> int:
    found: int = await owner.fetchval(
        "select count(*) from coda_reconciler.statements where enterprise_number = $1 and gap", number
    )
    return found
