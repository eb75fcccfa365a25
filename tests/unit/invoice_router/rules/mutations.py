"""Documents for properties: valid ones of several kinds, and what becomes of them when pieces are broken at random."""

import copy

from hypothesis import strategies as st
from lxml import etree

from tests.unit.invoice_router.documents import BIS_SELF_BILLING, EN_16931, UBL_BE, credit_note, invoice, line

_VAT = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
_PERCENTAGE = "<cbc:MultiplierFactorNumeric>5</cbc:MultiplierFactorNumeric>"
_REASON = "<cbc:TaxExemptionReason>because</cbc:TaxExemptionReason>"


def part(*, charge: bool, amount: str = "10.00", category: str = "S", rate: str = "21", more: str = "") -> str:
    """A document level allowance or charge."""
    percent = f"<cbc:Percent>{rate}</cbc:Percent>" if rate else ""
    return (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{str(charge).lower()}</cbc:ChargeIndicator>"
        f"<cbc:AllowanceChargeReason>because</cbc:AllowanceChargeReason>{more}"
        f'<cbc:Amount currencyID="EUR">{amount}</cbc:Amount><cac:TaxCategory><cbc:ID>{category}</cbc:ID>{percent}{_VAT}'
        "</cac:TaxCategory></cac:AllowanceCharge>"
    )


def taxes(*rows: tuple[str, str, str, str], total: str) -> str:
    """A VAT total; a row is category, rate (empty for none), taxable amount and VAT."""
    subtotals = "".join(
        f'<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">{taxable}</cbc:TaxableAmount>'
        f'<cbc:TaxAmount currencyID="EUR">{tax}</cbc:TaxAmount><cac:TaxCategory><cbc:ID>{category}</cbc:ID>'
        f"{f'<cbc:Percent>{rate}</cbc:Percent>' if rate else ''}{'' if category in 'SZ' else _REASON}{_VAT}"
        "</cac:TaxCategory></cac:TaxSubtotal>"
        for category, rate, taxable, tax in rows
    )
    return f'<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{total}</cbc:TaxAmount>{subtotals}</cac:TaxTotal>'


def _untaxed(category: str) -> bytes:
    rate = "" if category == "O" else "0"
    return invoice(
        category=category, rate="0", tax="0.00", inclusive="100.00", payable="100.00",
        taxes=taxes((category, rate, "100.00", "0.00"), total="0.00"),
    )  # fmt: skip


SEEDS: tuple[bytes, ...] = (
    invoice(),
    credit_note(),
    invoice(customization=EN_16931),
    invoice(customization=UBL_BE),
    invoice(customization=BIS_SELF_BILLING, type_code="389"),
    invoice(
        allowances=part(charge=True) + part(charge=False, more=_PERCENTAGE),
        more_totals='<cbc:PrepaidAmount currencyID="EUR">1.00</cbc:PrepaidAmount>',
        lines=line(net="60.00") + line(2, net="40.00", quantity="3", price="13.3333"),
        payable="120.00",
    ),
    invoice(
        lines=line(net="60.00") + line(2, net="40.00", rate="6"), tax="15.00", inclusive="115.00", payable="115.00",
        taxes=taxes(("S", "21", "60.00", "12.60"), ("S", "6", "40.00", "2.40"), total="15.00"),
    ),
    *(_untaxed(category) for category in ("Z", "E", "AE", "K", "G", "O")),
)  # fmt: skip
"""What mutations start from: most of it valid."""

TEXTS = (
    "", " ", "0", "-1", "1.234", "1e9", "100.00", "121", "21", "0.00", "true", "false", "abc", "BE", "be", "EUR", "USD",
    "2026-02-30", "2026-01-01", "2027-12-31T00:00:00", "VAT", "vat", "S", "K", "AE", "O", "E", "30", "58", "59", "380",
    "381", "0208",
    "0403170701", "BE0403170701", "#AAI#text", "#ZZ#", "9" * 24, "9" * 40, "-." + "9" * 40, "٣", "\u200b",
)  # fmt: skip
ATTRIBUTES = ("currencyID", "schemeID", "unitCode", "listID", "mimeCode", "name")


@st.composite
def mutated(draw: st.DrawFn, *, texts: tuple[str, ...] = TEXTS, most: int = 4) -> bytes:
    """A document of `SEEDS` with up to `most` pieces removed, doubled, moved or written anew."""
    root = etree.fromstring(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, most))):
        elements = list(root.iter())
        element = elements[draw(st.integers(0, len(elements) - 1))]
        parent = element.getparent()
        change = draw(st.sampled_from(("text", "text", "remove", "double", "attribute", "move")))
        if change == "attribute":
            name = draw(st.sampled_from(ATTRIBUTES))
            if draw(st.booleans()):
                element.attrib.pop(name, None)
            else:
                element.set(name, draw(st.sampled_from(texts)))
        elif change == "text" and not len(element):
            element.text = draw(st.sampled_from(texts))
        elif parent is not None and change == "remove":
            parent.remove(element)
        elif parent is not None and change == "double":
            parent.insert(parent.index(element), copy.deepcopy(element))
        elif change == "move" and parent is not None:
            target = elements[draw(st.integers(0, len(elements) - 1))]
            target.append(copy.deepcopy(element))
    return etree.tostring(root)
