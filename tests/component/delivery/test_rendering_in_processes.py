"""Does a document that hangs, kills or fills its renderer cost that document only?"""

import asyncio
import io
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from services.delivery.adapters.rendering import RenderingPool, pool
from services.delivery.adapters.rendering.frames import READY, Question
from services.delivery.adapters.rendering.process import WORKER, RenderingProcess
from services.delivery.domain.rendering.pages import MOST_ROWS
from services.delivery.ports.rendering import Source
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.contracts.sales_invoices import SalesInvoice
from shared.values import Language
from tests.unit.delivery.booked_statements import CODA, booked, lines, movement
from tests.unit.delivery.sales_invoices import line, sales_invoice
from tests.waiting import until

MakePool = Callable[..., RenderingPool]
NL = Language.NL
XML = Source("invoice.xml", "application/xml", b"<Invoice/>")

STRANGE = """
import os, signal
from pathlib import Path
from services.delivery.adapters.rendering import worker
from services.delivery.adapters.rendering.frames import Answer, Kind

here = Path(__file__).parent
answer_to = worker.answer_to

def strange(pages, question, facts, source):
    if b"ONCE" in facts and not (here / "once").exists():
        (here / "once").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if b"DIES" in facts:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"HANGS" in facts:
        (here / "hangs").write_text(str(os.getpid()))
        while True:
            pass
    if b"FILLS" in facts:
        bytearray(2_000_000_000)
    if b"NAMES" in facts:
        return Answer(Kind.FAILED, " ".join(sorted(os.environ)).encode())
    if b"CHATTERS" in facts:
        print("a library has something to say", flush=True)
    return answer_to(pages, question, facts, source)

worker.answer_to = strange
worker.main()
"""


@pytest.fixture
async def make_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MakePool]:
    """Pools that are closed after the test; with `STRANGE`, documents say what their renderer does. Their folders are
    made below `folders` of the test."""
    pools: list[RenderingPool] = []
    (tmp_path / "folders").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "folders"))

    def make(
        program: str = "", *, timeout_ms: int = 20_000, processes: int = 1, idle_s: float = pool.IDLE_S
    ) -> RenderingPool:
        if program:
            (tmp_path / "strange_renderer.py").write_text(program)
            monkeypatch.syspath_prepend(str(tmp_path))
        module = {"module": "strange_renderer"} if program else {}
        pools.append(RenderingPool(timeout_ms=timeout_ms, processes=processes, idle_s=idle_s, **module))
        return pools[-1]

    yield make
    for each in pools:
        await each.close()
    assert list((tmp_path / "folders").iterdir()) == []


def written(word: str = "", **changes: object) -> bytes:
    invoice: SalesInvoice = sales_invoice(**({"notes": (word,)} | changes))
    return invoice.model_dump_json().encode()


def text_of(pdf: bytes) -> str:
    return PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


async def test_documents_and_statements_are_rendered_by_processes_that_stay(make_pool: MakePool) -> None:
    renderer = make_pool(processes=2)
    assert renderer.process_ids == ()
    made = await asyncio.gather(*(renderer.invoice(written(number=f"N-{n}"), XML, NL) for n in range(12)))
    assert [f"Factuur N-{n}\n" in text_of(pdf) for n, pdf in enumerate(made)] == [True] * 12
    processes = renderer.process_ids
    assert len(processes) == 2
    source = Source("statement.cod", "application/vnd.coda", CODA)
    statement = await renderer.statement(booked(1), lines([movement()]), source, Language.DE)
    assert "Kontoauszug 2026/041" in text_of(statement)
    assert renderer.process_ids == processes


async def test_a_renderer_that_nobody_needs_leaves_and_the_next_document_has_another(make_pool: MakePool) -> None:
    renderer = make_pool(idle_s=0.5)
    # Which one it is is seen while it renders: afterwards it may have left.
    rendering = asyncio.create_task(renderer.invoice(written(), XML, NL))
    await until(lambda: renderer.process_ids)
    [first] = renderer.process_ids
    await rendering
    await until(lambda: not renderer.process_ids and not Path(f"/proc/{first}").exists())
    rendering = asyncio.create_task(renderer.invoice(written(), XML, NL))
    await until(lambda: renderer.process_ids)
    assert len(renderer.process_ids) == 1
    assert "Factuur" in text_of(await rendering)


async def test_a_renderer_that_was_killed_once_is_tried_again(make_pool: MakePool) -> None:
    assert "Factuur" in text_of(await make_pool(STRANGE).invoice(written("ONCE"), XML, NL))


@pytest.mark.parametrize(("word", "how"), [("DIES", "ended"), ("HANGS", "no page within 3 s"), ("FILLS", "ended")])
async def test_a_document_that_no_renderer_survives_is_given_up_and_its_neighbours_go_on(
    make_pool: MakePool, word: str, how: str
) -> None:
    renderer = make_pool(STRANGE, timeout_ms=3_000 if word == "HANGS" else 20_000, processes=2)
    await renderer.invoice(written(), XML, NL)
    strange, *neighbours = await asyncio.gather(
        renderer.invoice(written(word), XML, NL),
        *(renderer.invoice(written(number=f"N-{n}"), XML, NL) for n in range(6)),
        return_exceptions=True,
    )
    assert isinstance(strange, InvalidMessage) and strange.code == "renderer_failed" and how in strange.found
    assert all(isinstance(each, bytes) and f"N-{n}" in text_of(each) for n, each in enumerate(neighbours))


SMALL = """
from services.delivery.adapters.rendering import worker

worker.LARGEST_ADDRESS_SPACE = 300_000_000
worker.main()
"""


async def test_a_real_document_that_takes_too_much_memory_ends_its_renderer_only(make_pool: MakePool) -> None:
    renderer = make_pool(SMALL)
    with pytest.raises(InvalidMessage) as failed:
        await renderer.invoice(written(lines=tuple(line(n) for n in range(1, 4_001))), XML, NL)
    assert failed.value.code == "renderer_failed" and "ended" in failed.value.found
    assert "Factuur" in text_of(await renderer.invoice(written(), XML, NL))


async def test_the_largest_document_that_is_shown_fits_into_a_renderer(make_pool: MakePool) -> None:
    largest = written(lines=tuple(line(n) for n in range(1, MOST_ROWS + 100)))
    assert (await make_pool(timeout_ms=120_000).invoice(largest, XML, NL)).startswith(b"%PDF")


async def test_a_renderer_that_is_killed_from_outside_is_replaced(make_pool: MakePool) -> None:
    renderer = make_pool()
    first = await renderer.invoice(written(), XML, NL)
    [process] = renderer.process_ids
    os.kill(process, signal.SIGKILL)
    assert await renderer.invoice(written(), XML, NL) == first
    assert renderer.process_ids != (process,)


@pytest.mark.parametrize("facts", [b"", b"{}", b"no json", b'{"family": "invoice"}', b"\xff\xfe"])
async def test_a_sidecar_that_nobody_wrote_is_told_apart(make_pool: MakePool, facts: bytes) -> None:
    renderer = make_pool()
    with pytest.raises(InvalidMessage) as failed:
        await renderer.invoice(facts, XML, NL)
    assert failed.value.code == "sidecar_unreadable"
    process = renderer.process_ids
    await renderer.invoice(written(), XML, NL)
    assert renderer.process_ids == process  # nothing happened to it


async def test_a_renderer_has_no_environment_and_what_it_prints_is_no_answer(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERY_DATABASE_URL", "postgresql://secret")
    renderer = make_pool(STRANGE)
    with pytest.raises(InvalidMessage) as failed:
        await renderer.invoice(written("NAMES"), XML, NL)
    assert "DELIVERY" not in failed.value.found and "PYTHONPATH" in failed.value.found
    assert "Factuur" in text_of(await renderer.invoice(written("CHATTERS"), XML, NL))


async def test_whoever_is_told_to_stop_leaves_no_renderer_behind(make_pool: MakePool) -> None:
    renderer = make_pool(STRANGE)
    await renderer.invoice(written(), XML, NL)
    [process] = renderer.process_ids
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(renderer.invoice(written("HANGS"), XML, NL), 0.5)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert renderer.process_ids == ()
    assert "Factuur" in text_of(await renderer.invoice(written(), XML, NL))


async def test_a_renderer_that_nobody_stops_stops_itself(make_pool: MakePool) -> None:
    make_pool(STRANGE)
    process = await RenderingProcess.start("strange_renderer", 200)
    question = Question(document="invoice", language=NL, source_name=XML.name, source_media_type=XML.media_type)
    try:
        with pytest.raises(asyncio.IncompleteReadError):
            await asyncio.wait_for(process.answer(question, written("HANGS"), XML.data), 30)
    finally:
        await process.end()


async def test_a_renderer_whose_parent_was_killed_takes_its_folder_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    words = [sys.executable, "-m", WORKER, str(folder), "1000"]
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None and process.stdin is not None
    await process.stdout.readexactly(len(READY))
    assert (folder / "invoice.typ").is_file()
    process.stdin.close()  # as the system does for a parent that is gone
    assert await asyncio.wait_for(process.wait(), 30) == 0
    assert not folder.exists()


async def test_nobody_waits_without_end(make_pool: MakePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST_WAITING", 3)
    renderer = make_pool()
    made = await asyncio.gather(*(renderer.invoice(written(), XML, NL) for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in made] == [bytes] * 3 + [Unavailable] * 2


async def test_a_machine_without_room_for_a_process_is_not_the_documents_fault(make_pool: MakePool) -> None:
    with pytest.raises(Unavailable):
        await make_pool("raise SystemExit(1)").invoice(written(), XML, NL)


async def test_a_source_of_twenty_megabytes_goes_into_the_file(make_pool: MakePool) -> None:
    large = Source("invoice.xml", "application/xml", os.urandom(20_000_000))
    reader = PdfReader(io.BytesIO(await make_pool().invoice(written(), large, NL)))
    assert reader.attachments["invoice.xml"] == [large.data]
