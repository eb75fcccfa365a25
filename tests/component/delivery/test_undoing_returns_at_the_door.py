"""Is what the bank took back settled again once a person says that it was another payment's money?"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.chassis.messages import Publish
from shared.contracts.deliveries import PaymentDecided
from shared.contracts.statements import InvoiceReopened, InvoiceSettled
from tests.component.delivery.paying import DOCUMENT, STATEMENT, House, opened_house, payment

RETURN = f"{STATEMENT}/9/{DOCUMENT}/1"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with opened_house() as made:
        yield made


def of_return(kind: type[Any], version: int, **changes: Any) -> Any:
    """The ledger tells of a return by the payment that it takes back."""
    told = payment(kind, version, **changes)
    facts = {"allocation_id": RETURN, "compensates": f"{STATEMENT}/3/{DOCUMENT}/1"}
    return told.model_copy(update={"allocation": told.allocation.model_copy(update=facts)})


async def test_it_is_said_of_the_return_once_and_settles_when_the_ledger_says_so(house: House) -> None:
    await house.hear(payment(InvoiceSettled, 1))
    await house.hear(of_return(InvoiceReopened, 2, return_reason="MD06"))
    [shown] = await house.payments()
    assert (shown["state"], shown["return_reason"]) == ("reopened", "MD06")
    for caller in ("janssens", "robaws"):
        answer = await house.ask(f"/v1/payments/{shown['id']}/undo", caller, method="POST")
        assert (answer["state"], answer["decision"]["decision"]) == ("reopened", "undo")
    [said] = [each.body for each in house.runtime.written if isinstance(each, Publish)]
    assert isinstance(said, PaymentDecided)
    assert (said.allocation_id, said.decision, said.decided_by) == (RETURN, "undo", "office:janssens")
    await house.hear(of_return(InvoiceSettled, 3), minutes=600)
    [again] = await house.payments()
    assert (again["id"], again["state"], again["return_reason"]) == (shown["id"], "settled", None)


async def test_a_payment_that_was_read_otherwise_is_not_undone(house: House) -> None:
    await house.hear(payment(InvoiceSettled, 1))
    await house.hear(payment(InvoiceReopened, 2), minutes=5)
    [shown] = await house.payments()
    refused = await house.ask(f"/v1/payments/{shown['id']}/undo", status=409, method="POST")
    assert refused["code"] == "payment_stale"
