"""The message: its head, and one `Stmt` for each statement with its account, balances and totals."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree
from pydantic import ValidationError

from services.delivery.domain.camt.elements import (
    NAMESPACE,
    Element,
    add,
    add_amount,
    add_bank,
    add_day,
    add_direction,
    add_text,
    midnight,
)
from services.delivery.domain.camt.entries import Booking, add_entry, bookings_of
from shared.chassis.errors import InvalidMessage
from shared.contracts.compatibility import bank_id
from shared.contracts.public_payments import Movement
from shared.contracts.statements import StatementHead, TransactionsBooked
from shared.values import Money

MEDIA_TYPE = "application/xml"
_DEFAULT: Any = {None: NAMESPACE}
"""The stubs of lxml know no default namespace."""
_NO_PAPER = ("", "000")
_NOTHING = Decimal("0.00")


def camt053(statements: Sequence[tuple[TransactionsBooked, bytes]]) -> bytes:
    """One message (UTF-8) of at least one statement, each with its movements as the reconciler's JSON lines.

    The same whenever it is made again: its ids are the first statement's and its time is the day on which the bank
    made them. Raises `InvalidMessage` with `movements_unreadable` for lines that the reconciler did not write.
    """
    document = etree.Element(f"{{{NAMESPACE}}}Document", nsmap=_DEFAULT)
    message = add(document, "BkToCstmrStmt")
    head = add(message, "GrpHdr")
    add(head, "MsgId", str(statements[0][0].statement_id))
    add(head, "CreDtTm", midnight(max(_made_on(body) for body, _ in statements)))
    for body, lines in statements:
        _add_statement(message, body, _movements(lines))
    return bytes(etree.tostring(document, encoding="UTF-8", xml_declaration=True))


def _movements(lines: bytes) -> list[Movement]:
    try:
        return [Movement.model_validate_json(line) for line in lines.splitlines() if line]
    except ValidationError as error:
        raise InvalidMessage("movements_unreadable", str(error.errors()[0]["msg"]), where="/movements") from None


def _add_statement(message: Element, body: TransactionsBooked, movements: Sequence[Movement]) -> None:
    statement, bookings = add(message, "Stmt"), bookings_of(movements)
    add(statement, "Id", str(body.statement_id))
    add(statement, "ElctrncSeqNb", str(body.sequence))
    head = body.head
    if head is not None and head.paper_number.isdecimal() and head.paper_number not in _NO_PAPER:
        add(statement, "LglSeqNb", str(int(head.paper_number)))
    add(statement, "CreDtTm", midnight(_made_on(body)))
    if head is not None and head.duplicate:
        add(statement, "CpyDplctInd", "DUPL")
    _add_account(statement, body, head)
    opened_on = head.old_balance_date if head is not None else None
    _add_balance(statement, "OPBD", body.old_balance, opened_on or body.new_balance_date)
    _add_balance(statement, "CLBD", body.new_balance, body.new_balance_date)
    _add_totals(statement, bookings)
    for booking in bookings:
        add_entry(statement, booking)


def _made_on(body: TransactionsBooked) -> date:
    return body.head.created_on if body.head is not None else body.new_balance_date


def _add_account(statement: Element, body: TransactionsBooked, head: StatementHead | None) -> None:
    account = add(statement, "Acct")
    add(account, "Id/IBAN", str.__str__(body.iban))
    add(account, "Ccy", str(body.new_balance.currency))
    if head is not None:
        add_text(account, "Nm", head.description, 70)
    owner = add(account, "Ownr")
    if head is not None:
        add_text(owner, "Nm", head.holder, 140)
    number = add(owner, "Id/OrgId/Othr")
    add(number, "Id", str.__str__(body.enterprise_number))
    add(number, "Issr", "KBO-BCE")
    add_bank(account, "Svcr", (head.bic if head is not None else "") or bank_id(body.iban))


def _add_balance(statement: Element, kind: str, money: Money, day: date) -> None:
    balance = add(statement, "Bal")
    add(balance, "Tp/CdOrPrtry/Cd", kind)
    add_amount(balance, money)
    add_direction(balance, money.amount)
    add_day(balance, "Dt", day)


def _add_totals(statement: Element, bookings: Sequence[Booking]) -> None:
    credits = [each.amount for each in bookings if each.amount >= 0]
    debits = [-each.amount for each in bookings if each.amount < 0]
    net = sum(credits, _NOTHING) - sum(debits, _NOTHING)
    totals = add(statement, "TxsSummry")
    together = add(totals, "TtlNtries")
    add(together, "NbOfNtries", str(len(bookings)))
    add(together, "Sum", str(sum(credits, _NOTHING) + sum(debits, _NOTHING)))
    net_entry = add(together, "TtlNetNtry")
    add(net_entry, "Amt", str(abs(net)))
    add_direction(net_entry, net)
    for name, amounts in (("TtlCdtNtries", credits), ("TtlDbtNtries", debits)):
        each = add(totals, name)
        add(each, "NbOfNtries", str(len(amounts)))
        add(each, "Sum", str(sum(amounts, _NOTHING)))
