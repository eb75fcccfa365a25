"""The rendering process itself: documents in, PDF files out, until the pipe closes.

It boxes itself in: one that takes more memory than a page needs or far too long ends, also when its parent was killed
meanwhile. Its only folder is the one that its parent made for it.
"""

import os
import resource
import shutil
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import typst
from pydantic import ValidationError

from services.delivery.adapters.rendering.frames import LENGTHS, READY, Answer, Kind, Question
from services.delivery.adapters.rendering.typst_pages import TypstPages
from services.delivery.domain.rendering.invoice_page import invoice_page
from services.delivery.domain.rendering.pages import Page
from services.delivery.domain.rendering.statement_page import statement_page
from services.delivery.ports.rendering import Source
from shared.contracts.sales_invoices import SalesInvoice

LARGEST_ADDRESS_SPACE = 800_000_000
"""Bytes. A document of the largest size has a source of 20 MB and as many rows as a page shows."""

_TIMES_OVER = 3
_UNREADABLE = (ValidationError, ValueError, KeyError, TypeError)
"""What facts raise that the router or the reconciler did not write."""


def main() -> None:
    """Serve the parent until it leaves."""
    folder, timeout_ms = Path(sys.argv[1]), int(sys.argv[2])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not become a part of an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_ADDRESS_SPACE, LARGEST_ADDRESS_SPACE))
    pages = TypstPages(folder)
    answers.write(READY)
    answers.flush()
    serve(sys.stdin.buffer, answers, pages, timeout_ms / 1000 * _TIMES_OVER)
    # A parent that was killed cannot take its folder away any more.
    shutil.rmtree(folder, ignore_errors=True)


def serve(questions: BinaryIO, answers: BinaryIO, pages: TypstPages, timeout_s: float) -> None:
    """Answer each question in its turn."""
    while header := questions.read(LENGTHS.size):
        question, facts, source = (questions.read(length) for length in LENGTHS.unpack(header))
        signal.setitimer(signal.ITIMER_REAL, timeout_s)
        answer = answer_to(pages, Question.model_validate_json(question), facts, source)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(answer.packed())
        answers.flush()


def answer_to(pages: TypstPages, question: Question, facts: bytes, source: bytes) -> Answer:
    """The PDF, or why there is none."""
    try:
        page = _page(question, facts, source)
    except _UNREADABLE as error:
        return Answer(Kind.UNREADABLE, type(error).__name__.encode())
    try:
        inside = Source(question.source_name, question.source_media_type, source)
        return Answer(Kind.PDF, pages.pdf(question.document, page, inside))
    except typst.TypstError as error:
        return Answer(Kind.FAILED, error.message.encode())


def _page(question: Question, facts: bytes, source: bytes) -> Page:
    if question.statement is not None:
        return statement_page(question.statement, facts, source, question.language)
    return invoice_page(SalesInvoice.model_validate_json(facts), question.language)


if __name__ == "__main__":
    main()
