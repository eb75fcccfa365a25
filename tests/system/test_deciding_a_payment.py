"""A person decides what a payment pays: an office accepts a suggestion, a software takes a settlement back."""

from deploy.demo.documents import demo_reference
from deploy.demo.doors import observed
from tests.system.bank import GROSS as GROSS_AMOUNT
from tests.system.bank import payment_of
from tests.system.stage import Stage, invoice, payment, statement

GROSS = str(GROSS_AMOUNT)


async def test_a_suggestion_that_an_office_accepts_settles_the_invoice(stage: Stage) -> None:
    comanage, office = stage.software("comanage"), stage.office()
    connection = await stage.connect(comanage, await stage.company())
    handed = await stage.hand_in(connection, invoice(connection.company, "S-1"))
    await comanage.heard("document.delivered", handed["id"])
    await stage.hand_in_statements(statement(connection.company, 1, "0.00", payment(GROSS, text="dank u wel")))
    suggested = (await comanage.heard("payment.suggested", handed["id"]))["data"]
    assert suggested["reasons"] and suggested["allocation"]["rule"] == "R09"
    waiting = await payment_of(office, handed["id"], "suggested")
    assert waiting["reasons"][0]["i18n"]["nl"] and waiting["facts"]
    for _ in range(2):
        said = (await office.ask("POST", f"/v1/payments/{waiting['id']}/accept", 200)).json()
        assert said["decision"]["decision"] == "accept"
    settled = (await comanage.heard("invoice.settled", handed["id"]))["data"]
    assert settled["balance"]["amount"] == "0.00"
    over = (await comanage.heard("payment.withdrawn", handed["id"]))["data"]
    assert (over["reason"], over["allocation"]["allocation_id"]) == (
        "accepted", suggested["allocation"]["allocation_id"],
    )  # fmt: skip
    assert (await payment_of(office, handed["id"], "accepted"))["id"] == waiting["id"]
    await payment_of(comanage, handed["id"], "settled")
    late = await office.ask("POST", f"/v1/payments/{waiting['id']}/refuse", 409)
    assert late.json()["code"] == "payment_stale"


async def test_a_settlement_that_is_taken_back_opens_the_invoice_again(stage: Stage) -> None:
    eye = stage.software("eye-t")
    connection = await stage.connect(eye, await stage.company())
    reference = demo_reference(2026300003)
    handed = await stage.hand_in(connection, invoice(connection.company, "U-1", reference=reference))
    await stage.hand_in_statements(statement(connection.company, 1, "0.00", payment(GROSS, reference)))
    await eye.heard("invoice.settled", handed["id"])
    settled = await payment_of(eye, handed["id"], "settled")
    for _ in range(2):
        await eye.ask("POST", f"/v1/payments/{settled['id']}/undo", 200)
    undone = (await eye.heard("payment.undone", handed["id"]))["data"]
    assert undone["balance"]["amount"] == GROSS
    details = (await eye.ask("GET", f"/v1/payments/{settled['id']}", 200)).json()
    assert [step["state"] for step in details["history"]] == ["settled", "undone"]
    document = (await eye.ask("GET", f"/v1/documents/{handed['id']}", 200)).json()
    assert (document["payment"], document["balance"]["amount"]) == ("reopened", GROSS)


async def test_a_refusal_that_is_taken_back_opens_the_question_until_the_invoice_is_paid(stage: Stage) -> None:
    eye, office = stage.software("eye-t"), stage.office()
    connection = await stage.connect(eye, await stage.company())
    reference = demo_reference(2026300007)
    handed = await stage.hand_in(connection, invoice(connection.company, "R-1", reference=reference))
    await eye.heard("document.delivered", handed["id"])
    await stage.hand_in_statements(statement(connection.company, 1, "0.00", payment(GROSS, text="dank u wel")))
    path = f"/v1/payments/{(await payment_of(office, handed['id'], 'suggested'))['id']}"
    assert (await office.ask("POST", f"{path}/refuse", 200)).json()["state"] == "refused"
    assert (await eye.heard("payment.withdrawn", handed["id"]))["data"]["reason"] == "refused"
    for _ in range(2):
        assert (await office.ask("POST", f"{path}/undo", 200)).json()["state"] == "suggested"

    async def look() -> list[str] | None:
        history = [step["state"] for step in (await office.ask("GET", path, 200)).json()["history"]]
        return history if len(history) == 3 else None

    assert await observed("the question that is open again", look) == ["suggested", "refused", "suggested"]
    await stage.hand_in_statements(statement(connection.company, 2, GROSS, payment(GROSS, reference)))
    await eye.heard("invoice.settled", handed["id"])
    assert (await payment_of(office, handed["id"], "withdrawn"))["id"] == path.rpartition("/")[2]
