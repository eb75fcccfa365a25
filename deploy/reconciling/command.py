"""`relais reconcile`: which payments of bank files pay which invoices, without any service.

Exit codes: 0 done; 1 an invoice was refused or a statement rejected, each told on stderr; 2 unusable arguments: a
folder or file that is not there, a line of `--accounts`, `--debtors` or `--order` that says nothing.
"""

import json
import os
import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from deploy.reconciling.arguments import arrivals, debtors, owners
from deploy.reconciling.invoices import read_invoices
from deploy.reconciling.matching import decided
from deploy.reconciling.statements import Ownership, contents, read_statements
from deploy.reconciling.telling import as_object, as_text
from deploy.reconciling.words import WORDS
from services.coda_reconciler.domain.checked import printable
from shared.values import Language, ValueRejected

_LONG_RUN = 1_000_000
"""Bytes; from there on somebody at a terminal sees how far it is."""
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")

_FOLDER: dict[str, Any] = {"exists": True, "file_okay": False, "readable": True, "metavar": "DIR"}
_FILE: dict[str, Any] = {"exists": True, "dir_okay": False, "readable": True, "metavar": "FILE"}

Invoices = Annotated[Path, typer.Option(help="UBL of any number of companies.", **_FOLDER)]
Statements = Annotated[Path, typer.Option(help="Bank files (CODA) of these companies.", **_FOLDER)]
Accounts = Annotated[
    Path | None, typer.Option(help="JSON lines {company, ibans}: the companies' own accounts.", **_FILE)
]
Debtors = Annotated[
    Path | None,
    typer.Option(
        "--debtors", help="JSON lines {company, iban, debtor}: whose account that is, by number or name.", **_FILE
    ),
]
Order = Annotated[
    Path | None, typer.Option(help="Paths in their order of arrival, one a line; one may come again.", **_FILE)
]


def reconcile(
    invoices: Invoices,
    statements: Statements,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line for each movement and detail.")] = False,
    accounts: Accounts = None,
    debtors_file: Debtors = None,
    order: Order = None,
    language: Annotated[
        str | None, typer.Option(metavar="nl|fr|de|en", help="By default that of the terminal.")
    ] = None,
) -> None:
    """Match payments with invoices: what each movement of bank files pays, by which rule, and where it says so.

    An account is the company's that --accounts names, else the one's whose invoices ask to pay to it, else the one's
    in the header of the statement. Nothing is written anywhere, and no service needs to run.
    """
    words, arrived = _language(language), arrivals(invoices, statements, order)
    told_owners, confirmed = owners(accounts), debtors(debtors_file)
    with _progress(arrived.size) as progress:
        accepted = read_invoices(arrived.invoices, _tell, progress.update)
        ownership = Ownership(told_owners, accepted.accepted)
        booked = read_statements(contents(arrived.statements), ownership, _tell, progress.update)
    kinds = Counter[str]()
    for found in decided(accepted.accepted, booked, ownership, confirmed):
        kinds[found.decision.kind] += 1
        typer.echo(json.dumps(as_object(found), ensure_ascii=False) if as_json else as_text(found, words))
    if not as_json:
        counted = ", ".join(f"{count} {WORDS[words][kind]}" for kind, count in sorted(kinds.items()))
        typer.echo(f"\n{kinds.total()} {WORDS[words]['movements']}" + (f": {counted}" if counted else ""))
    if accepted.refused or booked.rejected:
        raise typer.Exit(1)


class Progress(Protocol):
    """How far a run is, in bytes."""

    def update(self, n_steps: int) -> None:
        """So many bytes more are done."""


class _Unseen:
    def update(self, n_steps: int) -> None:
        """Nobody is looking."""


def _progress(size: int) -> AbstractContextManager[Progress]:
    """A bar on the terminal for long runs; nothing else is written while it stands there but what is refused."""
    if size < _LONG_RUN or not sys.stderr.isatty():
        return nullcontext(_Unseen())
    return typer.progressbar(length=size, file=sys.stderr)


def _tell(text: str) -> None:
    """On stderr, on one line, without what a terminal would obey: files come from others."""
    typer.echo(printable(text), err=True)


def _language(written: str | None) -> Language:
    if written is not None:
        try:
            return Language(written.lower())
        except ValueRejected as error:
            raise typer.BadParameter(str(error), param_hint="--language") from None
    of_terminal = next((value for name in _LOCALES if (value := os.environ.get(name))), "")
    return Language.best(of_terminal.partition(".")[0])
