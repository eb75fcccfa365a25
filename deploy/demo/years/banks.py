"""How banks write a payment into CODA: where the payer's words stand, and what the bank itself puts around them."""

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from deploy.demo.coda import people
from deploy.demo.coda.records import Account, Entry, Text
from deploy.demo.years.truths import Customer
from shared.values import StructuredReference

_ING, _BNP, _KBC, _BELFIUS = "363", "001", "733", "068"
_HALF = 0.5
_ING_HEADS = ("Virement en euros (SEPA)", "Europese overschrijving (zie bijlage)")
_WRAPPED = 73
"""Columns of a record 3.1: ING cuts its text there, in the middle of words."""
TRANSFER_IN, TRANSFER_OUT = "00150000", "00101000"


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as its payer gives it: a structured reference or words; `amount` below zero goes out.

    `debtor` is the ultimate debtor, where somebody pays for another.
    """

    amount: int
    payer: Customer
    words: str = ""
    reference: StructuredReference | str = ""
    end_to_end: str = ""
    debtor: str = ""
    code: str = TRANSFER_IN


def entry_of(dice: Random, account: Account, payment: Payment, day: date) -> Entry:
    """The records of a payment as the bank of the account writes them."""
    payer = payment.payer
    entry = Entry(
        payment.amount,
        payment.code,
        value_date=day,
        bank_reference=_bank_reference(dice, account, day),
        customer_reference=payment.end_to_end or dice.choice(("", "NOTPROVIDED", f"{day:%y%m%d}ISABEL")),
        bic=payer.bic,
        account=payer.iban,
        account_currency=dice.choice(("EUR", "")),
        name=payer.party.name[:35],
    )
    if payment.reference:
        return _with_debtor(replace(entry, text=_structured(payment.reference)), payment)
    return _with_debtor(_in_words(dice, account, payment, entry, day), payment)


def _structured(reference: str) -> Text:
    return Text(reference, "100" if reference.startswith("RF") else "101")


def _in_words(dice: Random, account: Account, payment: Payment, entry: Entry, day: date) -> Entry:
    if account.bank == _ING:
        told = f"Communication : {payment.words}  IBAN: {payment.payer.iban}  BIC: {payment.payer.bic}"
        return replace(entry, text=Text(dice.choice(_ING_HEADS)), information=_wrapped(told))
    if account.bank == _BELFIUS and dice.random() < _HALF:
        told = f"Uw overschrijving  Mededeling : {payment.words}  Referte : {dice.randint(10**9, 10**10)}"
        return replace(entry, text=Text("Overschrijving"), information=_wrapped(told))
    if account.bank == _BNP:
        own = f"BANKREFERENTIE : {day:%y%m%d}{dice.randint(0, 10**10 - 1):010d} VALUTADATUM : {day:%d/%m/%Y}"
        return replace(entry, text=Text(payment.words), information=(Text(own),))
    return replace(entry, text=Text(payment.words))


def _wrapped(text: str) -> tuple[Text, ...]:
    return tuple(Text(text[at : at + _WRAPPED]) for at in range(0, len(text), _WRAPPED))


def _with_debtor(entry: Entry, payment: Payment) -> Entry:
    if not payment.debtor:
        return entry
    if entry.information and entry.text.body in _ING_HEADS:
        told = "".join(text.body for text in entry.information) + f"  Donneur d'ordre final : {payment.debtor}"
        return replace(entry, information=_wrapped(told))
    return replace(entry, information=(*entry.information, Text(f"{payment.debtor:70}", "009")))


def _bank_reference(dice: Random, account: Account, day: date) -> str:
    """Not unique in life either, but of one shape a bank."""
    letters = "OMBA" if account.bank == _KBC else ""
    return f"{letters}{day:%y%m%d}{dice.randint(0, 10**9 - 1):09d}"


def collected(
    payment: Payment, mandate: str, told: str, day: date, creditor: Account, returned: tuple[str, str] = ("0", "")
) -> Entry:
    """A SEPA direct debit that the company collected, or that came back with the type and reason of `returned`."""
    kind, reason = returned
    identifier = people.creditor_identifier(creditor.number)
    paid = "0" if kind == "0" else "2"
    body = f"{day:%d%m%y}11{paid}{identifier:35}{mandate:35}{told[:62]:62}{kind}{reason:4}"
    return Entry(
        payment.amount,
        payment.code,
        Text(body, "127"),
        value_date=day,
        customer_reference=payment.end_to_end,
        bic=payment.payer.bic,
        account=payment.payer.iban,
        account_currency="EUR",
        name=payment.payer.party.name[:35],
        return_type="" if kind == "0" else kind,
        return_reason=reason,
    )
