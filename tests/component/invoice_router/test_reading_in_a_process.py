"""Does a document that hangs, kills or fills its reader cost that document only?"""

import asyncio
import os
import signal
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uvloop

from services.invoice_router.adapters.reading_pool import ReadingPool
from services.invoice_router.adapters.reading_process import WORKER, ProcessFailed, ReadingProcess
from services.invoice_router.domain.rejection import DocumentRejected
from shared.chassis.errors import Unavailable
from tests.unit.invoice_router.attacks import with_note
from tests.unit.invoice_router.documents import attachment, invoice
from tests.waiting import until

MakePool = Callable[..., ReadingPool]

STRANGE = """
import os, signal, sys, time
from pathlib import Path
from services.invoice_router.adapters import reading_worker
from services.invoice_router.domain.rejection import DocumentRejected

here = Path(__file__).parent
read_document = reading_worker.read_document

def strange(data, **given):
    if b"ONCE" in data and not (here / "once").exists():
        (here / "once").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if b"DIES" in data:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"HANGS" in data:
        (here / "hangs").write_text(str(os.getpid()))
        while True:
            pass
    if b"FILLS" in data:
        bytearray(400_000_000)
    if b"GROWS" in data:
        globals().setdefault("kept", []).append(bytearray(60_000_000))
    if b"NAMES" in data:
        raise DocumentRejected("NAMES", "", " ".join(sorted(os.environ)), "x")
    if b"CHATTERS" in data:
        print("a library has something to say", flush=True)
    return read_document(data, **given)

reading_worker.read_document = strange
reading_worker.main()
"""


@pytest.fixture
async def make_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MakePool]:
    """Pools that are closed after the test; with `strange`, documents say what their reader does."""
    pools: list[ReadingPool] = []

    def make(program: str = "", *, timeout_ms: int = 10_000, processes: int = 1) -> ReadingPool:
        if not program:
            pools.append(ReadingPool(timeout_ms=timeout_ms, processes=processes))
        else:
            (tmp_path / "strange_reader.py").write_text(program)
            monkeypatch.syspath_prepend(str(tmp_path))
            pools.append(ReadingPool(timeout_ms=timeout_ms, processes=processes, module="strange_reader"))
        return pools[-1]

    yield make
    for pool in pools:
        await pool.close()


def ordinary(count: int) -> list[bytes]:
    return [invoice(number=f"2026-{number}") for number in range(1, count + 1)]


def numbered(count: int) -> list[str]:
    return [f"2026-{number}" for number in range(1, count + 1)]


async def outcomes(pool: ReadingPool, documents: list[bytes]) -> list[str]:
    """The number of each invoice, or the code of its refusal, all asked for at once."""

    async def outcome(document: bytes) -> str:
        try:
            return (await pool.read(document)).invoice.number
        except DocumentRejected as rejected:
            return rejected.code

    return await asyncio.gather(*(outcome(document) for document in documents))


@pytest.mark.parametrize("processes", [1, 2])
async def test_many_documents_at_once_are_read_each_for_whoever_asked(make_pool: MakePool, processes: int) -> None:
    pool = make_pool(processes=processes)
    assert await outcomes(pool, ordinary(40)) == numbered(40)
    assert len(pool.process_ids) == processes


async def test_processes_start_with_the_documents_that_need_them(make_pool: MakePool) -> None:
    pool = make_pool(processes=4)
    assert pool.process_ids == ()
    await pool.read(invoice())
    await pool.read(invoice())
    assert len(pool.process_ids) == 1


async def test_a_process_that_nobody_needs_leaves_and_the_next_document_is_read_by_another() -> None:
    pool = ReadingPool(timeout_ms=10_000, processes=2, idle_s=0.5)
    try:
        # Which ones there are is seen while they read: afterwards any of them may have left.
        reading = asyncio.create_task(outcomes(pool, ordinary(20)))
        await until(lambda: pool.process_ids)
        first = pool.process_ids
        assert await reading == numbered(20)
        await until(lambda: not pool.process_ids)
        await until(lambda: not any(Path(f"/proc/{process_id}").exists() for process_id in first))
        reading = asyncio.create_task(outcomes(pool, ordinary(20)))
        await until(lambda: pool.process_ids)
        assert not set(pool.process_ids) & set(first)
        assert await reading == numbered(20)
    finally:
        await pool.close()


async def test_a_rejection_comes_back_as_it_was(make_pool: MakePool) -> None:
    pool = make_pool()
    with pytest.raises(DocumentRejected) as caught:
        await pool.read(b"<!DOCTYPE a><a/>")
    rejected = caught.value
    assert (rejected.code, rejected.location, rejected.found, rejected.expected) == (
        "XML_DOCTYPE", "/", "<!DOCTYPE", "a document without DOCTYPE",
    )  # fmt: skip
    assert (await pool.read(invoice())).invoice.number == "2026-17"


async def test_documents_are_held_against_the_schema_and_the_day_of_today(make_pool: MakePool) -> None:
    pool = make_pool()
    with pytest.raises(DocumentRejected, match="XSD_INVALID"):
        await pool.read(with_note("<cbc:Nota>x</cbc:Nota>"))
    read = await pool.read(invoice(issued="2999-01-01", due="2999-02-01"))
    assert "ISSUE_IN_FUTURE" in [finding.code for finding in read.invoice.findings]


async def test_the_pdf_inside_comes_back_to_the_byte(make_pool: MakePool) -> None:
    pdf = b"%PDF-1.7 " + os.urandom(3_000_000)
    encoded = b64encode(pdf).decode()
    pool = make_pool()
    small, large = await asyncio.gather(
        pool.read(invoice()), pool.read(invoice(number="LARGE", attachment=attachment(encoded)))
    )
    assert (small.pdf, large.pdf, large.invoice.number) == (None, pdf, "LARGE")


@pytest.mark.parametrize("word", ["HANGS", "DIES"])
@pytest.mark.parametrize("processes", [1, 2])
async def test_a_document_that_hangs_or_kills_its_reader_twice_is_refused_and_its_neighbours_go_on(
    make_pool: MakePool, word: str, processes: int
) -> None:
    pool = make_pool(STRANGE, timeout_ms=1500, processes=processes)
    documents = ordinary(20)
    documents[3] = documents[11] = invoice(number=word)
    expected = numbered(20)
    expected[3] = expected[11] = "READER_FAILED"
    assert await outcomes(pool, documents) == expected


async def test_a_refusal_of_a_document_that_hangs_says_for_how_long_was_waited(make_pool: MakePool) -> None:
    pool = make_pool(STRANGE, timeout_ms=700)
    started = time.monotonic()
    with pytest.raises(DocumentRejected) as caught:
        await pool.read(invoice(number="HANGS"))
    assert (caught.value.code, caught.value.found) == ("READER_FAILED", "no answer within 0.7 s")
    assert time.monotonic() - started >= 1.4


async def test_a_document_whose_reader_died_once_is_read_the_second_time(make_pool: MakePool) -> None:
    pool = make_pool(STRANGE)
    documents = [*ordinary(5), invoice(number="ONCE"), *ordinary(5)]
    assert await outcomes(pool, documents) == [*numbered(5), "ONCE", *numbered(5)]


async def test_a_document_that_fills_the_memory_is_refused_and_its_neighbours_go_on(make_pool: MakePool) -> None:
    pool = make_pool(STRANGE)
    documents = ordinary(10)
    documents[2] = invoice(number="FILLS")
    assert await outcomes(pool, documents) == [*numbered(2), "XML_TOO_LARGE", *numbered(10)[3:]]


async def test_a_process_that_has_grown_makes_room_for_another_and_no_document_notices(make_pool: MakePool) -> None:
    pool = make_pool(STRANGE)
    await pool.read(invoice())
    before = pool.process_ids
    documents = [invoice(number="GROWS"), *ordinary(10)]
    assert await outcomes(pool, documents) == ["GROWS", *numbered(10)]
    assert len(pool.process_ids) == 1 and pool.process_ids != before


async def test_a_reader_that_is_killed_from_outside_while_it_reads_costs_nothing(make_pool: MakePool) -> None:
    pool = make_pool(processes=2)
    reading = asyncio.create_task(outcomes(pool, ordinary(300)))
    killed: set[int] = set()
    while not reading.done() and len(killed) < 3:
        for process_id in set(pool.process_ids) - killed:
            os.kill(process_id, signal.SIGKILL)
            killed.add(process_id)
        await asyncio.sleep(0.05)
    assert await reading == numbered(300)
    assert len(killed) >= 3


async def test_a_reader_that_was_killed_while_nothing_came_is_replaced(make_pool: MakePool) -> None:
    pool = make_pool()
    await pool.read(invoice())
    [process_id] = pool.process_ids
    os.kill(process_id, signal.SIGKILL)
    assert (await pool.read(invoice())).invoice.number == "2026-17"
    assert pool.process_ids != (process_id,)


async def test_what_a_library_prints_is_no_part_of_an_answer(make_pool: MakePool) -> None:
    pool = make_pool(STRANGE)
    assert await outcomes(pool, [invoice(number="CHATTERS"), invoice()]) == ["CHATTERS", "2026-17"]


async def test_whoever_is_told_to_stop_waiting_disturbs_nobody_else(make_pool: MakePool) -> None:
    pool = make_pool()
    waiting = [asyncio.create_task(pool.read(document)) for document in ordinary(20)]
    await asyncio.sleep(0)
    for impatient in waiting[::2]:
        impatient.cancel()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [read.invoice.number for read in found if not isinstance(read, BaseException)] == numbered(20)[1::2]


async def test_whoever_waits_when_the_reader_is_closed_is_told_so(make_pool: MakePool) -> None:
    pool = make_pool(STRANGE)
    waiting = [asyncio.create_task(pool.read(document)) for document in [invoice(number="HANGS"), *ordinary(20)]]
    await until(lambda: pool.process_ids)
    [process_id] = pool.process_ids
    await pool.close()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(each) for each in found} == {Unavailable}
    assert not Path(f"/proc/{process_id}").exists()


async def test_a_reader_that_dies_while_it_starts_is_no_fault_of_the_document(make_pool: MakePool) -> None:
    pool = make_pool("import sys; sys.exit(9)")
    with pytest.raises(Unavailable):
        await pool.read(invoice())
    assert pool.process_ids == ()


@pytest.mark.parametrize("nonsense", ["b'\\xff' * 100", "b'\\x01\\x00' + b'\\xff' * 24", "b''"])
async def test_a_reader_that_answers_nonsense_is_a_reader_that_failed(make_pool: MakePool, nonsense: str) -> None:
    program = (
        "import os, sys\nos.write(1, b'R')\nwhile sys.stdin.buffer.read1(10):\n"
        f"    os.write(1, {nonsense})\n    os.close(1)\n    os._exit(0)\n"
    )
    pool = make_pool(program)
    with pytest.raises(DocumentRejected, match="READER_FAILED"):
        await pool.read(invoice())


async def test_the_reader_knows_no_secret_of_its_service(make_pool: MakePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVOICE_ROUTER_DATABASE_URL", "secret")
    pool = make_pool(STRANGE)
    with pytest.raises(DocumentRejected) as caught:
        await pool.read(invoice(number="NAMES"))
    assert caught.value.found == "LC_ALL PYTHONPATH"


def test_who_asks_a_process_that_ended_is_told_when_waiting_for_its_answer() -> None:
    async def asked_when_ended() -> None:
        process = await ReadingProcess.start(WORKER, timeout_ms=10_000)
        os.kill(process.id, signal.SIGKILL)
        with pytest.raises(ProcessFailed):
            await process.answer()
        for document in ordinary(3):
            process.ask(document)
        with pytest.raises(ProcessFailed):
            await process.answer()
        await process.end()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as in production
        runner.run(asked_when_ended())
