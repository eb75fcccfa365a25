"""Are payments and gaps kept, told and decided as the API says, with tables in memory?"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.delivery import handlers
from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.domain.clients import Client
from services.delivery.domain.documents import Document, Step
from services.delivery.domain.statements import BookedStatement
from services.delivery.handlers.gaps import keep_accounts
from shared.chassis.messages import Batch, Publish, Received
from shared.chassis.parking import MemoryParking
from shared.contracts.connections import ConnectionChanged
from shared.contracts.deliveries import PaymentDecided
from shared.contracts.directory import OfficePeriod
from shared.contracts.statements import (
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    TransactionsBooked,
)
from shared.values import DocumentId, Language, OfficeId, SoftwareSlug, StatementId
from tests.component.delivery.doors import CONNECTION, NOW, NUMBER, Runtime, key_of, opened

IBAN = "BE68539007547034"
DOCUMENT, STATEMENT = DocumentId.of(UUID(int=2)), StatementId.of(UUID(int=118))
EURO = {"amount": "10.00", "currency": "EUR"}
GAP = {
    "statement_id": STATEMENT,
    "enterprise_number": NUMBER,
    "iban": IBAN,
    "year": 2026,
    "sequence": 118,
    "expected_sequence": 117,
    "expected_balance": {"amount": "50.00", "currency": "EUR"},
    "found_balance": {"amount": "1254.55", "currency": "EUR"},
    "day": "2026-02-26",
    "before": {"statement_id": StatementId.of(UUID(int=116)), "year": 2026, "sequence": 116, "day": "2026-02-24"},
    "missing": {"first": 117, "last": 117},
}


class House:
    """Delivery's worker and its door over the same tables."""

    def __init__(self, runtime: Runtime, door: httpx.AsyncClient) -> None:
        self.runtime, self.door = runtime, door
        self.worker, self.parking, self.version = MemoryDelivery(runtime.tables), MemoryParking(), 0

    def received(self, body: Any, sequence: int, minutes: int) -> Received[Any]:
        time = NOW + timedelta(minutes=minutes)
        return Received(id=uuid4(), correlation_id="test", body=body, time=time, sequence=sequence, key=body.key)

    async def hear(self, body: Any, *, version: int = 0, minutes: int = 0) -> None:
        handler: Any = handlers.tell_gaps if isinstance(body, GAPS) else handlers.take_payment
        event = self.received(body, version or getattr(body, "version", 1), minutes)
        await handler(Batch([event], NOW, self.parking), self.worker)

    async def ask(self, path: str, caller: str = "robaws", status: int = 200, *, method: str = "GET") -> Any:
        answer = await self.door.request(method, path, headers=key_of(caller))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def payments(self, query: str = "", caller: str = "robaws") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask(f"/v1/payments{query}", caller))["payments"]
        return found

    def told(self) -> list[Any]:
        """What robaws heard, oldest first."""
        return [notice.event for _, notice in self.runtime.tables.streams.get(SoftwareSlug("robaws"), [])]


GAPS = (StatementGapOpened, StatementGapAlarmed, StatementGapClosed)


def connection(*scopes: str) -> ConnectionChanged:
    return ConnectionChanged.model_validate(
        {"connection_id": CONNECTION, "enterprise_number": NUMBER, "software": "robaws", "state": "active"}
        | {"scopes": scopes, "credentials": ()}
    )


def payment(kind: type[Any], version: int, name: str = "1", **changes: Any) -> Any:
    fact = {"line": 3, "columns": "63-115", "text": "PEETERS", "meaning": "counterparty_name"}
    looked_at = [{"invoice_number": number, "reason": "amount_differs"} for number in ("A-2", "FOREIGN-1")]
    allocation = {
        "iban": IBAN, "year": 2026, "sequence": 118, "movement": 1, "amount": EURO, "rule": "R07",
        "evidence": "the account", "allocation_id": f"{STATEMENT}/3/{DOCUMENT}/{name}", "statement_id": STATEMENT,
        "facts": [fact], "rejected": looked_at,
    }  # fmt: skip
    facts = {"document_id": DOCUMENT, "enterprise_number": NUMBER, "invoice_number": "A-1", "version": version}
    return kind.model_validate(facts | {"balance": EURO, "allocation": allocation, **changes})


def document(number: str, document_id: DocumentId, software: str = "robaws") -> Document:
    return Document(
        document_id=document_id, enterprise_number=NUMBER, connection_id=CONNECTION, software=SoftwareSlug(software),
        state="delivered", received_at=NOW, office_id=OfficeId("janssens"), number=number, position=1, issue_date=date(2026, 2, 1),
        timeline=(Step("valid", NOW), Step("delivered", NOW)),
    )  # fmt: skip


@pytest.fixture
async def house() -> AsyncIterator[House]:
    runtime = Runtime()
    async with opened(runtime) as door:
        made = House(runtime, door)
        others = [document("A-2", DocumentId.of(uuid4())), document("FOREIGN-1", DocumentId.of(uuid4()), "billit")]
        await made.worker.save_documents([document("A-1", DOCUMENT), *others])
        await made.worker.save_connections([(connection(), 1)])
        period = OfficePeriod(office_id=OfficeId("janssens"), since=date(2020, 1, 1))
        await made.worker.save_clients([(Client(NUMBER, "Bakkerij", Language.NL, "K1", (period,)), 1)])
        yield made


def booked(sequence: int, day: int, balance: str) -> BookedStatement:
    claim = {"path": "a/b", "sha256": "0" * 64, "size": 1, "media_type": "text/plain"}
    body = TransactionsBooked.model_validate(
        {"statement_id": StatementId.of(UUID(int=sequence)), "enterprise_number": NUMBER, "iban": IBAN, "year": 2026}
        | {"sequence": sequence, "new_balance_date": date(2026, 2, day), "movement_count": 1, "old_balance": EURO}
        | {"new_balance": {"amount": balance, "currency": "EUR"}, "credits": EURO, "debits": EURO}
        | {"movements": claim, "statement": claim}
    )
    return BookedStatement(uuid4(), NOW, body, (SoftwareSlug("robaws"),))


async def test_a_suggestion_is_listed_with_its_reasons_evidence_and_what_was_rejected(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1", reasons=("amount_equal",), rank=2))
    [shown] = await house.payments()
    assert (shown["state"], shown["rank"], shown["rule"]["code"]) == ("suggested", 2, "R07")
    assert shown["reasons"][0]["i18n"]["fr"] == "Le montant est égal."
    assert shown["movement"] | {"value_date": None} == {
        "statement_id": STATEMENT, "iban": IBAN, "year": 2026, "statement": 118, "sequence": 1, "detail": 0,
        "value_date": None,
    }  # fmt: skip
    assert shown["facts"][0]["columns"] == "63-115"
    assert [each["invoice_number"] for each in shown["rejected"]] == ["A-2"], "another software's invoice is not told"
    [of_office] = await house.payments(caller="janssens")
    assert [each["invoice_number"] for each in of_office["rejected"]] == ["A-2", "FOREIGN-1"]
    assert (of_office["company_name"], shown["company_name"]) == ("Bakkerij", None)


async def test_whoever_may_not_read_statements_sees_none_of_the_banks_words(house: House) -> None:
    await house.worker.save_connections([(connection("invoices:write"), 2)])
    await house.hear(payment(InvoiceSettled, 1))
    [shown] = await house.payments()
    assert (shown["state"], shown["facts"], shown["evidence"]) == ("settled", [], "")
    [told] = house.told()
    assert (told.data.allocation.facts, told.data.allocation.evidence) == ((), "")


async def test_a_software_is_not_told_which_other_invoices_were_looked_at(house: House) -> None:
    await house.hear(payment(InvoiceSettled, 1))
    [told] = house.told()
    assert (told.type, told.data.allocation.rejected) == ("invoice.settled", ())
    assert told.data.allocation.facts[0].text == "PEETERS"


async def test_others_see_nothing_of_it(house: House) -> None:
    await house.hear(payment(InvoiceSettled, 1))
    [shown] = await house.payments()
    for caller in ("billit", "peeters"):
        assert await house.payments(caller=caller) == []
        for method, path in (("GET", ""), ("POST", "/undo"), ("POST", "/accept"), ("POST", "/refuse")):
            problem = await house.ask(f"/v1/payments/{shown['id']}{path}", caller, 404, method=method)
            assert problem["code"] == "payment_unknown"
    assert (await house.ask("/v1/payments/absent", status=404))["code"] == "payment_unknown"


async def test_who_acts_for_the_company_no_more_sees_that_it_was_paid_and_neither_by_whom_nor_may_take_it_back(
    house: House,
) -> None:
    await house.hear(payment(InvoiceSettled, 1))
    ended = OfficePeriod(office_id=OfficeId("janssens"), since=date(2020, 1, 1), until=date(2021, 1, 1))
    await house.worker.save_clients([(Client(NUMBER, "Bakkerij", Language.NL, "K1", (ended,)), 2)])
    await house.worker.save_connections([(connection().model_copy(update={"state": "revoked"}), 2)])
    for caller in ("janssens", "robaws"):
        [shown] = await house.payments(caller=caller)
        assert (shown["state"], shown["facts"], shown["evidence"]) == ("settled", [], ""), caller
        problem = await house.ask(f"/v1/payments/{shown['id']}/undo", caller, 403, method="POST")
        assert problem["code"] == "caller_not_allowed"
    assert not [each for each in house.runtime.written if isinstance(each, Publish)]


async def test_a_decision_is_published_once_however_often_it_is_said(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1"))
    [shown] = await house.payments()
    for caller in ("janssens", "janssens", "robaws"):
        after = await house.ask(f"/v1/payments/{shown['id']}/accept", caller, method="POST")
        assert (after["state"], after["decision"]["decision"], after["decision"]["kind"]) == (
            "suggested", "accept", "office",
        )  # fmt: skip
    published = [each.body for each in house.runtime.written if isinstance(each, Publish)]
    assert published == [
        PaymentDecided(
            enterprise_number=NUMBER, document_id=DOCUMENT, decision="accept", decided_by="office:janssens",
            allocation_id=f"{STATEMENT}/3/{DOCUMENT}/p1",
        )
    ]  # fmt: skip
    problem = await house.ask(f"/v1/payments/{shown['id']}/refuse", status=409, method="POST")
    assert problem["code"] == "payment_stale"


async def test_what_was_accepted_is_so_once_the_ledger_settled_it(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1"))
    [suggestion] = await house.payments()
    await house.ask(f"/v1/payments/{suggestion['id']}/accept", method="POST")
    await house.hear(payment(InvoiceSettled, 2), minutes=5)
    assert sorted(each["state"] for each in await house.payments()) == ["accepted", "settled"]


async def test_a_suggestion_for_an_invoice_that_another_movement_paid_is_none_any_more(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1"))
    paid = {"balance": {"amount": "0.00", "currency": "EUR"}}
    other = {"allocation_id": f"{STATEMENT}/9/{DOCUMENT}/1"}
    elsewhere = payment(InvoiceSettled, 1).allocation.model_copy(update=other)
    await house.hear(payment(InvoiceSettled, 2, **paid).model_copy(update={"allocation": elsewhere}), minutes=5)
    assert sorted(each["state"] for each in await house.payments()) == ["replaced", "settled"]
    [shown] = await house.payments("?state=replaced")
    assert (await house.ask(f"/v1/payments/{shown['id']}/accept", status=409, method="POST"))["code"] == "payment_stale"
    await house.hear(payment(PaymentSuggested, 3, "p1", **paid, reasons=("may_take_back",)), minutes=6)
    assert len(await house.payments("?state=suggested")) == 1, "what may take it back goes on"
    await house.hear(payment(InvoiceSettled, 4, "2", **paid).model_copy(update={"allocation": elsewhere}), minutes=7)
    assert len(await house.payments("?state=suggested")) == 1


async def test_a_refused_suggestion_is_refused_at_once(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1"))
    [shown] = await house.payments()
    assert (await house.ask(f"/v1/payments/{shown['id']}/refuse", method="POST"))["state"] == "refused"
    assert await house.payments("?state=suggested") == []


async def test_a_settlement_is_undone_once_the_ledger_says_so_and_its_software_hears_it(house: House) -> None:
    await house.hear(payment(InvoiceSettled, 1))
    [shown] = await house.payments("?state=settled&state=partial")
    assert (await house.ask(f"/v1/payments/{shown['id']}/undo", method="POST"))["state"] == "settled"
    await house.hear(payment(PaymentUndone, 2), minutes=5)
    details = await house.ask(f"/v1/payments/{shown['id']}")
    assert (details["state"], [step["state"] for step in details["history"]]) == ("undone", ["settled", "undone"])
    assert [event.type for event in house.told()] == ["invoice.settled", "payment.undone"]
    assert (await house.ask(f"/v1/payments/{shown['id']}/accept", status=409, method="POST"))["code"] == "payment_stale"


async def test_whoever_reads_on_by_cursor_sees_each_change_once(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1"))
    page = await house.ask("/v1/payments")
    assert await house.payments(f"?cursor={page['cursor']}") == []
    await house.hear(payment(InvoiceSettled, 2), minutes=5)
    changed = await house.payments(f"?cursor={page['cursor']}&wait=1")
    assert sorted(each["state"] for each in changed) == ["replaced", "settled"]
    foreign = await house.ask(f"/v1/payments?cursor={page['cursor']}", "billit", 400)
    assert foreign["code"] == "cursor_invalid"


async def test_a_list_is_narrowed_and_what_cannot_be_used_is_named(house: House) -> None:
    await house.hear(payment(InvoiceSettled, 1))
    for query, count in (
        (f"?company={NUMBER}&document_id={DOCUMENT}&invoice_number=A-1&state=settled&since=2026-03-02", 1),
        ("?company=0010080080", 0),
        ("?invoice_number=A-2", 0),
        ("?since=2026-03-03", 0),
    ):
        assert len(await house.payments(query)) == count, query
    assert (await house.ask("/v1/payments?state=paid", status=422))["code"] == "request_malformed"


async def test_a_gap_is_told_shown_and_everything_behind_it_is_provisional_until_it_closes(house: House) -> None:
    await keep_accounts(house.worker, [booked(116, 24, "50.00"), booked(118, 26, "1264.55")])
    await house.hear(payment(InvoiceSettled, 1))
    await house.hear(StatementGapOpened.model_validate(GAP), version=2)
    [account] = (await house.ask("/v1/accounts"))["accounts"]
    [gap] = account["gaps"]
    assert gap["i18n"]["en"] == "117 is missing between 116 and 118; the balance jumps by 1,204.55"
    assert (account["final_through"]["sequence"], account["unbroken_since"]["sequence"]) == (116, 118)
    assert (account["balance"]["amount"], account["silent_bank_days"] > 0) == ("1264.55", True)
    assert [each["provisional"] for each in await house.payments()] == [True]
    await house.hear(StatementGapAlarmed.model_validate(GAP | {"opened_at": NOW}), version=3, minutes=90)
    [alarmed] = (await house.ask("/v1/accounts?gaps=alarmed", "janssens"))["accounts"]
    assert alarmed["gaps"][0]["alarmed_at"] is not None and alarmed["company_name"] == "Bakkerij"
    through = GAP["before"] | {"sequence": 118, "day": "2026-02-26", "statement_id": STATEMENT}  # type: ignore[operator]
    await house.hear(StatementGapClosed.model_validate(GAP | {"final_through": through}), version=4, minutes=99)
    [whole] = (await house.ask("/v1/accounts"))["accounts"]
    assert (whole["gaps"], whole["unbroken_since"]["sequence"], whole["final_through"]["sequence"]) == ([], 116, 118)
    assert [each["provisional"] for each in await house.payments()] == [False]
    told = [event for event in house.told() if event.type.startswith("statement.gap")]
    assert [event.type.rpartition("_")[2] for event in told] == ["opened", "alarmed", "closed"]
    assert told[0].data.difference.amount == told[1].data.difference.amount
    assert told[1].data.i18n[Language.NL].startswith("117 ontbreekt")
    assert told[2].data.final_through.sequence == 118


async def test_an_alarm_about_a_gap_that_closed_meanwhile_is_told_to_nobody(house: House) -> None:
    await house.hear(StatementGapClosed.model_validate(GAP), version=4)
    await house.hear(StatementGapAlarmed.model_validate(GAP | {"opened_at": NOW}), version=3)
    await house.hear(StatementGapOpened.model_validate(GAP), version=2)
    assert [event.type for event in house.told()] == ["statement.gap_closed"]
    assert (await house.ask("/v1/accounts?gaps=open"))["accounts"] == []


async def test_accounts_are_whose_statements_one_may_read(house: House) -> None:
    await keep_accounts(house.worker, [booked(116, 24, "50.00")])
    for caller, count in (("robaws", 1), ("janssens", 1), ("billit", 0), ("peeters", 0)):
        assert len((await house.ask("/v1/accounts", caller))["accounts"]) == count, caller
    known = house.runtime.tables.connections[CONNECTION][0]
    await house.worker.save_connections([(known.model_copy(update={"state": "revoked"}), 9)])
    assert (await house.ask("/v1/accounts"))["accounts"] == []


async def test_accounts_come_page_by_page(house: House) -> None:
    for iban in (IBAN, "BE95100234567858"):
        statement = booked(116, 24, "50.00")
        body = statement.body.model_copy(update={"iban": iban})
        await keep_accounts(house.worker, [replace(statement, body=body)])
    first = await house.ask("/v1/accounts?limit=1")
    second = await house.ask(f"/v1/accounts?limit=1&cursor={first['cursor']}")
    assert [page["accounts"][0]["iban"] for page in (first, second)] == [IBAN, "BE95100234567858"]
    assert second["cursor"] is None
    assert (await house.ask("/v1/accounts?cursor=abc", status=400))["code"] == "cursor_invalid"
