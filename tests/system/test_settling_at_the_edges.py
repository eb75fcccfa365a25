"""Returns with the bank's costs in them, references of nobody, invoices in another currency: in whatever order they
come they end alike, and where a person decides, the decision can be taken back."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

from deploy.demo.coda.records import Entry, Text, day_of
from deploy.demo.documents import demo_reference
from deploy.demo.doors import Client
from shared.values import StructuredReference
from tests.system.bank import (
    AMOUNT,
    GROSS,
    bank_file,
    book,
    credit,
    open_invoice,
    opened,
    payment_of,
    reasons_in_words,
    send,
    states_of,
)
from tests.system.stage import Connection, Stage, invoice, today

COSTS, MORE_THAN_COSTS = 3_250, 150_000
GIVEN = 1_104_300
"""Thousandths in euros that the bank gave for what was paid in dollars."""

ABROAD, DOMESTIC = "04150000", "00150000"


def collected(reference: StructuredReference, end_to_end: str) -> Entry:
    """A direct debit that was paid, with the reference that it collects."""
    told = f"{day_of(today())}110{'BE38ZZZ0403170701':35}{'MND-4711':35}{reference:62}0"
    return credit(AMOUNT, Text(told, "127"), code="00550000", customer_reference=end_to_end)


def returned(costs: int, end_to_end: str) -> Entry:
    """The same given back with the bank's costs in it: it has only our end-to-end id in common with it."""
    return credit(
        -AMOUNT - costs, Text("onbetaalde domiciliering"), code="00503000", customer_reference=end_to_end,
        return_type="2", return_reason="MD06", bank_reference="",
    )  # fmt: skip


async def come(stage: Stage, software: Client, connection: Connection, arrivals: Sequence[bytes | str]) -> str:
    """Invoices (XML) and bank files, each once the one before was dealt with; gives the invoice's document."""
    document = ""
    for at, arrival in enumerate(arrivals):
        if isinstance(arrival, str):
            document = await opened(stage, software, connection, arrival.encode())
            continue
        await send(stage, arrival)
        if at + 1 < len(arrivals):
            number = f'"sequence": {int(arrival.splitlines()[1][125:128])}, "old_balance"'
            await software.heard("statement.booked", connection.company.number, number)
    return document


async def test_a_return_with_the_banks_costs_reopens_what_was_paid_in_whatever_order_all_came(stage: Stage) -> None:
    software = stage.software("ribbit")
    connection = await stage.connect(software, await stage.company())
    balance = 0
    for serial in range(6):
        reference, end_to_end = demo_reference(2026400001 + serial), f"E2E-4000{serial}"
        asked = invoice(connection.company, f"K-{serial}", reference=reference).decode()
        paid = bank_file(connection.company, 2 * serial + 1, balance, [collected(reference, end_to_end)])
        back = bank_file(connection.company, 2 * serial + 2, balance + AMOUNT, [returned(COSTS, end_to_end)])
        balance -= COSTS
        order = list(permutations((asked, paid, back)))[serial]
        document = await come(stage, software, connection, order)
        told = (await software.heard("invoice.reopened", document))["data"]
        assert (told["return_reason"], Decimal(told["allocation"]["amount"]["amount"])) == ("MD06", -GROSS), order
        assert Decimal(told["balance"]["amount"]) == GROSS
        reopened = await payment_of(software, document, "reopened")
        # It is shown as what it was before: how it paid the invoice; why it does no more is the bank's reason.
        assert (reopened["return_reason"], reopened["rule"]["code"]) == ("MD06", "R03")
        reasons_in_words(reopened)
        assert (await software.ask("GET", f"/v1/documents/{document}", 200)).json()["payment"] == "reopened"


async def test_of_a_return_of_more_than_costs_a_person_decides_and_may_take_it_back(stage: Stage) -> None:
    software, office = stage.software("ribbit"), stage.office()
    connection = await stage.connect(software, await stage.company())
    reference = demo_reference(2026400011)
    document = await open_invoice(stage, software, connection, "K-10", reference)
    await book(stage, connection.company, 1, 0, [collected(reference, "E2E-40010")])
    await software.heard("invoice.settled", document)
    await book(stage, connection.company, 2, AMOUNT, [returned(MORE_THAN_COSTS, "E2E-40010")])
    asked = (await software.heard("payment.suggested", document))["data"]
    assert asked["reasons"] == ["may_take_back", "amount_differs"]
    waiting = await payment_of(office, document, "suggested")
    assert reasons_in_words(waiting) == asked["reasons"]
    await office.ask("POST", f"/v1/payments/{waiting['id']}/accept", 200)
    told = (await software.heard("invoice.reopened", document))["data"]
    assert Decimal(told["balance"]["amount"]) == GROSS
    again = await payment_of(office, document, "reopened")
    for _ in range(2):
        await office.ask("POST", f"/v1/payments/{again['id']}/undo", 200)
    version = f'"version": {told["version"] + 2}'  # behind the end of what was suggested
    settled = (await software.heard("invoice.settled", document, version))["data"]
    assert Decimal(settled["balance"]["amount"]) == 0
    assert (await payment_of(software, document, "settled"))["id"] == again["id"]


async def test_a_reference_of_nobody_beside_a_number_is_asked_about_in_any_order(stage: Stage) -> None:
    software, office = stage.software("pc-partner"), stage.office()
    connection = await stage.connect(software, await stage.company())
    for at in range(2):
        number = f"2026-11-4030{at}"
        asked = invoice(connection.company, number).decode()
        words = Text(f"factuur {number}")
        nobodys = credit(AMOUNT, Text(demo_reference(2026400021 + at), "101"), information=(words,), name="Onbekend")
        paid = bank_file(connection.company, at + 1, at * AMOUNT, [nobodys])
        document = await come(stage, software, connection, [asked, paid][:: 1 if at else -1])
        suggested = (await software.heard("payment.suggested", document))["data"]
        assert suggested["reasons"] == ["number_in_text", "amount_equal", "reference_unknown"]
        waiting = await payment_of(office, document, "suggested")
        assert reasons_in_words(waiting) == suggested["reasons"]
        assert number in waiting["evidence"] and waiting["facts"][0]["text"] == number
        await office.ask("POST", f"/v1/payments/{waiting['id']}/accept", 200)
        settled = (await software.heard("invoice.settled", document))["data"]
        assert Decimal(settled["balance"]["amount"]) == 0
        paid_now = await payment_of(software, document, "settled")
        await software.ask("POST", f"/v1/payments/{paid_now['id']}/undo", 200)
        undone = (await software.heard("payment.undone", document))["data"]
        assert Decimal(undone["balance"]["amount"]) == GROSS


def in_dollars(document: bytes) -> str:
    """The same invoice in dollars, its tax as well."""
    return document.decode().replace('"EUR"', '"USD"').replace(">EUR<", ">USD<")


def ordered_in_dollars(reference: StructuredReference, code: str) -> Entry:
    """What the bank gave in euros, and in communication 105 just what the invoice asks in dollars."""
    rate = GIVEN * 100_000_000 // AMOUNT
    body = f"{GIVEN:015d}{AMOUNT:015d}{rate:012d}USD{reference:12}US{GIVEN:015d}"
    return replace(credit(GIVEN, Text(body, "105"), code=code), account="US64SVBKUS6S3300958879")


async def test_an_invoice_in_dollars_is_settled_by_the_euros_it_was_paid_with_in_any_order(stage: Stage) -> None:
    software = stage.software("onfact-enfact")
    connection = await stage.connect(software, await stage.company())
    for at in range(2):
        reference = demo_reference(2026400031 + at)
        asked = in_dollars(invoice(connection.company, f"USD-{at}", reference=reference))
        paid = bank_file(connection.company, at + 1, at * GIVEN, [ordered_in_dollars(reference, ABROAD)])
        document = await come(stage, software, connection, [asked, paid][:: 1 if at else -1])
        told = (await software.heard("invoice.settled", document))["data"]
        assert (told["balance"], told["allocation"]["rule"]) == ({"amount": "0.00", "currency": "USD"}, "R10")
        settled = await payment_of(software, document, "settled")
        assert settled["amount"] == {"amount": str(GROSS), "currency": "USD"}
        reasons_in_words(settled)
        assert {"original_amount", "amount"} <= {fact["meaning"] for fact in settled["facts"]}


async def test_dollars_that_did_not_come_from_abroad_are_asked_about_and_the_answer_is_taken_back(stage: Stage) -> None:
    software, office = stage.software("onfact-enfact"), stage.office()
    connection = await stage.connect(software, await stage.company())
    reference = demo_reference(2026400041)
    asked = in_dollars(invoice(connection.company, "USD-9", reference=reference))
    document = await opened(stage, software, connection, asked.encode())
    await book(stage, connection.company, 1, 0, [ordered_in_dollars(reference, DOMESTIC)])
    suggested = (await software.heard("payment.suggested", document))["data"]
    assert suggested["reasons"][1:] == ["amount_equal", "other_currency"]
    waiting = await payment_of(office, document, "suggested")
    assert reasons_in_words(waiting) == suggested["reasons"]
    await office.ask("POST", f"/v1/payments/{waiting['id']}/accept", 200)
    settled = (await software.heard("invoice.settled", document))["data"]
    assert settled["balance"] == {"amount": "0.00", "currency": "USD"}
    paid = await payment_of(office, document, "settled")
    await office.ask("POST", f"/v1/payments/{paid['id']}/undo", 200)
    undone = (await software.heard("payment.undone", document))["data"]
    assert undone["balance"] == {"amount": str(GROSS), "currency": "USD"}
    assert "undone" in await states_of(software, document)
