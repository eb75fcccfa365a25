"""The unit tests that CEN publishes beside its rules: documents, and which rule fires on them or does not.

They lie outside the repository, in the folder that RELAIS_UBL_SAMPLES names, else beside the checkout.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from services.invoice_router.domain import rules
from services.invoice_router.domain.trees import tree_of
from shared.contracts.invoices import Family

_BESIDE = Path(__file__).resolve().parents[5] / "shared/samples/ubl"
FOLDER = Path(os.environ.get("RELAIS_UBL_SAMPLES", str(_BESIDE))) / "cen-en16931"
KNOWN_DIFFERENCES = {
    "UBL-CR-": "elements that the core invoice does not know carry no fact for an accountant",
    "UBL-DT-08 UBL-DT-09 UBL-DT-1 UBL-DT-2": "attributes that the core invoice does not know carry none either",
    "PEPPOL-": "the rules of Peppol are not in the file of CEN",
}
"""Beginnings of ids that one of the two does not tell, and why."""

_NAMESPACE = "{http://difi.no/xsd/vefa/validator/1.0}"
_EXPECTED = (f"{_NAMESPACE}error", f"{_NAMESPACE}warning", f"{_NAMESPACE}fatal")


@dataclass(frozen=True, slots=True)
class Case:
    """One document of a test file, and the ids that must fire and must not."""

    name: str
    root: etree._Element
    errors: tuple[str, ...]
    successes: tuple[str, ...]


@dataclass(slots=True)
class Accuracy:
    """Errors found of those expected, and passes that were no pass."""

    expected: int = 0
    passes: int = 0
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The figures and everything behind them, one line each."""
        found = self.expected - len(self.missed)
        lines = [
            f"official unit tests: {found} of {self.expected} expected errors found, "
            f"{len(self.false_alarms)} false alarms in {self.passes} expected passes",
            *(f"missed: {each}" for each in self.missed),
            *(f"false alarm: {each}" for each in self.false_alarms),
        ]
        return "\n".join(lines)


def cases() -> Iterator[Case]:
    """Every document of every file."""
    for path in sorted(FOLDER.glob("*-unit-UBL/*.xml")):
        for ordinal, test in enumerate(etree.parse(str(path)).getroot().iter(f"{_NAMESPACE}test"), 1):
            judged = [each for each in test.iterfind(f"{_NAMESPACE}assert/*") if isinstance(each.tag, str)]
            roots = [each for each in test if isinstance(each.tag, str) and not each.tag.startswith(_NAMESPACE)]
            yield Case(
                name=f"{path.parent.name}/{path.name} test {ordinal}",
                root=etree.fromstring(etree.tostring(roots[0])),
                errors=tuple((each.text or "").strip() for each in judged if each.tag in _EXPECTED),
                successes=tuple((each.text or "").strip() for each in judged if each.tag == f"{_NAMESPACE}success"),
            )


def measured() -> Accuracy:
    """Our rules over all of them, as plain EN 16931, which is what the documents are."""
    accuracy = Accuracy()
    for case in cases():
        codes = {finding.code for finding in rules.check(tree_of(case.root), family_of(case.root))}
        accuracy.expected += len(case.errors)
        accuracy.passes += len(case.successes)
        accuracy.missed += [f"{code} in {case.name}" for code in case.errors if code not in codes]
        accuracy.false_alarms += [f"{code} in {case.name}" for code in case.successes if code in codes]
    return accuracy


def family_of(root: etree._Element) -> Family:
    """What the root says."""
    return "credit_note" if etree.QName(root).localname == "CreditNote" else "invoice"


def comparable(codes: set[str]) -> set[str]:
    """Those that both we and the rules of CEN tell."""
    left_out = tuple(beginning for beginnings in KNOWN_DIFFERENCES for beginning in beginnings.split())
    return {code for code in codes if not code.startswith(left_out)}


def our_codes(data: bytes) -> set[str]:
    """What our rules find in a document, as far as CEN's can find it too."""
    root = etree.fromstring(data)
    return comparable({finding.code for finding in rules.check(tree_of(root), family_of(root))})
