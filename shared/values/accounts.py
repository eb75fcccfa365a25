"""Bank accounts (ISO 13616, SWIFT IBAN registry)."""

import re

from stdnum import iban as registry

from shared.values.errors import ValueRejected
from shared.values.text import SPELLING_LENGTH, TextValue, without_separators

_SHAPE = re.compile(r"(?:IBAN:?)?([A-Z]{2}[0-9]{2}[A-Z0-9]{10,30})")
_BELGIAN = re.compile(r"BE[0-9]{14}")
_FIGURES = {ord("A") + place: str(10 + place) for place in range(26)}
_EXPECTED = "an IBAN such as BE71 0961 2345 6769"


class Iban(TextValue):
    """An account of any country of the IBAN registry, in capitals without spaces.

    Belgian accounts must also hold their national check (last two digits = first ten modulo 97, 0 is 97);
    an unknown Belgian bank code is accepted, for new banks are not in anybody's list yet. Raises
    `ValueRejected`: `iban_malformed` (country or structure) or `iban_checksum`.
    """

    __slots__ = ()

    code = "iban_malformed"
    pattern = "^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$"
    description = "an IBAN in capitals without spaces, with its check digits"
    examples = ("BE71096123456769", "NL91ABNA0417164300")

    @classmethod
    def _normal_form(cls, text: str) -> str:
        match = _SHAPE.fullmatch(without_separators(text)) if len(text) <= SPELLING_LENGTH else None
        if match is None:
            raise ValueRejected(cls.code, text, _EXPECTED)
        number = match[1]
        country, account, check_digits = number[:2], number[4:], _check_digits(number)
        if not _fits_its_country(f"{country}{check_digits}{account}"):
            raise ValueRejected(cls.code, text, f"{_EXPECTED}, as long as its country has them")
        if number[2:4] != check_digits:
            raise ValueRejected("iban_checksum", text, "an IBAN whose check digits hold")
        if country == "BE" and int(account[10:]) != (int(account[:10]) % 97 or 97):
            raise ValueRejected("iban_checksum", text, "a Belgian IBAN whose last two digits hold")
        return number

    @property
    def formatted(self) -> str:
        """As people read it, in groups of four: `BE71 0961 2345 6769`."""
        return " ".join(self[at : at + 4] for at in range(0, len(self), 4))

    @property
    def country(self) -> str:
        """ISO 3166 alpha-2 code of the country of the account."""
        return self[:2]


def _check_digits(number: str) -> str:
    """ISO 7064 mod 97-10: 02 to 98, so 00, 01 and 99, which leave the same rest, are no check digits."""
    figures = (number[4:] + number[:2]).translate(_FIGURES)
    return f"{98 - int(figures) * 100 % 97:02d}"


def _fits_its_country(number: str) -> bool:
    """Takes an IBAN with right check digits. Belgian ones are many and their structure is known."""
    if number.startswith("BE"):
        return _BELGIAN.fullmatch(number) is not None
    return registry.is_valid(number, check_country=False)
