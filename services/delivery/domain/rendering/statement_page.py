"""A bank statement as a page: balances, every movement with who and why, totals."""

from services.delivery.domain.rendering.forms import FORMS
from services.delivery.domain.rendering.legible import legible
from services.delivery.domain.rendering.movements import movement_rows, signed
from services.delivery.domain.rendering.pages import Fact, Page, PartyBox, Table, Total, shortened
from services.delivery.domain.rendering.words import WORDS
from shared.contracts.statements import TransactionsBooked
from shared.values import Language

_OLD_BALANCE = "1"
_HOLDER = slice(64, 90)
"""CODA 2.6 record 1, positions 65-90."""


def holder_in(coda: bytes) -> str:
    """The account's holder as the bank writes the name; empty where the lines have none."""
    try:
        text = coda.decode("utf-8")
    except UnicodeDecodeError:
        text = coda.decode("cp1252", errors="replace")
    return next((line[_HOLDER].strip() for line in text.splitlines() if line.startswith(_OLD_BALANCE)), "")


def statement_page(body: TransactionsBooked, movements: bytes, coda: bytes, language: Language) -> Page:
    """The replica of a booked statement; `movements` are its JSON lines, `coda` the bank's own.

    Raises `ValueError`, `KeyError` or `TypeError` for lines that the reconciler did not write.
    """
    words, forms = WORDS[language], FORMS[language]
    number = f"{body.year}/{body.sequence:03d}"
    title = words["statement"].format(number=number)
    columns = tuple(words[name] for name in ("booked_on", "description", "value_on", "amount"))
    rows = shortened(movement_rows(movements, words, forms), words, columns=len(columns), told=1)
    holder = PartyBox(words["account_holder"], legible(holder_in(coda)), (body.enterprise_number.formatted,), ())
    return Page(
        language=language,
        title=title,
        subtitle=words["provisional"] if body.provisional else "",
        running=f"{title} · {body.iban.formatted}",
        dated=body.new_balance_date,
        parties=(PartyBox(words["account"], body.iban.formatted, (), ()), holder),
        facts=(
            Fact(words["balance_old"], forms.money(body.old_balance)),
            Fact(
                words["balance_new"].format(day=forms.short_day(body.new_balance_date)), forms.money(body.new_balance)
            ),
            Fact(words["number"], number),
            Fact(words["movements"], str(body.movement_count)),
        ),
        amounts_in=words["amounts_in"].format(currency=body.new_balance.currency),
        lines=Table("" if rows else words["no_movements"], columns, rows),
        taxes=None,
        totals=(
            Total(words["balance_old"], forms.amount(body.old_balance)),
            Total(words["credit_total"], signed(abs(body.credits), forms)),
            Total(words["debit_total"], forms.amount(-abs(body.debits))),
            Total(
                words["balance_new"].format(day=forms.short_day(body.new_balance_date)),
                forms.money(body.new_balance),
                strong=True,
            ),
        ),
        sections=(),
        notice=words["notice.statement"],
        paging=words["page"],
    )
