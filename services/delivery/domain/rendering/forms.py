"""Numbers, amounts and days as each language writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.delivery.domain.rendering.legible import breakable_number
from shared.values import Language, Money

_MONTHS: Mapping[Language, str] = {
    Language.NL: "januari februari maart april mei juni juli augustus september oktober november december",
    Language.FR: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    Language.DE: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    Language.EN: "January February March April May June July August September October November December",
}
_MINUS = "\u2212"
_NARROW_SPACE = "\u202f"
_FEWEST_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Forms:
    """How one language writes numbers: Dutch and German `1.234,56`, French `1 234,56`, English `1,234.56`."""

    language: Language
    group: str
    decimal: str

    def amount(self, money: Money | None, *, negated: bool = False) -> str:
        """Digits without the currency, two decimals or three; empty for None."""
        if money is None:
            return ""
        return self.number(-money.amount if negated else money.amount, decimals=_FEWEST_DECIMALS)

    def money(self, money: Money | None) -> str:
        """The amount with the code of its currency; empty for None."""
        return f"{self.amount(money)}\u00a0{money.currency}" if money is not None else ""

    def number(self, number: Decimal | None, *, decimals: int = 0) -> str:
        """As `written`, to be broken where it is wider than any column; empty for None."""
        return breakable_number(self.written(number, decimals=decimals)) if number is not None else ""

    def written(self, number: Decimal | int, *, decimals: int = 0) -> str:
        """Every decimal that says something, and at least `decimals`."""
        whole, _, rest = f"{abs(Decimal(number)):f}".partition(".")
        rest = rest.rstrip("0").ljust(decimals, "0")
        grouped = f"{int(whole):,}".replace(",", self.group)
        sign = _MINUS if number < 0 else ""
        return f"{sign}{grouped}{self.decimal if rest else ''}{rest}"

    def percent(self, number: Decimal | None) -> str:
        """`21 %`, in English `21%`; empty for None."""
        if number is None:
            return ""
        return f"{self.number(number)}{'' if self.language is Language.EN else _NARROW_SPACE}%"

    def day(self, day: date | None) -> str:
        """With the month in words: `2 maart 2026`, `1er janvier 2026`, `2. März 2026`; empty for None."""
        if day is None:
            return ""
        number = {Language.FR: "1er" if day.day == 1 else str(day.day), Language.DE: f"{day.day}."}
        month = _MONTHS[self.language].split()[day.month - 1]
        return f"{number.get(self.language, str(day.day))}\u00a0{month}\u00a0{day.year}"

    def short_day(self, day: date | None) -> str:
        """In digits, for columns: `02/03/2026`, in German `02.03.2026`; empty for None."""
        return day.strftime("%d.%m.%Y" if self.language is Language.DE else "%d/%m/%Y") if day is not None else ""

    def labelled(self, label: str, text: str) -> str:
        """`label: text`, in French with the space before the colon that it wants."""
        return f"{label}{_NARROW_SPACE if self.language is Language.FR else ''}: {text}"

    def days(self, start: date | None, end: date | None) -> str:
        """A period with one end or two; empty where it has none."""
        return " – ".join(shown for shown in (self.short_day(start), self.short_day(end)) if shown)


FORMS: Mapping[Language, Forms] = {
    Language.NL: Forms(Language.NL, ".", ","),
    Language.FR: Forms(Language.FR, _NARROW_SPACE, ","),
    Language.DE: Forms(Language.DE, ".", ","),
    Language.EN: Forms(Language.EN, ",", "."),
}
