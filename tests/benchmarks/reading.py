"""Invoices a second and core through gate, schema, fields and all rules, against the official rules in Saxon.

Both work on the same files, ordinary invoices of 5 to 50 lines, in this run; what is counted is the time of the
processor, so that a neighbour on the machine takes little away. RELAIS_BENCH_INVOICES says how many files. Saxon runs
CEN's rules, and Peppol's as well where RELAIS_PEPPOL_XSLT names them: ours are both.
"""

import base64
import ctypes
import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from typing import TypeVar

from deploy.demo.ubl import Line, Party, demo_reference, ubl_invoice
from services.invoice_router.adapters import official_worker
from services.invoice_router.adapters.official import cen_xslt, peppol_xslt
from services.invoice_router.adapters.reading_worker import collect_seldom
from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain import rules
from services.invoice_router.domain.reading import read_document
from services.invoice_router.domain.safe_xml import read_xml
from services.invoice_router.domain.trees import tree_of
from shared.values import EnterpriseNumber, Iban
from tests.benchmarks.figures import Figure, compared
from tests.unit.invoice_router.documents import attachment, invoice

INVOICES = int(os.environ.get("RELAIS_BENCH_INVOICES", "2000"))
OFFICIAL_SHARE = 4
"""Saxon judges one in so many of the files, spread evenly over the sizes."""

SIZES = range(5, 51)
PER_SECOND, TIMES_SAXON, RULES_MS, MOST_BYTES = 500.0, 7.0, 0.6, 1.3
TODAY = date(2026, 11, 28)
_ATTACHED = 2_000_000
_WITH_ATTACHMENT = 20
_WARM = 50
Item = TypeVar("Item")


async def run() -> list[Figure]:
    """Invoices/s of everything and of Saxon, milliseconds of the rules, memory a byte of an attachment."""
    files = [_file(serial) for serial in range(INVOICES)]
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        read_s, rules_s = pool.submit(_read, files).result()
    sheets = [str(sheet) for sheet in (cen_xslt(), peppol_xslt()) if sheet is not None]
    with ProcessPoolExecutor(
        1, mp_context=context, initializer=official_worker.compile_rules, initargs=(sheets,)
    ) as pool:
        shared = files[::OFFICIAL_SHARE]
        saxon = len(shared) / pool.submit(_judge, shared).result()
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        memory = pool.submit(_memory_of_attachments).result()
    each_ms = rules_s / INVOICES * 1000
    reading = INVOICES / read_s
    return [
        compared("gate, schema, fields and all rules, one core", reading, "invoices/s", saxon, TIMES_SAXON),
        Figure("the same, as promised", reading, "invoices/s", target=PER_SECOND, holds=reading >= PER_SECOND),
        Figure("all rules by themselves", each_ms, "ms/invoice", target=RULES_MS, holds=each_ms <= RULES_MS),
        Figure("peak memory of a 2 MB attachment", memory, "bytes/byte", target=MOST_BYTES, holds=memory <= MOST_BYTES),
    ]


def _file(serial: int) -> bytes:
    company = Party("Bakkerij De Korenaar", EnterpriseNumber("0403170701"))
    lines = [
        Line(f"Artikel {number}", number % 7 + 1, Decimal(100 + serial * number % 9_900) / 100, (21, 12, 6)[number % 3])
        for number in range(1, SIZES[serial % len(SIZES)] + 1)
    ]
    return ubl_invoice(
        number=f"2026-{serial}",
        issued=date(2026, 2, 1),
        due=date(2026, 3, 3),
        supplier=company,
        customer=Party("Garage Peeters", EnterpriseNumber("0202239951")),
        lines=lines,
        iban=Iban("BE71096123456769"),
        reference=demo_reference(serial + 1),
    )


def _read(files: Sequence[bytes]) -> tuple[float, float]:
    """Seconds of the whole reading as a reading process does it, and of the rules by themselves."""
    schemas = UblSchemas.installed()
    collect_seldom()

    def whole(data: bytes) -> object:
        return read_document(data, schema=schemas.check, today=TODAY)

    read_s = _seconds(whole, files)
    trees = [tree_of(read_xml(data)) for data in files]
    return read_s, _seconds(lambda tree: rules.check(tree, "invoice"), trees)


def _judge(files: Sequence[bytes]) -> float:
    def verdict(data: bytes) -> None:
        if official_worker.verdict(data).findings:
            raise AssertionError("the files of the benchmark are valid")

    return _seconds(verdict, files)


def _seconds(work: Callable[[Item], object], items: Sequence[Item]) -> float:
    """Of the processor, all threads of the process together, once warm."""
    for item in items[:_WARM]:
        work(item)
    begun = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - begun


def _memory_of_attachments() -> float:
    """How far the peak rises over that of ordinary invoices, a byte of the document."""
    schemas = UblSchemas.installed()
    pdf = base64.b64encode(b"%PDF-1.7\n" + os.urandom(_ATTACHED)).decode()
    data = invoice(attachment=attachment(pdf))
    del pdf
    for _ in range(_WARM):
        read_document(invoice(), schema=schemas.check, today=TODAY)
    gc.collect()
    # Making the document took more memory than reading it will: what is free goes back, the peak begins anew (proc(5)).
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before = _kilobytes("VmRSS")
    for _ in range(_WITH_ATTACHMENT):
        read_document(data, schema=schemas.check, today=TODAY)
    return (_kilobytes("VmHWM") - before) * 1024 / len(data)


def _kilobytes(name: str) -> int:
    """Of this process in memory: `VmRSS` now, `VmHWM` at most."""
    with open("/proc/self/status") as file:
        facts = dict(line.split(":", 1) for line in file)
    return int(facts[name].split()[0])
