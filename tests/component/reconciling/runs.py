"""Runs `relais reconcile` as a process on folders, and reads what it says."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from deploy.command_line import app
from deploy.demo.years import CompanyYear, Found, MovementId, company_years
from deploy.demo.years.folders import ACCOUNTS, DEBTORS, INVOICES, ORDER, STATEMENTS, write_years
from deploy.demo.years.judging import Paid
from tests.backends import ROOT


@dataclass(frozen=True)
class Run:
    """What a run said: objects a movement, lines on stderr, exit code."""

    objects: list[dict[str, Any]]
    stdout: str
    errors: list[str]
    code: int


def reconcile(*words: str | Path, cwd: Path | None = None) -> Run:
    """`relais reconcile …` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.command_line", "reconcile", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd or ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "COLUMNS": "200", "NO_COLOR": "1"},
    )
    assert "Traceback" not in done.stderr, done.stderr
    as_json = "--json" in words
    objects = [json.loads(line) for line in done.stdout.splitlines()] if as_json else []
    return Run(objects, done.stdout, done.stderr.splitlines(), done.returncode)


def a_year(*cases: str, seed: int = 3) -> CompanyYear:
    """One company's year of these scenes."""
    [year] = company_years(seed, 1, len(cases), cases)
    return year


def relais(*words: str | Path) -> Result:
    """The same in this process."""
    return CliRunner().invoke(
        app, ["reconcile", *map(str, words)], env={"LC_ALL": "C", "COLUMNS": "200", "NO_COLOR": "1"}
    )


def objects(result: Result) -> list[dict[str, Any]]:
    """What it wrote, which must be JSON lines."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return [json.loads(row) for row in result.stdout.splitlines()]


def options(folder: Path) -> list[str | Path]:
    """Where invoices and statements are."""
    return ["--json", "--invoices", folder / INVOICES, "--statements", folder / STATEMENTS]


def written(years: Iterable[CompanyYear], folder: Path) -> list[str | Path]:
    """The years on disk, and the options that say where."""
    write_years(years, folder)
    return options(folder)


def all_told(folder: Path) -> list[str | Path]:
    """The options for accounts, debtors and order of arrival."""
    return ["--accounts", folder / ACCOUNTS, "--debtors", folder / DEBTORS, "--order", folder / ORDER]


def found(run: Run) -> dict[MovementId, Found]:
    """The decisions, as truths are written."""
    return {movement_of(each): _found(each) for each in run.objects}


def movement_of(told: dict[str, Any]) -> MovementId:
    """Which movement an object is about."""
    movement = told["movement"]
    names = ("iban", "year", "statement", "sequence", "detail")
    iban, year, statement, sequence, detail = (movement[name] for name in names)
    return iban, year, statement, sequence, detail


def balances(run: Run, rules: Sequence[str]) -> dict[tuple[str, str], Decimal]:
    """What each invoice got by some rules."""
    given = defaultdict[tuple[str, str], Decimal](Decimal)
    for told in run.objects:
        if told["decision"] in ("settle", "reopen") and told["rule"] in rules:
            for part in told["allocations"]:
                given[part["supplier"], part["invoice"]] += Decimal(part["amount"])
    return dict(given)


def _found(told: dict[str, Any]) -> Found:
    first, others = _paid(told["allocations"]), [_paid(each["allocations"]) for each in told["proposals"]]
    if told["decision"] == "suggest":
        return Found("suggest", proposals=(first, *others))
    return Found(told["decision"], first)


def _paid(parts: Iterable[dict[str, Any]]) -> Paid:
    return frozenset((part["supplier"], part["invoice"], int(Decimal(part["amount"]) * 1000)) for part in parts)
