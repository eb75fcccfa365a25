"""Numbers whose scheme says how they are made (PEPPOL-COMMON-R040 to R043, R049, R050): Belgian ones first."""

import re
from collections.abc import Callable

from services.invoice_router.domain.rules.report import Report
from services.invoice_router.domain.trees import Tree

_NINE_DIGITS, _TEN_DIGITS, _ELEVEN_DIGITS = re.compile("[0-9]{9}"), re.compile("[0-9]{10}"), re.compile("[0-9]{11}")
_DIGITS, _DANISH = re.compile("[0-9]{1,40}"), re.compile("DK[0-9]{8}")
_HOLDERS = ("cbc:EndpointID", "cbc:CompanyID", "cbc:ID")


def check(tree: Tree, report: Report) -> None:
    """All of this group."""
    for element in tree.all(*_HOLDERS):
        scheme = element.attributes.get("schemeID")
        if scheme in _SCHEMES:
            code, holds, expected = _SCHEMES[scheme]
            if not holds(element.trimmed):
                report.add(code, element, element.trimmed, expected)


def _belgian(text: str) -> bool:
    """Ten digits without BE and dots; the last two are 97 less the rest of the first eight."""
    return bool(_TEN_DIGITS.fullmatch(text)) and int(text[8:]) == 97 - int(text[:8]) % 97


def _global_location(text: str) -> bool:
    """GS1: weights 3 and 1 from the right, the check digit last."""
    if not _DIGITS.fullmatch(text):
        return False
    weighted = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(text[:-1])))
    return (10 - weighted % 10) % 10 == int(text[-1])


def _norwegian(text: str) -> bool:
    """Nine digits, weights 2 to 7 from the right, modulo 11."""
    if not _NINE_DIGITS.fullmatch(text) or int(text) == 0:
        return False
    weighted = sum(int(digit) * (at % 6 + 2) for at, digit in enumerate(reversed(text[:8])))
    return (11 - weighted % 11) % 11 == int(text[8])


def _danish(text: str) -> bool:
    return bool(_DANISH.fullmatch(text))


def _swedish(text: str) -> bool:
    """Ten digits, the last by Luhn."""
    if not _TEN_DIGITS.fullmatch(text):
        return False
    doubled = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(text[:9]))]
    return (10 - sum(each // 10 + each % 10 for each in doubled) % 10) % 10 == int(text[9])


def _australian(text: str) -> bool:
    """Eleven digits, weighted, the first less one, modulo 89."""
    if not _ELEVEN_DIGITS.fullmatch(text):
        return False
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    digits = [int(text[0]) - 1, *(int(digit) for digit in text[1:])]
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 89 == 0


_SCHEMES: dict[str, tuple[str, Callable[[str], bool], str]] = {
    "0208": ("PEPPOL-COMMON-R043", _belgian, "ten digits with their check digits, without BE or dots"),
    "0088": ("PEPPOL-COMMON-R040", _global_location, "a GLN with its check digit"),
    "0192": ("PEPPOL-COMMON-R041", _norwegian, "a Norwegian organisation number"),
    "0184": ("PEPPOL-COMMON-R042", _danish, "DK and eight digits"),
    "0007": ("PEPPOL-COMMON-R049", _swedish, "a Swedish organisation number"),
    "0151": ("PEPPOL-COMMON-R050", _australian, "an Australian business number"),
}
