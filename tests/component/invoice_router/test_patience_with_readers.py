"""How long is waited for a reading process: what counts is the time that the machine let it work."""

import asyncio

import pytest

from services.invoice_router.adapters.reading_pool import ReadingPool
from services.invoice_router.adapters.reading_process import Effort


class Working:
    """A process that was let work for so much of the time between two looks at it."""

    def __init__(self, *processor_s: float) -> None:
        self.efforts = [Effort(True, seconds) for seconds in processor_s]

    def effort(self) -> Effort:
        return self.efforts.pop(0)


async def test_a_reader_that_the_machine_did_not_let_work_is_given_its_time_and_no_more() -> None:
    pool, process = ReadingPool(timeout_ms=10), Working(0.006, 0.007, 0.008, 0.008)
    with pytest.raises(TimeoutError):
        await pool._patiently(asyncio.get_running_loop().create_future(), process)  # type: ignore[arg-type]
    assert len(process.efforts) == 1
