"""Makes valid CODA 2.6 statements for tests, and leaves every field open to be made wrong."""

from dataclasses import dataclass, field
from datetime import date

COMPANY = "0403170701"
OTHER_COMPANY = "0202239951"
IBAN = "BE71096123456769"
OTHER_IBAN = "BE68539007547034"
REFERENCE = "090933755493"
OTHER_REFERENCE = "000000010101"


@dataclass
class Move:
    """A movement: thousandths, credits positive; `details` makes it a total of type 1 with details of type 5."""

    amount: int
    reference: str | None = None
    text: str = ""
    name: str = "Peeters Lieve"
    code: str = "0150000"
    information: tuple[str, ...] = ()
    details: tuple["Move", ...] = field(default_factory=tuple)


def statement(
    moves: list[Move],
    *,
    old: int = 1_000_000,
    sequence: int = 1,
    day: date = date(2026, 3, 2),
    iban: str = IBAN,
    company: str = COMPANY,
    currency: str = "EUR",
    flag: str = " ",
    application: str = "00000",
) -> bytes:
    """One statement, CRLF, cp1252; an empty one is 0 1 9 (§7.3)."""
    account = f"{iban:<31}   {currency}"
    stamp = day.strftime("%d%m%y")
    lines = [
        f"00000{stamp}72505{flag}       {'':10}{'BAKKERIJ':<26}{'KREDBEBB':<11}0{company} {application}{'':39}2",
        f"12{sequence:03d}{account}{_sign(old)}{abs(old):015d}{stamp}{'BAKKERIJ':<26}{'Zicht':<35}{sequence:03d}",
    ]
    for number, move in enumerate(moves, 1):
        lines += _block(move, number, stamp)
    new = old + sum(move.amount for move in moves)
    if moves:
        lines.append(f"8{sequence:03d}{account}{_sign(new)}{abs(new):015d}{stamp}{'':64}0")
    debits = -sum(move.amount for move in moves if move.amount < 0)
    credits = sum(move.amount for move in moves if move.amount > 0)
    lines.append(f"9{'':15}{len(lines) - 1:06d}{debits:015d}{credits:015d}{'':75}2")
    for line in lines:
        if len(line) != 128:
            raise ValueError(f"{len(line)} columns: {line}")
    return b"".join(line.encode("cp1252") + b"\r\n" for line in lines)


def _sign(amount: int) -> str:
    return "1" if amount < 0 else "0"


def _block(move: Move, number: int, stamp: str) -> list[str]:
    counter = 0
    lines = _movement(move, number, counter, "1" if move.details else "0", stamp)
    for at, text in enumerate(move.information):
        counter += 1
        link = "1" if at + 1 < len(move.information) else "0"
        lines.append(f"31{number:04d}{counter:04d}{'':21}{'0' + move.code}0{text:<73}{'':12}0 {link}")
    for detail in move.details:
        counter += 1
        lines += _movement(detail, number, counter, "5", stamp)
    return lines


def _movement(move: Move, number: int, detail: int, kind: str, stamp: str) -> list[str]:
    text = f"1101{move.reference}" if move.reference else f"0{move.text}"
    link = "1" if move.information else "0"
    first = (
        f"21{number % 10_000:04d}{detail % 10_000:04d}{'REF':<21}{_sign(move.amount)}{abs(move.amount):015d}"
        f"{stamp}{kind}{move.code}{text:<54}{stamp}0010" + "1" + " 0"
    )
    second = f"22{number % 10_000:04d}{detail % 10_000:04d}{'':53}{'NOTPROVIDED':<35}{'KREDBEBB':<11}{'':3}{' ':13}1 0"
    third = f"23{number % 10_000:04d}{detail % 10_000:04d}{'BE68539007547034':<34}EUR{move.name:<35}{'':43}0 {link}"
    return [first, second, third]
