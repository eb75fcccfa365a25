"""Is it told what a newer version says otherwise, in a stable order, and nothing else?"""

import json
import zlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoice_router.domain.differences import (
    FACTS_LENGTH,
    MOST_DIFFERENCES,
    TEXT_LENGTH,
    differences,
    facts_of,
)
from shared.contracts.invoices import Finding
from shared.contracts.sales_invoices import (
    Address,
    AllowanceCharge,
    Line,
    Party,
    Period,
    PrecedingInvoice,
    SalesInvoice,
    TaxSubtotal,
)
from shared.values import Currency, EnterpriseNumber, Iban, Money, Sha256

EURO = Currency("EUR")


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def line(name: str, number: str = "1", **changes: Any) -> Line:
    return Line(id=number, name=name, quantity=Decimal(1), net=euro("10.00")).model_copy(update=changes)


def sidecar(**changes: Any) -> SalesInvoice:
    facts: dict[str, Any] = {
        "family": "invoice", "number": "2026-17", "type_code": "380", "issue_date": date(2026, 2, 1),
        "currency": EURO, "supplier_number": EnterpriseNumber("0403170701"),
        "supplier": Party(name="Bakkerij De Korenaar"), "customer": Party(name="Garage Peeters"),
        "tax_inclusive": euro("121.00"), "payable": euro("121.00"),
        "lines": (line("Brood"), line("Taart", "2"), line("Koek", "3")), "content_sha256": Sha256("1" * 64),
    }  # fmt: skip
    return SalesInvoice(**facts | {"content_sha256": Sha256("2" * 64)} | changes)


def json_of(invoice: SalesInvoice) -> bytes:
    return invoice.model_dump_json().encode()


def told(before: SalesInvoice, after: SalesInvoice) -> list[tuple[str, str, str]]:
    found = differences(facts_of(json_of(before)), json_of(after))
    return [(each.field, each.before, each.after) for each in found]


FIRST = sidecar(content_sha256=Sha256("1" * 64))

ONE_CHANGE: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
    ({"payable": euro("100.00")}, [("payable", "121.00 EUR", "100.00 EUR")]),
    ({"due_date": date(2026, 3, 3)}, [("due_date", "", "2026-03-03")]),
    ({"customer": Party(name="Garage Janssens")}, [("customer.name", "Garage Peeters", "Garage Janssens")]),
    ({"supplier": Party(name="Bakkerij De Korenaar", address=Address(city="Gent"))},
     [("supplier.address.city", "", "Gent")]),
    ({"period": Period(start=date(2026, 1, 1))}, [("period.start", "", "2026-01-01")]),
    ({"self_billed": True}, [("self_billed", "false", "true")]),
    ({"notes": ("Dank u",)}, [("notes[0]", "", "Dank u")]),
    ({"ibans": (Iban("BE71096123456769"),)}, [("ibans[0]", "", "BE71096123456769")]),
    ({"preceding": (PrecedingInvoice(number="2025-1"),)}, [("preceding[0].number", "", "2025-1")]),
    ({"taxes": (TaxSubtotal(category="S", percent=Decimal(21), taxable=euro("100"), tax=euro("21")),)},
     [("taxes[0].category", "", "S"), ("taxes[0].percent", "", "21"), ("taxes[0].taxable", "", "100.00 EUR"),
      ("taxes[0].tax", "", "21.00 EUR")]),
    ({"lines": (line("Brood"), line("Taart", "2", net=euro("12.00")), line("Koek", "3"))},
     [("lines[1].net", "10.00 EUR", "12.00 EUR")]),
    ({"lines": (line("Brood"), line("Koek", "2"))},
     [("lines[1].name", "Taart", ""), ("lines[1].id", "2", ""), ("lines[1].quantity", "1", ""),
      ("lines[1].net", "10.00 EUR", "")]),
    ({"lines": (line("Brood"), line("Wafel", "2"), line("Taart", "3"), line("Koek", "4"))},
     [("lines[1].name", "", "Wafel"), ("lines[1].id", "", "2"), ("lines[1].quantity", "", "1"),
      ("lines[1].net", "", "10.00 EUR")]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), ONE_CHANGE, ids=[expected[0][0] for _, expected in ONE_CHANGE])
def test_what_one_change_makes_different_is_told_and_nothing_else(
    change: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    found = told(FIRST, sidecar(**change))
    assert sorted(found) == sorted(expected)
    assert sorted(told(sidecar(**change), FIRST)) == sorted((field, after, before) for field, before, after in expected)


def test_differences_stand_in_the_order_of_the_sidecar() -> None:
    after = sidecar(payable=euro("1"), customer=Party(name="X"), number="18", notes=("a",), lines=())
    fields = [field for field, _, _ in told(FIRST, after)]
    assert fields[:4] == ["number", "notes[0]", "customer.name", "payable"]
    assert all(field.startswith("lines[") for field in fields[4:])


def test_lines_that_only_moved_or_got_other_numbers_are_not_told() -> None:
    longer = sidecar(lines=(line("Melk", "1"), line("Brood", "2"), line("Taart", "3"), line("Koek", "4")))
    assert {field.partition(".")[0] for field, _, _ in told(FIRST, longer)} == {"lines[0]"}


def test_documents_that_differ_in_what_is_not_read_are_told_to_differ() -> None:
    assert told(FIRST, sidecar()) == [("content_sha256", "1" * 64, "2" * 64)]


def test_findings_are_no_facts_of_the_invoice() -> None:
    found = Finding(code="BR-CO-15", severity="warn", location="")
    assert [field for field, _, _ in told(FIRST, sidecar(findings=(found,)))] == ["content_sha256"]


def test_at_most_a_hundred_differences_are_told() -> None:
    many = sidecar(lines=tuple(line(f"Ander {n}", str(n)) for n in range(200)))
    found = told(FIRST, many)
    assert len(found) == MOST_DIFFERENCES
    assert found == told(FIRST, many)


def test_long_texts_are_shown_around_the_place_where_they_part() -> None:
    same = "x" * 5000
    [(field, before, after)] = told(sidecar(payment_terms=same + "oud"), sidecar(payment_terms=same + "nieuw" + same))
    assert field == "payment_terms"
    assert "oud" in before and "nieuw" in after
    assert before.startswith("…") and after.endswith("…")
    assert max(len(before), len(after)) <= TEXT_LENGTH


def lines(count: int, text: str = "Een heel gewone regel van een factuur") -> tuple[Line, ...]:
    return tuple(line(f"{text} {n}", str(n), description=text * 3) for n in range(count))


@pytest.mark.parametrize("count", [0, 60, 150, 900, 5000])
def test_the_facts_that_are_kept_have_an_end_and_nothing_differs_only_for_their_length(count: int) -> None:
    long = sidecar(lines=lines(count), payment_terms="t" * 40 * count)
    assert len(zlib.decompress(facts_of(json_of(long))[1:])) <= FACTS_LENGTH
    again = long.model_copy(update={"content_sha256": Sha256("3" * 64)})
    assert [field for field, _, _ in told(long, again)] == ["content_sha256"]
    other = again.model_copy(update={"payable": euro("99.00")})
    assert [field for field, _, _ in told(long, other)] == ["payable"]


@pytest.mark.parametrize("place", [0, 10, 899])
def test_a_change_is_seen_wherever_it_is_in_a_long_invoice(place: int) -> None:
    long = sidecar(lines=lines(900))
    changed = list(long.lines)
    changed[place] = changed[place].model_copy(update={"net": euro("11.00")})
    [(field, before, after)] = told(long, long.model_copy(update={"lines": tuple(changed)}))
    assert before != after
    assert field == f"lines[{place}].net" if place == 0 else field.startswith("lines[")


def test_a_short_invoice_that_grew_long_is_compared_in_full() -> None:
    found = told(FIRST, sidecar(lines=(*FIRST.lines, *lines(500))))
    assert [field for field, _, _ in found][:1] == ["lines[3].name"]
    assert len(found) == MOST_DIFFERENCES


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
LINES = st.builds(
    Line,
    id=TEXTS,
    name=TEXTS,
    quantity=st.none() | st.decimals(-9, 9, places=2),
    net=st.none() | st.integers(-999, 999).map(lambda n: Money.of(n, "EUR")),
    allowances_charges=st.lists(
        st.builds(AllowanceCharge, charge=st.booleans(), amount=st.just(euro("1")), reason=TEXTS), max_size=2
    ).map(tuple),
)
INVOICES = st.builds(
    sidecar,
    notes=st.lists(TEXTS, max_size=3).map(tuple),
    payment_terms=TEXTS,
    due_date=st.none() | st.dates(),
    customer=st.builds(Party, name=TEXTS, address=st.builds(Address, city=TEXTS)),
    payee=st.none() | st.builds(Party, name=TEXTS),
    lines=st.lists(LINES, max_size=5).map(tuple),
)


@given(INVOICES, INVOICES)
def test_whatever_two_versions_say_their_differences_are_true_of_both(
    before: SalesInvoice, after: SalesInvoice
) -> None:
    after = after.model_copy(update={"content_sha256": Sha256("3" * 64)})
    older, newer = json.loads(json_of(before)), json.loads(json_of(after))
    found = told(before, after)
    assert 1 <= len(found) <= MOST_DIFFERENCES
    assert len({field for field, _, _ in found}) == len(found), "each field once"
    for field, was, becomes in found:
        assert was != becomes
        if becomes:
            assert text_at(newer, field) == becomes
        else:
            assert text_at(older, field) == was
    assert told(before, after) == found
    if len(found) < MOST_DIFFERENCES:
        named = {field for field, _, _ in found}
        for field in ("payment_terms", "customer.name", "customer.address.city"):
            assert (field in named) == (text_at(older, field) != text_at(newer, field))


@given(INVOICES)
def test_whatever_an_invoice_says_it_does_not_differ_from_itself(invoice: SalesInvoice) -> None:
    assert told(invoice, invoice) == []


@given(INVOICES, st.integers(0, 4), LINES)
def test_a_line_put_in_anywhere_is_one_line_of_differences(invoice: SalesInvoice, place: int, added: Line) -> None:
    lines = list(invoice.lines)
    lines.insert(place, added.model_copy(update={"name": "Wafel", "id": "99"}))
    found = told(invoice, invoice.model_copy(update={"lines": tuple(lines)}))
    assert len({field.partition(".")[0] for field, _, _ in found}) == 1
    assert {was for _, was, _ in found} == {""}


def text_at(sidecar: Any, field: str) -> str:
    """What the sidecar says at a place such as `lines[2].net`, as a difference shows it."""
    for step in field.replace("]", "").replace("[", ".").split("."):
        sidecar = sidecar[int(step)] if isinstance(sidecar, list) else sidecar[step]
    if isinstance(sidecar, dict):
        return f"{sidecar['amount']} {sidecar['currency']}"
    return {True: "true", False: "false"}.get(sidecar, str(sidecar)) if not isinstance(sidecar, str) else sidecar
