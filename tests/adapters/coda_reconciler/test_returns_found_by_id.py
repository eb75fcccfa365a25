"""Is a return with the bank's costs in it found by nothing but the end-to-end id of its payment, over memory and
Postgres alike, whichever of them comes first, and only where the id tells one payment?"""

from collections.abc import Sequence
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from deploy.demo.coda.records import Account, Entry, Text
from deploy.demo.coda.statements import Heading, StatementLines, encoded
from services.coda_reconciler.domain.matching.originals import MOST_OF_AN_ID
from services.coda_reconciler.domain.naming import text_of
from services.coda_reconciler.domain.settlement.opening import item_of
from services.coda_reconciler.ports import ReconcilerStore, Wanted
from shared.contracts.event import Event
from shared.contracts.statements import InvoiceReopened, InvoiceSettled, PaymentSuggested
from shared.values import EnterpriseNumber, Iban
from tests.component.coda_reconciler.world import World, accepted
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, REFERENCE

PAID, COSTS = 121_000, 3_250
ID = "E2E-2026/000412"
ITEM = item_of(accepted("121.00", "2026-1", 1)).key


def payment(amount: int = PAID, issued: str = ID, reference: str = REFERENCE, account: str = "") -> Entry:
    """A transfer with a reference, and an id of its payer's program."""
    return Entry(amount, "00150000", Text(reference, "101"), customer_reference=issued, account=account)


def back(amount: int = -PAID - COSTS, issued: str = ID, account: str = "") -> Entry:
    """What takes it back says nothing but the id."""
    return Entry(
        amount, "00149000", Text("teruggave"), customer_reference=issued, return_type="2", return_reason="AC04",
        account=account,
    )  # fmt: skip


def file_of(sequence: int, *entries: Entry) -> bytes:
    account = Account(Iban(IBAN), EnterpriseNumber(COMPANY), "BAKKERIJ")
    day = date(2026, 3, sequence)
    heading = Heading(account=account, sequence=sequence, old_balance=0, old_date=day, new_date=day)
    return b"".join(encoded(StatementLines(heading, list(entries)).lines()))


async def told(store: ReconcilerStore, arrivals: Sequence[Any]) -> list[Event]:
    """The files come in this order, and the invoice where None stands."""
    world = World(store)
    events = await world.company()
    for arrival in arrivals:
        events += await (world.invoice("121.00") if arrival is None else world.bank_file(arrival))
    return events


async def balance(store: ReconcilerStore) -> int:
    [item] = (await store.find(Wanted(items=frozenset({ITEM})))).items
    return item.balance


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))), ids=str)
async def test_the_return_reopens_what_was_paid_in_any_order(store: ReconcilerStore, order: Sequence[int]) -> None:
    arrivals = [None, file_of(1, payment()), file_of(2, back())]
    events = await told(store, [arrivals[at] for at in order])
    reopened = [event for event in events if isinstance(event, InvoiceReopened)]
    assert [(event.return_reason, str(event.allocation.amount)) for event in reopened] == [("AC04", "-121.00 EUR")]
    assert await balance(store) == PAID


@pytest.mark.parametrize("files", [(0, 1), (1, 0)], ids=str)
async def test_what_came_with_more_in_one_file_is_found_as_well(store: ReconcilerStore, files: Sequence[int]) -> None:
    halves = [file_of(1, back(), payment()), file_of(2, payment(50_000, "ANOTHER-000001", "000000010101"))]
    events = await told(store, [halves[files[0]], None, halves[files[1]]])
    assert len([event for event in events if isinstance(event, InvoiceReopened)]) == 1


@pytest.mark.parametrize(
    ("paid", "returned"),
    [
        (payment(), back(-PAID - 150_000)),
        (payment(issued="ONE-ID"), back(issued="ONE-ID")),
        (payment(account="BE68539007547034"), back(account="BE61310126985517")),
    ],
    ids=["more than costs", "an id that is a word", "another account"],
)
async def test_what_is_less_certain_is_asked(store: ReconcilerStore, paid: Entry, returned: Entry) -> None:
    events = await told(store, [None, file_of(1, paid), file_of(2, returned)])
    [asked] = [event for event in events if isinstance(event, PaymentSuggested)]
    assert asked.reasons == ("may_take_back", "amount_differs")
    assert await balance(store) == 0


@pytest.mark.parametrize("returned_first", [True, False])
async def test_of_two_payments_of_the_id_a_person_decides(store: ReconcilerStore, returned_first: bool) -> None:
    another = payment(70_000, reference="000000010101")
    files = [file_of(1, back()), file_of(2, payment(), another)]
    events = await told(store, [None, *files[:: 1 if returned_first else -1]])
    assert [type(event) for event in events if isinstance(event, InvoiceReopened | PaymentSuggested)] == [
        PaymentSuggested
    ]
    assert await balance(store) == 0


@pytest.mark.parametrize("place", [0, 1, MOST_OF_AN_ID, MOST_OF_AN_ID + 1])
async def test_an_id_of_too_many_payments_tells_none_wherever_the_return_comes(
    store: ReconcilerStore, place: int
) -> None:
    others = [file_of(2 + at, payment(1_000 + at, reference="000000010101")) for at in range(MOST_OF_AN_ID)]
    files = [file_of(1, payment()), *others]
    files.insert(place, file_of(28, back()))
    events = await told(store, [None, *files])
    settled = [event for event in events if isinstance(event, InvoiceSettled)]
    reopened = [event for event in events if isinstance(event, InvoiceReopened)]
    assert await balance(store) == 0 and len(settled) == 1 + len(reopened)


async def test_of_an_id_of_thousands_no_more_are_loaded_than_tell(store: ReconcilerStore) -> None:
    many = [payment(1_000 + at, reference="000000010101") for at in range(300)]
    await told(store, [file_of(1, back()), *(file_of(2 + at, *many[at * 50 : at * 50 + 50]) for at in range(6))])
    found = await store.find(Wanted(names=frozenset()))
    assert found.movements == []
    [waiting] = (await store.issued({(EnterpriseNumber(COMPANY), ID)}, 1)).values()
    around = await store.find(Wanted(movements=frozenset({(EnterpriseNumber(COMPANY), waiting[0])})))
    assert len(around.movements) <= 50 + MOST_OF_AN_ID + 1, text_of(waiting[0])
