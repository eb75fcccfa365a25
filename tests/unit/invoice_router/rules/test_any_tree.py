"""Whatever the tree is, the rules answer: no exception, a bounded answer, places that exist."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from services.invoice_router.domain import rules
from services.invoice_router.domain.fields import NAMESPACES
from services.invoice_router.domain.places import path_of
from services.invoice_router.domain.rules.report import MOST_PLACES
from services.invoice_router.domain.trees import tree_of
from shared.contracts.invoices import Family
from tests.unit.invoice_router.documents import invoice, line
from tests.unit.invoice_router.rules.mutations import SEEDS, TEXTS, mutated

_AGGREGATES, _BASICS = f"{{{NAMESPACES['cac']}}}", f"{{{NAMESPACES['cbc']}}}"
FAMILIES: tuple[Family, ...] = ("invoice", "credit_note")
_NAMES = st.sampled_from(sorted({str(element.tag) for seed in SEEDS for element in etree.fromstring(seed).iter()}))


@settings(max_examples=300, deadline=None)
@given(mutated(most=8), st.sampled_from(FAMILIES))
def test_a_broken_document_is_judged_and_nothing_raised(data: bytes, family: Family) -> None:
    root = etree.fromstring(data)
    places = {path_of(element) for element in root.iter()}
    for finding in rules.check(tree_of(root), family):
        assert finding.severity == "warn"
        assert re.fullmatch(r"(BR|UBL|PEPPOL)-[A-Z0-9-]+", finding.code)
        assert any(finding.location.startswith(place) for place in places), finding


@st.composite
def _any_tree(draw: st.DrawFn) -> etree._Element:
    """Names of UBL put together at random."""
    root = etree.Element(draw(_NAMES))
    elements = [root]
    for _ in range(draw(st.integers(0, 25))):
        parent = draw(st.sampled_from(elements))
        child = etree.SubElement(parent, draw(_NAMES))
        child.text = draw(st.sampled_from(TEXTS))
        elements.append(child)
    return root


@settings(max_examples=300, deadline=None)
@given(_any_tree(), st.sampled_from(FAMILIES))
def test_names_of_ubl_in_any_order_are_judged(root: etree._Element, family: Family) -> None:
    assert rules.check(tree_of(root), family)


def test_comments_and_foreign_elements_are_passed_over() -> None:
    root = etree.fromstring(invoice(extra='<!-- a word --><x:a xmlns:x="urn:x"/><?p i?>'))
    assert [finding.code for finding in rules.check(tree_of(root), "invoice")] == ["PEPPOL-EN16931-R008"] * 1


def test_of_one_rule_so_many_places_are_told_and_no_more() -> None:
    lines = "".join(line(number, net="1.00", price="-1.00") for number in range(1, 501))
    found = rules.check(tree_of(etree.fromstring(invoice(lines=lines))), "invoice")
    assert [finding.code for finding in found].count("BR-27") == MOST_PLACES


def test_places_have_an_index_where_there_are_several() -> None:
    root = etree.Element(f"{_AGGREGATES}InvoiceLine")
    first, second = etree.SubElement(root, f"{_BASICS}Note"), etree.SubElement(root, f"{_BASICS}Note")
    alone = etree.SubElement(root, f"{_BASICS}ID")
    assert [path_of(each) for each in (first, second, alone)] == [
        "/cac:InvoiceLine/cbc:Note[1]",
        "/cac:InvoiceLine/cbc:Note[2]",
        "/cac:InvoiceLine/cbc:ID",
    ]


def test_as_many_places_of_one_rule_are_told_as_the_official_unit_tests_ask_for() -> None:
    assert MOST_PLACES >= 17
