"""Are payments kept, told and decided as the API says, with tables in memory?"""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.delivery.domain.clients import Client
from shared.chassis.messages import Publish
from shared.contracts.deliveries import PaymentDecided
from shared.contracts.directory import OfficePeriod
from shared.contracts.statements import (
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    PaymentWithdrawn,
)
from shared.values import Language, OfficeId
from tests.component.delivery.doors import NUMBER
from tests.component.delivery.paying import (
    DOCUMENT,
    IBAN,
    STATEMENT,
    House,
    connection,
    opened_house,
    payment,
)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with opened_house() as made:
        yield made


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
    assert problem["detail"] == "Another decision was just made of this payment: accept."


async def test_what_was_accepted_is_so_once_the_ledger_settled_it(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1"))
    [suggestion] = await house.payments()
    await house.ask(f"/v1/payments/{suggestion['id']}/accept", method="POST")
    await house.hear(payment(InvoiceSettled, 2), minutes=5)
    await house.hear(payment(PaymentWithdrawn, 3, "p1", reason="accepted"), minutes=5)
    assert sorted(each["state"] for each in await house.payments()) == ["accepted", "settled"]
    problem = await house.ask(f"/v1/payments/{suggestion['id']}/undo", status=409, method="POST")
    words = "undo is for one that settles an invoice, was refused or taken back."
    assert problem["detail"] == f"The payment is accepted; {words}"


async def test_a_suggestion_that_is_over_says_so_and_its_software_hears_it(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1"))
    paid = {"balance": {"amount": "0.00", "currency": "EUR"}}
    await house.hear(payment(PaymentWithdrawn, 3, "p1", reason="invoice_paid", **paid), minutes=5)
    [shown] = await house.payments("?state=withdrawn")
    assert shown["balance"] == paid["balance"] and shown["reasons"] is not None
    assert (await house.ask(f"/v1/payments/{shown['id']}/accept", status=409, method="POST"))["code"] == "payment_stale"
    [_, told] = house.told()
    assert (told.type, told.data.reason) == ("payment.withdrawn", "invoice_paid")
    assert told.data.allocation.rejected == ()


async def test_a_refused_suggestion_is_refused_at_once(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1"))
    [shown] = await house.payments()
    assert (await house.ask(f"/v1/payments/{shown['id']}/refuse", method="POST"))["state"] == "refused"
    assert await house.payments("?state=suggested") == []


async def test_a_refusal_can_be_taken_back_and_its_history_shows_both(house: House) -> None:
    await house.hear(payment(PaymentSuggested, 1, "p1"))
    [shown] = await house.payments()
    path = f"/v1/payments/{shown['id']}"
    await house.ask(f"{path}/refuse", method="POST")
    await house.hear(payment(PaymentWithdrawn, 2, "p1", reason="refused"))
    for caller in ("janssens", "robaws", "janssens"):
        open_again = await house.ask(f"{path}/undo", caller, method="POST")
        assert (open_again["state"], open_again["decision"]["decision"]) == ("suggested", "undo")
    decisions = [each.body.decision for each in house.runtime.written if isinstance(each, Publish)]
    assert decisions == ["refuse", "undo"]
    await house.hear(payment(PaymentSuggested, 3, "p1"), minutes=5)
    details = await house.ask(path)
    assert [step["state"] for step in details["history"]] == ["suggested", "refused", "suggested"]
    assert (details["state"], details["decision"]) == ("suggested", None)


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
    await house.hear(payment(PaymentWithdrawn, 3, "p1", reason="movement_settled"), minutes=5)
    changed = await house.payments(f"?cursor={page['cursor']}&wait=1")
    assert sorted(each["state"] for each in changed) == ["settled", "withdrawn"]
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
