"""The reading of invoices as a command of another service needs it: the router's, in a process of its own."""

from services.delivery.commands import Read, Unreadable
from services.invoice_router.adapters.reading_pool import ReadingPool
from services.invoice_router.domain.rejection import DocumentRejected
from shared.chassis.errors import Unavailable
from shared.contracts.findings import finding_texts

_TIMEOUT_MS = 5_000


async def read_invoice(data: bytes) -> Read:
    """What the document says, and the PDF inside it. Raises `Unreadable`."""
    pool = ReadingPool(timeout_ms=_TIMEOUT_MS)
    try:
        reading = await pool.read(data)
    except DocumentRejected as error:
        place = f" at {error.location}" if error.location else ""
        why = f"{error.code}{place}: found {error.found!r}, expected {error.expected}"
        raise Unreadable(why, finding_texts(error.code, error.found, error.expected)) from error
    except Unavailable as error:
        raise Unreadable(error.detail) from error
    finally:
        await pool.close()
    return Read(reading.invoice, reading.pdf)
