"""Numbers as the rules read and round them: exact, and a text that is no number is no number."""

import re
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache

from services.invoice_router.domain.parts import BLANKS, Part

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_SHORT = 24
"""Characters of a text that is remembered; a document may be full of longer ones."""

_HALF, _HUNDRED = Decimal("0.5"), Decimal(100)


@lru_cache(maxsize=4_096)
def _short_number(text: str) -> Decimal | None:
    """Rates, quantities and prices come again and again; the amounts of one document are asked for by several rules."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def number(text: str) -> Decimal | None:
    """A decimal of XML Schema with at most 40 digits on each side; None for everything else."""
    if len(text) <= _SHORT:
        return _short_number(text)
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def number_in(part: Part, name: str) -> Decimal | None:
    """The number that the first child of that name holds; None without one, or where it is no number."""
    found = part.children.get(name)
    return number(found[0].written.strip(BLANKS)) if found else None


def decimals(text: str) -> int:
    """How many digits stand behind the decimal point."""
    return len(text.partition(".")[2])


def cents(amount: Decimal) -> Decimal:
    """Rounded to two decimals as XPath rounds: a half goes up, also below zero."""
    return (amount * _HUNDRED + _HALF).to_integral_value(ROUND_FLOOR) / _HUNDRED


def whole(amount: Decimal) -> Decimal:
    """Rounded to a whole number as XPath rounds."""
    return (amount + _HALF).to_integral_value(ROUND_FLOOR)
