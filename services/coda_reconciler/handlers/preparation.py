"""Before the transaction: read the bytes, cut them into statements, write each one under its own company.

A handful of statements at a time is read, written and let go: of a file only its bytes are held, and what the
transaction needs of each statement. A file that fails on the way leaves objects that nothing refers to, which are
written once more, or swept.

Whose account it is only the mandates say, so they are read here by a short read of their own. The transaction looks
again under the account's lock; where a mandate changed in between, it writes that statement once more, under the
right number (`placed`): rare, and content-addressed, so that nothing is written twice.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.coda_reconciler.domain.booking import ledger_movements, paying_facts
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import StatementText, statements_of
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.mandates import AccountMandate, by_account, company_of, mandates_of
from services.coda_reconciler.domain.matching.facts import LedgerMovement
from services.coda_reconciler.domain.movement_lines import movement_lines
from services.coda_reconciler.domain.summary import Summary, summary_of
from services.coda_reconciler.ports import (
    Documents,
    MandateReader,
    PreparedFile,
    PreparedRelease,
    ReadStatement,
    UnreadableStatement,
    WaitingStatement,
)
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.messages import Received
from shared.contracts.directory import CompanyChanged
from shared.contracts.documents import Claim
from shared.contracts.statements import BankFileReceived
from shared.values import EnterpriseNumber, Iban, Sha256

STATEMENT_TYPE = "text/plain"
MOVEMENTS_TYPE = "application/jsonl"
UNASSIGNED = "unassigned"
Part = Statement | tuple[StatementText, CodaError]

HANDFUL_BYTES = 1_000_000
"""Of statements that are read at once: some 5,000 movements, or one statement of any size."""


@dataclass(frozen=True, slots=True)
class Told:
    """A statement whose account is a company's: its bytes, what is kept of it, its movements as JSON lines, and those
    that may pay."""

    raw: bytes
    summary: Summary
    owner: EnterpriseNumber
    lines: bytes
    paying: tuple[LedgerMovement, ...]


async def read_bank_files(
    events: Sequence[Received[BankFileReceived]], *, documents: Documents, reader: MandateReader
) -> list[PreparedFile | Exception]:
    """One `PreparedFile` an event, or the `InvalidMessage` or `Unavailable` that kept it from being read."""
    return [await _read_bank_file(event.body, documents, reader) for event in events]


async def _read_bank_file(
    body: BankFileReceived, documents: Documents, reader: MandateReader
) -> PreparedFile | Exception:
    found: list[ReadStatement | UnreadableStatement] = []
    mandates: dict[Iban, list[AccountMandate]] = {}
    try:
        some = handfuls(await documents.get(body.document))
        # Pure Python of a known cost, with no native parser to crash: a thread is enough to keep the loop alive.
        while parts := await asyncio.to_thread(next, some, None):
            ibans = {part.iban for part in parts if isinstance(part, Statement)} - mandates.keys()
            mandates |= by_account(await reader.mandates(ibans))
            told = await asyncio.to_thread(_told_of_all, parts, mandates)
            found += await _written(told, documents)
    except CodaError as error:
        return PreparedFile((UnreadableStatement(0, error, body.document),))
    except (InvalidMessage, Unavailable) as error:
        return error
    return PreparedFile(tuple(found))


def handfuls(data: bytes) -> Iterator[list[Part]]:
    """The statements of a file, so many at once. Raises `CodaError` when there is none in it."""
    some: list[Part] = []
    size = 0
    for text in statements_of(data):
        if some and size + len(text.raw) > HANDFUL_BYTES:
            yield some
            some, size = [], 0
        some.append(_part(text))
        size += len(text.raw)
    yield some


def parts_of(data: bytes) -> Iterator[Part]:
    """Each statement of a file, read or refused. Raises `CodaError` when there is none in it."""
    return map(_part, statements_of(data))


def _part(text: StatementText) -> Part:
    try:
        return read_statement(text)
    except CodaError as error:
        return text, error


def _told_of_all(parts: Sequence[Part], mandates: Mapping[Iban, Sequence[AccountMandate]]) -> list[Part | Told]:
    """What is nobody's yet, and what is refused, stays as it is."""
    told: list[Part | Told] = []
    for part in parts:
        if isinstance(part, Statement):
            summary = summary_of(part)
            company = company_of(summary, mandates.get(part.iban, ()))
            told.append(_told(part, summary, company) if isinstance(company, EnterpriseNumber) else part)
        else:
            told.append(part)
    return told


def _told(statement: Statement, summary: Summary, company: EnterpriseNumber) -> Told:
    # Fields are decoded when they are asked for: here all of them are, of every movement, once.
    fields = statement.fields()
    paying = tuple(ledger_movements(statement, company, paying_facts(statement, fields), fields))
    return Told(statement.text.raw, summary, company, movement_lines(statement, fields), paying)


async def _written(parts: Sequence[Part | Told], documents: Documents) -> list[ReadStatement | UnreadableStatement]:
    """All of a handful is stored at once: its statements' own bytes, then the movements of those that are told."""
    raw = await documents.put_all([_own_bytes(part) for part in parts])
    told = [part for part in parts if isinstance(part, Told)]
    movements = iter(await documents.put_all([(each.lines, each.owner, MOVEMENTS_TYPE) for each in told]))
    return [
        ReadStatement(part.summary, part.owner, claim, next(movements), part.paying)
        if isinstance(part, Told)
        else ReadStatement(summary_of(part), None, claim, None)
        if isinstance(part, Statement)
        else UnreadableStatement(part[0].index, part[1], claim)
        for part, claim in zip(parts, raw, strict=True)
    ]


def _own_bytes(part: Part | Told) -> tuple[bytes, str, str]:
    if isinstance(part, Told):
        return part.raw, part.owner, STATEMENT_TYPE
    text = part.text if isinstance(part, Statement) else part[0]
    return text.raw, UNASSIGNED, STATEMENT_TYPE


async def write_statement(statement: Statement, company: EnterpriseNumber, documents: Documents) -> ReadStatement:
    """Write a company's statement: its own bytes and its movements. Raises `Unavailable`."""
    told = await asyncio.to_thread(_told, statement, summary_of(statement), company)
    raw, movements = await documents.put_all([_own_bytes(told), (told.lines, told.owner, MOVEMENTS_TYPE)])
    return ReadStatement(told.summary, company, raw, movements, told.paying)


async def read_waiting_statements(
    events: Sequence[Received[CompanyChanged]], *, documents: Documents, reader: MandateReader
) -> list[PreparedRelease | Exception]:
    """One `PreparedRelease` an event: what waits for the accounts of its mandates, read again.

    Only what the snapshot decides to be the company's is written under its number; the rest stays `unassigned`.
    """
    ibans = {mandate.iban for event in events for mandate in event.body.mandates}
    waiting = await reader.waiting(ibans) if ibans else []
    known = await reader.mandates({statement.iban for statement in waiting}) if waiting else []
    return [await _read_waiting(event.body, waiting, known, documents) for event in events]


async def _read_waiting(
    company: CompanyChanged,
    waiting: Sequence[WaitingStatement],
    known: Sequence[AccountMandate],
    documents: Documents,
) -> PreparedRelease | Exception:
    number = company.enterprise_number
    mandates = [mandate for mandate in known if mandate.enterprise_number != number] + mandates_of(company)
    ibans = {mandate.iban for mandate in company.mandates}
    released: dict[Sha256, ReadStatement] = {}
    try:
        for each in (each for each in waiting if each.iban in ibans):
            statement = await reread(each.text, each.raw, documents)
            summary = summary_of(statement)
            released[each.content_sha256] = (
                await write_statement(statement, number, documents)
                if company_of(summary, mandates) == number
                else ReadStatement(summary, None, each.raw, None)
            )
    except (InvalidMessage, Unavailable) as error:
        return error
    return PreparedRelease(released)


async def reread(text: StatementText, raw: Claim, documents: Documents) -> Statement:
    """A statement that was readable, from its own bytes."""
    data = await documents.get(raw)
    return await asyncio.to_thread(read_statement, replace(text, raw=data))


async def placed(read: ReadStatement, company: EnterpriseNumber, documents: Documents) -> ReadStatement:
    """A read statement whose bytes and movements lie under this company's number."""
    if read.owner == company:
        return read
    return await write_statement(await reread(read.statement.text, read.raw, documents), company, documents)


async def unassigned(read: ReadStatement, documents: Documents) -> ReadStatement:
    """A read statement that turned out to be nobody's yet: its bytes lie under `unassigned`."""
    if read.owner is None:
        return read
    raw = await documents.put(await documents.get(read.raw), UNASSIGNED, STATEMENT_TYPE)
    return ReadStatement(read.statement, None, raw, None)
