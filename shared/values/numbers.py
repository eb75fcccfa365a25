"""Belgian enterprise and VAT numbers (Crossroads Bank for Enterprises; Royal Decree of 24 June 2003)."""

import re

from shared.values.errors import ValueRejected
from shared.values.text import SPELLING_LENGTH, TextValue, without_separators

_LABELS = r"(?:BTW|TVA|MWST|VAT|KBO|BCE|ZDU|CBE|RPR|RPM)"
_SPELLING = re.compile(rf"(?:(?:0208|9925):)?(?:{_LABELS}:?)*(?:BE:?)?(?:{_LABELS}:?)*([0-9]{{9,10}})")
_EXPECTED = "an enterprise number of ten digits that starts with 0 or 1, such as 0403.170.701"


class EnterpriseNumber(TextValue):
    """Ten digits, the first 0 or 1, the last two 97 minus the rest of the first eight divided by 97.

    Takes every spelling that people type: separators, `BE`, `BTW`, `TVA`, `BCE`, `KBO`, the nine digits of
    before 2005, the Peppol forms `0208:` and `9925:` (EAS code list). Raises `ValueRejected`:
    `enterprise_number_malformed`, `enterprise_number_checksum` or `establishment_number`.
    """

    __slots__ = ()

    code = "enterprise_number_malformed"
    most_remembered = 2_048
    pattern = "^[01][0-9]{9}$"
    description = "a Belgian enterprise number: ten digits that start with 0 or 1, with their check digits"
    examples = ("0403170701", "0202239951")

    @classmethod
    def _normal_form(cls, text: str) -> str:
        # Most are read back as they were written here: ten digits and nothing to take away.
        digits = text if len(text) == 10 and text.isascii() and text.isdigit() else _digits_in(text)
        if "2" <= digits[0] <= "8":
            expected = f"{_EXPECTED}, not an establishment number, which starts with 2 to 8"
            raise ValueRejected("establishment_number", text, expected)
        if digits[0] == "9" or digits.startswith("00000000"):
            raise ValueRejected(cls.code, text, _EXPECTED)
        if not _check_digits_hold(digits):
            expected = "an enterprise number whose last two digits check the first eight"
            raise ValueRejected("enterprise_number_checksum", text, expected, _only_swap_that_holds(digits))
        return digits

    @property
    def vat(self) -> "VatNumber":
        """The VAT number of the same company: `BE0403170701`."""
        return VatNumber(f"BE{self}")

    @property
    def formatted(self) -> str:
        """As people read it: `0403.170.701`."""
        return _with_dots(self)

    @property
    def peppol(self) -> str:
        """The participant on Peppol, scheme 0208 of the EAS code list: `0208:0403170701`."""
        return f"0208:{self}"


class VatNumber(TextValue):
    """A Belgian VAT number: `BE` and the ten digits of the enterprise number (VAT Code, art. 50).

    Takes the same spellings and raises the same codes as `EnterpriseNumber`, for it holds the same number.
    """

    __slots__ = ()

    code = "enterprise_number_malformed"
    pattern = "^BE[01][0-9]{9}$"
    description = "a Belgian VAT number: BE and the ten digits of the enterprise number"
    examples = ("BE0403170701",)

    @classmethod
    def _normal_form(cls, text: str) -> str:
        return f"BE{EnterpriseNumber(str(text))}"

    @property
    def enterprise_number(self) -> EnterpriseNumber:
        """The ten digits without `BE`."""
        return EnterpriseNumber(self[2:])


def _digits_in(text: str) -> str:
    """The ten digits of a spelling that people type."""
    # Parentheses as well: invoices print "BE(0)403.170.701".
    spelling = re.sub(r"[()]", "", without_separators(text[:SPELLING_LENGTH]))
    match = _SPELLING.fullmatch(spelling) if len(text) <= SPELLING_LENGTH else None
    if match is None:
        raise ValueRejected(EnterpriseNumber.code, text, _EXPECTED)
    return match[1].zfill(10)


def _check_digits_hold(digits: str) -> bool:
    """Strict: 97 for a rest of 0, so 00, 98 and 99, which leave the same rest, are no check digits."""
    return 97 - int(digits[:8]) % 97 == int(digits[8:])


def _only_swap_that_holds(digits: str) -> str | None:
    """The number meant, if one swap of two neighbouring digits, and no other, makes this one valid."""
    swaps = {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(9)}
    valid = [swap for swap in swaps if swap[0] in "01" and int(swap[:8]) > 0 and _check_digits_hold(swap)]
    return _with_dots(valid[0]) if len(valid) == 1 else None


def _with_dots(digits: str) -> str:
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
