"""Before the transaction: read the bytes, cut them into statements, write each one under its own company.

Whose account it is only the mandates say, so they are read here by a short read of their own. The transaction looks
again under the account's lock; where a mandate changed in between, it writes that statement once more, under the
right number (`placed`): rare, and content-addressed, so that nothing is written twice.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.coda_reconciler.domain.booking import paying_facts
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import StatementText, split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.mandates import AccountMandate, by_account, company_of, mandates_of
from services.coda_reconciler.domain.matching.facts import PaymentFacts
from services.coda_reconciler.domain.movement_lines import movement_lines
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
from shared.contracts.statements import BankFileReceived
from shared.values import EnterpriseNumber, Sha256

STATEMENT_TYPE = "text/plain"
MOVEMENTS_TYPE = "application/jsonl"
UNASSIGNED = "unassigned"
Part = Statement | tuple[StatementText, CodaError]


@dataclass(frozen=True, slots=True)
class Told:
    """A statement whose account is a company's: its movements as JSON lines, and what they say that may pay."""

    statement: Statement
    owner: EnterpriseNumber
    lines: bytes
    facts: dict[int, PaymentFacts]


async def read_bank_files(
    events: Sequence[Received[BankFileReceived]], *, documents: Documents, reader: MandateReader
) -> list[PreparedFile | Exception]:
    """One `PreparedFile` an event, or the `InvalidMessage` or `Unavailable` that kept it from being read."""
    return [await _read_bank_file(event.body, documents, reader) for event in events]


async def _read_bank_file(
    body: BankFileReceived, documents: Documents, reader: MandateReader
) -> PreparedFile | Exception:
    try:
        data = await documents.get(body.document)
        # Pure Python of a known cost, with no native parser to crash: a thread is enough to keep the loop alive.
        parts = await asyncio.to_thread(parts_of, data)
        mandates = await reader.mandates({part.iban for part in parts if isinstance(part, Statement)})
        told = await asyncio.to_thread(_told_of_all, parts, mandates)
        written = await _written(told, documents)
    except CodaError as error:
        return PreparedFile((UnreadableStatement(0, error, body.document),))
    except (InvalidMessage, Unavailable) as error:
        return error
    return PreparedFile(written)


def parts_of(data: bytes) -> list[Part]:
    """Each statement of a file, read or refused. Raises `CodaError` when there is none in it."""
    parts: list[Part] = []
    for text in split_file(data).statements:
        try:
            parts.append(read_statement(text))
        except CodaError as error:
            parts.append((text, error))
    return parts


def _told_of_all(parts: Sequence[Part], mandates: Sequence[AccountMandate]) -> list[Part | Told]:
    """What is nobody's yet, and what is refused, stays as it is."""
    of_account = by_account(mandates)
    told: list[Part | Told] = []
    for part in parts:
        if isinstance(part, Statement):
            company = company_of(part, of_account.get(part.iban, ()))
            told.append(_told(part, company) if isinstance(company, EnterpriseNumber) else part)
        else:
            told.append(part)
    return told


def _told(statement: Statement, company: EnterpriseNumber) -> Told:
    # Fields are decoded when they are asked for: here all of them are, of every movement.
    return Told(statement, company, movement_lines(statement), paying_facts(statement))


async def _written(
    parts: Sequence[Part | Told], documents: Documents
) -> tuple[ReadStatement | UnreadableStatement, ...]:
    """Everything of a file is stored at once: its statements' own bytes, then the movements of those that are told."""
    raw = await documents.put_all([_own_bytes(part) for part in parts])
    told = [part for part in parts if isinstance(part, Told)]
    movements = iter(await documents.put_all([(each.lines, each.owner, MOVEMENTS_TYPE) for each in told]))
    return tuple(
        ReadStatement(part.statement, part.owner, claim, next(movements), part.facts)
        if isinstance(part, Told)
        else ReadStatement(part, None, claim, None)
        if isinstance(part, Statement)
        else UnreadableStatement(index, part[1], claim)
        for index, (part, claim) in enumerate(zip(parts, raw, strict=True))
    )


def _own_bytes(part: Part | Told) -> tuple[bytes, str, str]:
    if isinstance(part, Told):
        return part.statement.text.raw, part.owner, STATEMENT_TYPE
    text = part.text if isinstance(part, Statement) else part[0]
    return text.raw, UNASSIGNED, STATEMENT_TYPE


async def write_statement(
    statement: Statement, company: EnterpriseNumber | None, documents: Documents
) -> ReadStatement:
    """Write a statement's own bytes, and its movements when it is a company's. Raises `Unavailable`."""
    if company is None:
        return ReadStatement(statement, None, await documents.put(*_own_bytes(statement)), None)
    told = await asyncio.to_thread(_told, statement, company)
    raw, movements = await documents.put_all([_own_bytes(told), (told.lines, told.owner, MOVEMENTS_TYPE)])
    return ReadStatement(statement, company, raw, movements, told.facts)


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
            statement = await reread(each, documents)
            released[each.content_sha256] = (
                await write_statement(statement, number, documents)
                if company_of(statement, mandates) == number
                else ReadStatement(statement, None, each.raw, None)
            )
    except (InvalidMessage, Unavailable) as error:
        return error
    return PreparedRelease(released)


async def reread(waiting: WaitingStatement, documents: Documents) -> Statement:
    """A waiting statement, from its own bytes."""
    raw = await documents.get(waiting.raw)
    return await asyncio.to_thread(read_statement, replace(waiting.text, raw=raw))


async def placed(read: ReadStatement, company: EnterpriseNumber, documents: Documents) -> ReadStatement:
    """A read statement whose bytes and movements lie under this company's number."""
    return read if read.owner == company else await write_statement(read.statement, company, documents)


async def unassigned(read: ReadStatement, documents: Documents) -> ReadStatement:
    """A read statement that turned out to be nobody's yet: its bytes lie under `unassigned`."""
    return read if read.owner is None else await write_statement(read.statement, None, documents)
