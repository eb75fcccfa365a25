"""`relais ubl pdf`: the PDF of a sales invoice on disk; no service needs to run.

How an invoice is read is another service's business: whoever composes the command line puts the reading into the
context (`deploy/command_line.py`). Exit codes: 0 done; 1 the document cannot be read, or no page can be made of it;
2 unusable arguments.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NamedTuple, NoReturn

import typer

from services.delivery.adapters.rendering import RenderingPool
from services.delivery.ports.rendering import Source
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import Language

app = typer.Typer(
    name="ubl", help="Sales invoices on disk: check them, look at them, make a PDF.", no_args_is_help=True
)


class Read(NamedTuple):
    """What a document says, and the PDF that is inside it."""

    invoice: SalesInvoice
    pdf: bytes | None


class Unreadable(Exception):
    """A document that cannot be read; the text says why, to a person."""


ReadInvoice = Callable[[bytes], Awaitable[Read]]
"""Raises `Unreadable`."""


@app.command("pdf")
def make_pdf(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The XML of an invoice or a credit note.")],
    language: Annotated[Language, typer.Option(help="Of the page: nl, fr, de or en.")] = Language.NL,
    output: Annotated[
        Path | None, typer.Option(help="Where to write; by default beside FILE, under its name with .pdf.")
    ] = None,
    render: Annotated[bool, typer.Option("--render", help="Make a page even where a PDF is inside.")] = False,
) -> None:
    """Write the PDF that is inside the document; where there is none, one made from what it says."""
    try:
        data = file.read_bytes()
    except OSError as error:
        _end(2, f"{file}: {error.strerror}")
    target = output or file.with_suffix(".pdf")
    if output is None and target.exists():
        _end(2, f"{target}: is there already; name another file with --output")
    try:
        made, inside = asyncio.run(_pdf(context.obj, data, language, render))
    except (Unreadable, InvalidMessage, Unavailable) as error:
        _end(1, f"{file}: {error}")
    try:
        target.write_bytes(made)
    except OSError as error:
        _end(2, f"{target}: {error.strerror}")
    typer.echo(f"{target}: {'the PDF inside the document' if inside else 'a page made of the document'}")


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
