"""A bank file came in: book what a company gave a mandate for, keep the rest and say why."""

from services.coda_reconciler.domain.mandates import NO_MANDATE, Refusal, by_account, company_of
from services.coda_reconciler.handlers.booking import Arrival, book_statements
from services.coda_reconciler.handlers.preparation import unassigned
from services.coda_reconciler.ports import (
    Documents,
    PreparedFile,
    ReadStatement,
    ReconcilerStore,
    UnreadableStatement,
    WaitingStatement,
)
from shared.chassis.messages import Batch, Consequence, Received
from shared.contracts.documents import Claim
from shared.contracts.statements import BankFileReceived, StatementQuarantined
from shared.values import EnterpriseNumber


async def book_bank_files(
    batch: Batch[BankFileReceived], store: ReconcilerStore, *, documents: Documents
) -> list[Consequence]:
    """Statements without a mandate wait for one; content that was seen is dropped, whatever file repeats it."""
    consequences: list[Consequence] = []
    refusals: list[tuple[StatementQuarantined, Claim]] = []
    arrivals: list[Arrival] = []
    for event in batch:
        for part in prepared_file(event).parts:
            if isinstance(part, ReadStatement):
                arrivals.append(Arrival(event, event.body.sha256, part, event.body.received_at))
            else:
                quarantined = unreadable(event.body, part)
                refusals.append((quarantined, part.raw))
                consequences.append(event.then(quarantined))
    ibans = {arrival.read.statement.iban for arrival in arrivals}
    await batch.lock(f"iban:{iban}" for iban in ibans)
    mandates = by_account(await store.mandates(ibans))
    seen = await store.seen({arrival.read.statement.content_sha256 for arrival in arrivals})
    booked: list[tuple[Arrival, EnterpriseNumber]] = []
    waiting: list[WaitingStatement] = []
    for arrival in arrivals:
        statement = arrival.read.statement
        if statement.content_sha256 in seen:
            continue
        seen.add(statement.content_sha256)
        company = company_of(statement, mandates.get(statement.iban, ()))
        if not isinstance(company, Refusal):
            booked.append((arrival, company))
            continue
        read = await unassigned(arrival.read, documents)
        if company.code == NO_MANDATE:
            waiting.append(waiting_statement(arrival, read))
        else:
            refusals.append((arrival.quarantined(company), read.raw))
        consequences.append(arrival.cause.then(arrival.quarantined(company)))
    await store.wait(waiting)
    await store.quarantine(refusals)
    return consequences + await book_statements(batch, store, booked, documents)


def prepared_file(event: Received[BankFileReceived]) -> PreparedFile:
    """What was read before the transaction. Raises `TypeError` when the service was built without that step."""
    if not isinstance(event.prepared, PreparedFile):
        raise TypeError(f"expected a PreparedFile, found {type(event.prepared).__name__}")
    return event.prepared


def unreadable(body: BankFileReceived, part: UnreadableStatement) -> StatementQuarantined:
    """What is published of a statement that breaks the standard."""
    return StatementQuarantined(
        file_sha256=body.sha256,
        index=part.index,
        code=part.error.code,
        line=part.error.line,
        columns=part.error.columns,
        found=part.error.found,
        expected=part.error.expected,
    )


def waiting_statement(arrival: Arrival, read: ReadStatement) -> WaitingStatement:
    """It, as it is kept until a company gives a mandate for its account."""
    return WaitingStatement(
        content_sha256=read.statement.content_sha256,
        iban=read.statement.iban,
        file_sha256=arrival.file_sha256,
        text=read.statement.text,
        raw=read.raw,
        received_at=arrival.received_at,
    )
