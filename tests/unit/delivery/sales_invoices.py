"""Makes typed invoices with everything in them, and leaves every field open to be changed."""

from datetime import date
from decimal import Decimal
from typing import Any

from shared.contracts.event import Facts
from shared.contracts.sales_invoices import (
    Address,
    AllowanceCharge,
    Attachment,
    Line,
    Party,
    PaymentMeans,
    Period,
    PrecedingInvoice,
    SalesInvoice,
    TaxSubtotal,
)
from shared.values import Currency, EnterpriseNumber, Iban, Money, Sha256, StructuredReference

SUPPLIER, IBAN, OGM = "0403170701", "BE71096123456769", "090933755493"


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def line(number: int, **changes: Any) -> Line:
    """One of three kinds in turn: bread, coffee with a discount, an hour's work with a period."""
    kinds: list[dict[str, Any]] = [
        {
            "name": "Desembrood op hout gebakken",
            "quantity": Decimal(40),
            "unit": "H87",
            "price": Decimal("3.25"),
            "net": eur("130.00"),
            "tax_category": "S",
            "tax_percent": Decimal(6),
            "seller_item": "BR-001",
        },
        {
            "name": "Crème brûlée & café",
            "description": "Twee schalen, gekoeld geleverd; schalen komen terug.",
            "quantity": Decimal("2.5"),
            "unit": "KGM",
            "price": Decimal("49.5075"),
            "price_base_quantity": Decimal(1),
            "net": eur("118.77"),
            "tax_category": "S",
            "tax_percent": Decimal(21),
            "allowances_charges": (
                AllowanceCharge(
                    charge=False, amount=eur("5.00"), base=eur("123.77"), percent=Decimal(4), reason="trouw"
                ),
            ),
        },
        {
            "name": "Onderhoud oven",
            "note": "Uitgevoerd door Jan",
            "quantity": Decimal(3),
            "unit": "HUR",
            "price": Decimal(65),
            "net": eur("195.00"),
            "tax_category": "AE",
            "tax_percent": Decimal(0),
            "period": Period(start=date(2026, 2, 1), end=date(2026, 2, 28)),
        },
    ]
    return Line(**({"id": str(number)} | kinds[(number - 1) % 3] | changes))


def sales_invoice(**changes: Any) -> SalesInvoice:
    """An invoice of a bakery to a garage, in three VAT categories."""
    facts: dict[str, Any] = {
        "family": "invoice",
        "number": "VF-2026-0042",
        "type_code": "380",
        "profile": "bis_billing",
        "issue_date": date(2026, 3, 2),
        "due_date": date(2026, 4, 1),
        "delivery_date": date(2026, 2, 27),
        "currency": Currency("EUR"),
        "notes": ("Bedankt voor uw vertrouwen.\nTot volgende maand!",),
        "payment_terms": "30 dagen na factuurdatum.",
        "buyer_reference": "PO-7781",
        "order": "B-2026-118",
        "supplier_number": EnterpriseNumber(SUPPLIER),
        "supplier": Party(
            name="Bakkerij De Korenaar BV",
            trading_name="De Korenaar",
            number=SUPPLIER,
            vat_number=f"BE{SUPPLIER}",
            address=Address(street="Korenmarkt 12", city="Gent", postal_zone="9000", country="BE"),
            contact_name="An Peeters",
            telephone="+32 9 123 45 67",
            email="info@korenaar.example",
        ),
        "customer": Party(
            name="Garage Peeters & Zonen NV",
            number="0404616494",
            vat_number="BE0404616494",
            address=Address(
                street="Havenlaan 7", additional_street="bus 3", city="Oostende", postal_zone="8400", country="BE"
            ),
        ),
        "line_total": eur("443.77"),
        "allowance_total": eur("10.00"),
        "charge_total": eur("0.00"),
        "tax_exclusive": eur("433.77"),
        "tax": eur("32.14"),
        "tax_inclusive": eur("465.91"),
        "prepaid": eur("100.00"),
        "rounding": eur("-0.01"),
        "payable": eur("365.90"),
        "taxes": (
            TaxSubtotal(category="S", percent=Decimal(6), taxable=eur("130.00"), tax=eur("7.80"), box="01"),
            TaxSubtotal(category="S", percent=Decimal(21), taxable=eur("108.77"), tax=eur("22.84")),
            TaxSubtotal(
                category="AE",
                percent=Decimal(0),
                taxable=eur("195.00"),
                tax=eur("0.00"),
                exemption_code="VATEX-EU-AE",
                exemption_reason="Verlegging van heffing, artikel 20 KB nr. 1",
            ),
        ),
        "payment_means": (
            PaymentMeans(code="58", text=OGM, account=IBAN, account_name="Bakkerij De Korenaar BV", bic="KREDBEBB"),
        ),
        "payment_text": OGM,
        "reference": StructuredReference(OGM),
        "ibans": (Iban(IBAN),),
        "allowances_charges": (
            AllowanceCharge(
                charge=False, amount=eur("10.00"), reason="Welkomstkorting", tax_category="S", tax_percent=Decimal(21)
            ),
        ),
        "lines": tuple(line(number) for number in (1, 2, 3)),
        "attachments": (
            Attachment(name="werkbon.pdf", media_type="application/pdf", description="Werkbon van 27 februari"),
        ),
        "content_sha256": Sha256.of(b"content"),
    }
    return SalesInvoice(**(facts | changes))


def credit_note(**changes: Any) -> SalesInvoice:
    """A credit note for the invoice above."""
    facts: dict[str, Any] = {
        "family": "credit_note",
        "number": "CN-2026-0007",
        "type_code": "381",
        "due_date": None,
        "prepaid": None,
        "rounding": None,
        "preceding": (PrecedingInvoice(number="VF-2026-0042", issue_date=date(2026, 3, 2)),),
        "lines": (line(1),),
    }
    return sales_invoice(**(facts | changes))


def with_every_text(text: str, **changes: Any) -> SalesInvoice:
    """An invoice whose every free text is this one, also in its lines, parties, payment and attachments."""
    return _filled(sales_invoice(**changes), text)


_CODES = {"type_code", "family", "profile"}
"""Texts that choose what is printed."""


def _filled(facts: Any, text: str) -> Any:
    changes: dict[str, Any] = {}
    for name, field in type(facts).model_fields.items():
        found = getattr(facts, name)
        if isinstance(found, Facts):
            changes[name] = _filled(found, text)
        elif isinstance(found, tuple):
            changes[name] = tuple(_filled(each, text) if isinstance(each, Facts) else each for each in found)
        elif field.annotation is str and name not in _CODES:
            changes[name] = text
    return facts.model_copy(update=changes | ({"notes": (text,)} if "notes" in type(facts).model_fields else {}))
