"""Is the memory that a bank file takes bounded by its largest statement, however many statements it has?

Counted are the bytes that Python allocates from when a file is read to what its transaction needs, beside the bytes of
the file itself.
"""

import gc
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

from services.coda_reconciler import handlers
from shared.chassis.documents import Documents
from shared.contracts.statements import BankFileReceived
from tests.component.coda_reconciler.world import NOW, World
from tests.unit.coda_reconciler.statements import IBAN, OTHER_IBAN, Move, statement

MOVEMENTS = 8
INFORMATION = ("Mededeling van de betaler",) * 3
OF_A_STATEMENT, OF_READING = 4_000, 5_000_000
"""Bytes: kept of a statement without its movements, and held while a handful is read, written and let go."""


def moves(first: int, count: int) -> list[Move]:
    return [Move(1_000, text=f"betaling {at:06d}", information=INFORMATION) for at in range(first, first + count)]


def many_statements(count: int, iban: str) -> bytes:
    """Of 52 lines each."""
    days = [date(2020, 1, 1) + timedelta(days=at) for at in range(count)]
    balances = [at * MOVEMENTS * 1_000 for at in range(count)]
    return b"".join(
        statement(moves(at * MOVEMENTS, MOVEMENTS), old=old, sequence=at % 365 + 1, day=day, iban=iban)
        for at, (old, day) in enumerate(zip(balances, days, strict=True))
    )


async def peak_of(data: bytes, folder: Path) -> int:
    world, documents = World(), Documents(folder.as_uri())
    await world.company()
    claim = await documents.put(data, "unassigned", "text/plain")
    body = BankFileReceived(sha256=claim.sha256, received_at=NOW, received_from="software:bank", document=claim)
    gc.collect()
    tracemalloc.start()
    try:
        [prepared] = await handlers.read_bank_files([world.received(body)], documents=documents, reader=world.memory)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not isinstance(prepared, Exception)
    return peak - claim.size


async def test_of_statements_that_nobody_gave_a_mandate_for_a_handful_is_held_at_a_time(tmp_path: Path) -> None:
    """52,000 lines."""
    peak = await peak_of(many_statements(1_000, OTHER_IBAN), tmp_path)
    assert peak < 1_000 * OF_A_STATEMENT + OF_READING


async def test_many_statements_take_less_than_one_with_all_their_movements(tmp_path: Path) -> None:
    """What is kept of the movements is the same, what is decoded at a time is not."""
    many = await peak_of(many_statements(500, IBAN), tmp_path)
    one = await peak_of(statement(moves(0, 500 * MOVEMENTS), old=0), tmp_path)
    assert many < one
