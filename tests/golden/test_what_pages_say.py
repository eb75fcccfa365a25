"""What stands on the pages of documents, in each language: changes show as a difference of a file."""

import json
from collections.abc import Callable

import pytest

from services.delivery.domain.rendering.invoice_page import invoice_page
from services.delivery.domain.rendering.pages import Page, page_json
from services.delivery.domain.rendering.statement_page import statement_page
from shared.values import Language
from tests.unit.delivery.booked_statements import CODA, DIRECT_DEBIT, booked, free, lines, movement
from tests.unit.delivery.sales_invoices import credit_note, sales_invoice

Golden = Callable[[str, bytes], None]


@pytest.mark.parametrize("language", list(Language))
def test_the_page_of_an_invoice_says_what_it_said(golden: Golden, language: Language) -> None:
    golden(f"invoice_page.{language}.json", _pretty(invoice_page(sales_invoice(), language)))


@pytest.mark.parametrize("language", list(Language))
def test_the_page_of_a_self_billed_credit_note_says_what_it_said(golden: Golden, language: Language) -> None:
    note = credit_note(self_billed=True, type_code="261")
    golden(f"credit_note_page.{language}.json", _pretty(invoice_page(note, language)))


@pytest.mark.parametrize("language", list(Language))
def test_the_replica_of_a_statement_says_what_it_said(golden: Golden, language: Language) -> None:
    movements = [
        movement(),
        movement("-84.70", **free("factuur 2026/17 bloem é")),
        movement("-60.00", **free(DIRECT_DEBIT, "127")),
        movement("-24.70", parent=1, position=3, return_type="2", return_reason="MD06"),
    ]
    page = statement_page(booked(3, provisional=True), lines(movements), CODA, language)
    golden(f"statement_page.{language}.json", _pretty(page))


def _pretty(page: Page) -> bytes:
    return (json.dumps(json.loads(page_json(page)), indent=2, ensure_ascii=False) + "\n").encode()
