"""Statements: a list with what is looked for, and one by one; for offices, and softwares that were told of them."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.delivery.domain.listing import Acknowledged, CursorUnusable, Order
from services.delivery.domain.statement_lists import (
    StatementFilter,
    StatementRow,
    cursor_after_booking,
    cursor_after_position,
    place_after_booking,
    position_after,
)
from services.delivery.domain.statements import BookedStatement
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.document_queries import Text, refuse
from services.delivery.endpoints.pod_settings import may_fetch
from services.delivery.endpoints.provisional import first_gaps
from services.delivery.endpoints.statement_answers import StatementPage, StatementView, row_view, statement_view
from services.delivery.ports import ReadingStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.values import EnterpriseNumber, Iban, OfficeId, SoftwareSlug, StatementId, ValueRejected

routes = APIRouter()
Reader = Annotated[Call, Depends(caller("office", "software"))]


class StatementQuery(BaseModel):
    """Every part narrows the list; `account`, `company` and `client_code` may be given several times. Days are those
    of the new balance, and belong to the list themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: list[Iban] = Field([], max_length=100)
    company: list[EnterpriseNumber] = Field([], max_length=100)
    client_code: list[Text] = Field([], max_length=100, description="the office's own codes; offices only")
    dated_from: date | None = None
    dated_to: date | None = None
    acknowledged: Acknowledged | None = Field(None, description="what the office's package said; offices only")
    order: Order = "newest"
    cursor: str = Field("", max_length=200)
    limit: int = Field(50, ge=1, le=500)

    def filter_for(self, kind: str) -> StatementFilter:
        """What is looked for. Raises `Problem` 422 for what cannot be used together, or by this kind of caller."""
        if kind != "office":
            refuse(bool(self.client_code), "client_code", "parameter_not_usable", "only an office has such codes")
            refuse(self.acknowledged is not None, "acknowledged", "parameter_not_usable", "only an office has it")
        backwards = bool(self.dated_from and self.dated_to and self.dated_from > self.dated_to)
        refuse(backwards, "dated_to", "period_backwards", "it ends before it begins")
        return StatementFilter(
            accounts=tuple(self.account),
            companies=tuple(self.company),
            client_codes=tuple(self.client_code),
            dated_from=self.dated_from,
            dated_to=self.dated_to,
            acknowledged=self.acknowledged,
        )


@routes.get("/v1/statements", responses=described(StatementPage))
async def list_statements(query: Annotated[StatementQuery, Query()], call: Reader) -> dict[str, Any]:
    """Booked statements, newest first: of an office those at its disposal, by the position in its feed (where what is
    delivered again stands anew); of a software those that it was told of, by the time of their booking.

    With `order=oldest` and the cursor of the last page an office reads on where it stopped. 400 `cursor_invalid`; 422
    `request_malformed`, `period_backwards`.
    """
    may_fetch(call)
    wanted = query.filter_for(call.principal.kind)
    try:
        if call.principal.kind == "office":
            return await _of_office(call, query, wanted)
        return await _of_software(call, query, wanted)
    except CursorUnusable as error:
        told = {"pointer": "", "parameter": "cursor", "in": "query", "code": error.code, "detail": str(error)}
        raise Problem(400, error.code, str(error), errors=[told]) from None


@routes.get("/v1/statements/{statement_id}", responses=described(StatementView))
async def read_statement(statement_id: str, call: Reader) -> dict[str, Any]:
    """One statement. 404 `statement_unknown`, also for somebody else's."""
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        found = await found_statement(call, store, statement_id)
        if not isinstance(found, StatementRow):
            return statement_view(found, await first_gaps(store, [found]))
        gaps = await first_gaps(store, [found.statement.booked])
        return row_view(found, await store.clients([found.statement.enterprise_number]), gaps)


async def found_statement(call: Call, store: ReadingStore, text: str) -> BookedStatement | StatementRow:
    """As a software sees it, or an office has it. Raises `Problem` 404 `statement_unknown`, 403 `scope_missing`."""
    may_fetch(call)
    statement_id = statement_id_of(text)
    found: BookedStatement | StatementRow | None = None
    if statement_id is not None and call.principal.kind == "office":
        found = await store.office_statement(OfficeId(call.principal.id), statement_id)
    elif statement_id is not None:
        found = await store.software_statement(SoftwareSlug(call.principal.id), statement_id)
    if found is None:
        raise statement_unknown()
    return found


async def note_statement_fetched(call: Call, statement_id: StatementId) -> None:
    """An office read one of the statement's files: the first time is kept."""
    if call.principal.kind != "office":
        return
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        rows = await store.lock_statement_entries(OfficeId(call.principal.id), [statement_id])
        fresh = [replace(each, fetched_at=tx.now) for each in rows.values() if each.fetched_at is None]
        if fresh:
            await store.save_statement_marks(fresh)


def statement_id_of(text: str) -> StatementId | None:
    """None for what is no such id."""
    try:
        return StatementId(text)
    except ValueRejected:
        return None


def statement_unknown() -> Problem:
    """For another's statement, and for one that does not exist."""
    return Problem(404, "statement_unknown", "There is no such statement for this caller.")


async def _of_office(call: Call, query: StatementQuery, wanted: StatementFilter) -> dict[str, Any]:
    behind, office = position_after(query.cursor), OfficeId(call.principal.id)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        rows = await store.office_statements(office, behind, query.limit + 1, wanted, query.order)
        clients = await store.clients({row.statement.enterprise_number for row in rows})
        gaps = await first_gaps(store, [row.statement.booked for row in rows])
    shown, more = rows[: query.limit], len(rows) > query.limit
    # Who reads on, oldest first, keeps the place where nothing more was.
    last = cursor_after_position(shown[-1].position) if shown and (more or query.order == "oldest") else None
    return {"statements": [row_view(row, clients, gaps) for row in shown], "next_cursor": last, "more": more}


async def _of_software(call: Call, query: StatementQuery, wanted: StatementFilter) -> dict[str, Any]:
    behind, software = place_after_booking(query.cursor), SoftwareSlug(call.principal.id)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        found = await store.software_statements(software, behind, query.limit + 1, wanted, query.order)
        gaps = await first_gaps(store, found)
    shown, more = found[: query.limit], len(found) > query.limit
    last = cursor_after_booking(shown[-1]) if more else None
    return {"statements": [statement_view(each, gaps) for each in shown], "next_cursor": last, "more": more}
