"""A year on disk, as `relais reconcile` takes it, with its truth beside it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from deploy.demo.years.judging import paid
from deploy.demo.years.truths import CompanyYear

INVOICES, STATEMENTS = "invoices", "statements"
ACCOUNTS, DEBTORS, ORDER, TRUTH = "accounts.jsonl", "debtors.jsonl", "order.txt", "truth.jsonl"


def write_years(years: Iterable[CompanyYear], folder: Path) -> None:
    """Write invoices and statements into two folders, and accounts, debtors, order of arrival and truth beside them.

    The paths of the order are relative to the two folders. An invoice arrives on the day of its issue, a bank file on
    its own day, after the invoices.
    """
    accounts, debtors, truths = list[Any](), list[Any](), list[Any]()
    arrivals: list[tuple[Any, int, str]] = []
    for year in years:
        company = year.company.number
        for at, invoice in enumerate(year.invoices):
            name = f"{company}/{at:05d}.xml"
            _write(folder / INVOICES / name, invoice.document())
            arrivals.append((invoice.issued, 0, name))
        for file in year.files:
            name = f"{company}/{file.name}"
            _write(folder / STATEMENTS / name, file.data)
            arrivals.append((file.day, 1, name))
        accounts.append({"company": company, "ibans": [account.iban for account in year.company.accounts]})
        debtors += [{"company": company, "iban": iban, "debtor": debtor} for iban, debtor in year.known_accounts]
        truths += _truths(year)
    _write_lines(folder / ACCOUNTS, map(json.dumps, accounts))
    _write_lines(folder / DEBTORS, map(json.dumps, debtors))
    _write_lines(folder / TRUTH, map(json.dumps, truths))
    _write_lines(folder / ORDER, (name for _, _, name in sorted(arrivals)))


def _truths(year: CompanyYear) -> Iterable[dict[str, Any]]:
    for (iban, of_year, statement, sequence, detail), truth in year.truths.items():
        yield {
            "movement": {
                "iban": iban,
                "year": of_year,
                "statement": statement,
                "sequence": sequence,
                "detail": detail,
            },
            "case": truth.case,
            "decision": truth.decision,
            "may_be_suggested": truth.may_be_suggested,
            "paid": sorted(paid(truth)),
        }


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    _write(path, "".join(f"{line}\n" for line in lines).encode())
