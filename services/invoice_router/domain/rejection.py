"""Why a document is not read: one exception type for everything that can be wrong with it."""

from collections.abc import Sequence

from shared.contracts.invoices import Finding
from shared.values.errors import shown

MOST_FINDINGS = 100
"""Findings that are told of one document; a document can be made to have a million."""

_LONGEST_PLACE = 400
"""Characters; names of elements can be made to have thousands."""


class DocumentRejected(Exception):
    """A document that is unsafe or cannot be read as an invoice.

    `code` is stable (XML_*, UBL_*, AMOUNT_*, DATE_*, SUPPLIER_*, ...), `location` an XPath or a byte position.
    """

    def __init__(self, code: str, location: str, found: object, expected: str) -> None:
        self.code, self.location, self.found, self.expected = code, _place(location), shown(found), expected
        super().__init__(code, self.location, self.found, expected)

    def __str__(self) -> str:
        return f"{self.code} at {self.location or 'the document'}: found '{self.found}', expected {self.expected}"

    @property
    def finding(self) -> Finding:
        """The same, as events carry it."""
        return Finding(
            code=self.code,
            severity="refuse",
            location=self.location,
            found=self.found,
            expected=self.expected,
            message=str(self),
        )


def warning(code: str, location: str, found: object, expected: str) -> Finding:
    """Something to tell that keeps nobody from delivering the document."""
    text = shown(found)
    message = f"{code} at {location}: found '{text}', expected {expected}"
    return Finding(code=code, severity="warn", location=location, found=text, expected=expected, message=message)


def capped(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The first of them, and as the last how many there were."""
    if len(findings) <= MOST_FINDINGS:
        return tuple(findings)
    more = warning("FINDINGS_CAPPED", "", f"{len(findings)} findings", f"at most {MOST_FINDINGS}")
    return (*findings[: MOST_FINDINGS - 1], more)


def _place(location: str) -> str:
    if len(location) <= _LONGEST_PLACE and location.isprintable():
        return location
    printable = "".join(character if character.isprintable() else "_" for character in location[: _LONGEST_PLACE + 1])
    return printable if len(printable) <= _LONGEST_PLACE else f"{printable[: _LONGEST_PLACE - 1]}…"
