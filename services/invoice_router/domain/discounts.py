"""The cash discounts that payment terms (BT-20) grant: so many per cent off for whoever pays within so many days.

Read are the structured form of XRechnung (`#SKONTO#TAGE=14#PROZENT=2.00#`, KoSIT extension of BT-20) and the phrases
of nl, fr, de and en in which per cent, the word for the discount and the days stand in one sentence. Whatever is less
certain grants nothing: then a person decides about the difference.
"""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from services.invoice_router.domain.heads import InvoiceHead
from shared.contracts.invoices import CashDiscount
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import Money

MOST_DISCOUNTS = 4
"""Steps such as 3 % in 8 days and 2 % in 14; whoever grants more is not understood."""
_LONGEST_TERMS = 1_000
_LARGEST_PERCENT = Decimal(20)
_LONGEST_DAYS = 120

_STRUCTURED = re.compile(r"#SKONTO#TAGE=(\d{1,3})#PROZENT=(\d{1,2}\.\d{2})#(?:BASISBETRAG=(\d{1,12}\.\d{2})#)?")
_SENTENCES = re.compile(r"[\n;]|\.(?!\d)")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?(?:%|procent|pour ?cent|prozent|per ?cent)", re.I)
_DAYS = re.compile(
    r"(?<![\d.,])(\d{1,3})\s?(?:(?:kalender)?dagen|jours?|(?:kalender)?tagen?|(?:calendar )?days?)\b", re.I
)
_DISCOUNT = re.compile(r"korting|disconto|escompte|remise|skonto|nachlass|discount", re.I)
_NOT_CERTAIN = re.compile(
    r"werkdagen|eindemaand|einde maand|fin de mois|end of month|monatsende|rente|intér|zins|inter"
)
_CENT = Decimal("0.01")


def cash_discounts(invoice: SalesInvoice | InvoiceHead) -> tuple[CashDiscount, ...]:
    """Each discount with its last day.

    In Belgium VAT is due on the discounted price already (art. 28, 1° of the VAT code), so the per cent may be meant
    of the amount without VAT; most payers take it off what is payable. Both are granted: each is an exact amount.
    """
    terms = invoice.payment_terms[:_LONGEST_TERMS]
    if invoice.family != "invoice":
        return ()
    granted = _structured(terms) or _spoken(terms)
    found = dict[tuple[Decimal, date], CashDiscount]()
    for days, percent, base in granted:
        until = invoice.issue_date + timedelta(days=days)
        for amount in _bases(invoice, base):
            off = (amount * percent / 100).quantize(_CENT, ROUND_HALF_UP)
            if 0 < off < invoice.payable.amount:
                found[off, until] = CashDiscount(amount=Money.of(off, invoice.payable.currency), until=until)
    return tuple(found.values())


Granted = tuple[int, Decimal, Decimal | None]
"""Days from the date of issue, per cent, and the base where the terms name one."""


def _structured(terms: str) -> list[Granted]:
    found = [
        (int(days), Decimal(percent), Decimal(base) if base else None)
        for days, percent, base in _STRUCTURED.findall(terms)
    ]
    return _certain(found)


def _spoken(terms: str) -> list[Granted]:
    """Sentences with exactly one per cent and one number of days, that speak of a discount."""
    found: list[Granted] = []
    for sentence in _SENTENCES.split(terms):
        percents, days = _PERCENT.findall(sentence), _DAYS.findall(sentence)
        if len(percents) == len(days) == 1 and _DISCOUNT.search(sentence) and not _NOT_CERTAIN.search(sentence.lower()):
            found.append((int(days[0]), Decimal(percents[0].replace(",", ".")), None))
    return _certain(found)


def _certain(found: list[Granted]) -> list[Granted]:
    usable = all(0 < percent <= _LARGEST_PERCENT and days <= _LONGEST_DAYS for days, percent, _ in found)
    return found if usable and len(found) <= MOST_DISCOUNTS else []


def _bases(invoice: SalesInvoice | InvoiceHead, named: Decimal | None) -> list[Decimal]:
    if named is not None:
        return [named]
    without_tax = invoice.tax_exclusive
    bases = [invoice.payable.amount]
    if without_tax is not None and without_tax.currency == invoice.payable.currency:
        bases.append(without_tax.amount)
    return bases
