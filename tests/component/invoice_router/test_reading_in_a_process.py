"""Does a document that hangs or kills its reader cost that document only?"""

import asyncio
import sys
from pathlib import Path

import pytest

from services.invoice_router.adapters.reading_process import ReadingProcess
from services.invoice_router.domain.rejection import DocumentRejected
from shared.chassis.errors import InvalidMessage, Unavailable
from tests.unit.invoice_router.documents import invoice

ANSWERS = "import sys; sys.stdout.buffer.write(b'R'); sys.stdout.flush()"
HANGS = f"import time; {ANSWERS}; time.sleep(60)"
DIES = f"{ANSWERS}; sys.stdin.buffer.read(20); sys.exit(9)"


@pytest.fixture
def behaviour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "strange_reader.py"


async def test_documents_are_read_one_after_the_other_in_one_process() -> None:
    reader = ReadingProcess(timeout_ms=5000)
    found = await asyncio.gather(*(reader.read(invoice(number=str(number))) for number in range(1, 6)))
    assert [each.number for each in found] == ["1", "2", "3", "4", "5"]
    await reader.close()


async def test_a_rejection_comes_back_as_it_was() -> None:
    reader = ReadingProcess(timeout_ms=5000)
    with pytest.raises(DocumentRejected) as caught:
        await reader.read(b"<!DOCTYPE a><a/>")
    assert caught.value.code == "XML_DOCTYPE"
    assert (await reader.read(invoice())).number == "2026-17"
    await reader.close()


@pytest.mark.parametrize("program", [HANGS, DIES])
async def test_a_reader_that_hangs_or_dies_twice_costs_the_document_only(behaviour: Path, program: str) -> None:
    behaviour.write_text(program)
    reader = ReadingProcess(timeout_ms=200, module="strange_reader")
    with pytest.raises(InvalidMessage, match="reader_failed"):
        await reader.read(invoice())
    await reader.close()


async def test_a_reader_that_dies_while_it_starts_is_no_fault_of_the_document(behaviour: Path) -> None:
    behaviour.write_text("import sys; sys.exit(9)")
    reader = ReadingProcess(timeout_ms=5000, module="strange_reader")
    with pytest.raises(Unavailable):
        await reader.read(invoice())
    assert reader._process is None
    await reader.close()


async def test_the_reader_knows_no_secret_of_its_service(behaviour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVOICE_ROUTER_DATABASE_URL", "secret")
    behaviour.write_text(
        "import os, sys\nfrom services.invoice_router.adapters import reading_worker\n"
        "from services.invoice_router.domain.rejection import DocumentRejected\n"
        "def tell(data):\n    raise DocumentRejected('NAMES', '', ' '.join(sorted(os.environ)), 'x')\n"
        "reading_worker.read_document = tell\nreading_worker.main()\n"
    )
    reader = ReadingProcess(timeout_ms=10_000, module="strange_reader")
    with pytest.raises(DocumentRejected) as caught:
        await reader.read(b"x")
    assert "INVOICE_ROUTER" not in caught.value.found
    await reader.close()


async def test_the_process_leaves_with_its_parent() -> None:
    program = (
        "import asyncio\nfrom services.invoice_router.adapters.reading_process import ReadingProcess\n"
        "async def main():\n    reader = ReadingProcess(timeout_ms=5000)\n"
        "    try:\n        await reader.read(b'<a/>')\n    except Exception:\n        pass\n"
        "    print(reader._process.pid, flush=True)\n    import os; os._exit(0)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    output, _ = await parent.communicate()
    child = Path(f"/proc/{int(output)}")
    for _ in range(100):
        if not child.exists() or "Z" in (child / "stat").read_text().split()[2]:
            break
        await asyncio.sleep(0.05)
    assert not child.exists() or "Z" in (child / "stat").read_text().split()[2]
