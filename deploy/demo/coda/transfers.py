"""Plain transfers in EUR, as the demo and most tests need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from deploy.demo.coda.records import Account, Entry, Text
from deploy.demo.coda.statements import Heading, StatementLines, encoded
from shared.values import EnterpriseNumber, Iban, StructuredReference

_BIC = "DEMOBEB1"


@dataclass(frozen=True, slots=True)
class DemoMovement:
    """One booked transfer in EUR; `amount` below zero is a debit. With `reference`, the communication is
    of type 101; otherwise it is `text`. `details` becomes an information record."""

    amount: Decimal
    counterparty: str
    account: Iban
    value_date: date
    reference: StructuredReference | None = None
    text: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class DemoStatement:
    """One statement of one account; `sequence` restarts at 1 every year."""

    iban: Iban
    number: EnterpriseNumber
    holder: str
    sequence: int
    old_date: date
    new_date: date
    old_balance: Decimal
    movements: tuple[DemoMovement, ...] = ()

    @property
    def new_balance(self) -> Decimal:
        """Old balance and all movements."""
        return sum((movement.amount for movement in self.movements), self.old_balance)


def coda_file(statements: Sequence[DemoStatement]) -> bytes:
    """The file with these statements; each line is padded to 128 columns and ends with CRLF."""
    last = len(statements)
    return b"".join(
        line
        for position, statement in enumerate(statements, start=1)
        for line in encoded(_lines_of(statement).lines(last=position == last))
    )


def _lines_of(statement: DemoStatement) -> StatementLines:
    heading = Heading(
        account=Account(statement.iban, statement.number, statement.holder),
        sequence=statement.sequence,
        old_balance=_thousandths(statement.old_balance),
        old_date=statement.old_date,
        new_date=statement.new_date,
        paper=statement.sequence,
        file_reference=f"DEMO{statement.sequence:06d}",
    )
    numbered = enumerate(statement.movements, start=1)
    return StatementLines(heading, [_entry(movement, at, statement.new_date) for at, movement in numbered])


def _entry(movement: DemoMovement, position: int, day: date) -> Entry:
    return Entry(
        amount=_thousandths(movement.amount),
        # Family 01: domestic or SEPA credit transfer; 50 in your favour, 01 an individual order.
        code="00150000" if movement.amount >= 0 else "00101000",
        text=Text(movement.reference, "101") if movement.reference else Text(movement.text[:53]),
        value_date=movement.value_date,
        bank_reference=f"DEMO{day:%Y%m%d}{position:06d}",
        customer_reference="NOTPROVIDED",
        bic=_BIC,
        account=movement.account,
        account_currency="EUR",
        name=movement.counterparty[:35],
        information=(Text(movement.details[:73]),) if movement.details else (),
    )


def _thousandths(amount: Decimal) -> int:
    thousandths = amount * 1000
    if thousandths != thousandths.to_integral_value():
        raise ValueError(f"coda_amount: found {amount}, expected at most three decimals")
    return int(thousandths)
