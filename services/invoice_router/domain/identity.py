"""Whose invoice is it? Every place that names a Belgian number of a party must name the same one.

The official schematrons accept wrong check digits and two different numbers, so these are rules of our own. A
supplier that is not certain keeps the document back: the wrong company's books are worse than a late invoice.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from services.invoice_router.domain.parties import CUSTOMER, SUPPLIER, vat_schemes
from services.invoice_router.domain.parts import NOTHING, Part
from services.invoice_router.domain.rejection import MOST_FINDINGS, warning
from shared.contracts.invoices import Finding
from shared.values import EnterpriseNumber, ValueRejected

_BELGIAN_SCHEMES = ("0208", "9925", "9956", "BE:CBE", "BE:VAT", "BE:EN", "KBO", "BCE")
"""EAS: enterprise number, VAT number, and 9956, which 0208 replaced; then how UBL 2.0 documents spell them."""

_UBL_BE_SCHEME = "0193"
"""UBL.BE's own identifier of a party: most often its number, but it need not be one."""

_SEPARATORS = re.compile(r"[\s.\-/()]")
_LABEL = r"(?:BTW|TVA|MWST|VAT)?:?"
_WITH_COUNTRY = re.compile(rf"{_LABEL}BE:?[0-9]{{6,12}}", re.IGNORECASE)
_BELGIAN_VAT = re.compile(rf"{_LABEL}BE.*", re.IGNORECASE)
_NINE_OR_TEN_DIGITS = re.compile(r"[0-9]{9,10}")
_TEN_DIGITS = re.compile(r"[01][0-9]{9}")

Place = tuple[Part, str, str]
"""Where a number stands: the part and the path below it; and how it is written there."""


def supplier_number(document: Part) -> tuple[EnterpriseNumber | None, list[Finding]]:
    """The supplier's number, None with the findings for which the document is quarantined.

    SUPPLIER_NUMBER (check digits, an establishment's number), SUPPLIER_NUMBERS_DIFFER, SUPPLIER_NUMBER_MISSING.
    """
    supplier = document.part(SUPPLIER).part("cac:Party")
    number, findings = _agreed(supplier, "SUPPLIER_NUMBER", "SUPPLIER_NUMBERS_DIFFER")
    if number is None and not findings:
        place, expected = document.place(f"{SUPPLIER}/cac:Party"), "a Belgian enterprise or VAT number of the supplier"
        findings = [warning("SUPPLIER_NUMBER_MISSING", place, "", expected)]
    return None if findings else number, [each.model_copy(update={"severity": "quarantine"}) for each in findings]


def customer_findings(document: Part) -> list[Finding]:
    """CUSTOMER_NUMBER and CUSTOMER_NUMBERS_DIFFER: whoever books the invoice would look up the wrong company."""
    return _agreed(document.part(CUSTOMER).part("cac:Party"), "CUSTOMER_NUMBER", "CUSTOMER_NUMBERS_DIFFER")[1]


def _agreed(party: Part, wrong: str, differ: str) -> tuple[EnterpriseNumber | None, list[Finding]]:
    """The first number of a party, and a warning for each place where there is none or another one."""
    number: EnterpriseNumber | None = None
    first: tuple[Part, str] = NOTHING, ""
    findings: list[Finding] = []
    for holder, path, written in _places(party):
        if len(findings) == MOST_FINDINGS:
            break
        try:
            found = _number(written)
        except ValueRejected as error:
            findings.append(warning(wrong, holder.place(path), error.found, error.expected))
            continue
        if number is None:
            number, first = found, (holder, path)
        elif found != number:
            expected = f"{number}, as in {first[0].place(first[1])}"
            findings.append(warning(differ, holder.place(path), found, expected))
    return number, findings


def _places(party: Part) -> Iterator[Place]:
    """Where a Belgian number of the party stands; foreign and internal identifiers are left out."""
    for element in party.all("cbc:EndpointID"):
        if _names_belgian_number(written := _written(element), element):
            yield party, "cbc:EndpointID", written
    for identification in party.all("cac:PartyIdentification"):
        for element in identification.all("cbc:ID"):
            if _names_belgian_number(written := _written(element), element):
                yield identification, "cbc:ID", written
    at_home = party.part("cac:PostalAddress").part("cac:Country").text("cbc:IdentificationCode") in ("BE", "")
    for legal in party.all("cac:PartyLegalEntity"):
        for element in legal.all("cbc:CompanyID"):
            written = _written(element)
            # Without a scheme it is the number of the register at home, most likely.
            likely = at_home and not element.attributes.get("schemeID")
            if (likely and _NINE_OR_TEN_DIGITS.fullmatch(_plain(written))) or _names_belgian_number(written, element):
                yield legal, "cbc:CompanyID", written
    for scheme in vat_schemes(party):
        for written in scheme.texts("cbc:CompanyID"):
            plain = _plain(written)
            if _BELGIAN_VAT.fullmatch(plain) or (at_home and _NINE_OR_TEN_DIGITS.fullmatch(plain)):
                yield scheme, "cbc:CompanyID", written


def _names_belgian_number(written: str, element: Part) -> bool:
    scheme = element.attributes.get("schemeID", "").strip().upper()
    if scheme in _BELGIAN_SCHEMES:
        return bool(written)
    if scheme == _UBL_BE_SCHEME:
        return (
            _WITH_COUNTRY.fullmatch(_plain(written)) is not None or _TEN_DIGITS.fullmatch(_plain(written)) is not None
        )
    # Ten digits without a scheme may be somebody's own customer number, unless their check digits hold.
    return not scheme and (_WITH_COUNTRY.fullmatch(_plain(written)) is not None or _holds(written))


def _holds(written: str) -> bool:
    if _TEN_DIGITS.fullmatch(_plain(written)) is None:
        return False
    try:
        return bool(_number(written))
    except ValueRejected:
        return False


@lru_cache(maxsize=4_096)
def _number(written: str) -> EnterpriseNumber:
    """Companies sell and buy again and again. Raises `ValueRejected`, and remembers no text that is no number."""
    return EnterpriseNumber(written)


def _written(element: Part) -> str:
    return element.written.strip()


def _plain(written: str) -> str:
    return _SEPARATORS.sub("", written)
