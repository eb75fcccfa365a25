"""Does the page of an invoice say everything that its reader needs, in the reader's language?"""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.delivery.domain import rendering
from services.delivery.domain.rendering.invoice_page import invoice_page
from services.delivery.domain.rendering.legible import MARK
from services.delivery.domain.rendering.pages import MOST_ROWS, Page, page_json
from services.delivery.domain.rendering.words import WORDS
from shared.contracts.sales_invoices import AllowanceCharge, Party, PaymentMeans, TaxSubtotal
from shared.values import Currency, Language, Money, StructuredReference
from tests.unit.delivery.sales_invoices import credit_note, eur, line, sales_invoice

NL, EN = Language.NL, Language.EN


def facts(page: Page, heading: str) -> dict[str, str]:
    [section] = [each for each in page.sections if each.heading == heading]
    return {fact.label: fact.text for fact in section.facts}


def test_every_language_has_a_word_for_everything_and_no_word_is_left_over() -> None:
    assert len({frozenset(words) for words in WORDS.values()}) == 1
    assert all(text.strip() for words in WORDS.values() for text in words.values())
    source = "".join(path.read_text() for path in Path(rendering.__path__[0]).glob("*.py")).replace("'", '"')
    families = re.findall(r'f"([a-z]+)\.\{', source)
    unused = [
        key
        for key in WORDS[NL]
        if f'"{key}"' not in source and not any(key.startswith(f"{each}.") for each in families)
    ]
    assert unused == [] and sorted(set(families)) == ["corrects", "means", "notice", "payable", "tax", "title", "unit"]


@pytest.mark.parametrize("language", list(Language))
def test_placeholders_are_the_same_in_every_language(language: Language) -> None:
    for key, text in WORDS[language].items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", WORDS[EN][key])), key


def test_both_parties_are_shown_with_address_and_numbers() -> None:
    supplier, customer = invoice_page(sales_invoice(), NL).parties
    assert (supplier.label, supplier.name) == ("Leverancier", "Bakkerij De Korenaar BV")
    assert supplier.lines[:3] == ("De Korenaar", "Korenmarkt 12", "9000 Gent, BE")
    assert [(each.label, each.text) for each in supplier.numbers] == [
        ("Ondernemingsnummer", "0403.170.701"),
        ("Btw-nummer", "BE\u00a00403.170.701"),
    ]
    assert customer.lines == ("Havenlaan 7", "bus 3", "8400 Oostende, BE")


def test_a_foreign_customer_keeps_the_numbers_as_written() -> None:
    customer = Party(name="Käserei GmbH", number="HRB 4711", vat_number="DE123456789")
    shown = invoice_page(sales_invoice(customer=customer), NL).parties[1]
    assert [each.text for each in shown.numbers] == ["HRB 4711", "DE123456789"] and shown.lines == ()


def test_a_line_has_quantity_unit_price_rate_and_what_stands_below_its_name() -> None:
    bread, coffee, work, discount = invoice_page(sales_invoice(), NL).lines.rows
    assert bread.cells == ("Desembrood op hout gebakken", "40 st.", "3,25", "6\u202f%", "130,00")
    assert bread.details == ("Artikel BR-001",)
    assert coffee.cells[1:3] == ("2,5 kg", "49,5075")
    assert coffee.details[1] == "Korting 4\u202f% × 123,77 (trouw): −5,00"
    assert work.cells[3] == "0\u202f% AE" and work.details == ("Uitgevoerd door Jan", "01/02/2026 – 28/02/2026")
    assert discount.cells == ("Korting (Welkomstkorting)", "", "", "21\u202f%", "−10,00")


def test_a_price_per_hundred_and_a_unit_that_nobody_knows_are_told() -> None:
    odd = line(1, price_base_quantity=Decimal(100), unit="X9Z", quantity=Decimal("1234.5"))
    row = invoice_page(sales_invoice(lines=(odd,)), NL).lines.rows[0]
    assert row.cells[1:3] == ("1.234,5 X9Z", "3,25 per 100")


def test_a_line_without_a_name_shows_its_description_once() -> None:
    row = invoice_page(sales_invoice(lines=(line(2, name=""),)), NL).lines.rows[0]
    assert row.cells[0].startswith("Twee schalen") and not any("Twee schalen" in each for each in row.details)


def test_vat_is_broken_down_with_the_reason_and_the_box() -> None:
    table = invoice_page(sales_invoice(), NL).taxes
    assert table is not None
    assert table.rows[0].cells == ("6\u202f% · Normaal stelsel · vak 01", "130,00", "7,80")
    assert table.rows[2].details == ("Verlegging van heffing, artikel 20 KB nr. 1",)
    assert invoice_page(sales_invoice(taxes=()), NL).taxes is None


def test_an_unknown_vat_category_is_shown_as_it_is() -> None:
    strange = TaxSubtotal(
        category="Q", percent=Decimal(7), taxable=eur("1.00"), tax=eur("0.07"), exemption_code="VATEX-X"
    )
    table = invoice_page(sales_invoice(taxes=(strange,)), NL).taxes
    assert table is not None
    assert table.rows[0].cells[0] == "7\u202f% · Q" and table.rows[0].details == ("VATEX-X",)


def test_totals_go_from_the_lines_to_what_is_to_be_paid() -> None:
    totals = invoice_page(sales_invoice(), NL).totals
    assert [(each.label, each.amount) for each in totals] == [
        ("Totaal van de lijnen", "443,77"),
        ("Kortingen", "−10,00"),
        ("Totaal excl. btw", "433,77"),
        ("Btw", "32,14"),
        ("Totaal incl. btw", "465,91"),
        ("Reeds betaald", "−100,00"),
        ("Afronding", "−0,01"),
        ("Te betalen", "365,90\u00a0EUR"),
    ]
    assert [each.strong for each in totals] == [False] * 7 + [True]


def test_vat_in_euros_is_told_beside_a_foreign_currency() -> None:
    dollars = {"currency": Currency("USD"), "tax_accounting": eur("29.10"), "payable": Money.of("365.90", "USD")}
    page = invoice_page(sales_invoice(**dollars), EN)
    assert page.amounts_in == "All amounts in USD"
    assert ("VAT in EUR", "29.10") in [(each.label, each.amount) for each in page.totals]


def test_payment_is_told_once_with_iban_in_groups_and_the_reference_as_people_read_it() -> None:
    twice = sales_invoice().payment_means * 2
    payment = facts(invoice_page(sales_invoice(payment_means=twice), NL), "Betaling")
    assert payment == {
        "Betaalwijze": "SEPA-overschrijving",
        "Rekening": "BE71 0961 2345 6769",
        "Rekeninghouder": "Bakkerij De Korenaar BV",
        "BIC": "KREDBEBB",
        "Gestructureerde mededeling": "+++090/9337/55493+++",
    }
    [section] = [each for each in invoice_page(sales_invoice(), NL).sections if each.heading == "Betaling"]
    assert section.paragraphs == ("Betalingsvoorwaarden: 30 dagen na factuurdatum.",)


def test_a_reference_that_is_none_and_a_mandate_are_told_as_written() -> None:
    means = (PaymentMeans(code="59", mandate="MANDAAT-7", debited_account="BE71096123456769"),)
    changes = {"payment_means": means, "reference": None, "payment_text": "klant 12", "ibans": ()}
    payment = facts(invoice_page(sales_invoice(**changes), EN), "Payment")
    assert payment["Communication"] == "klant 12" and payment["Mandate"] == "MANDAAT-7"
    assert payment["Account to be debited"] == "BE71 0961 2345 6769"
    international = sales_invoice(reference=StructuredReference("RF18539007547034"))
    assert facts(invoice_page(international, EN), "Payment")["Structured communication"] == "RF18 5390 0754 7034"


@pytest.mark.parametrize(
    ("language", "title", "corrected", "payable"),
    [
        (Language.NL, "Creditnota CN-2026-0007", "Gecrediteerde factuur", "Terug te betalen"),
        (Language.FR, "Note de crédit CN-2026-0007", "Facture créditée", "À rembourser"),
        (Language.DE, "Gutschrift CN-2026-0007", "Gutgeschriebene Rechnung", "Zu erstatten"),
        (Language.EN, "Credit note CN-2026-0007", "Credited invoice", "To be refunded"),
    ],
)
def test_a_credit_note_is_called_so_and_names_what_it_credits(
    language: Language, title: str, corrected: str, payable: str
) -> None:
    page = invoice_page(credit_note(), language)
    assert page.title == title and page.totals[-1].label == payable
    [named] = [each.text for each in page.facts if each.label == corrected]
    assert named.startswith("VF-2026-0042, 02")


def test_self_billing_is_said_in_the_words_of_the_law() -> None:
    page = invoice_page(sales_invoice(self_billed=True, type_code="389"), NL)
    assert (page.title, page.subtitle) == ("Factuur VF-2026-0042", "Factuur uitgereikt door afnemer")
    assert invoice_page(sales_invoice(), NL).subtitle == ""


def test_types_of_invoices_with_a_name_of_their_own_have_it() -> None:
    assert invoice_page(sales_invoice(type_code="386"), EN).title == "Prepayment invoice VF-2026-0042"


def test_every_page_says_that_the_structured_invoice_alone_counts() -> None:
    notices = {language: invoice_page(sales_invoice(), language).notice for language in Language}
    assert all("Relais" in text and "UBL" in text for text in notices.values()) and len(set(notices.values())) == 4
    assert "creditnota" in invoice_page(credit_note(), NL).notice


def test_the_page_explains_its_mark_only_where_it_has_one() -> None:
    assert json.loads(page_json(invoice_page(sales_invoice(), NL)))["legend"] == ""
    marked = json.loads(page_json(invoice_page(sales_invoice(notes=("漢",)), NL)))
    assert marked["legend"].startswith(MARK)


def test_more_rows_than_a_page_shows_are_counted_instead() -> None:
    many = sales_invoice(lines=tuple(line(1) for _ in range(MOST_ROWS + 6)), allowances_charges=())
    rows = invoice_page(many, EN).lines.rows
    assert len(rows) == MOST_ROWS + 1
    assert rows[-1].cells[0] == "… and 6 further lines, which the structured document has"


def test_a_charge_on_the_whole_document_is_added() -> None:
    charge = AllowanceCharge(
        charge=True, amount=eur("7.50"), reason="Transport", tax_category="S", tax_percent=Decimal(21)
    )
    row = invoice_page(sales_invoice(allowances_charges=(charge,)), EN).lines.rows[-1]
    assert row.cells == ("Charge (Transport)", "", "", "21%", "7.50")


def test_an_invoice_with_nothing_but_what_must_be_there_has_a_page() -> None:
    bare = {
        "due_date": None, "delivery_date": None, "notes": (), "payment_terms": "", "buyer_reference": "", "order": "",
        "line_total": None, "allowance_total": None, "charge_total": None, "tax_exclusive": None, "tax": None,
        "prepaid": None, "rounding": None, "taxes": (), "payment_means": (), "payment_text": "", "reference": None,
        "ibans": (), "allowances_charges": (), "lines": (), "attachments": (), "supplier": Party(), "customer": Party(),
    }  # fmt: skip
    page = invoice_page(sales_invoice(**bare), NL)
    assert page.sections == () and page.lines.rows == () and len(page.totals) == 2
    assert page.dated == date(2026, 3, 2)
