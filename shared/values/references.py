"""Structured references of payments: the Belgian OGM/VCS (Febelfin) and the RF reference (ISO 11649)."""

import re
from typing import Literal

from shared.values.errors import ValueRejected
from shared.values.text import SPELLING_LENGTH, TextValue, without_separators

_BELGIAN = re.compile(r"[0-9]{12}")
_INTERNATIONAL = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
_EXPECTED = "a structured reference such as +++090/9337/55493+++ or RF18 5390 0754 7034"


class StructuredReference(TextValue):
    """What a payer repeats so that a payment finds its invoice.

    Normal form: the twelve digits of an OGM, or `RF` with its check digits and 1 to 21 characters. Takes
    pluses, asterisks, slashes, dashes and spaces. Raises `ValueRejected`: `reference_malformed` or
    `reference_checksum` (OGM: last two digits = first ten modulo 97, 0 is 97; RF: ISO 7064 mod 97-10).
    """

    __slots__ = ()

    code = "reference_malformed"
    pattern = "^([0-9]{12}|RF[0-9]{2}[A-Z0-9]{1,21})$"
    description = "a structured reference: twelve digits (OGM/VCS) or RF (ISO 11649), with its check digits"
    examples = ("090933755493", "RF18539007547034")

    @classmethod
    def _normal_form(cls, text: str) -> str:
        if len(text) > SPELLING_LENGTH:
            raise ValueRejected(cls.code, text, _EXPECTED)
        reference = re.sub(r"[+*]", "", without_separators(text))
        if _BELGIAN.fullmatch(reference):
            expected_digits = f"{int(reference[:10]) % 97 or 97:02d}"
            found_digits = reference[10:]
        elif _INTERNATIONAL.fullmatch(reference):
            figures = "".join(str(int(character, 36)) for character in reference[4:] + "RF")
            expected_digits = f"{98 - int(figures) * 100 % 97:02d}"
            found_digits = reference[2:4]
        else:
            raise ValueRejected(cls.code, text, _EXPECTED)
        if found_digits != expected_digits:
            raise ValueRejected("reference_checksum", text, "a structured reference whose check digits hold")
        return reference

    @property
    def kind(self) -> Literal["ogm", "rf"]:
        """`ogm` for the Belgian reference of twelve digits, `rf` for the international one."""
        return "rf" if self.startswith("RF") else "ogm"

    @property
    def formatted(self) -> str:
        """As people read it: `+++090/9337/55493+++`, or RF in groups of four."""
        if self.kind == "ogm":
            return f"+++{self[:3]}/{self[3:7]}/{self[7:]}+++"
        return " ".join(self[at : at + 4] for at in range(0, len(self), 4))
