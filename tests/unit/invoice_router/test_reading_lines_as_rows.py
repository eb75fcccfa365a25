"""Lines that are like another are read as rows of texts: is the same said of them as of lines that are parts?"""

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from services.invoice_router.domain import rules
from services.invoice_router.domain.content import END
from services.invoice_router.domain.fields import Notes, currency
from services.invoice_router.domain.lines import lines
from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.rows import Row
from services.invoice_router.domain.safe_xml import read_xml
from services.invoice_router.domain.trees import Tree, tree_of
from shared.contracts.invoices import Family, Finding
from shared.contracts.sales_invoices import Line
from tests.unit.invoice_router.documents import EN_16931, credit_note, invoice, line
from tests.unit.invoice_router.rules.mutations import TEXTS

MANY = 20
PLAIN = line(2, net="5.00")
_SPACES = " \n\t\u00a0\u2003"
_TEXT = st.sampled_from((*TEXTS, " 5.00\n", "\u00a05.00", "5.00\u2003", "a&amp;b", "&lt;i&gt; 100 %s %", "C62", "5.0"))
_ITEMS = (
    *("",) * 3,
    "<cac:BuyersItemIdentification><cbc:ID>7</cbc:ID></cac:BuyersItemIdentification>",
    '<cac:StandardItemIdentification><cbc:ID schemeID="0160">7</cbc:ID></cac:StandardItemIdentification>',
    '<cac:StandardItemIdentification><cbc:ID schemeID="0088">7</cbc:ID></cac:StandardItemIdentification>',
)
_INSIDE = (
    *("",) * 3,
    "<cbc:AccountingCost>61</cbc:AccountingCost>",
    "<cbc:Note> </cbc:Note>",
    "<cbc:Note/>",
    "<cac:InvoicePeriod><cbc:StartDate>2026-01-01</cbc:StartDate></cac:InvoicePeriod>",
    "\n",
)


class Told(NamedTuple):
    """All that is made of the lines of a document, and of it for them."""

    lines: tuple[Line, ...]
    notes: list[Finding]
    findings: list[Finding]
    form: str


def told(tree: Tree, family: Family) -> Told:
    notes = Notes(currency(tree.root))
    return Told(lines(tree, family, notes), notes.findings, rules.check(tree, family), END.join(tree.form))


def kinds(data: bytes) -> list[type]:
    """What each line was read as."""
    return [type(entry) for entry in tree_of(read_xml(data)).entries]


@st.composite
def _line(draw: st.DrawFn, root: str) -> str:
    """A line of an invoice, most of it as it should be."""
    changes = {
        name: draw(_TEXT)
        for name in ("name", "quantity", "price", "rate", "category", "net")
        if draw(st.integers(0, 24)) == 0
    }
    item, inside = draw(st.sampled_from(_ITEMS)), draw(st.sampled_from(_INSIDE))
    made = line(draw(st.integers(0, 99)), root=root, item=item, inside=inside, **({"net": "5.00"} | changes))
    for old, new in (
        ("</cac:Price>", '<cbc:BaseQuantity unitCode="C62">2</cbc:BaseQuantity></cac:Price>'),
        ("</cac:Price>", "<cbc:BaseQuantity>0</cbc:BaseQuantity></cac:Price>"),
        ("C62", "HUR"),
        ("C62", "a nonsense"),
        ("EUR", "USD"),
        ("VAT", "GST"),
        ("InvoicedQuantity", "CreditedQuantity"),
        ("<cac:Item>", "<cac:Item>words"),
        ("</cac:Item>", "</cac:Item>words"),
        ("<cbc:Name>", '<cbc:Name languageID="nl">'),
        ("<cac:Price>", '<cac:Price xmlns:cac="urn:another">'),
        ("<cbc:ID>", '<cbc:ID schemeID="0208">'),
    ):
        if draw(st.integers(0, 49)) == 0:
            made = made.replace(old, new)
    return made


@st.composite
def documents(draw: st.DrawFn) -> tuple[bytes, Family]:
    """An invoice or a credit note of up to ten lines, half of them the same twice."""
    family: Family = draw(st.sampled_from(("invoice", "credit_note")))
    root = "Invoice" if family == "invoice" else "CreditNote"
    each = draw(st.lists(_line(root), min_size=2, max_size=10))
    each += draw(st.lists(st.sampled_from(each), max_size=10))
    space = draw(st.sampled_from(("", "\n  ")))
    changes = {"lines": space.join(each)} | draw(st.sampled_from(({}, {"customization": EN_16931})))
    return (invoice if family == "invoice" else credit_note)(**changes), family


@settings(max_examples=300, deadline=None)
@given(documents())
def test_of_rows_is_said_what_is_said_of_lines_that_are_parts(made: tuple[bytes, Family]) -> None:
    data, family = made
    root = read_xml(data)
    assert told(tree_of(root), family) == told(tree_of(root, rows=False), family)


@pytest.mark.parametrize("space", ["", "\n    "])
@pytest.mark.parametrize("make", [invoice, credit_note])
def test_of_many_lines_that_are_alike_the_first_is_parts_and_the_others_are_rows(make, space: str) -> None:  # type: ignore[no-untyped-def]
    root = "Invoice" if make is invoice else "CreditNote"
    data = make(lines="".join(line(number, root=root, net="5.00") + space for number in range(MANY)))
    assert kinds(data) == [Part] + [Row] * (MANY - 1)


def test_lines_of_several_shapes_are_rows_each_of_its_own() -> None:
    hours, pieces = PLAIN.replace("C62", "HUR"), PLAIN
    assert kinds(invoice(lines=(hours + pieces) * 3)) == [Part, Part, Row, Row, Row, Row]


@pytest.mark.parametrize(
    "other",
    [
        PLAIN.replace("Desembrood", " "),
        PLAIN.replace("Desembrood", "Desembrood\u00a0"),
        PLAIN.replace(">5.00<", ">-5.00<"),
        PLAIN.replace('EUR">5.00</cbc:Line', 'EUR">5.001</cbc:Line'),
        PLAIN.replace(">1<", ">one<"),
        PLAIN.replace(">21<", ">21 %<"),
        PLAIN.replace(">VAT<", ">GST<"),
        PLAIN.replace("EUR", "USD"),
        PLAIN.replace("<cbc:Name>", '<cbc:Name languageID="nl">'),
        PLAIN.replace("<cac:Item>", "<cac:Item>words"),
        PLAIN.replace("</cac:InvoiceLine>", "</cac:InvoiceLine>words"),
        PLAIN.replace("<cac:Price>", "<cbc:Note>words</cbc:Note><cac:Price>"),
    ],
)
def test_a_line_that_is_not_like_the_others_is_parts(other: str) -> None:
    assert other != PLAIN
    assert kinds(invoice(lines=PLAIN * 3 + other + PLAIN)) == [Part, Row, Row, Part, Row]


def test_a_price_of_no_pieces_is_asked_about_and_so_in_parts() -> None:
    based = PLAIN.replace("</cac:Price>", "<cbc:BaseQuantity>1</cbc:BaseQuantity></cac:Price>")
    lines_of = based * 3 + based.replace("<cbc:BaseQuantity>1<", "<cbc:BaseQuantity>0<") + based
    assert kinds(invoice(lines=lines_of)) == [Part, Row, Row, Part, Row]


@pytest.mark.parametrize(
    "wrong",
    [
        '<cbc:ID schemeID="0208">1</cbc:ID>',  # its digits are asked about
        "<cbc:ID>1</cbc:ID><cbc:Note>one</cbc:Note><cbc:Note>two</cbc:Note>",
        "<cbc:ID>1</cbc:ID><cac:DocumentReference><cbc:ID>7</cbc:ID></cac:DocumentReference>",
        "<cbc:ID>1</cbc:ID><cbc:UUID/>",
    ],
)
def test_what_has_more_than_texts_that_nobody_asks_about_is_never_a_row(wrong: str) -> None:
    assert kinds(invoice(lines=PLAIN.replace("<cbc:ID>2</cbc:ID>", wrong) * 3)) == [Part] * 3


def test_what_is_wrong_with_a_row_is_told_with_its_own_place() -> None:
    each = [line(number, net="5.00") for number in range(1, MANY + 1)]
    each[16] = each[16].replace(">1</cbc:InvoicedQuantity>", ">2</cbc:InvoicedQuantity>")
    data = invoice(lines="".join(each))
    assert kinds(data)[16] is Row
    [finding] = rules.check(tree_of(read_xml(data)), "invoice")
    assert (finding.code, finding.expected) == ("PEPPOL-EN16931-R120", "10.00")
    assert finding.location == "/Invoice/cac:InvoiceLine[17]/cbc:LineExtensionAmount"


def test_what_is_wrong_with_all_rows_is_told_of_each() -> None:
    data = invoice(lines=PLAIN.replace("C62", "nonsense") * 3 + PLAIN * (MANY - 3))
    found = [finding for finding in rules.check(tree_of(read_xml(data)), "invoice") if finding.code == "BR-CL-23"]
    assert [finding.location for finding in found] == [
        f"/Invoice/cac:InvoiceLine[{number}]/cbc:InvoicedQuantity" for number in (1, 2, 3)
    ]


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from(_SPACES + "<>&\"'%"))
_NAMES = st.sampled_from(("a", "{urn:x}b", "{urn:x}c", "{urn:y}b", "{http://www.w3.org/XML/1998/namespace}lang"))


@st.composite
def trees(draw: st.DrawFn) -> etree._Element:
    """Elements of several namespaces with any text in any place."""
    root = etree.Element("{urn:z}root", nsmap=draw(st.sampled_from(({None: "urn:z"}, {"z": "urn:z", None: "urn:x"}))))
    elements = [root]
    for _ in range(draw(st.integers(0, 12))):
        child = etree.SubElement(draw(st.sampled_from(elements)), draw(_NAMES.filter(lambda name: "XML" not in name)))
        child.text, child.tail = draw(_WORDS), draw(_WORDS)
        for name in draw(st.lists(_NAMES, max_size=2)):
            child.set(name, draw(_WORDS))
        elements.append(child)
    return root


@settings(max_examples=200, deadline=None)
@given(trees())
def test_parts_say_what_the_elements_say_that_they_were_read_from(root: etree._Element) -> None:
    tree = tree_of(root)
    parts = sorted((part for named in tree.named.values() for part in named), key=lambda part: part.position)
    assert [part.element for part in parts] == list(root.iter())
    for part, element in zip(parts, root.iter(), strict=True):
        assert part.written == (element.text or "")
        assert part.attributes == dict(element.attrib)
        assert part.size == len(element)
        inside = sorted((each for some in part.children.values() for each in some), key=lambda each: each.position)
        assert [each.element for each in inside] == list(element)


@pytest.mark.parametrize("sign", ["&lt;", "&gt;", "&quot;"])
@pytest.mark.parametrize("name", ["xmlns", "xmlns:x"])
def test_no_address_of_a_namespace_ends_a_tag(sign: str, name: str) -> None:
    # libxml2 would write it as it is; the tags that it writes are cut at these signs.
    with pytest.raises(DocumentRejected) as caught:
        read_xml(f'<a {name}="urn:b{sign}c">1</a>'.encode())
    assert (caught.value.code, "is not a valid URI" in caught.value.found) == ("XML_SYNTAX", True)


def test_a_comment_and_an_instruction_are_no_parts_whatever_is_in_them() -> None:
    root = etree.fromstring("<a>1<!-- <b>2</b> > --><?c <d/> ?><e>3!?</e></a>")
    tree = tree_of(root)
    assert [(name, [part.written for part in parts]) for name, parts in tree.named.items()] == [
        ("a", ["1"]),
        ("e", ["3!?"]),
    ]
    assert tree.named["e"][0].place() == "/a/e"
