"""What happens on an account: each kind of booking that the standard knows, with the details that belong to it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from random import Random

from deploy.demo.coda import communications, people
from deploy.demo.coda.records import Entry, Text

Booking = Callable[[Random, date], list[Entry]]
"""One booked movement and its details."""

_REASONS = ("AC04", "MD06", "AM04", "MS03", "AC01")
_LARGEST = 2_500_000
_WRAPPED = 73
"""Columns of a record 3.1; banks cut texts there, in the middle of words."""


def _amount(dice: Random) -> int:
    """Whole cents, in thousandths."""
    return dice.randint(1, _LARGEST) * 10


def _reference(dice: Random, day: date) -> str:
    return f"{day:%Y%m%d}{dice.randint(0, 10**10 - 1):010d}"


def _paid_by(dice: Random, entry: Entry) -> Entry:
    """The same with a counterparty, Belgian or foreign, and its message."""
    if dice.random() < 0.8:
        bank, bic = people.belgian_bank(dice)
        account = people.belgian_account(dice, bank)
    else:
        account, bic = people.foreign_account(dice), people.bic(dice)
    name = people.person(dice) if dice.random() < 0.5 else people.business(dice)
    end_to_end = dice.choice(("", "NOTPROVIDED", f"E2E-{dice.randint(1, 10**9)}"))
    return replace(
        entry, account=account, account_currency="EUR", bic=bic, name=name[:35], customer_reference=end_to_end
    )


def transfer_in(dice: Random, day: date) -> list[Entry]:
    """Money from a customer with an OGM, an RF reference or a text of any length."""
    text = dice.choice(
        (
            communications.given_reference(dice, day, 0),
            communications.given_reference(dice, day, 0),
            communications.creditor_reference(dice, day, 0),
            communications.rebuilt_reference(dice, day, 0),
            Text(people.words(dice, dice.randint(1, 149))),
        )
    )
    entry = Entry(_amount(dice), "00150000", text, value_date=day, bank_reference=_reference(dice, day))
    return [_paid_by(dice, replace(entry, purpose=dice.choice(("", "SUPP")), category_purpose=""))]


def transfer_out(dice: Random, day: date) -> list[Entry]:
    """A payment to a supplier."""
    text = Text(people.words(dice, dice.randint(5, 110)))
    return [_paid_by(dice, Entry(-_amount(dice), "00101000", text, bank_reference=_reference(dice, day)))]


def instant_transfer(dice: Random, day: date) -> list[Entry]:
    """An instant transfer, without a counterparty's record where nothing is known of it."""
    entry = Entry(_amount(dice), "00250000", Text(people.words(dice, 40)), value_date=day)
    return [entry if dice.random() < 0.5 else _paid_by(dice, entry)]


def wrapped_text(dice: Random, day: date) -> list[Entry]:
    """A transfer whose real text is in the records 3.1, cut every 73 columns in the middle of words."""
    account = people.belgian_account(dice, "363")
    text = (
        f"Communication : {people.words(dice, dice.randint(20, 140))}  IBAN: {account}  "
        f"Donneur d'ordre final : {people.person(dice)}"
    )
    rows = tuple(Text(text[at : at + _WRAPPED]) for at in range(0, len(text), _WRAPPED))
    entry = Entry(_amount(dice), "00150000", Text("Virement en euros (SEPA)"), value_date=day, information=rows)
    return [_paid_by(dice, entry)]


def batch_of_customer(dice: Random, day: date) -> list[Entry]:
    """A file of payments in one amount: type 1 with its details 5, a globalisation of level 1."""
    parts = [-_amount(dice) for _ in range(dice.randint(2, 12))]
    total = Entry(sum(parts), "10107000", globalisation=1, customer_reference=f"PMT-{dice.randint(1, 10**6)}")
    details = [
        _paid_by(dice, Entry(amount, "50107000", Text(people.words(dice, 60)), detail=True, globalisation=0))
        for amount in parts
    ]
    return [total, *details[:-1], replace(details[-1], globalisation=1)]


def batch_of_bank(dice: Random, day: date) -> list[Entry]:
    """Transfers with references in one amount: type 2 with its details 6, and among them a 7 that has details 9."""
    fine = [_amount(dice) for _ in range(dice.randint(1, 4))]
    sub = Entry(sum(fine), "70150000", detail=True, globalisation=2)
    below = [_detail(dice, day, amount, "90150000") for amount in fine]
    after = [_detail(dice, day, _amount(dice), "60150000") for _ in range(dice.randint(1, 6))]
    amount = sub.amount + sum(entry.amount for entry in after)
    total = Entry(amount, "20150000", Text("ontvangen overschrijvingen"), globalisation=1, value_date=day)
    return [
        total,
        sub,
        *below[:-1],
        replace(below[-1], globalisation=2),
        *after[:-1],
        replace(after[-1], globalisation=1),
    ]


def _detail(dice: Random, day: date, amount: int, code: str) -> Entry:
    text = communications.given_reference(dice, day, amount)
    return _paid_by(dice, Entry(amount, code, text, detail=True, value_date=day))


def foreign_transfer(dice: Random, day: date) -> list[Entry]:
    """Money from abroad less the costs: type 3 with its details 8, gross and cost, and who paid in a record 3.1."""
    cost = dice.randint(100, 2500) * 10
    gross = cost + _amount(dice)
    told = communications.of_information(dice, day, cost)
    total = Entry(
        gross - cost, "34150000", communications.original_amount(dice, day, gross), value_date=day, globalisation=1
    )
    paid = Entry(gross, "84150100", Text(people.words(dice, 50)), detail=True)
    costs = Entry(-cost, "84137013", communications.calculation(dice, day, cost), detail=True, globalisation=1)
    return [replace(_paid_by(dice, total), information=tuple(told[:4])), paid, costs]


def direct_debit(dice: Random, day: date) -> list[Entry]:
    """A SEPA direct debit that is paid: to a supplier, or by a customer."""
    code, sign = dice.choice((("00501000", -1), ("00550000", 1)))
    text = communications.direct_debit(dice, day, 0)
    return [_paid_by(dice, Entry(sign * _amount(dice), code, text, value_date=day))]


def refused_direct_debit(dice: Random, day: date) -> list[Entry]:
    """A SEPA direct debit that comes back, with the type and the ISO reason of its R-transaction."""
    kind, reason = dice.choice("12345"), dice.choice(_REASONS)
    text = communications.direct_debit(dice, day, 0, (kind, reason))
    entry = Entry(-_amount(dice), "00503000", text, value_date=day, return_type=kind, return_reason=reason)
    return [_paid_by(dice, entry)]


def structured(dice: Random, day: date) -> list[Entry]:
    """A booking with any of the standard's structured communications."""
    amount = _amount(dice)
    text = dice.choice(communications.OF_MOVEMENTS)(dice, day, amount)
    code, sign = dice.choice((("00450000", 1), ("00402000", -1), ("03537006", -1), ("03550002", 1), ("00450000", 1)))
    return [Entry(sign * amount, code, text, value_date=day, bank_reference=_reference(dice, day))]


def informed(dice: Random, day: date) -> list[Entry]:
    """A booking with every structured communication of a record 3.1, and a free one over 3.1, 3.2 and 3.3."""
    amount = _amount(dice)
    free = Text(people.words(dice, dice.randint(200, 268)))
    told = (*communications.of_information(dice, day, amount), free)
    return [_paid_by(dice, Entry(amount, "00150000", Text(people.words(dice, 20)), information=told))]


def cancellation(dice: Random, day: date) -> list[Entry]:
    """A booking that the bank takes back; its value date is not known."""
    return [Entry(-_amount(dice), "00149000", Text("annulering / annulation"), bank_reference=_reference(dice, day))]


OF_EVERY_KIND: tuple[tuple[Booking, int], ...] = (
    (transfer_in, 12),
    (transfer_out, 6),
    (instant_transfer, 2),
    (wrapped_text, 2),
    (batch_of_customer, 1),
    (batch_of_bank, 1),
    (foreign_transfer, 1),
    (direct_debit, 2),
    (refused_direct_debit, 1),
    (structured, 2),
    (informed, 1),
    (cancellation, 1),
)
"""Each kind and how often it comes."""


TRANSFERS: tuple[tuple[Booking, int], ...] = ((transfer_in, 2), (transfer_out, 1))
"""The daily bread of most companies: no details, no information records."""


def entries(
    dice: Random, day: date, booked: int, kinds: tuple[tuple[Booking, int], ...] = OF_EVERY_KIND
) -> Iterator[Entry]:
    """As many booked movements, and their details, made one after the other."""
    bookings, weights = zip(*kinds, strict=True)
    for _ in range(booked):
        [kind] = dice.choices(bookings, weights)
        yield from kind(dice, day)


def long_batch(dice: Random, details: int) -> Iterator[Entry]:
    """One total of the bank with any number of equal details: beyond 9,999 their numbers start again (§6)."""
    amount = 12_340
    yield Entry(details * amount, "20150000", globalisation=1)
    for left in range(details, 0, -1):
        reference = Text(people.belgian_reference(dice), "101")
        yield Entry(amount, "60150000", reference, detail=True, globalisation=int(left == 1))
