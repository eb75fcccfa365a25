"""Have two documents the same digest when they say the same, and only then?"""

import base64
import re
from collections.abc import Callable
from copy import deepcopy

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from services.invoice_router.domain.content import content_sha256
from services.invoice_router.domain.reading import read_invoice
from services.invoice_router.domain.safe_xml import read_xml
from services.invoice_router.domain.trees import tree_of
from shared.values import Sha256
from tests.unit.invoice_router.documents import attachment, credit_note, invoice, line

PDF = base64.b64encode(b"%PDF-1.7 a small file of some length").decode()
PLAIN = invoice(attachment=attachment(PDF), references="<cac:OrderReference><cbc:ID>7</cbc:ID></cac:OrderReference>")
ELEMENTS = len(list(read_xml(PLAIN).iter()))
SPACES = st.text(alphabet=" \t\r\n", max_size=4)
FACTS = st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0xD7FF, exclude_categories=["Cs", "Cc"]))


def digest_of(root: etree._Element) -> Sha256:
    return content_sha256(tree_of(root).form, [])


def _other_prefixes(document: bytes) -> bytes:
    document = document.replace(b"cac:", b"a:").replace(b"cbc:", b"").replace(b"xmlns:cac", b"xmlns:a")
    root = re.compile(rb"<(/?)Invoice\b")
    spaces = b'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
    return (
        root.sub(rb"<\1i:Invoice", document)
        .replace(spaces, spaces.replace(b"xmlns", b"xmlns:i"))
        .replace(b"xmlns:cbc", b"xmlns")
    )


@pytest.mark.parametrize(
    "rewritten",
    [
        lambda document: document.replace(b'schemeID="0208"', b"schemeID='0208'"),
        lambda document: document.replace(b"<cbc:ID>1<", b"<!-- one --><cbc:ID><!-- 2 -->1<?x y?><"),
        lambda document: re.sub(rb">\s+<", b"><", document),
        lambda document: re.sub(rb"><", b">\n\t<", document),
        lambda document: re.sub(rb">([^<\s][^<]*)<", rb">\n \1\t <", document),
        lambda document: document.replace(b"Garage Peeters", b"<![CDATA[Garage]]> &#80;eeters"),
        lambda document: document.replace(b"<Invoice ", b'<Invoice xmlns:unused="urn:example:unused" '),
        lambda document: document.replace(
            b"<Invoice ",
            b'<Invoice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:a b.xsd" ',
        ),
        lambda document: document.replace(
            b'mimeCode="application/pdf" filename="invoice.pdf"', b'filename="invoice.pdf"  mimeCode="application/pdf"'
        ),
        lambda document: document.replace(PDF.encode(), b"\n".join(re.findall(rb".{1,16}", PDF.encode()))),
        lambda document: document.decode().encode("utf-8-sig"),
        lambda document: document.replace(b"UTF-8", b"ISO-8859-1"),
        _other_prefixes,
    ],
    ids=["quotes", "comments", "no space", "space between", "space around", "CDATA and references", "a namespace",
         "where the schema lies", "order of attributes", "lines of base64", "a byte order mark", "an encoding",
         "prefixes"],
)  # fmt: skip
def test_a_document_says_the_same_however_it_is_written_down(rewritten: Callable[[bytes], bytes]) -> None:
    other = rewritten(PLAIN)
    assert other != PLAIN
    assert read_invoice(other).content_sha256 == read_invoice(PLAIN).content_sha256


def test_documents_that_say_something_else_have_digests_of_their_own() -> None:
    documents = [
        PLAIN,
        invoice(),
        credit_note(),
        invoice(buyer="Garage Janssens"),
        invoice(attachment=attachment(PDF)),
        invoice(attachment=attachment(PDF, name="other.pdf")),
        invoice(attachment=attachment(PDF.replace("J", "K", 1))),
        invoice(attachment=attachment("%%%")),
        invoice(attachment=attachment("???")),
        invoice(attachment=attachment(PDF) * 2),
        invoice(payable="121.0"),
        invoice(lines=line() + line(2, net="0.00")),
        invoice(lines=line(2, net="0.00") + line()),
        invoice(extra="<cbc:AccountingCost>6</cbc:AccountingCost>"),
        invoice(extra="<cbc:AccountingCost>6</cbc:AccountingCost><cbc:AccountingCost/>"),
        invoice(extra="<cbc:AccountingCost/><cbc:AccountingCost>6</cbc:AccountingCost>"),
    ]
    assert len({read_invoice(document).content_sha256 for document in documents}) == len(documents)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, ELEMENTS - 1), SPACES, SPACES), max_size=30))
def test_space_around_texts_and_between_elements_says_nothing(changes: list[tuple[int, str, str]]) -> None:
    root = read_xml(PLAIN)
    elements = list(root.iter())
    before = digest_of(root)
    for at, space, after in changes:
        elements[at].text = f"{space}{elements[at].text or ''}{after}"
        if elements[at] is not root:
            elements[at].tail = after
    assert digest_of(root) == before


@settings(deadline=None)
@given(st.integers(0, ELEMENTS - 1), FACTS)
def test_any_other_text_is_another_content(at: int, text: str) -> None:
    root = read_xml(PLAIN)
    before = digest_of(root)
    element = list(root.iter())[at]
    assume(text.strip() != (element.text or "").strip())
    element.text = text
    assert digest_of(root) != before


@settings(deadline=None)
@given(st.integers(1, ELEMENTS - 1))
def test_an_element_less_or_one_twice_is_another_content(at: int) -> None:
    root = read_xml(PLAIN)
    before = digest_of(root)
    element = list(root.iter())[at]
    parent = element.getparent()
    assert parent is not None
    parent.insert(parent.index(element), deepcopy(element))
    twice = digest_of(root)
    del parent[parent.index(element) - 1 : parent.index(element) + 1]
    assert len({before, twice, digest_of(root)}) == 3


@settings(deadline=None)
@given(st.integers(0, ELEMENTS - 1), st.sampled_from(["schemeID", "currencyID", "listID"]), FACTS)
def test_any_other_attribute_is_another_content(at: int, name: str, value: str) -> None:
    root = read_xml(PLAIN)
    before = digest_of(root)
    element = list(root.iter())[at]
    assume(element.get(name) != value)
    element.set(name, value)
    assert digest_of(root) != before


@settings(deadline=None)
@given(st.integers(1, ELEMENTS - 1))
def test_a_child_moved_out_of_its_parent_is_another_content(at: int) -> None:
    root = read_xml(PLAIN)
    before = digest_of(root)
    element = list(root.iter())[at]
    parent = element.getparent()
    assert parent is not None
    grandparent = parent.getparent()
    assume(grandparent is not None and parent[-1] is element)
    assert grandparent is not None
    # In document order nothing changes: only whose child it is.
    grandparent.insert(grandparent.index(parent) + 1, element)
    assert digest_of(root) != before
