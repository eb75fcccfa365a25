"""The lines of an invoice or credit note (BG-25)."""

from services.invoice_router.domain.fields import Notes
from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.totals import allowances_charges, percent
from shared.contracts.invoices import Family
from shared.contracts.sales_invoices import Line, Period

LINE: dict[Family, str] = {"invoice": "cac:InvoiceLine", "credit_note": "cac:CreditNoteLine"}
_QUANTITY: dict[Family, str] = {"invoice": "cbc:InvoicedQuantity", "credit_note": "cbc:CreditedQuantity"}


def lines(root: Part, family: Family, notes: Notes) -> tuple[Line, ...]:
    """Each line as written; what cannot be read as a quantity, a price or an amount is noted and None."""
    quantity = _QUANTITY[family]
    return tuple(_line(part, quantity, notes) for part in root.all(LINE[family]))


def period(parent: Part, name: str, notes: Notes) -> Period | None:
    """Days with both ends (BG-14, BG-26), None where neither is there."""
    part = parent.part(name)
    if not part:
        return None
    start, end = notes.day(part, "cbc:StartDate"), notes.day(part, "cbc:EndDate")
    return Period(start=start, end=end) if start or end else None


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
