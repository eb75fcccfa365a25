"""Pages a second and core: an invoice of one page and a statement of five, by the compiler that a renderer keeps.

The baseline is the same document by a compiler that is made for it, fonts and templates anew. Everything counts that a
renderer does: the sidecar read, the page laid out, the PDF/A written with its source inside. Time is the processor's,
so that whoever else uses the machine matters less; each document is another one, for typst remembers what it saw.
"""

import io
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from pypdf import PdfReader

from services.delivery.adapters.rendering.typst_pages import TypstPages
from services.delivery.domain.rendering.invoice_page import invoice_page
from services.delivery.domain.rendering.statement_page import statement_page
from services.delivery.ports.rendering import Source
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import Language
from tests.benchmarks.figures import Figure, compared
from tests.unit.delivery.booked_statements import CODA, booked, free, lines, movement
from tests.unit.delivery.sales_invoices import line, sales_invoice

DOCUMENTS, WARM_UP = 200, 20
LEAST = 1.0
_LINES, _MOVEMENTS = 15, 96
_XML = Source("invoice.xml", "application/xml", b"<Invoice>" + b"<a>1</a>" * 1_000 + b"</Invoice>")
_CODA = Source("statement.cod", "application/vnd.coda", CODA * 300)

Work = Callable[[TypstPages], bytes]
Given = Callable[[int], Work]
"""What a renderer does with a document, once it was given that."""


async def run() -> list[Figure]:
    """Figures: pages a second and core of both kinds of documents, beside those of compilers newly made."""
    return [
        _figure("PDF of an invoice of a page, pages a second and core", _invoice, 1),
        _figure("PDF of a statement of five pages, pages a second and core", _statement, 5),
    ]


def _figure(name: str, given: Given, pages: int) -> Figure:
    with tempfile.TemporaryDirectory(prefix="relais-bench-") as folder:
        kept = TypstPages(Path(folder))
        found = len(PdfReader(io.BytesIO(given(0)(kept))).pages)
        if found != pages:
            raise AssertionError(f"the document has {found} pages, the figure is about {pages}")
        for number in range(WARM_UP):
            given(number)(kept)
        # In turn, so that both have the same machine.
        reused, anew = 0.0, 0.0
        for number in range(WARM_UP, WARM_UP + DOCUMENTS):
            reused += _seconds(partial(given(number), kept))
            anew += _seconds(partial(_anew, given(-number), Path(folder)))
    return compared(name, pages * DOCUMENTS / reused, "pages/s", pages * DOCUMENTS / anew, LEAST)


def _anew(work: Work, folder: Path) -> None:
    work(TypstPages(folder))


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _invoice(number: int) -> Work:
    sidecar = sales_invoice(number=f"VF-{number}", lines=_numbered(number)).model_dump_json().encode()

    def made(pages: TypstPages) -> bytes:
        read = SalesInvoice.model_validate_json(sidecar)
        return pages.pdf("invoice", invoice_page(read, Language.NL), _XML)

    return made


def _numbered(number: int) -> Sequence[object]:
    return tuple(line(1, id=str(at), name=f"Desembrood {number}-{at}", seller_item="") for at in range(1, _LINES + 1))


def _statement(number: int) -> Work:
    told = lines([movement(**free(f"factuur {number}-{at}")) for at in range(_MOVEMENTS)])
    statement = booked(_MOVEMENTS)

    def made(pages: TypstPages) -> bytes:
        return pages.pdf("statement", statement_page(statement, told, CODA, Language.NL), _CODA)

    return made
