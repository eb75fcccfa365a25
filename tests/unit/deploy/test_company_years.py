"""Are the made-up years whole: valid files, invoices that add up, and a truth for each movement that can be true?"""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from deploy.demo.years import SCENES, CompanyYear, Found, Invoiced, MovementId, Truth, accepted, company_years, verdict
from deploy.demo.years.folders import write_years
from deploy.demo.years.judging import paid
from deploy.demo.years.numbers import PATTERNS
from deploy.demo.years.truths import EURO
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement

SEED, COMPANIES, SCENES_EACH = 7, 4, 110


@pytest.fixture(scope="module")
def years() -> list[CompanyYear]:
    return list(company_years(SEED, COMPANIES, SCENES_EACH))


def amounts(year: CompanyYear) -> dict[MovementId, int]:
    """Of every movement, as the strict reader has it."""
    found = {}
    for file in year.files:
        for text in split_file(file.data).statements:
            statement = read_statement(text)
            for movement in statement.movements:
                name = (statement.iban, statement.new_balance_date.year, statement.sequence)
                found[*name, movement.sequence, movement.detail] = movement.amount
    return found


def test_the_same_seed_gives_the_same_bytes_and_truths(years: list[CompanyYear]) -> None:
    again = list(company_years(SEED, COMPANIES, SCENES_EACH))
    assert again == years
    assert [invoice.document() for invoice in again[0].invoices] == [one.document() for one in years[0].invoices]
    assert next(company_years(SEED + 1, 1, 20)).files != next(company_years(SEED, 1, 20)).files


def test_every_movement_of_every_file_has_a_truth_and_no_other_has(years: list[CompanyYear]) -> None:
    for year in years:
        assert set(amounts(year)) == set(year.truths)


def test_every_case_happens_in_every_company(years: list[CompanyYear]) -> None:
    without_movements = {"never_paid"}
    for year in years:
        assert {truth.case for truth in year.truths.values()} == set(SCENES) - without_movements


def test_no_truth_gives_more_than_a_movement_brings_or_an_invoice_asks(years: list[CompanyYear]) -> None:
    for year in years:
        brought, given = amounts(year), defaultdict[tuple[str, str], int](int)
        asked = {(invoice.family, invoice.number): invoice.payable for invoice in year.invoices}
        for name, truth in year.truths.items():
            total = sum(amount for _, amount in truth.paid)
            if truth.decision in ("settle", "reopen"):
                is_foreign = any(invoice.currency != EURO for invoice, _ in truth.paid)
                assert total and (total > 0) == (brought[name] > 0), (name, truth)
                assert is_foreign or abs(total) <= abs(brought[name]), (name, truth)
                for invoice, amount in truth.paid:
                    given[invoice.family, invoice.number] += amount if invoice.family == "invoice" else -amount
            elif truth.decision == "none":
                assert not truth.paid
        for item, amount in given.items():
            assert 0 <= amount <= asked[item], item


def test_two_companies_have_the_same_numbers(years: list[CompanyYear]) -> None:
    first, second = ({invoice.number for invoice in year.invoices} for year in years[:2])
    assert len(first & second) > len(first) // 4
    assert all(count == 1 for count in Counter(invoice.number for invoice in years[0].invoices).values())


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_every_way_to_number_is_used(pattern: object) -> None:
    made = company_years(SEED, 2 * len(PATTERNS), 1, ("never_paid",))
    assert pattern in {year.company.pattern for year in made}


def test_unpaid_invoices_are_added_when_asked_for() -> None:
    [few], [many] = (list(company_years(SEED, 1, 1, ("ogm_exact",), unpaid)) for unpaid in (0, 40))
    assert len(many.invoices) == len(few.invoices) + 40
    assert len(many.truths) == len(few.truths)


def test_a_cash_discount_is_in_the_terms_and_in_the_event() -> None:
    [year] = company_years(SEED, 1, 1, ("discount_in_time",))
    [invoice], [truth] = year.invoices, year.truths.values()
    assert b"#SKONTO#TAGE=14#PROZENT=2.00#" in invoice.document()
    [discount] = accepted(invoice).discounts
    assert invoice.payable - discount.amount.thousandths == truth.paid[0][1]


def test_what_is_written_says_what_is_true(years: list[CompanyYear], tmp_path: Path) -> None:
    write_years(years, tmp_path)
    truths = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert len(truths) == sum(len(year.truths) for year in years)
    order = (tmp_path / "order.txt").read_text().splitlines()
    assert {*order} == {f"{path.parent.name}/{path.name}" for path in tmp_path.glob("*/*/*")}
    assert (tmp_path / "invoices" / order[0]).read_bytes().startswith(b"<?xml")


def some_invoice() -> Invoiced:
    [year] = company_years(SEED, 1, 1, ("ogm_exact",))
    return year.invoices[0]


INVOICE = some_invoice()
SETTLED = Truth("case", "settle", ((INVOICE, INVOICE.payable),))
PAID = paid(SETTLED)


@pytest.mark.parametrize(
    ("truth", "found", "judged"),
    [
        (SETTLED, Found("settle", PAID), "right"),
        (SETTLED, Found("settle"), "wrong"),
        (SETTLED, Found("reopen", PAID), "wrong"),
        (SETTLED, Found("none"), "missed"),
        (SETTLED, Found("suggest", proposals=(PAID,)), "missed"),
        (Truth("case", "suggest", SETTLED.paid), Found("suggest", proposals=(frozenset(), PAID)), "right"),
        (Truth("case", "suggest", SETTLED.paid), Found("suggest", proposals=(frozenset(),)), "missed"),
        (Truth("case", "suggest", SETTLED.paid), Found("settle", PAID), "wrong"),
        (Truth("case", "none"), Found("none"), "right"),
        (Truth("case", "none"), Found("suggest", proposals=(PAID,)), "missed"),
        (Truth("case", "none", may_be_suggested=True), Found("suggest", proposals=(PAID,)), "right"),
        (Truth("case", "none", may_be_suggested=True), Found("settle", PAID), "wrong"),
    ],
)
def test_money_moved_otherwise_is_wrong_and_a_person_asked_is_missed(truth: Truth, found: Found, judged: str) -> None:
    assert verdict(truth, found) == judged
