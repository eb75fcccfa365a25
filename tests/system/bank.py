"""What a bank and its customers do in the stories of payments, and how those who are paid see it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from deploy.demo.coda.records import Account, Entry, Text
from deploy.demo.coda.statements import Heading, StatementLines, encoded
from deploy.demo.documents import totals_of
from deploy.demo.doors import Client, observed
from shared.values import StructuredReference
from tests.system.stage import BUYER, LINES, Company, Connection, Stage, invoice, today

GROSS = totals_of(LINES).gross
AMOUNT = int(GROSS * 1000)
"""The same in thousandths."""

LANGUAGES = {"nl", "fr", "de", "en"}


def credit(amount: int, text: Text, **changes: Any) -> Entry:
    """A transfer of the buyer."""
    entry = Entry(
        amount, "00150000", text, value_date=today(), bank_reference="E2606000117", customer_reference="NOTPROVIDED",
        bic="KREDBEBB", account="BE68539007547034", account_currency="EUR", name=BUYER.name[:35],
    )  # fmt: skip
    return replace(entry, **changes)


def bank_file(company: Company, sequence: int, old: int, entries: Sequence[Entry]) -> bytes:
    """A file with one statement of the company's account; `old` is its old balance in thousandths."""
    heading = Heading(
        account=Account(company.iban, company.number, company.name[:26]),
        sequence=sequence,
        old_balance=old,
        old_date=today() - timedelta(days=1),
        new_date=today(),
        paper=sequence,
    )
    return b"".join(encoded(StatementLines(heading, entries).lines()))


async def book(stage: Stage, company: Company, sequence: int, old: int, entries: Sequence[Entry]) -> bytes:
    """Such a file comes in."""
    data = bank_file(company, sequence, old, entries)
    await send(stage, data)
    return data


async def send(stage: Stage, data: bytes) -> None:
    """Hand a bank's file in."""
    await stage.operator.ask("POST", "/v1/statements", 200, 202, content=data, headers={"Content-Type": "text/plain"})


async def open_invoice(
    stage: Stage, software: Client, connection: Connection, number: str, reference: StructuredReference | None = None
) -> str:
    """An accepted invoice: its document."""
    return await opened(stage, software, connection, invoice(connection.company, number, reference=reference))


async def opened(stage: Stage, software: Client, connection: Connection, document: bytes) -> str:
    """The same of a document as it is."""
    handed = await stage.hand_in(connection, document)
    await software.heard("document.accepted", handed["id"])
    return str(handed["id"])


async def states_of(software: Client, document: str) -> list[str]:
    """The states of all that pays a document, oldest change first."""
    listed = (await software.ask("GET", "/v1/payments", 200, params={"document_id": document})).json()["payments"]
    return [each["state"] for each in listed]


async def payment_of(caller: Client, document: str, state: str) -> dict[str, Any]:
    """The document's payment in this state, as the caller sees it; waits for it."""

    async def look() -> dict[str, Any] | None:
        query = {"document_id": document, "state": state}
        page = (await caller.ask("GET", "/v1/payments", 200, params=query)).json()
        return next(iter(page["payments"]), None)

    return await observed(f"a payment of {document} that is {state}", look)


def reasons_in_words(payment: dict[str, Any]) -> list[str]:
    """The codes of why something is asked or was done; each has a sentence in every language of those who read it."""
    for worded in (payment["rule"], *payment["reasons"], *payment["facts"]):
        assert set(worded["i18n"]) == LANGUAGES and all(worded["i18n"].values()), worded
    assert set(payment["evidence_i18n"]) == LANGUAGES
    return [reason["code"] for reason in payment["reasons"]]
