"""The reading of bank files as a command of another service needs it: the reconciler's, as if they were booked."""

from collections.abc import Sequence

from services.coda_reconciler.domain.booking import Entry, booked_event
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement as CodaStatement
from services.coda_reconciler.domain.movement_lines import movement_lines
from services.coda_reconciler.domain.summary import summary_of
from services.delivery.commands import Statement, Unreadable
from shared.contracts.documents import Claim
from shared.values import EnterpriseNumber, Sha256


def read_statements(data: bytes, company: EnterpriseNumber | None) -> Sequence[Statement]:
    """Every statement of a file, in its order. Raises `Unreadable` where the file has none, or one of them is not
    accepted."""
    try:
        texts = split_file(data).statements
        return [_statement(read_statement(text), company, Sha256.of(data)) for text in texts]
    except CodaError as error:
        raise Unreadable(str(error)) from error


def _statement(read: CodaStatement, company: EnterpriseNumber | None, file: Sha256) -> Statement:
    owner = company or read.holder_number
    if owner is None:
        raise Unreadable("the bank does not tell the holder's enterprise number; name it with --company")
    movements, lines = movement_lines(read), read.text.raw
    claims = _claim(lines, "text/plain"), _claim(movements, "application/jsonl")
    return Statement(booked_event(Entry(summary_of(read), owner, file, *claims)), movements, lines)


def _claim(data: bytes, media_type: str) -> Claim:
    """Where the bytes would lie; nothing is stored."""
    sha256 = Sha256.of(data)
    return Claim(path=f"unassigned/{sha256}", sha256=sha256, size=len(data), media_type=media_type)
