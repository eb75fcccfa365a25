"""Does any tree at all give an invoice with a verdict, or a refusal, and nothing else?"""

from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from services.invoice_router.domain.reading import read_document
from services.invoice_router.domain.rejection import MOST_FINDINGS, DocumentRejected
from services.invoice_router.domain.safe_xml import read_xml
from services.invoice_router.domain.verdicts import keeping_back, verdict_of
from shared.contracts.sales_invoices import SalesInvoice

DOCUMENTS = sorted((Path(__file__).parents[2] / "golden" / "invoices").glob("*.xml"))
TEXTS = st.sampled_from(
    ["", " ", "0", "-1", "1E400", "NaN", "9" * 40, "0." + "3" * 12, "\u0663", "2026-13-01", "9999-12-31", "XYZ", "USD",
     "BE0010080081", "+++090/9337/55494+++", "BE00", "true", "\u202e", "389", "0208", "AAAA", "x" * 5_000]
) | st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["text", "attribute", "drop", "twice", "empty", "rename"]), TEXTS),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.stem)
@settings(deadline=None)
@given(changes=CHANGES)
def test_a_document_that_was_tampered_with_gives_a_verdict(file: Path, changes: list[tuple[int, str, str]]) -> None:
    root = read_xml(file.read_bytes())
    for at, kind, text in changes:
        elements = list(root.iter())
        _tamper(elements[at % len(elements)], kind, text)
    try:
        found = read_document(etree.tostring(root)).invoice
    except DocumentRejected as rejected:
        assert (rejected.finding.severity, bool(rejected.code), bool(rejected.expected)) == ("refuse", True, True)
        return
    assert SalesInvoice.model_validate_json(found.model_dump_json()) == found
    assert len(found.findings) <= MOST_FINDINGS
    assert (found.supplier_number is None) == bool(keeping_back(found)) == (verdict_of(found) == "quarantined")
    assert all(finding.severity != "refuse" for finding in found.findings)


def _tamper(element: etree._Element, kind: str, text: str) -> None:
    parent = element.getparent()
    match kind:
        case "text":
            element.text = text
        case "attribute":
            for name in element.keys() or ["currencyID"]:
                element.set(name, text)
        case "drop" if parent is not None:
            parent.remove(element)
        case "twice" if parent is not None:
            parent.append(deepcopy(element))
        case "empty":
            del element[:]
        case "rename" if parent is not None:
            element.tag = parent.tag
