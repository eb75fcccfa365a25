"""How people are addressed: their language and their e-mail address."""

import re
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from shared.values.errors import ValueRejected
from shared.values.text import INVISIBLE, TextValue

_LANGUAGE_RANGE = re.compile(r"\s*([A-Za-z]{2})(?:[-_][A-Za-z0-9_-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?))?\s*")
_LANGUAGES_LENGTH = 500
_ADDRESS_LENGTH = 320
_PLAIN = re.compile(
    r"(?=.{6,254}$)(?=[^@]{1,64}@)[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*"
    r"@(?:(?!xn-)[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){0,62}(?<!-)\.)+(?:be|com|eu|example|fr|lu|net|nl|org)",
    re.ASCII,
)
"""Addresses that need no second look: nothing in them is ever written in another way, no such domain is reserved."""
_EDGES = re.compile(f"^[ \\u00a0\\u202f{INVISIBLE}]+|[ \\u00a0\\u202f{INVISIBLE}]+$")


class Language(StrEnum):
    """A language that people are written to in (ISO 639-1)."""

    NL = "nl"
    FR = "fr"
    DE = "de"
    EN = "en"

    @classmethod
    def best(cls, text: str | None, otherwise: "Language | None" = None) -> "Language":
        """The best of ours for `nl-BE`, `FR` or a whole Accept-Language (RFC 9110 §12.5.4).

        Where nothing fits: `otherwise`, or English.
        """
        ours = {language.value: language for language in cls}
        wishes: list[tuple[float, Language]] = []
        for wish in (text or "")[:_LANGUAGES_LENGTH].split(","):
            match = _LANGUAGE_RANGE.fullmatch(wish)
            language = ours.get(match[1].lower()) if match else None
            weight = float(match[2] or 1) if match else 0.0
            if language and weight > 0:
                wishes.append((weight, language))
        # max keeps the first of equals: the order in which they were asked for.
        return max(wishes, key=lambda wish: wish[0])[1] if wishes else otherwise or cls.EN

    @classmethod
    def _missing_(cls, value: object) -> "Language":
        raise ValueRejected("language_unknown", value, "one of nl, fr, de, en")


class EmailAddress(TextValue):
    """An address that any mail server accepts: ASCII, its domain in lower case and punycode (RFC 5321).

    Looks nothing up; domains under `.test` (RFC 6761) pass, for demonstrations need addresses that reach
    nobody. It shows itself masked in `repr` and in errors, because those end in logs. Raises
    `ValueRejected`: `email_malformed`.
    """

    __slots__ = ()

    code = "email_malformed"
    pattern = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
    description = "an e-mail address"
    examples = ("an.peeters@example.be",)

    @classmethod
    def _normal_form(cls, text: str) -> str:
        address = _EDGES.sub("", text) if len(text) <= _ADDRESS_LENGTH else ""
        if _PLAIN.fullmatch(address):
            return address
        if not address.isprintable():
            raise ValueRejected(cls.code, _masked(text), f"{cls.description} without control characters")
        try:
            valid = validate_email(
                address, allow_smtputf8=False, check_deliverability=False, test_environment=True, strict=True
            )
        except EmailNotValidError:
            valid = None
        if valid is None or valid.ascii_email is None:
            raise ValueRejected(cls.code, _masked(text), f"{cls.description} such as name@company.be")
        return valid.ascii_email

    @property
    def masked(self) -> str:
        """Enough for its owner to recognise, too little for others to write to: `j***@e***.be`."""
        return _masked(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked!r})"


def _masked(text: str) -> str:
    local, at, domain = text.strip().rpartition("@")
    if not at:
        return f"{domain[:1]}***"
    name, dot, top = domain.rpartition(".")
    return f"{local[:1]}***@{name[:1]}***{dot}{top if name else ''}"
