"""`python -m deploy.demo.years FOLDER`: company years on disk to try `relais reconcile` on, the truth beside them."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.demo.years.folders import ACCOUNTS, DEBTORS, INVOICES, ORDER, STATEMENTS, write_years
from deploy.demo.years.making import company_years


def write(
    folder: Path,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    companies: Annotated[int, typer.Option(min=1)] = 2,
    scenes: Annotated[int, typer.Option(min=1, help="What happens in the year of each company.")] = 120,
) -> None:
    """Write invoices, bank files, accounts, debtors, the order of arrival and the truth into FOLDER."""
    write_years(company_years(seed, companies, scenes), folder)
    options = {"invoices": INVOICES, "statements": STATEMENTS, "accounts": ACCOUNTS, "debtors": DEBTORS, "order": ORDER}
    typer.echo(" ".join(["relais reconcile", *(f"--{name} {folder / path}" for name, path in options.items())]))


if __name__ == "__main__":
    typer.run(write)
