"""Does the reconciler alone do what its card says: book, wait, refuse, find gaps, settle?"""

import json
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from shared.contracts.statements import (
    InvoicePartiallyPaid,
    InvoiceSettled,
    StatementGapClosed,
    StatementGapOpened,
    StatementQuarantined,
    TransactionsBooked,
)
from tests.component.coda_reconciler.world import World, bodies
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, OTHER_COMPANY, OTHER_IBAN, REFERENCE, Move, statement

PAYMENT = statement([Move(121_000, reference=REFERENCE), Move(-20_000, text="kosten")])


def names(events: list[Any]) -> list[str]:
    return [type(event).__name__ for event in events]


async def test_a_payment_with_the_reference_of_an_invoice_settles_it() -> None:
    world = World()
    await world.company()
    assert await world.invoice("121.00") == []
    booked, settled = await world.bank_file(PAYMENT)
    assert isinstance(booked, TransactionsBooked) and isinstance(settled, InvoiceSettled)
    assert (booked.movement_count, str(booked.credits), str(booked.new_balance)) == (2, "121.00 EUR", "1101.00 EUR")
    assert booked.statement.path.startswith(COMPANY) and booked.movements.path.startswith(COMPANY)
    assert world.documents.objects[booked.statement.path] == PAYMENT
    lines = world.documents.objects[booked.movements.path].decode().splitlines()
    assert [json.loads(line)["amount"]["amount"] for line in lines] == ["121.00", "-20.00"]
    assert (str(settled.balance), settled.allocation.rule, settled.version) == ("0.00 EUR", "R03", 1)
    assert str(settled.allocation.amount) == "121.00 EUR"


async def test_a_payment_that_came_before_the_invoice_settles_it_when_it_comes() -> None:
    world = World()
    await world.company()
    assert names(await world.bank_file(PAYMENT)) == ["TransactionsBooked"]
    [settled] = await world.invoice("121.00")
    assert isinstance(settled, InvoiceSettled)


async def test_a_part_is_a_part_and_what_is_too_much_stays_a_credit() -> None:
    world = World()
    await world.company()
    await world.invoice("200.00")
    _, part = await world.bank_file(PAYMENT)
    assert isinstance(part, InvoicePartiallyPaid) and str(part.balance) == "79.00 EUR"
    rest = statement([Move(100_000, reference=REFERENCE)], sequence=2, old=1_101_000)
    _, settled = await world.bank_file(rest)
    assert isinstance(settled, InvoiceSettled) and str(settled.allocation.amount) == "79.00 EUR"
    assert settled.version == 2
    assert world.unallocated() == 21_000


async def test_two_open_invoices_with_one_reference_are_nobodys_to_settle() -> None:
    world = World()
    await world.company()
    await world.invoice("121.00", number="A")
    await world.invoice("121.00", number="B")
    assert names(await world.bank_file(PAYMENT)) == ["TransactionsBooked", "PaymentSuggested", "PaymentSuggested"]
    assert world.unallocated() == 121_000 and world.memory.allocations == []


async def test_an_invoice_of_another_company_is_not_settled() -> None:
    world = World()
    await world.company()
    await world.invoice("121.00", enterprise_number=OTHER_COMPANY)
    assert names(await world.bank_file(PAYMENT)) == ["TransactionsBooked"]


async def test_a_payment_that_is_taken_back_by_its_code_settles_nothing() -> None:
    world = World()
    await world.company()
    await world.invoice("121.00")
    cancelled = statement([Move(121_000, reference=REFERENCE, code="0199000")])
    assert names(await world.bank_file(cancelled)) == ["TransactionsBooked"]


async def test_a_newer_version_of_an_invoice_keeps_what_was_paid() -> None:
    world = World()
    await world.company()
    await world.invoice("121.00")
    await world.bank_file(PAYMENT)
    [part] = await world.invoice("150.00", version=2)
    assert isinstance(part, InvoicePartiallyPaid) and str(part.balance) == "29.00 EUR"
    assert await world.invoice("121.00", version=1) == []


async def test_an_older_version_that_comes_late_takes_the_place_of_none() -> None:
    world = World()
    await world.company()
    await world.invoice("121.00")
    assert await world.invoice("500.00", version=2, supersedes=None) == []
    _, settled = await world.bank_file(PAYMENT)
    assert isinstance(settled, InvoiceSettled)


async def test_the_same_statement_in_another_file_is_dropped() -> None:
    world = World()
    await world.company()
    await world.bank_file(PAYMENT)
    assert await world.bank_file(PAYMENT.replace(b"\r\n", b"\n")) == []
    copy = statement([Move(121_000, reference=REFERENCE), Move(-20_000, text="kosten")], flag="D")
    assert await world.bank_file(copy) == []


async def test_a_statement_without_a_mandate_waits_and_is_booked_when_one_comes() -> None:
    world = World()
    await world.invoice("121.00")
    [waiting] = await world.bank_file(PAYMENT)
    assert isinstance(waiting, StatementQuarantined) and waiting.code == "no_mandate"
    assert await world.bank_file(PAYMENT.replace(b"\r\n", b"\n")) == []
    assert not any(path.startswith(COMPANY) for path in world.documents.objects)
    assert names(await world.company()) == ["TransactionsBooked", "InvoiceSettled", "StatementReleased"]
    assert world.memory.waiting_statements == {}
    assert await world.company(sequence=2) == []


async def test_a_mandate_that_comes_between_reading_and_booking_is_honoured() -> None:
    world = World()
    event = await world.prepared_file(PAYMENT)
    await world.company()
    [booked] = bodies(await world.hand_over(event))
    assert isinstance(booked, TransactionsBooked) and booked.statement.path.startswith(COMPANY)


async def test_an_ended_mandate_books_nothing() -> None:
    world = World()
    await world.company(COMPANY, IBAN, until=date(2026, 2, 1))
    [quarantined] = await world.bank_file(PAYMENT)
    assert isinstance(quarantined, StatementQuarantined) and quarantined.code == "no_mandate"


async def test_an_older_snapshot_of_a_company_changes_nothing() -> None:
    world = World()
    await world.company(COMPANY, OTHER_IBAN, sequence=5)
    await world.company(COMPANY, IBAN, sequence=4)
    [quarantined] = await world.bank_file(PAYMENT)
    assert isinstance(quarantined, StatementQuarantined) and quarantined.code == "no_mandate"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"company": OTHER_COMPANY}, "company_mismatch"), ({"application": "01505"}, "separate_application")],
)
async def test_what_is_readable_and_still_refused_says_why(changes: dict[str, str], code: str) -> None:
    world = World()
    await world.company()
    [quarantined] = await world.bank_file(statement([Move(1000)], **changes))  # type: ignore[arg-type]
    assert isinstance(quarantined, StatementQuarantined) and quarantined.code == code


async def test_a_broken_statement_is_quarantined_and_its_neighbour_booked() -> None:
    world = World()
    await world.company()
    broken = statement([Move(5_000)], sequence=9).replace(b"000000000005000", b"000000000006000", 1)
    refused, booked = await world.bank_file(broken + PAYMENT)
    assert isinstance(refused, StatementQuarantined) and isinstance(booked, TransactionsBooked)
    assert (refused.index, refused.code) == (0, "E12")


async def test_what_is_no_bank_file_at_all_is_quarantined() -> None:
    [refused] = await World().bank_file(b"\xff\xfeH\x00i\x00")
    assert isinstance(refused, StatementQuarantined) and refused.code == "E01"


async def test_statements_of_two_companies_in_one_file_stay_apart() -> None:
    world = World()
    await world.company(COMPANY, IBAN)
    await world.company(OTHER_COMPANY, OTHER_IBAN)
    other = statement([Move(7_000)], iban=OTHER_IBAN, company=OTHER_COMPANY)
    first, second = await world.bank_file(PAYMENT + other)
    assert isinstance(first, TransactionsBooked) and isinstance(second, TransactionsBooked)
    assert world.documents.objects[first.statement.path] == PAYMENT
    assert world.documents.objects[second.statement.path] == other
    assert second.statement.path.startswith(OTHER_COMPANY)


async def test_accounts_are_locked_before_companies() -> None:
    world = World()
    await world.company()
    world.locks.keys.clear()
    await world.bank_file(PAYMENT)
    assert world.locks.keys == [f"iban:{IBAN}", f"company:{COMPANY}"]


async def test_in_any_order_of_arrival_the_invoice_is_settled_once_and_the_chain_is_whole() -> None:
    first = statement([Move(50_000, reference=REFERENCE)], sequence=1, old=0)
    second = statement([Move(-1_000)], sequence=2, old=50_000)
    third = statement([Move(71_000, reference=REFERENCE)], sequence=3, old=49_000)
    gaps = 0
    for order in permutations([first, second, third, b"invoice", b"company"]):
        world, events = World(), []
        for step in order:
            if step == b"invoice":
                events += await world.invoice("121.00")
            elif step == b"company":
                events += await world.company()
            else:
                events += await world.bank_file(step)
        found = names(events)
        assert found.count("TransactionsBooked") == 3
        assert found.count("InvoiceSettled") == 1
        opened = [event for event in events if isinstance(event, StatementGapOpened)]
        assert len(opened) == len([event for event in events if isinstance(event, StatementGapClosed)])
        assert world.unallocated() == 0
        gaps += len(opened)
    assert gaps > 0


async def test_a_waiting_statement_lies_under_nobodys_number_until_its_company_is_decided() -> None:
    world = World()
    await world.bank_file(statement([]))
    await world.company(OTHER_COMPANY, IBAN, until=date(2026, 2, 1))
    assert {path.split("/")[0] for path in world.documents.objects} == {"unassigned"}
    await world.company(COMPANY, IBAN)
    assert {path.split("/")[0] for path in world.documents.objects} == {"unassigned", COMPANY}
