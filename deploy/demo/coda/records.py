"""The records of a bank file as lines of 128 columns (CODA 2.6, annex I). Amounts are thousandths, credits positive."""

from dataclasses import dataclass
from datetime import date

from shared.values import EnterpriseNumber, Iban

RECORD_LENGTH = 128
MOVEMENT_ZONES = (53, 53, 43)
"""Columns of a communication in the records 2.1, 2.2 and 2.3; the type of a structured one takes the first three."""
INFORMATION_ZONES = (73, 105, 90)
"""The same for the records 3.1, 3.2 and 3.3."""


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a statement is about, as the records 0, 1 and 8 tell it.

    `bare` leaves the IBAN out and writes the twelve digits of the old Belgian numbers (structure 0).
    """

    iban: Iban
    number: EnterpriseNumber
    holder: str
    currency: str = "EUR"
    bic: str = "DEMOBEB1"
    bank: str = "000"
    description: str = "Zichtrekening"
    bare: bool = False

    @property
    def structure(self) -> str:
        """Column 2 of record 1: 0 Belgian number, 2 Belgian IBAN, 3 foreign IBAN."""
        return "0" if self.bare else "2" if self.iban.country == "BE" else "3"

    @property
    def columns(self) -> str:
        """The 37 columns of account and currency (§7.5)."""
        if self.bare:
            return f"{self.iban[4:]:12} {self.currency}0BE{'':18}"
        return f"{self.iban:34}{self.currency}"


@dataclass(frozen=True, slots=True)
class Text:
    """A communication: free where `kind` is empty, else the three digits of a structured one and its body."""

    body: str = ""
    kind: str = ""

    def zones(self, widths: tuple[int, ...]) -> list[str]:
        """The columns of each zone that holds something, the first one always; what does not fit is cut."""
        text = (self.kind + self.body).rstrip()
        found: list[str] = []
        at = 0
        for width in widths:
            if found and at >= len(text):
                break
            found.append(f"{text[at : at + width]:{width}}")
            at += width
        return found

    @property
    def flag(self) -> str:
        """The column that says which of the two it is."""
        return "1" if self.kind else "0"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record 2.1 with the 2.2, 2.3 and 3.x that it needs.

    `detail` makes it a detail of the last entry that is none. A part is written only where it holds something.
    `entry_date` None means the day of the statement, `value_date` None that it is not known.
    """

    amount: int
    code: str
    text: Text = Text()
    detail: bool = False
    globalisation: int = 0
    value_date: date | None = None
    entry_date: date | None = None
    bank_reference: str = ""
    customer_reference: str = ""
    bic: str = ""
    return_type: str = ""
    return_reason: str = ""
    category_purpose: str = ""
    purpose: str = ""
    account: str = ""
    account_currency: str = ""
    name: str = ""
    information: tuple[Text, ...] = ()

    @property
    def has_references(self) -> bool:
        """Whether a record 2.2 has something to say beside the communication."""
        codes = self.return_type or self.category_purpose or self.purpose
        return bool(self.customer_reference or self.bic or codes)


def movement_lines(entry: Entry, key: str, day: date, paper: str) -> list[str]:
    """The records 2.1, 2.2 and 2.3 of an entry; `key` is its sequence and detail number, `paper` three digits."""
    zones = entry.text.zones(MOVEMENT_ZONES)
    used = len(zones)
    zones += [" " * width for width in MOVEMENT_ZONES[used:]]
    parts = [
        f"21{key}{entry.bank_reference:21}{signed(entry.amount)}{day_of(entry.value_date)}{entry.code}"
        f"{entry.text.flag}{zones[0]}{day_of(entry.entry_date or day)}{paper}{entry.globalisation}"
    ]
    if entry.has_references or used > 1:
        parts.append(
            f"22{key}{zones[1]}{entry.customer_reference:35}{entry.bic:11}{'':3}{entry.return_type:1}"
            f"{entry.return_reason:4}{entry.category_purpose:4}{entry.purpose:4}"
        )
    if entry.account or entry.name or used == len(MOVEMENT_ZONES):
        parts.append(f"23{key}{entry.account:34}{entry.account_currency:3}{entry.name:35}{zones[2]}")
    return _continued(parts, "1" if entry.information else "0")


def information_lines(text: Text, key: str, bank_reference: str, code: str, *, another: bool) -> list[str]:
    """The records 3.1, 3.2 and 3.3 of one information; `another` says that the next record is a 3.1."""
    zones = text.zones(INFORMATION_ZONES)
    parts = [f"31{key}{bank_reference:21}{code}{text.flag}{zones[0]}{'':12}"]
    if len(zones) > 1:
        parts.append(f"32{key}{zones[1]}{'':10}")
    if len(zones) > len(("31", "32")):
        parts.append(f"33{key}{zones[2]}{'':25}")
    return _continued(parts, "1" if another else "0")


def free_line(number: int, detail: int, text: str, *, another: bool) -> str:
    """A record 4; its first column of text is 33."""
    return line(f"4 {number:04d}{detail:04d}{'':22}{text:80}{'':15}{int(another)}")


def _continued(parts: list[str], link: str) -> list[str]:
    """Each part says whether another one follows it (§5.5); only the last says whether an information does (§5.6)."""
    last = len(parts) - 1
    return [line(f"{part}{int(at < last)} {link if at == last else '0'}") for at, part in enumerate(parts)]


def signed(amount: int) -> str:
    """Sign and fifteen digits."""
    return f"{int(amount < 0)}{abs(amount):015d}"


def day_of(day: date | None) -> str:
    """DDMMYY, zeros where it is not known."""
    return f"{day.day:02d}{day.month:02d}{day.year % 100:02d}" if day else "000000"


def line(text: str) -> str:
    """The text itself. Raises `ValueError` where it is no record of 128 columns."""
    if len(text) != RECORD_LENGTH:
        raise ValueError(f"coda_line: found {len(text)} columns in record {text[:2]}, expected {RECORD_LENGTH}")
    return text
