"""Bank transaction codes: Febelfin's, and those of ISO 20022 where the one certainly is the other."""

from services.delivery.domain.camt.elements import Element, add

ISSUER = "Febelfin"

_DIRECT_DEBIT = {"1": "ESDD", "2": "BBDD"}
"""Scheme of a structured communication 127 (core, between businesses) and its sub-family."""
_DOMAINS = {
    "0101": ("PMNT", "ICDT", "ESCT"),
    "0150": ("PMNT", "RCDT", "ESCT"),
    "0201": ("PMNT", "IRCT", "ESCT"),
    "0250": ("PMNT", "RRCT", "ESCT"),
    "4101": ("PMNT", "ICDT", "XBCT"),
    "4150": ("PMNT", "RCDT", "XBCT"),
    "0402": ("PMNT", "CCRD", "POSD"),
    "0450": ("PMNT", "MCRD", "POSP"),
}
"""By family and transaction of CODA 2.6 annex II; whatever is not here is told in Febelfin's code alone."""
_COLLECTIONS = {"0501": ("PMNT", "RDDT"), "0550": ("PMNT", "IDDT")}
_CODE = slice(1, 5)


def add_code(parent: Element, code: str, scheme: str = "", *, reversal: bool = False) -> None:
    """The code of a movement, eight digits; `scheme` is that of its direct debit, empty where none is told.

    Of a `reversal` no code of ISO 20022 is certain: Febelfin's is that of the transfer by which the money came back.
    """
    element = add(parent, "BkTxCd")
    domain = None if reversal else domain_of(code, scheme)
    if domain is not None:
        add(element, "Domn/Cd", domain[0])
        family = add(element[0], "Fmly")
        add(family, "Cd", domain[1])
        add(family, "SubFmlyCd", domain[2])
    proprietary = add(element, "Prtry")
    add(proprietary, "Cd", code or "00000000")
    add(proprietary, "Issr", ISSUER)


def domain_of(code: str, scheme: str = "") -> tuple[str, str, str] | None:
    """Domain, family and sub-family of ISO 20022; None where there is no certain one."""
    found = code[_CODE]
    if found in _COLLECTIONS:
        return (*_COLLECTIONS[found], _DIRECT_DEBIT[scheme]) if scheme in _DIRECT_DEBIT else None
    return _DOMAINS.get(found)
