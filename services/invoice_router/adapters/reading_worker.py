"""The reading process itself: a length and a document in, a length and a JSON answer out, until the pipe closes."""

import base64
import os
import resource
import sys
from typing import BinaryIO

from services.invoice_router.adapters.reading_process import LENGTH, READY, Answer, Rejection
from services.invoice_router.domain.reading import read_document
from services.invoice_router.domain.rejection import DocumentRejected

_LARGEST_ADDRESS_SPACE = 1_500_000_000
"""Bytes; a document of the largest size needs about a tenth of it."""


def main() -> None:
    """Serve the parent until it leaves."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_LARGEST_ADDRESS_SPACE, _LARGEST_ADDRESS_SPACE))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not become a part of an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answers.write(READY)
    answers.flush()
    serve(sys.stdin.buffer, answers)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer each document in its turn."""
    while header := questions.read(LENGTH.size):
        (length,) = LENGTH.unpack(header)
        answer = answer_to(questions.read(length)).model_dump_json().encode()
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()


def answer_to(data: bytes) -> Answer:
    """The invoice or the reason why not."""
    try:
        reading = read_document(data)
        pdf = base64.b64encode(reading.pdf) if reading.pdf is not None else None
        return Answer(invoice=reading.invoice, pdf=pdf)
    except DocumentRejected as error:
        rejection = Rejection(code=error.code, location=error.location, found=error.found, expected=error.expected)
        return Answer(rejection=rejection)
    except MemoryError:
        rejection = Rejection(
            code="XML_TOO_LARGE", location="", found="more memory than allowed", expected="a smaller document"
        )
        return Answer(rejection=rejection)


if __name__ == "__main__":
    main()
