"""What pays an invoice without a reference of its own line, what takes a payment back, and what comes in any order."""

from dataclasses import replace
from decimal import Decimal

from deploy.demo.coda.records import Entry, Text, day_of
from deploy.demo.documents import demo_reference
from tests.system.bank import AMOUNT, GROSS, book, credit, open_invoice, send, states_of
from tests.system.stage import Stage, today


async def test_one_payment_that_names_three_invoices_in_short_settles_all_three(stage: Stage) -> None:
    software = stage.software("onfact-enfact")
    connection = await stage.connect(software, await stage.company())
    documents = [await open_invoice(stage, software, connection, f"2026-11-1329{digit}") for digit in (7, 8, 9)]
    text = Text("facturen 2026-11-13297+13298+99 met dank")
    await book(stage, connection.company, 1, 0, [credit(3 * AMOUNT, text)])
    for document in documents:
        told = (await software.heard("invoice.settled", document))["data"]
        assert Decimal(told["balance"]["amount"]) == 0
        assert Decimal(told["allocation"]["amount"]["amount"]) == GROSS
        assert told["allocation"]["rule"] == "R06"
        [number] = [fact for fact in told["allocation"]["facts"] if fact["meaning"] == "invoice_number"][:1]
        assert number["text"] and number["line"] == 3


async def test_each_detail_of_a_batch_settles_its_own_invoice_and_the_total_none(stage: Stage) -> None:
    software = stage.software("pc-partner")
    connection = await stage.connect(software, await stage.company())
    references = [demo_reference(2026200001 + serial) for serial in range(3)]
    documents = [
        await open_invoice(stage, software, connection, f"B-{serial}", reference)
        for serial, reference in enumerate(references)
    ]
    total = Entry(3 * AMOUNT, "20150000", Text("ontvangen overschrijvingen"), globalisation=1, value_date=today())
    details = [credit(AMOUNT, Text(each, "101"), code="60150000", detail=True) for each in references]
    await book(stage, connection.company, 1, 0, [total, *details[:-1], replace(details[-1], globalisation=1)])
    for detail, document in enumerate(documents, start=1):
        told = (await software.heard("invoice.settled", document))["data"]
        assert (told["allocation"]["movement"], told["allocation"]["detail"]) == (1, detail)
        assert await states_of(software, document) == ["settled"]


async def test_a_direct_debit_that_comes_back_reopens_its_invoice_with_the_banks_reason(stage: Stage) -> None:
    software = stage.software("ribbit")
    connection = await stage.connect(software, await stage.company())
    reference = demo_reference(2026200011)
    document = await open_invoice(stage, software, connection, "D-1", reference)
    told = f"{day_of(today())}110{'BE38ZZZ0403170701':35}{'MND-4711':35}{reference:62}"
    collected = credit(AMOUNT, Text(f"{told}0", "127"), code="00550000", customer_reference="E2E-D-1")
    await book(stage, connection.company, 1, 0, [collected])
    settled = (await software.heard("invoice.settled", document))["data"]
    back = replace(
        collected, amount=-AMOUNT, code="00503000", text=Text(f"{told}2AC04", "127"), return_type="2",
        return_reason="AC04",
    )  # fmt: skip
    await book(stage, connection.company, 2, AMOUNT, [back])
    reopened = (await software.heard("invoice.reopened", document))["data"]
    assert (reopened["return_reason"], reopened["version"]) == ("AC04", settled["version"] + 1)
    assert Decimal(reopened["balance"]["amount"]) == GROSS
    assert (await software.ask("GET", f"/v1/documents/{document}", 200)).json()["payment"] == "reopened"


async def test_a_file_that_comes_twice_and_a_payment_that_comes_first_settle_once(stage: Stage) -> None:
    software = stage.software("sonetas-bvba")
    connection = await stage.connect(software, await stage.company())
    company = connection.company
    early = await book(stage, company, 1, 0, [credit(AMOUNT, Text("betaling factuur VF-2026-0417"))])
    await software.heard("statement.booked", company.number)
    document = await open_invoice(stage, software, connection, "VF-2026-0417")
    told = (await software.heard("invoice.settled", document))["data"]
    assert told["allocation"]["rule"] == "R06"
    await send(stage, early)
    await send(stage, early.replace(b"\r\n", b"\n"))
    witness = await open_invoice(stage, software, connection, "VF-2026-0418")
    await book(stage, company, 2, AMOUNT, [credit(AMOUNT, Text("VF-2026-0418"))])
    await software.heard("invoice.settled", witness)
    assert await states_of(software, document) == ["settled"]
