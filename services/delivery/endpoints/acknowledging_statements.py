"""Acknowledgements of statements: what an office's package did with them, one by one or many at once."""

from dataclasses import replace
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends

from services.delivery.domain.statement_lists import StatementRow
from services.delivery.endpoints.acknowledgements import (
    Acknowledgements,
    Failure,
    Outcome,
    Said,
    answers_to,
    as_said,
)
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.document_answers import AcknowledgementAnswers
from services.delivery.endpoints.provisional import first_gaps
from services.delivery.endpoints.statement_answers import StatementView, row_view
from services.delivery.endpoints.statements import statement_id_of, statement_unknown
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.http import Call, caller
from shared.values import OfficeId, StatementId

routes = APIRouter()
Office = Annotated[Call, Depends(caller("office"))]


@routes.post("/v1/statements/acknowledgements", responses=described(AcknowledgementAnswers))
async def acknowledge_statements(body: Acknowledgements, call: Office) -> dict[str, Any]:
    """At most 500 acknowledgements at once, with an answer for each: those that are unknown hold up no other."""
    asked = [(said, statement_id_of(said.id)) for said in body.acknowledgements]
    async with call.transaction() as tx:
        said = {statement_id: said for said, statement_id in asked if statement_id is not None}
        known = await _acknowledge(call, tx, said)
    return answers_to(asked, known, statement_unknown())


@routes.post("/v1/statements/{statement_id}/processed", responses=described(StatementView))
async def mark_statement_processed(statement_id: str, call: Office) -> dict[str, Any]:
    """The office's package took the statement in; saying it again changes nothing. It counts as fetched from then on
    at the latest."""
    return await _one(call, statement_id, "processed")


@routes.post("/v1/statements/{statement_id}/failed", responses=described(StatementView))
async def mark_statement_failed(statement_id: str, failure: Failure, call: Office) -> dict[str, Any]:
    """The office's package could not take the statement in. It stays in the list (`acknowledged=failed`) and comes
    once more by a redelivery."""
    return await _one(call, statement_id, "failed", failure.reason)


async def _one(call: Call, asked: str, outcome: Outcome, reason: str = "") -> dict[str, Any]:
    statement_id = statement_id_of(asked)
    if statement_id is None:
        raise statement_unknown()
    async with call.transaction() as tx:
        known = await _acknowledge(call, tx, {statement_id: Said(id=statement_id, outcome=outcome, reason=reason)})
        if statement_id not in known:
            raise statement_unknown()
        row = known[statement_id]
        store = cast(ReadingStore, tx.store)
        clients = await store.clients([row.statement.enterprise_number])
        gaps = await first_gaps(store, [row.statement.booked])
    return row_view(row, clients, gaps)


async def _acknowledge(
    call: Call, tx: CallTransaction, said: dict[StatementId, Said]
) -> dict[StatementId, StatementRow]:
    """Writes what is new; what a package took in, or tried to, it has read."""
    store = cast(ReadingStore, tx.store)
    before = await store.lock_statement_entries(OfficeId(call.principal.id), list(said))
    now = {each: _as_said(said[each], before[each], tx) for each in before}
    changed = [now[each] for each in now if now[each] != before[each]]
    if changed:
        await store.save_statement_marks(changed)
    return now


def _as_said(said: Said, before: StatementRow, tx: CallTransaction) -> StatementRow:
    row = before if before.fetched_at is not None else replace(before, fetched_at=tx.now)
    return replace(row, acknowledgement=as_said(said, before.acknowledgement, tx.now))
