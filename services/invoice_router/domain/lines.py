"""The lines of an invoice or credit note (BG-25)."""

from pydantic import TypeAdapter

from services.invoice_router.domain.fields import Notes
from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rows import GTIN, QUANTITIES, Row
from services.invoice_router.domain.totals import allowances_charges, percent
from services.invoice_router.domain.trees import Tree
from shared.contracts.invoices import Family
from shared.contracts.sales_invoices import Line, Period

LINE: dict[Family, str] = {"invoice": "cac:InvoiceLine", "credit_note": "cac:CreditNoteLine"}
_LINES = TypeAdapter(list[Line])


def lines(tree: Tree, family: Family, notes: Notes) -> tuple[Line, ...]:
    """Each line as written; what cannot be read as a quantity, a price or an amount is noted and None."""
    name, quantity = LINE[family], QUANTITIES[LINE[family]]
    entries = tree.lines(name)
    if any(shape.plan.currency != notes.currency for shape in tree.shapes):
        # It is told of each of them with its place.
        entries = tree.whole().lines(name)
    rows = iter(_LINES.validate_python([_of_row(entry) for entry in entries if isinstance(entry, Row)]))
    return tuple([_line(entry, quantity, notes) if isinstance(entry, Part) else next(rows) for entry in entries])


def period(parent: Part, name: str, notes: Notes) -> Period | None:
    """Days with both ends (BG-14, BG-26), None where neither is there."""
    part = parent.part(name)
    if not part:
        return None
    start, end = notes.day(part, "cbc:StartDate"), notes.day(part, "cbc:EndDate")
    return Period(start=start, end=end) if start or end else None


def _of_row(row: Row) -> dict[str, object]:
    """The fields of a row that are there."""
    plan = row.shape.plan
    facts: dict[str, object] = dict(zip(plan.fields, row.values, strict=True))
    facts["quantity"], facts["price"], facts["net"], facts["unit"] = row.quantity, row.price, row.net, plan.unit
    facts["price_base_quantity"], facts["tax_percent"] = row.base, row.percent
    if "standard_item" in facts:
        facts["standard_item"] = f"{GTIN}:{facts['standard_item']}"
    return facts


def _line(part: Part, quantity: str, notes: Notes) -> Line:
    item, price = part.part("cac:Item"), part.part("cac:Price")
    category = item.part("cac:ClassifiedTaxCategory")
    if not category:
        # UBL 2.0 documents of Belgium have the line's VAT as a total of its own.
        category = part.part("cac:TaxTotal").part("cac:TaxSubtotal").part("cac:TaxCategory")
    return Line(
        id=part.text("cbc:ID"),
        name=item.text("cbc:Name"),
        description=item.joined("cbc:Description"),
        note=part.joined("cbc:Note"),
        quantity=notes.number(part, quantity, "QUANTITY_FORMAT"),
        unit=part.attribute(quantity, "unitCode"),
        price=notes.number(price, "cbc:PriceAmount", "AMOUNT_FORMAT"),
        price_base_quantity=notes.number(price, "cbc:BaseQuantity", "QUANTITY_FORMAT"),
        net=notes.amount(part, "cbc:LineExtensionAmount"),
        tax_category=category.text("cbc:ID"),
        tax_percent=percent(category, notes),
        tax_box=category.text("cbc:Name"),
        seller_item=item.part("cac:SellersItemIdentification").text("cbc:ID"),
        buyer_item=item.part("cac:BuyersItemIdentification").text("cbc:ID"),
        standard_item=item.part("cac:StandardItemIdentification").schemed("cbc:ID"),
        order_line=part.part("cac:OrderLineReference").text("cbc:LineID"),
        accounting_cost=part.text("cbc:AccountingCost"),
        period=period(part, "cac:InvoicePeriod", notes),
        allowances_charges=allowances_charges(part, notes),
    )
