"""Makes bank files: CODA 2.6 (Febelfin), 128 columns, cp1252, CRLF, with the right totals and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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
    lines: list[str] = []
    for position, statement in enumerate(statements, start=1):
        lines += _statement(statement, last=position == len(statements))
    return "".join(f"{line}\r\n" for line in lines).encode("cp1252", errors="replace")


def _statement(statement: DemoStatement, *, last: bool) -> list[str]:
    body = [_old_balance(statement)]
    for position, movement in enumerate(statement.movements, start=1):
        body += _movement(movement, position, statement)
    if statement.movements:
        body.append(_new_balance(statement))
    return [_header(statement), *body, _trailer(statement, len(body), last)]


def _header(statement: DemoStatement) -> str:
    """CODA 2.6 record 0."""
    created = _day(statement.new_date)
    reference = f"DEMO{statement.sequence:06d}"
    return _line(
        f"00000{created}00005 {'':7}{reference:10}{statement.holder[:26]:26}{_BIC:11}0{statement.number}"
        f" 00000{'':16}{'':16}{'':7}2"
    )


def _old_balance(statement: DemoStatement) -> str:
    """CODA 2.6 record 1, account structure 2: Belgian IBAN."""
    paper = f"{statement.sequence:03d}"
    return _line(
        f"12{paper}{statement.iban:31}{'':3}EUR{_signed(statement.old_balance)}{_day(statement.old_date)}"
        f"{statement.holder[:26]:26}{'Zichtrekening':35}{statement.sequence:03d}"
    )


def _movement(movement: DemoMovement, position: int, statement: DemoStatement) -> list[str]:
    """CODA 2.6 records 2.1, 2.2 and 2.3, and 3.1 where there are details."""
    entry, paper = _day(statement.new_date), f"{statement.sequence:03d}"
    reference = f"DEMO{statement.new_date:%Y%m%d}{position:06d}"
    # Family 01: domestic or SEPA credit transfer; 50 in your favour, 01 an individual order.
    code = "00150000" if movement.amount >= 0 else "00101000"
    communication = f"1101{movement.reference}" if movement.reference else f"0{movement.text[:53]}"
    link = "1" if movement.details else "0"
    key = f"{position:04d}0000"
    lines = [
        f"21{key}{reference:21}{_signed(movement.amount)}{_day(movement.value_date)}{code}"
        f"{communication:54}{entry}{paper}01 0",
        f"22{key}{'':53}{'NOTPROVIDED':35}{_BIC:11}{'':3}{'':5}{'':4}{'':4}1 0",
        f"23{key}{movement.account:34}EUR{movement.counterparty[:35]:35}{'':43}0 {link}",
    ]
    if movement.details:
        lines.append(f"31{position:04d}0001{reference:21}{code}0{movement.details[:73]:73}{'':12}0 0")
    return [_line(line) for line in lines]


def _new_balance(statement: DemoStatement) -> str:
    """CODA 2.6 record 8."""
    return _line(
        f"8{statement.sequence:03d}{statement.iban:31}{'':3}EUR{_signed(statement.new_balance)}"
        f"{_day(statement.new_date)}{'':64}0"
    )


def _trailer(statement: DemoStatement, records: int, last: bool) -> str:
    """CODA 2.6 record 9: the records 1, 2.x, 3.x and 8, the debits and the credits."""
    amounts = [movement.amount for movement in statement.movements]
    debits = sum((-amount for amount in amounts if amount < 0), Decimal(0))
    credits = sum((amount for amount in amounts if amount > 0), Decimal(0))
    return _line(f"9{'':15}{records:06d}{_amount(debits)}{_amount(credits)}{'':75}{'2' if last else '1'}")


def _signed(amount: Decimal) -> str:
    return f"{1 if amount < 0 else 0}{_amount(abs(amount))}"


def _amount(amount: Decimal) -> str:
    thousandths = amount * 1000
    if thousandths != thousandths.to_integral_value():
        raise ValueError(f"coda_amount: found {amount}, expected at most three decimals")
    return f"{int(thousandths):015d}"


def _day(day: date) -> str:
    return f"{day:%d%m%y}"


def _line(text: str) -> str:
    if len(text) != 128:
        raise ValueError(f"coda_line: found {len(text)} columns in record {text[:2]}, expected 128")
    return text
