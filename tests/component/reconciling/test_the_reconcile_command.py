"""What does `relais reconcile` say of every movement, and to people?"""

import os
import pty
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from deploy.demo.coda import files
from deploy.demo.years import CompanyYear
from deploy.demo.years.folders import write_years
from deploy.demo.years.truths import Decided
from deploy.reconciling.words import WORDS
from services.coda_reconciler.domain.matching.facts import DifferenceKind, Evidence
from shared.values import Language
from tests.backends import ROOT
from tests.component.reconciling.runs import a_year, objects, options, reconcile, relais


def test_one_object_says_exactly_what_is_promised(folder: Path, year: CompanyYear) -> None:
    result = relais(*options(folder))
    [told] = objects(result)
    [invoice], [account] = year.invoices, {name[0] for name in year.truths}
    file = next(folder.glob("statements/*/*.cod"))
    reference = told["evidence"][0]
    assert result.exit_code == 0
    assert told | {"evidence": []} == {
        "movement": {"iban": account, "year": 2024, "statement": 1, "sequence": 1, "detail": 0},
        "company": year.company.number,
        "company_by": "invoices",
        "amount": f"{invoice.payable / 1000:.2f}",
        "currency": "EUR",
        "decision": "settle",
        "rule": "R03",
        "reason": "",
        "allocations": [
            {
                "supplier": year.company.number,
                "invoice": invoice.number,
                "amount": f"{invoice.payable / 1000:.2f}",
                "family": "invoice",
                "issue_year": 2024,
            }
        ],
        "remaining": "0.00",
        "proposals": [],
        "evidence": [],
        "rejected": [],
        "provisional": False,
    }
    assert reference["file"] == str(file)
    assert (reference["meaning"], reference["line"]) == ("structured_reference", 3)
    assert str(invoice.reference) in reference["text"].replace("/", "").replace("+", "")


@pytest.mark.parametrize(
    ("told", "asked", "expected"),
    [(True, True, "accounts"), (False, True, "invoices"), (False, False, "header")],
)
def test_it_says_what_told_whose_account_it_is(
    folder: Path, year: CompanyYear, told: bool, asked: bool, expected: str
) -> None:
    extra = ["--accounts", folder / "accounts.jsonl"] if told else []
    if not asked:
        [path] = folder.glob("invoices/*/*.xml")
        other = year.company.accounts[0 if year.invoices[0].iban != year.company.accounts[0].iban else 1].iban
        path.write_bytes(path.read_bytes().replace(year.invoices[0].iban.encode(), other.encode()))
    [movement] = objects(relais(*options(folder), *extra))
    assert (movement["company_by"], movement["decision"]) == (expected, "settle")


def test_folders_without_files_give_no_answer(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    result = relais("--json", "--invoices", tmp_path / "nothing", "--statements", tmp_path / "nothing")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_a_file_may_have_any_name(folder: Path) -> None:
    [path] = folder.glob("statements/*/*.cod")
    path.rename(path.parent / os.fsdecode(b"\xff\x1b[31m.cod"))
    run = reconcile(*options(folder))
    assert (run.code, [told["decision"] for told in run.objects]) == (0, ["settle"])
    assert run.objects[0]["evidence"][0]["file"].endswith("?\x1b[31m.cod")


def test_a_file_that_comes_twice_counts_once(folder: Path) -> None:
    for pattern in ("invoices/*/*.xml", "statements/*/*.cod"):
        [path] = folder.glob(pattern)
        path.with_name("again" + path.suffix).write_bytes(path.read_bytes())
    result = relais(*options(folder))
    assert result.exit_code == 0
    assert [told["decision"] for told in objects(result)] == ["settle"]


def test_the_later_version_of_an_invoice_counts(folder: Path, year: CompanyYear, tmp_path: Path) -> None:
    [path] = folder.glob("invoices/*/*.xml")
    [invoice] = year.invoices
    doubled = replace(invoice, lines=invoice.lines * 2)
    (path.parent / "version.xml").write_bytes(doubled.document())
    order = tmp_path / "order"
    told = {}
    for first, last in (("00000.xml", "version.xml"), ("version.xml", "00000.xml")):
        order.write_text("".join(f"{year.company.number}/{name}\n" for name in (first, last)))
        [told[last]] = objects(relais(*options(folder), "--order", order))
    assert told["00000.xml"]["reason"] == ""
    assert (told["version.xml"]["decision"], told["version.xml"]["reason"]) == ("settle", "partial")


def test_a_gap_before_a_statement_makes_it_provisional(tmp_path: Path) -> None:
    write_years([a_year("ogm_partial", "ogm_exact", "ogm_in_text", "number_in_text", "rounding", "ogm_over")], tmp_path)
    before = {told["provisional"] for told in objects(relais(*options(tmp_path)))}
    files = sorted(tmp_path.glob("statements/*/*.cod"))
    files[len(files) // 2].unlink()
    after = [told["provisional"] for told in objects(relais(*options(tmp_path)))]
    assert (before, set(after)) == ({False}, {False, True})


def test_files_of_the_order_come_first_and_the_others_by_name(tmp_path: Path) -> None:
    year = a_year("ogm_partial", "ogm_exact", "number_in_text", "ogm_over")
    write_years([year], tmp_path)
    files = sorted(path.name for path in tmp_path.glob("statements/*/*.cod"))
    company = tmp_path / "statements" / year.company.number
    order = tmp_path / "list"
    order.write_text(f"statements/{year.company.number}/{files[-1]}\n{company / files[-2]}\n")
    run = reconcile(*options(tmp_path), "--order", order, cwd=tmp_path)
    told = list(dict.fromkeys(Path(each["evidence"][0]["file"]).name for each in run.objects if each["evidence"]))
    assert told == [files[-1], files[-2], *files[:-2]]


def test_paths_of_the_order_may_be_relative_to_where_it_lies(folder: Path, year: CompanyYear) -> None:
    [path] = folder.glob("statements/*/*.cod")
    order = folder / "order"
    order.write_text(f"statements/{year.company.number}/{path.name}\n")
    result = relais(*options(folder), "--order", order)
    assert (result.exit_code, len(objects(result))) == (0, 1)


def test_invoices_and_statements_may_lie_in_one_folder(folder: Path) -> None:
    for listed in folder.glob("*.*"):
        listed.unlink()
    result = relais("--json", "--invoices", folder, "--statements", folder)
    [told] = objects(result)
    assert (told["decision"], told["rule"], result.exit_code, result.stderr) == ("settle", "R03", 0, "")


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "betaald R03"), ("fr", "payé R03"), ("de", "bezahlt R03"), ("en", "settled R03")]
)
def test_people_read_it_in_four_languages(folder: Path, year: CompanyYear, language: str, word: str) -> None:
    result = relais(*options(folder)[1:], "--language", language)
    assert result.exit_code == 0
    assert word in result.stdout
    assert year.invoices[0].number in result.stdout


def test_every_word_is_there_in_every_language() -> None:
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS[Language.EN])}
    said = (*get_args(DifferenceKind), *get_args(get_type_hints(Evidence)["meaning"]), *get_args(Decided))
    assert set(said) <= set(WORDS[Language.EN])


def test_a_long_run_shows_at_a_terminal_how_far_it_is(tmp_path: Path) -> None:
    (tmp_path / "invoices").mkdir()
    (tmp_path / "statements").mkdir()
    (tmp_path / "statements/long.cod").write_bytes(b"".join(files.large_file(1_600)))
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "deploy.command_line", "reconcile", *map(str, options(tmp_path))]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=terminal, env={**os.environ, "TERM": "xterm"}
    ) as run:
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # how a terminal says that nobody writes to it any more
            while piece := os.read(master, 4096):
                shown += piece
    os.close(master)
    assert run.returncode == 0
    assert b"100%" in shown
