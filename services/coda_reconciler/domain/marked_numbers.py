"""Numbers that prove themselves by check digits, found anywhere in a text, in whatever way they are written."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from shared.values import EnterpriseNumber, Iban, StructuredReference, ValueRejected

Kind = Literal["account", "iban", "creditor", "rf", "enterprise"]

_MODULUS = 97
_SEPARATORS = " .-"
_IBAN = re.compile(r"[A-Za-z]{2}[0-9]{2}(?=[ .-]?[A-Za-z0-9])")
_IBAN_LENGTHS = (15, 34)
_CREDITOR = re.compile(r"([A-Z]{2})([0-9]{2})(ZZZ)([A-Z0-9]{1,28})")
_RF = re.compile(r"RF[0-9]{2}(?=[ ]?[A-Za-z0-9])")
_RF_LENGTHS = (5, 25)
_TWELVE = re.compile(r"(?<![0-9])[0-9]{3}[^0-9A-Za-z]{0,3}[0-9]{4}[^0-9A-Za-z]{0,3}[0-9]{5}(?![0-9])")
_ENTERPRISE = re.compile(r"(?<![0-9])0?([01][0-9]{3}[. ]?[0-9]{3}[. ]?[0-9]{3})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Marked:
    """A number that stands at `start` to `end` of a text.

    `normal` is what it is without separators, `body` what may be replaced, `spelling` how it stands there. Twelve
    Belgian digits are one kind, be they an old account number or an OGM: the check digits are the same.
    """

    kind: Kind
    start: int
    end: int
    spelling: str
    normal: str
    body: str
    complete: Callable[[str], str]
    """From another body to the number with its check digits, without separators."""

    def spelled(self, normal: str) -> str:
        """Another number of the same length, written as this one is: separators and small letters."""
        characters = iter(normal)
        return "".join(
            (next(characters).lower() if each.islower() else next(characters)) if each.isalnum() else each
            for each in self.spelling
        )


def marked_numbers(text: str) -> list[Marked]:
    """All of them from left to right; of two that overlap, the one that says more about itself."""
    found: list[Marked] = []
    for search in (_ibans, _creditors, _rf_references, _twelve_digits, _enterprise_numbers):
        for each in search(text):
            if all(each.end <= other.start or other.end <= each.start for other in found):
                found.append(each)
    return sorted(found, key=lambda each: each.start)


def _ibans(text: str) -> Iterator[Marked]:
    for match in _IBAN.finditer(text):
        for spelling, normal in _readings(text, match.start(), _IBAN_LENGTHS):
            if _holds(Iban, normal):
                country = normal[:2]
                belgian = country == "BE"
                yield Marked(
                    "account" if belgian else "iban",
                    match.start(),
                    match.start() + len(spelling),
                    spelling,
                    normal[4:] if belgian else normal,
                    normal[4:14] if belgian else normal[4:],
                    _belgian_iban if belgian else _iban_of(country),
                )
                break


def _creditors(text: str) -> Iterator[Marked]:
    for match in _CREDITOR.finditer(text):
        country, digits, business, body = match.groups()
        if digits == _check_digits(country, body):
            yield Marked("creditor", *match.span(), match[0], match[0], body, _creditor_of(country, business))


def _rf_references(text: str) -> Iterator[Marked]:
    for match in _RF.finditer(text):
        for spelling, normal in _readings(text, match.start(), _RF_LENGTHS):
            if _holds(StructuredReference, normal):
                yield Marked("rf", match.start(), match.start() + len(spelling), spelling, normal, normal[4:], _rf_of)
                break


def _twelve_digits(text: str) -> Iterator[Marked]:
    for match in _TWELVE.finditer(text):
        normal = "".join(filter(str.isdigit, match[0]))
        if _holds(StructuredReference, normal):
            yield Marked("account", *match.span(), match[0], normal, normal[:10], _twelve_of)


def _enterprise_numbers(text: str) -> Iterator[Marked]:
    for match in _ENTERPRISE.finditer(text):
        normal = "".join(filter(str.isdigit, match[1]))
        if _holds(EnterpriseNumber, normal):
            yield Marked("enterprise", *match.span(1), match[1], normal, normal[1:8], _enterprise_of(normal[0]))


def _readings(text: str, start: int, lengths: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """The longest spelling first, with at most one separator between two characters, and its normal form."""
    shortest, longest = lengths
    ends, normal, at = [], "", start
    while at < len(text) and len(normal) < longest:
        if text[at] in _SEPARATORS and at + 1 < len(text) and text[at + 1] not in _SEPARATORS:
            at += 1
        if not (text[at].isascii() and text[at].isalnum()):
            break
        normal += text[at].upper()
        at += 1
        ends.append(at)
    for length in range(len(ends), shortest - 1, -1):
        yield text[start : ends[length - 1]], normal[:length]


def _holds(value: Callable[[str], object], text: str) -> bool:
    try:
        value(text)
    except ValueRejected:
        return False
    return True


def _check_digits(prefix: str, body: str) -> str:
    """ISO 7064 mod 97-10, as IBAN, RF and creditor identifiers have it."""
    figures = "".join(str(int(character, 36)) for character in f"{body}{prefix}00")
    return f"{98 - int(figures) % _MODULUS:02d}"


def _twelve_of(body: str) -> str:
    return f"{body}{int(body) % _MODULUS or _MODULUS:02d}"


def _belgian_iban(body: str) -> str:
    account = _twelve_of(body)
    return f"BE{_check_digits('BE', account)}{account}"


def _iban_of(country: str) -> Callable[[str], str]:
    return lambda body: f"{country}{_check_digits(country, body)}{body}"


def _creditor_of(country: str, business: str) -> Callable[[str], str]:
    return lambda body: f"{country}{_check_digits(country, body)}{business}{body}"


def _rf_of(body: str) -> str:
    return f"RF{_check_digits('RF', body)}{body}"


def _enterprise_of(first: str) -> Callable[[str], str]:
    return lambda body: f"{first}{body}{_MODULUS - int(first + body) % _MODULUS:02d}"
