"""`relais ubl pdf`, `relais coda pdf`, `relais coda camt`: what can be made of files on disk; no service needs to run.

How an invoice or a bank file is read is another service's business: whoever composes the command line puts the
readings into the context (`deploy/command_line.py`). Exit codes: 0 done; 1 the document cannot be read, or nothing can
be made of it; 2 unusable arguments.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple, NoReturn

import typer

from services.delivery.adapters.rendering import RenderingPool
from services.delivery.domain.camt import camt053
from services.delivery.ports.rendering import Source
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.contracts.sales_invoices import SalesInvoice
from shared.contracts.statements import TransactionsBooked
from shared.values import EnterpriseNumber, Language, ValueRejected

app = typer.Typer(
    name="ubl", help="Sales invoices on disk: check them, look at them, make a PDF.", no_args_is_help=True
)

coda = typer.Typer(name="coda", help="Bank statements (CODA).", no_args_is_help=True)
apps = (app, coda)


class Read(NamedTuple):
    """What a document says, and the PDF that is inside it."""

    invoice: SalesInvoice
    pdf: bytes | None


class Unreadable(Exception):
    """A document that cannot be read; the text says why, `sentences` what a person can do about it."""

    def __init__(self, why: str, sentences: Mapping[Language, str] | None = None) -> None:
        super().__init__(why)
        self._sentences = sentences or {}

    def told(self, language: Language) -> str:
        """Why, and the sentence in a language where there is one."""
        return "\n    ".join([str(self), *filter(None, [self._sentences.get(language)])])


class Statement(NamedTuple):
    """A statement as it would be booked, its movements as JSON lines, its own lines."""

    body: TransactionsBooked
    movements: bytes
    lines: bytes


ReadInvoice = Callable[[bytes], Awaitable[Read]]
"""Raises `Unreadable`."""
ReadStatements = Callable[[bytes, EnterpriseNumber | None], Sequence[Statement]]
"""The statements of a file; whose the account is says the number, where it is given, else the bank. Raises
`Unreadable`."""


class Readings(NamedTuple):
    """What the composer of the command line provides."""

    invoice: ReadInvoice
    statements: ReadStatements


BankFile = Annotated[Path, typer.Argument(metavar="FILE", help="A bank file (CODA).")]
OneStatement = Annotated[
    int | None,
    typer.Option("--statement", metavar="NUMBER", min=1, help="Which statement of the file, from 1; by default all."),
]
Company = Annotated[
    str | None,
    typer.Option(
        "--company", metavar="NUMBER", help="Enterprise number of the holder, where the bank does not tell it."
    ),
]
Output = Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write; by default beside FILE.")]


@app.command("pdf")
def make_pdf(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The XML of an invoice or a credit note.")],
    language: Annotated[Language, typer.Option(metavar="nl|fr|de|en", help="Of the page.")] = Language.NL,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write; by default beside FILE, under its name with .pdf."),
    ] = None,
    render: Annotated[bool, typer.Option("--render", help="Make a page even where a PDF is inside.")] = False,
) -> None:
    """Write the PDF that is inside the document; where there is none, one made from what it says."""
    data, readings = _bytes_of(file), _readings(context)
    target = _target(output, file.with_suffix(".pdf"))
    try:
        made, inside = asyncio.run(_pdf(readings.invoice, data, language, render))
    except Unreadable as error:
        _end(1, f"{file}: {error.told(language)}")
    except (InvalidMessage, Unavailable) as error:
        _end(1, f"{file}: {error}")
    _write(target, made, "the PDF inside the document" if inside else "a page made of the document")


@coda.command("pdf")
def make_replica(
    context: typer.Context,
    file: BankFile,
    statement: OneStatement = None,
    company: Company = None,
    language: Annotated[Language, typer.Option(metavar="nl|fr|de|en", help="Of the page.")] = Language.NL,
    output: Output = None,
) -> None:
    """Write the replica of a bank statement as a PDF; of several in one file each its own, FILE-1.pdf and so on."""
    found = _statements(context, file, statement, company)
    if output is not None and len(found) > 1:
        _end(2, f"{file}: holds {len(found)} statements; name one with --statement, or leave --output out")
    several = statement is None and len(found) > 1
    names = [f"{file.stem}-{place}.pdf" if several else f"{file.stem}.pdf" for place in range(1, len(found) + 1)]
    targets = [_target(output, file.with_name(name)) for name in names]
    try:
        pages = asyncio.run(_replicas(found, language))
    except (InvalidMessage, Unavailable) as error:
        _end(1, f"{file}: {error}")
    for target, page, each in zip(targets, pages, found, strict=True):
        _write(target, page, f"statement {each.body.year}/{each.body.sequence:03d} of {each.body.iban.formatted}")


@coda.command("camt")
def make_camt(
    context: typer.Context,
    file: BankFile,
    statement: OneStatement = None,
    company: Company = None,
    output: Output = None,
) -> None:
    """Write the statements of a bank file as one message camt.053.001.08 (ISO 20022)."""
    found = _statements(context, file, statement, company)
    target = _target(output, file.with_suffix(".xml"))
    _write(target, camt053([(each.body, each.movements) for each in found]), f"statements: {len(found)}")


def _statements(context: typer.Context, file: Path, place: int | None, company: str | None) -> Sequence[Statement]:
    try:
        number = EnterpriseNumber(company) if company is not None else None
    except ValueRejected as error:
        _end(2, f"--company: {error}")
    data = _bytes_of(file)
    try:
        found = _readings(context).statements(data, number)
    except Unreadable as error:
        _end(1, f"{file}: {error}")
    if place is None:
        return found
    if place > len(found):
        _end(2, f"{file}: holds {len(found)} statements, and no statement {place}")
    return found[place - 1 : place]


async def _replicas(found: Sequence[Statement], language: Language) -> list[bytes]:
    renderer = RenderingPool(processes=1)
    try:
        return [
            await renderer.statement(
                each.body, each.movements, Source("statement.cod", "application/vnd.coda", each.lines), language
            )
            for each in found
        ]
    finally:
        await renderer.close()


def _readings(context: typer.Context) -> Readings:
    readings: Readings = context.obj
    return readings


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        _end(2, f"{file}: {error.strerror}")


def _target(output: Path | None, beside: Path) -> Path:
    if output is None and beside.exists():
        _end(2, f"{beside}: is there already; name another file with --output")
    return output or beside


def _write(target: Path, data: bytes, what: str) -> None:
    try:
        target.write_bytes(data)
    except OSError as error:
        _end(2, f"{target}: {error.strerror}")
    typer.echo(f"{target}: {what}")


async def _pdf(read: ReadInvoice, data: bytes, language: Language, render: bool) -> tuple[bytes, bool]:
    """The PDF, and whether it was inside the document."""
    found = await read(data)
    if found.pdf is not None and not render:
        return found.pdf, True
    renderer = RenderingPool(processes=1)
    try:
        source = Source(f"{found.invoice.family}.xml", "application/xml", data)
        return await renderer.invoice(found.invoice.model_dump_json().encode(), source, language), False
    finally:
        await renderer.close()


def _end(code: int, text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(code)
