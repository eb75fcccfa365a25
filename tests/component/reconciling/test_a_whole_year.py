"""Does `relais reconcile` find the truth of whole company years, whatever the order in which the files come?"""

from collections import Counter, defaultdict
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from random import Random

import pytest

from deploy.demo.years import SCENES, CompanyYear, company_years, verdict
from deploy.reconciling.words import WORDS
from services.coda_reconciler.domain.matching.texts import places
from services.delivery.domain.payment_reasons import REASONS
from shared.values import Language
from tests.benchmarks.matched_years import matched
from tests.component.reconciling.runs import Run, all_told, balances, found, movement_of, reconcile, written

SEED, COMPANIES, SCENES_EACH = 11, 2, 130
NAMING = ("R03", "R04", "R05", "R06")


@pytest.fixture(scope="module")
def years() -> list[CompanyYear]:
    return list(company_years(SEED, COMPANIES, SCENES_EACH))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("years")


@pytest.fixture(scope="module")
def run(years: list[CompanyYear], folder: Path) -> Run:
    options = written(years, folder)
    return reconcile(*options, *all_told(folder))


def test_every_invoice_is_taken_and_every_statement_booked(run: Run) -> None:
    assert (run.code, run.errors) == (0, [])


def test_no_money_moves_but_as_it_truly_did(run: Run, years: list[CompanyYear]) -> None:
    truths = {name: truth for year in years for name, truth in year.truths.items()}
    decided = found(run)
    assert set(decided) == set(truths)
    wrong = [
        (name, truths[name].case, decided[name]) for name in truths if verdict(truths[name], decided[name]) == "wrong"
    ]
    assert wrong == []


def test_nothing_is_left_to_a_person_that_could_be_known(run: Run, years: list[CompanyYear]) -> None:
    """What is right of each case: all of it."""
    decided, right, count = found(run), Counter[str](), Counter[str]()
    for year in years:
        for name, truth in year.truths.items():
            count[truth.case] += 1
            right[truth.case] += verdict(truth, decided[name]) == "right"
    assert {case: f"{right[case]} of {count[case]}" for case in count if right[case] < count[case]} == {}
    assert set(count) == set(SCENES) - {"never_paid"}


def test_statements_are_told_in_their_order_of_arrival(run: Run, years: list[CompanyYear], folder: Path) -> None:
    told = [statement for statement, _ in groupby(movement_of(each)[:3] for each in run.objects)]
    assert len(told) == len(set(told))
    days = {file.name: file.day for year in years for file in year.files}
    order = [Path(line).name for line in (folder / "order.txt").read_text().splitlines() if line.endswith(".cod")]
    assert [days[name] for name in order] == sorted(days.values())
    of_files = {name: at for at, name in enumerate(order)}
    evidence = [of_files[Path(each["evidence"][0]["file"]).name] for each in run.objects if each["evidence"]]
    assert evidence == sorted(evidence)


def test_the_evidence_stands_in_the_file_where_it_is_said_to(run: Run) -> None:
    checked = Counter[str]()
    for told in run.objects:
        for each in told["evidence"]:
            lines = Path(each["file"]).read_bytes().decode("cp1252").splitlines()
            parts = places(each["line"], each["columns"])
            stands = "".join(lines[line - 1][first - 1 : last] for line, first, last in parts)
            assert parts and "".join(each["text"].split()) in "".join(stands.split()), (each, stands)
            checked[each["meaning"]] += 1
    assert {"structured_reference", "reference_in_text", "end_to_end_id", "mandate", "invoice_number"} <= set(checked)
    assert {"counterparty_account", "counterparty_name", "ultimate_debtor", "amount", "return_reason"} <= set(checked)


def test_every_reason_has_a_sentence_for_people(run: Run) -> None:
    codes = {told["reason"] for told in run.objects} | {
        each["reason"] for told in run.objects for each in told["rejected"]
    }
    codes |= {code for told in run.objects for each in told["proposals"] for code in each["reasons"]}
    of_banks = {"AC04", "AM04", "MD01", "MD06", "MS03", ""}
    assert {code for code in codes - of_banks if code not in REASONS and code not in WORDS[Language.EN]} == set()


def test_no_movement_gives_more_than_it_brings_and_no_invoice_gets_more_than_it_asks(
    run: Run, years: list[CompanyYear]
) -> None:
    asked = {(str(year.company.number), one.number): one.payable for year in years for one in year.invoices}
    given = defaultdict[tuple[str, str], Decimal](Decimal)
    for told in run.objects:
        if told["decision"] == "suggest":
            continue
        parts = [Decimal(part.get("taken", part["amount"])) for part in told["allocations"]]
        assert abs(sum(parts)) <= abs(Decimal(told["amount"]))
        for part in told["allocations"]:
            sign = -1 if part["family"] == "credit_note" else 1
            given[part["supplier"], part["invoice"]] += sign * Decimal(part["amount"])
    assert len(given) > 100
    for name, amount in given.items():
        assert 0 <= amount * 1000 <= asked[name]


@pytest.mark.parametrize("seed", range(3))
def test_any_order_and_repeats_give_the_same_decisions(run: Run, years: list[CompanyYear], seed: int) -> None:
    assert matched(years, Random(seed)) == found(run)


def test_any_order_of_the_files_gives_the_same_balances(run: Run, folder: Path, tmp_path: Path) -> None:
    dice = Random("order")
    lines = (folder / "order.txt").read_text().splitlines()
    shuffled = [*lines, *dice.sample(lines, len(lines) // 5)]
    dice.shuffle(shuffled)
    order = tmp_path / "order.txt"
    order.write_text("\n".join(shuffled))
    options = ["--json", "--invoices", folder / "invoices", "--statements", folder / "statements"]
    again = reconcile(*options, *all_told(folder)[:4], "--order", order)
    assert again.code == 0
    assert balances(again, NAMING) == balances(run, NAMING)
    unallocated = {movement_of(told): told["remaining"] for told in run.objects if told["rule"] in NAMING}
    assert {movement_of(told): told["remaining"] for told in again.objects if told["rule"] in NAMING} == unallocated


def test_without_confirmed_accounts_nobody_is_known(run: Run, folder: Path) -> None:
    options = ["--json", "--invoices", folder / "invoices", "--statements", folder / "statements"]
    alone = reconcile(*options)
    assert alone.code == 0
    assert {told["rule"] for told in run.objects} >= {"R07", "R08"}
    assert not {told["rule"] for told in alone.objects if told["decision"] == "settle"} & {"R07", "R08"}
    assert {told["company_by"] for told in run.objects} == {"accounts"}
    assert {told["company_by"] for told in alone.objects} <= {"invoices", "header"}
