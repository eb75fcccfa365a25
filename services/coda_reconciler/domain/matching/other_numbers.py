"""Numbers that a payment's text has beside those of invoices: accounts, amounts, dates, telephones, cards, references.

None of their digits may be taken for a piece of an invoice's number, so they are blotted out. A date behind a word such
as `factuur` stays one whole, doubtful number, for some companies number their invoices like dates.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from services.coda_reconciler.domain.matching.plain_text import digits_in
from shared.values import EnterpriseNumber, Iban, StructuredReference, ValueRejected

BLOT = "\x00"
"""Stands in the place of what was blotted out; no record of a bank has it."""

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?=[ ]?[A-Z0-9]{4})")
_BELGIAN_IBAN = re.compile(r"(?<![A-Z0-9])BE[0-9]{2}(?:[ .-]?[0-9]{4}){3}(?![0-9])")
_IBAN_AND_BLANKS = re.compile(r"[A-Z0-9]+(?:[ .-][A-Z0-9]+)*")
_LONGEST_IBAN, _MOST_ACCOUNTS = 34, 16
_REFERENCE = re.compile(
    r"(?<![0-9])(?:[+*]{2,3} ?)?([0-9]{3})([^0-9A-Z]{0,3})([0-9]{4})([^0-9A-Z]{0,3})([0-9]{5})(?![0-9])(?: ?[+*]{2,3})?"
)
_MAY_BE_REFERENCE = re.compile(r"[0-9]{3}[^0-9A-Z]{0,3}[0-9]{4}[^0-9A-Z]{0,3}[0-9]{5}")
_OLD_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{3}-[0-9]{7}-[0-9]{2}(?![0-9])")
_ENTERPRISE = re.compile(r"(?<![A-Z0-9])(?:BE ?)?0?([01][0-9]{3}[. ][0-9]{3}[. ][0-9]{3}|(?<=E)[01][0-9]{9})(?![0-9])")
_MAY_BE_ENTERPRISE = re.compile(r"[01][0-9]{3}(?:[. ][0-9]{3}[. ][0-9]{3}|[0-9]{6})")
_CARD = re.compile(r"(?<![0-9])[0-9]{4}([ -])[0-9X*]{4}\1[0-9X*]{4}\1[0-9]{4}(?![0-9])|[0-9]{4,6}[X*]{4,}[0-9]{2,4}")
_MAY_BE_CARD = re.compile(r"[0-9]{4}(?:([ -])[0-9X*]{4}\1|[0-9]{0,2}[X*]{4})")
_TELEPHONE = re.compile(
    r"(?<![+0-9A-Z/.-])(?:\+|00)(?:3[1-6]|49|352) ?(?:\(0\))?[0-9](?:[ ./-]?[0-9]){7,10}(?![0-9])"
    r"|(?<![0-9])0[0-9]{1,3}[/ ][0-9]{2,3}(?:[. ][0-9]{2}){2,3}(?![0-9])"
    r"|(?:\bTEL|\bGSM|\bFAX)[. :]*\+?[0-9](?:[ ./-]?[0-9]){7,12}(?![0-9])"
)
_MAY_BE_TELEPHONE = re.compile(r"\+[34]|0(?:0[34]|[0-9]{1,3}[/ ][0-9])|TEL|GSM|FAX")
_AMOUNT = re.compile(
    r"(?:\bEUR|\bEURO|€)[ :]{0,2}[0-9]{1,12}(?:[.,' ][0-9]{3}){0,4}(?:[.,][0-9]{1,2})?(?![0-9])"
    r"|(?<![0-9A-Z./-])[0-9]{1,3}(?:[.' ][0-9]{3}){0,4}[.,][0-9]{2} ?(?:EURO?\b|€)"
    r"|(?<![0-9A-Z./-])[0-9]{1,9}[.,][0-9]{2} ?(?:EURO?\b|€)|(?<![0-9A-Z./-])[0-9]{1,4} ?(?:EURO?\b|€)(?! ?[0-9])"
    r"|(?<![0-9A-Z./-])[0-9]{1,3}(?:\.[0-9]{3}){1,4},[0-9]{2}(?![0-9])"
    r"|(?<![0-9A-Z./,+-])[0-9]{1,6},[0-9]{2}(?![0-9,])"
)
_MAY_BE_AMOUNT = re.compile(r"[0-9] ?(?:EUR|€)|,[0-9]{2}|(?:EURO?|€)[ :]{0,2}[0-9]")
_BANK_REFERENCE = re.compile(r"\bBANK ?REF[A-Z]*[. ]{0,2}:? ?[A-Z0-9-]+|\bREF[A-Z.]* (?:DE LA )?BANQUE ?:? ?[A-Z0-9-]+")
_DAY, _MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])"
_DATE = re.compile(
    rf"(?<![0-9A-Z./-]){_DAY}([/.-]){_MONTH}\1(?:20)?[0-9]{{2}}(?![0-9]|[./-][0-9])"
    r"|(?<![0-9A-Z./-])20[0-9]{2}([/.-])(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12][0-9]|3[01])(?![0-9]|[./-][0-9])"
)
_FIRST_DIGITS_OF_CARDS = "3456"
_LONG_NUMBER, _TELEPHONE_DIGITS, _DATE_DIGITS, _CARD_DIGITS = 12, 9, 4, 16


class Blotted(NamedTuple):
    """A text of the same length without those numbers, and the dates in it as (start, end)."""

    text: str
    dates: tuple[tuple[int, int], ...]


@lru_cache(maxsize=512)
def without_other_numbers(text: str) -> Blotted:
    """Blot out what is no invoice's number; the text is in capitals (`in_capitals`).

    Both who looks for references and who looks for numbers ask for the same text, hence the cache. Only what the text
    has digits enough for is looked for, and what it may hold by a look that begins with a digit: such are several times
    as fast as those that look back first.
    """
    digits = digits_in(text)
    if not digits:
        return Blotted(text, ())
    if digits >= _LONG_NUMBER:
        text = without_accounts(text)
        text = _REFERENCE.sub(_if(_is_reference), text) if _MAY_BE_REFERENCE.search(text) else text
    if "BAN" in text:
        text = _BANK_REFERENCE.sub(_blot, text)
    if ("," in text or "EUR" in text or "€" in text) and _MAY_BE_AMOUNT.search(text):
        text = _AMOUNT.sub(_blot, text)
    dates: tuple[tuple[int, int], ...] = ()
    if digits >= _DATE_DIGITS and _may_hold_date(text):
        dates = tuple(match.span() for match in _DATE.finditer(text))
        text = _DATE.sub(_blot, text) if dates else text
    if digits >= _TELEPHONE_DIGITS:
        text = _TELEPHONE.sub(_blot, text) if _MAY_BE_TELEPHONE.search(text) else text
        text = _ENTERPRISE.sub(_if(_is_enterprise), text) if _MAY_BE_ENTERPRISE.search(text) else text
    if digits >= _LONG_NUMBER or "XXXX" in text or "****" in text:
        text = _CARD.sub(_if(_is_card), text) if _MAY_BE_CARD.search(text) else text
        text = _OLD_ACCOUNT.sub(_blot, text) if "-" in text else text
    return Blotted(text, dates)


def reference_spans(text: str) -> list[tuple[re.Match[str], str]]:
    """Whatever is spelled like an OGM, and its twelve digits, whether their check digits hold or not."""
    return [(match, match[1] + match[3] + match[5]) for match in _REFERENCE.finditer(text)]


def without_accounts(text: str) -> str:
    """The text without IBANs: the twelve digits of every Belgian account have the check digits of an OGM.

    A mistyped Belgian one is an account all the same.
    """
    text = _BELGIAN_IBAN.sub(_blot, text) if "BE" in text else text
    for match in islice(_IBAN.finditer(text), _MOST_ACCOUNTS):
        end = _end_of_iban(text, match.start())
        if end:
            text = text[: match.start()] + BLOT * (end - match.start()) + text[end:]
    return text


def _end_of_iban(text: str, start: int) -> int:
    """Where the IBAN that begins here ends, the longest that holds; 0 for none."""
    found = _IBAN_AND_BLANKS.match(text, start, start + _LONGEST_IBAN * 2)
    end = found.end() if found else start
    while end - start >= 15:
        if end == len(text) or not text[end].isalnum():
            spelling = text[start:end]
            if len(spelling) - spelling.count(" ") <= _LONGEST_IBAN and _holds(Iban, spelling):
                return end
        end = max(text.rfind(" ", start, end), text.rfind(".", start, end), text.rfind("-", start, end))
    return 0


def _may_hold_date(text: str) -> bool:
    return text.count("/") > 1 or text.count("-") > 1 or text.count(".") > 1


def _is_reference(match: re.Match[str]) -> bool:
    """Written as one, or valid and not bare; twelve bare digits may be an invoice's number as well."""
    is_written = match[0][0] in "+*" or (match[2] == "/" == match[4])
    return is_written or (bool(match[2]) and _holds(StructuredReference, match[1] + match[3] + match[5]))


def _is_card(match: re.Match[str]) -> bool:
    """Masked, or with the check digit of ISO/IEC 7812, or four groups of a card scheme that do not look like a list.

    Four times four digits may be two invoices as well (`2024-0119 2024-0120`), or four counters.
    """
    digits = [int(digit) for digit in match[0] if digit.isdigit()]
    if len(digits) < _CARD_DIGITS:
        return True
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    groups = re.split("[ -]", match[0])
    is_of_scheme = match[0][0] in _FIRST_DIGITS_OF_CARDS and len({group[:2] for group in groups}) > 2
    return is_of_scheme or (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def _is_enterprise(match: re.Match[str]) -> bool:
    return _holds(EnterpriseNumber, match[1])


def _if(is_one: Callable[[re.Match[str]], bool]) -> Callable[[re.Match[str]], str]:
    return lambda match: _blot(match) if is_one(match) else match[0]


def _blot(match: re.Match[str]) -> str:
    return BLOT * len(match[0])


def _holds(value: Callable[[str], object], text: str) -> bool:
    try:
        value(text)
    except ValueRejected:
        return False
    return True
