"""Are accounts and their gaps kept, told and shown as the API says, with tables in memory?"""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.delivery.handlers.gaps import keep_accounts
from shared.contracts.statements import (
    InvoiceSettled,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
)
from shared.values import Language
from tests.component.delivery.doors import CONNECTION, NOW
from tests.component.delivery.paying import (
    GAP,
    IBAN,
    STATEMENT,
    House,
    booked,
    opened_house,
    payment,
)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with opened_house() as made:
        yield made


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
