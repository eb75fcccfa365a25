"""Bodies of the structured communications of CODA 2.6 (annex III), each type with all of its fields."""

from collections.abc import Callable
from datetime import date
from random import Random

from deploy.demo.coda import people
from deploy.demo.coda.records import Text, day_of, signed

Make = Callable[[Random, date, int], Text]
"""From dice, the day and the amount of the movement in thousandths."""

_MASKED_CARD = "6703230000002371"


def _amount(thousandths: int) -> str:
    return f"{abs(thousandths):015d}"


def _rate(dice: Random) -> str:
    """Four digits and eight decimals."""
    return f"{dice.randint(1, 999_999_999):012d}"


def _terminal(dice: Random) -> str:
    place = people.address(dice)[1].split(" ")[1]
    return f"{people.business(dice)[:16]:16}{place[:10]:10}"


def _hour(dice: Random) -> str:
    return f"{dice.randint(0, 23):02d}{dice.randint(0, 59):02d}"


def creditor_reference(dice: Random, day: date, amount: int) -> Text:
    """100: a reference of ISO 11649."""
    return Text(people.creditor_reference(dice), "100")


def given_reference(dice: Random, day: date, amount: int) -> Text:
    """101: the reference that the payer gave."""
    return Text(people.belgian_reference(dice), "101")


def rebuilt_reference(dice: Random, day: date, amount: int) -> Text:
    """102: the reference that the bank put together."""
    return Text(people.belgian_reference(dice), "102")


def number(dice: Random, day: date, amount: int) -> Text:
    """103: the number of a cheque or a card."""
    return Text(f"{dice.randint(1, 10**12 - 1):012d}", "103")


def original_amount(dice: Random, day: date, amount: int) -> Text:
    """105: what the payer paid in the payer's currency, sometimes with a reference."""
    reference = people.belgian_reference(dice) if dice.random() < 0.5 else ""
    paid = _amount(amount * 11 // 10)
    return Text(f"{_amount(amount)}{paid}000110000000USD{reference:12}US{_amount(amount)}", "105")


def calculation(dice: Random, day: date, amount: int) -> Text:
    """106: a percentage of an amount, such as the VAT of a cost."""
    return Text(f"{_amount(amount)}{_amount(amount * 100 // 21)}002100000000{2}{_amount(amount)}", "106")


def closing(dice: Random, day: date, amount: int) -> Text:
    """108: the interest of a quarter."""
    return Text(f"{_amount(amount)}{_amount(amount * 90)}{_rate(dice)}{day_of(day.replace(day=1))}{day_of(day)}", "108")


def terminal_total(dice: Random, day: date, amount: int) -> Text:
    """111: a day's payments at a terminal."""
    first = dice.randint(1, 800_000)
    counted = f"{first:06d}{day_of(day)}{first + 40:06d}{day_of(day)}"
    return Text(f"1{dice.randint(1, 999_999):06d}{day.month:03d}{counted}0{_terminal(dice)}", "111")


def card_payment(dice: Random, day: date, amount: int) -> Text:
    """113: a payment or withdrawal by card, with the original amount."""
    at = f"{dice.randint(1, 999_999):06d}{dice.randint(1, 999_999):06d}{day_of(day)}{_hour(dice)}"
    paid = f"{_amount(amount)}{100_000_000:012d}EUR{0:05d}{0:02d}{0:05d}"
    return Text(f"{_MASKED_CARD}2{at}5{_terminal(dice)}{paid}", "113")


def terminal_payment(dice: Random, day: date, amount: int) -> Text:
    """114: one payment at a terminal."""
    at = f"{dice.randint(1, 999_999):06d}{day.month:03d}{dice.randint(1, 999_999):06d}{day_of(day)}{_hour(dice)}"
    return Text(f"1{at}5{_terminal(dice)}{f'T{dice.randint(1, 10**9)}':16}", "114")


def cash_deposit(dice: Random, day: date, amount: int) -> Text:
    """115: cash put into a terminal."""
    at = f"{dice.randint(1, 999_999):06d}{dice.randint(1, 999_999):06d}{day_of(day)}{_hour(dice)}"
    checked = f"{day_of(day)}{dice.randint(1, 999_999):06d}{_amount(amount)} {_terminal(dice)}"
    return Text(f"{_MASKED_CARD}9{at}{checked}{people.belgian_reference(dice):12}", "115")


def bill(dice: Random, day: date, amount: int) -> Text:
    """121: a bill of exchange."""
    dates = day_of(day) * 3
    return Text(
        f"{_amount(amount)}{dates}0{people.enterprise_number(dice)}EUR{'':3}{f'W{dice.randint(1, 99_999)}':13}"
        f"{100_000_000:012d}",
        "121",
    )


def bill_interest(dice: Random, day: date, amount: int) -> Text:
    """122: how the interest of a bill is calculated."""
    return Text(f"0090{_rate(dice)}{_amount(amount * 40)}2{f'W{dice.randint(1, 99_999)}':13}{day_of(day)}", "122")


def fee(dice: Random, day: date, amount: int) -> Text:
    """123: the commission of a guarantee without an end."""
    return Text(
        f"{day_of(day)}999999{_amount(amount * 50)}{_rate(dice)}0030{1}{f'G{dice.randint(1, 99_999)}':13}", "123"
    )


def card_settlement(dice: Random, day: date, amount: int) -> Text:
    """124: a month of a credit card."""
    return Text(
        f"{'4557520000001234':20}2{dice.randint(1, 10**9):012d}{f'ID{dice.randint(1, 10**6)}':15}{day_of(day)}", "124"
    )


def credit(dice: Random, day: date, amount: int) -> Text:
    """125: an instalment of a credit."""
    account = people.belgian_account(dice, "363")[4:]
    balances = f"{_amount(amount * 60)}{_amount(amount * 59)}{_amount(0)}EUR"
    return Text(
        f"{account}{'':15}{balances}{day_of(day)}{day_of(day)}{_rate(dice)}{f'K{dice.randint(1, 99_999)}':13}", "125"
    )


def investment(dice: Random, day: date, amount: int) -> Text:
    """126: money put away for a term."""
    return Text(
        f"{f'D{dice.randint(1, 99_999)}':15}{_amount(amount)}{_amount(amount)}{day_of(day)}{day_of(day)}{_rate(dice)}"
        f"{_amount(amount // 100)}EUR{100_000_000:012d}",
        "126",
    )


def direct_debit(dice: Random, day: date, amount: int, refusal: tuple[str, str] = ("0", "")) -> Text:
    """127: a SEPA direct debit; `refusal` is type and ISO reason of an R-transaction. All 146 columns are used."""
    creditor = people.creditor_identifier(people.enterprise_number(dice))
    mandate = f"MND-{dice.randint(1, 10**8)}"
    told = people.words(dice, 62)
    paid = "0" if refusal[0] == "0" else "2"
    return Text(f"{day_of(day)}11{paid}{creditor:35}{mandate:35}{told:62}{refusal[0]}{refusal[1]:4}", "127")


OF_MOVEMENTS: tuple[Make, ...] = (
    creditor_reference, given_reference, rebuilt_reference, number, original_amount, calculation, closing,
    terminal_total, card_payment, terminal_payment, cash_deposit, bill, bill_interest, fee, card_settlement, credit,
    investment, direct_debit,
)  # fmt: skip
"""Every type that the standard has for a movement."""


def of_information(dice: Random, day: date, amount: int) -> list[Text]:
    """The types that the standard has for a record 3.1, one of each."""
    street, locality = people.address(dice)
    bank, correspondent, third = ("".join(f"{people.words(dice, 35):35}" for _ in range(4)) for _ in range(3))
    number = people.enterprise_number(dice)
    order = f"{f'O{dice.randint(1, 99_999)}':13}{f'DOS{dice.randint(1, 99_999)}':15}{'':13}"
    security = f"{'BE0003810273':15}"
    named = f"{'':4}{people.business(dice)[:36]:36}"
    sold = f"{order}02{security}N{10_0000:012d}EUR0001EUR{12_5000:012d}{100_000_000:012d}{named}{'B1':13}{'':8}"
    place = f"{day:%d%m%Y}{'BE Euronext Brussels':30}{day:%d%m%Y}{'':24}{_amount(amount)}"
    coupon = f"{order}02{security}{10_0000:012d}{named}EUR{1_250_000:014d}1{_amount(0)}{'dividend':24}"
    return [
        Text(f"{people.person(dice):70}{street:35}{locality:35}{number:35}", "001"),
        Text(bank, "002"),
        Text(correspondent, "004"),
        Text(third, "005"),
        Text(f"{'kosten':30}EUR{signed(amount)[1:]}{signed(amount)[0]}013", "006"),
        Text(f"{20:07d}{50_000:06d}{_amount(1_000_000)}", "007"),
        Text(f"{people.business(dice):70}{number:35}", "008"),
        Text(f"{people.person(dice):70}{number:35}", "009"),
        Text(sold + place, "010"),
        Text(f"{coupon}{'C12':6}{day_of(day)}{100_000_000:012d}EUR{_amount(amount)}", "011"),
    ]
