"""`relais ubl`: what would become of an invoice, and what is in it, without any service.

Exit codes: 0 all are accepted; 1 one is not, or could not be read now; 2 unusable arguments: no file, a folder, a
file that cannot be opened, a number that is none.
"""

import asyncio
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from services.invoice_router.adapters.official import PEPPOL_XSLT, NotInstalled, OfficialRules, peppol_xslt
from services.invoice_router.adapters.reading_pool import ReadingPool
from services.invoice_router.domain.checked import Checked, as_object, as_text
from services.invoice_router.domain.pages import page
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.safe_xml import LARGEST_DOCUMENT
from services.invoice_router.domain.verdicts import judged
from shared.chassis.errors import Unavailable
from shared.values import EnterpriseNumber, Language, ValueRejected

app = typer.Typer(name="ubl", help="Sales invoices and credit notes (UBL 2.1).", no_args_is_help=True)

READ_AT_ONCE = 16
_TIMEOUT_MS = 5000
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", exists=True, dir_okay=False, readable=True, show_default=False)
]
OneFile = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, show_default=False)
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="nl|fr|de|en", help="By default that of the terminal.")
]
CompanyOption = Annotated[
    str | None,
    typer.Option("--company", metavar="NUMBER", help="The company of the connection: the supplier must be this one."),
]
PeppolOption = Annotated[
    Path | None,
    typer.Option(
        "--peppol-xslt",
        metavar="FILE",
        envvar=PEPPOL_XSLT,
        exists=True,
        dir_okay=False,
        help="With --official: the XSLT of Peppol's own rules, which nobody may hand on.",
    ),
]


@app.command("check")
def check(
    files: Files,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line for each file.")] = False,
    company: CompanyOption = None,
    language: LanguageOption = None,
    official: Annotated[
        bool, typer.Option("--official", help="Ask the official rules of EN 16931 as well (needs the extra).")
    ] = False,
    peppol: PeppolOption = None,
) -> None:
    """Say of each file whether it would be delivered, and everything that is wrong with it."""
    number, words = _company(company), _language(language)
    all_accepted = True
    for checked in _checked(files, number, _rules(official, peppol)):
        told = json.dumps(as_object(checked, words), ensure_ascii=False) if as_json else as_text(checked, words)
        typer.echo(told)
        all_accepted = all_accepted and checked.verdict == "accepted"
    if not all_accepted:
        raise typer.Exit(1)


@app.command("show")
def show(file: OneFile, language: LanguageOption = None) -> None:
    """Show what is in an invoice: parties, dates, lines, VAT, totals, payment, and what was found."""
    words = _language(language)
    for checked in _checked([file], None, None):
        typer.echo(page(checked, words))
        if checked.verdict != "accepted":
            raise typer.Exit(1)


def _checked(files: Sequence[Path], company: EnterpriseNumber | None, rules: OfficialRules | None) -> Iterator[Checked]:
    """Each file in its turn; many are read at once, in processes of their own."""
    with asyncio.Runner() as runner, ExitStack() as opened:
        if rules is not None:
            opened.enter_context(rules)
        pool = ReadingPool(timeout_ms=_TIMEOUT_MS, processes=min(os.cpu_count() or 1, len(files)))
        opened.callback(lambda: runner.run(pool.close()))
        for some in _in_groups(files, READ_AT_ONCE):
            documents = [_bytes_of(file) for file in some]
            try:
                verdicts = runner.run(_verdicts(pool, some, documents, company))
            except Unavailable as error:
                typer.echo(f"the files cannot be read now: {error}", err=True)
                raise typer.Exit(1) from None
            for document, checked in zip(documents, verdicts, strict=True):
                yield checked if rules is None or checked.invoice is None else _second_opinion(checked, document, rules)


async def _verdicts(
    pool: ReadingPool, files: Sequence[Path], documents: Sequence[bytes], company: EnterpriseNumber | None
) -> list[Checked]:
    async def verdict(file: Path, document: bytes) -> Checked:
        try:
            reading = await pool.read(document)
        except DocumentRejected as rejected:
            return Checked(str(file), "refused", (rejected.finding,))
        return Checked(str(file), *judged(reading.invoice, company), reading.invoice)

    return await asyncio.gather(*map(verdict, files, documents))


def _second_opinion(checked: Checked, document: bytes, rules: OfficialRules) -> Checked:
    """The same with what the official rules find and ours did not; no opinion of theirs keeps a document back."""
    ours = {finding.code for finding in checked.findings}
    try:
        theirs = rules.findings(document)
    except DocumentRejected as rejected:
        theirs = [rejected.finding.model_copy(update={"severity": "warn"})]
    except Unavailable as error:
        typer.echo(f"{checked.file}: {error}", err=True)
        raise typer.Exit(1) from None
    return replace(checked, official=tuple(finding for finding in theirs if finding.code not in ours))


def _rules(official: bool, peppol: Path | None) -> OfficialRules | None:
    try:
        return OfficialRules(peppol=peppol_xslt(peppol)) if official else None
    except NotInstalled as error:
        raise typer.BadParameter(str(error), param_hint="--official") from None


def _bytes_of(file: Path) -> bytes:
    """No more than the gate has to see to refuse it."""
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        raise typer.BadParameter(f"'{file}' cannot be read: {error.strerror}", param_hint="FILE") from None


def _company(written: str | None) -> EnterpriseNumber | None:
    try:
        return EnterpriseNumber(written) if written is not None else None
    except ValueRejected as error:
        raise typer.BadParameter(str(error), param_hint="--company") from None


def _language(written: str | None) -> Language:
    if written is not None:
        try:
            return Language(written.lower())
        except ValueRejected as error:
            raise typer.BadParameter(str(error), param_hint="--language") from None
    of_terminal = next((value for name in _LOCALES if (value := os.environ.get(name))), "")
    return Language.best(of_terminal.partition(".")[0])


def _in_groups(files: Sequence[Path], size: int) -> Iterable[Sequence[Path]]:
    return (files[at : at + size] for at in range(0, len(files), size))
