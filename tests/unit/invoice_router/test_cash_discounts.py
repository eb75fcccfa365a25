"""Which cash discounts do payment terms grant for certain?"""

from datetime import date
from decimal import Decimal

import pytest

from services.invoice_router.domain.discounts import cash_discounts
from services.invoice_router.domain.reading import read_invoice
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import Money
from tests.unit.invoice_router.documents import credit_note, invoice

ISSUED = date(2026, 3, 1)


def with_terms(terms: str, document: bytes | None = None) -> SalesInvoice:
    changes = {
        "payment_terms": terms,
        "issue_date": ISSUED,
        "payable": Money.of("121.00", "EUR"),
        "tax_exclusive": Money.of("100.00", "EUR"),
    }
    return read_invoice(document or invoice()).model_copy(update=changes)


def found(terms: str) -> list[tuple[str, str]]:
    return [(str(each.amount.amount), f"{each.until:%d%m}") for each in cash_discounts(with_terms(terms))]


@pytest.mark.parametrize(
    "terms",
    [
        "2% korting bij contante betaling binnen 8 dagen",
        "Betaling binnen 30 dagen. Bij betaling binnen 8 dagen: 2 % korting.",
        "Korting contant 2,00 % binnen de 8 kalenderdagen; nadien netto",
        "Escompte de 2 % pour paiement sous 8 jours",
        "Paiement à 30 jours\n2 % d'escompte si paiement dans les 8 jours",
        "2 % Skonto innerhalb von 8 Tagen",
        "2 per cent discount within 8 days.",
        "#SKONTO#TAGE=8#PROZENT=2.00#",
    ],
)
def test_a_discount_is_taken_of_what_is_payable_or_of_the_amount_without_vat(terms: str) -> None:
    assert found(terms) == [("2.42", "0903"), ("2.00", "0903")]


def test_each_step_is_granted_until_its_own_day() -> None:
    terms = "#SKONTO#TAGE=7#PROZENT=3.00#BASISBETRAG=50.00#\n#SKONTO#TAGE=14#PROZENT=2.00#"
    assert found(terms) == [("1.50", "0803"), ("2.42", "1503"), ("2.00", "1503")]


@pytest.mark.parametrize(
    "terms",
    [
        "",
        "Betaling binnen 30 dagen",
        "Verwijlinteresten van 10 % na 8 dagen, zonder korting",
        "2 % korting",
        "2 % korting binnen 8 dagen of 3 % binnen 5 dagen",
        "2 % korting 8 dagen einde maand",
        "2 % korting binnen 8 werkdagen",
        "90 % korting binnen 8 dagen",
        "2 % korting binnen 400 dagen",
        "5 % schadebeding na 8 dagen",
        "#SKONTO#TAGE=8#PROZENT=99.00#",
    ],
)
def test_what_is_not_certain_grants_nothing(terms: str) -> None:
    assert found(terms) == []


def test_a_credit_note_grants_no_discount() -> None:
    assert cash_discounts(with_terms("2 % korting binnen 8 dagen", credit_note())) == ()


def test_a_discount_is_rounded_to_cents_as_people_do() -> None:
    terms = with_terms("2 % korting binnen 8 dagen").model_copy(update={"payable": Money.of("100.25", "EUR")})
    assert [each.amount.amount for each in cash_discounts(terms)] == [Decimal("2.01"), Decimal("2.00")]
