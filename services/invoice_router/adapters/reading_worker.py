"""The reading process itself: documents in, answers out, until the pipe closes.

It boxes itself in: a document that asks for more memory than there is gets `EXHAUSTED`, one that takes far too long
ends the process, also when its parent was killed meanwhile. Names in documents stay in the XML library's dictionary,
so a process that has grown leaves after an answer and makes room for a fresh one.
"""

import gc
import os
import resource
import signal
import sys
import time
from datetime import UTC, datetime
from typing import BinaryIO

from services.invoice_router.adapters.reading_frames import LENGTH, READY, Header, Kind, Rejection
from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain.reading import read_document
from services.invoice_router.domain.rejection import DocumentRejected
from shared.values.days import belgian_day

LARGEST_RESIDENT = 256_000_000
"""Bytes of memory that a process may hold, whatever is in the document; one of the largest size needs 200 MB."""

_LASTING_GROWTH = 48_000_000
"""Bytes of address space that may stay behind after documents before the process leaves."""

_TIMES_OVER = 6
"""Times the limit after which a process ends itself: long after its parent, if it still has one, has ended it."""

_OBJECTS_BEFORE_COLLECTION = 50_000
_STATM = "/proc/self/statm"
_PAGE = resource.getpagesize()


def main() -> None:
    """Serve the parent until it leaves."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not become a part of an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    reader = Reader(UblSchemas.installed())
    reader.answer(b"<warm/>")
    collect_seldom()
    timeout_s = int(sys.argv[1]) / 1000 * _TIMES_OVER if len(sys.argv) > 1 else 0.0
    space = Space()
    space.close()
    answers.write(READY)
    answers.flush()
    serve(sys.stdin.buffer, answers, reader, space, timeout_s)


def collect_seldom() -> None:
    """A document leaves next to no cycles behind; looking for them at every 700th object costs a tenth of the time."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)


def serve(questions: BinaryIO, answers: BinaryIO, reader: "Reader", space: "Space", timeout_s: float) -> None:
    """Answer each document in its turn."""
    while header := questions.read(LENGTH.size):
        (length,) = LENGTH.unpack(header)
        signal.setitimer(signal.ITIMER_REAL, timeout_s)
        try:
            kind, json, pdf = reader.answer(questions.read(length))
        except MemoryError:
            kind, json, pdf = Kind.EXHAUSTED, b"", b""
        signal.setitimer(signal.ITIMER_REAL, 0)
        leaves = kind is Kind.EXHAUSTED or space.growth() > _LASTING_GROWTH
        answers.write(Header(kind, leaves, time.process_time(), len(json), len(pdf)).packed())
        answers.write(json)
        answers.write(pdf)
        answers.flush()
        if leaves:
            return


class Reader:
    """Reads with the schemas of UBL, on the day that it is in Belgium."""

    def __init__(self, schemas: UblSchemas) -> None:
        self._schemas = schemas

    def answer(self, data: bytes) -> tuple[Kind, bytes, bytes]:
        """What to say of a document: the invoice and its PDF, or the reason why not. Raises `MemoryError`."""
        try:
            reading = read_document(data, schema=self._schemas.check, today=belgian_day(datetime.now(UTC)))
        except DocumentRejected as rejected:
            return Kind.REJECTION, Rejection.of(rejected).model_dump_json().encode(), b""
        return Kind.INVOICE, reading.invoice.model_dump_json().encode(), reading.pdf or b""


class Space:
    """The address space of this process, as it was when no document had come yet."""

    def __init__(self) -> None:
        self._file = _opened()
        self._size, self._resident = self._sizes()

    def close(self) -> None:
        """Let it grow by no more than what keeps the process below `LARGEST_RESIDENT`."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if self._size:
            largest = self._size + LARGEST_RESIDENT - self._resident
            resource.setrlimit(resource.RLIMIT_AS, (largest, largest))

    def growth(self) -> int:
        """Bytes that it is larger now."""
        return self._sizes()[0] - self._size

    def _sizes(self) -> tuple[int, int]:
        """Bytes of address space, and of memory that is really there; 0 and 0 where there is no proc(5) to tell.

        It is asked after every document, so the file stays open.
        """
        if self._file is None:
            return 0, 0
        size, resident = os.pread(self._file, 64, 0).split()[:2]
        return int(size) * _PAGE, int(resident) * _PAGE


def _opened() -> int | None:
    try:
        return os.open(_STATM, os.O_RDONLY)
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    main()
