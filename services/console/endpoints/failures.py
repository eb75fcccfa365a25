"""What failed: grouped by reason, each with its bytes, and handled again on demand."""

import base64
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from services.console.domain.failures import AuditLine, EditRejected, Failure, edited_value, grouped, readable
from services.console.endpoints.session import Visit, form_token, operator, page, require_form_token
from services.console.ports import ConsoleStore
from shared.chassis.errors import Problem
from shared.contracts.operations import ReplayRequested

SHOWN = 500
_AUDIT_SHOWN = 20

routes = APIRouter()
Operator = Annotated[Visit, Depends(operator)]


@routes.get("/failures")
async def list_failures(visit: Operator) -> HTMLResponse:
    """All that failed and was kept, what waits for somebody first."""
    async with visit.call.transaction() as tx:
        store = cast(ConsoleStore, tx.store)
        found = await store.failures(SHOWN)
        audit = await store.audit(_AUDIT_SHOWN)
    groups = grouped(found)
    waiting = sum(group.waiting for group in groups)
    return _page(visit, "failures.html", groups=groups, audit=audit, waiting=waiting, full=len(found) == SHOWN)


@routes.get("/failures/{dead_letter_id}")
async def show_failure(dead_letter_id: UUID, visit: Operator) -> HTMLResponse:
    """One failure with its bytes, headers, reason and what was done about it. 404 `failure_unknown`."""
    async with visit.call.transaction() as tx:
        store = cast(ConsoleStore, tx.store)
        failure = await _found(store, dead_letter_id)
        audit = await store.audit(_AUDIT_SHOWN, dead_letter_id)
    return _one(visit, failure, audit)


@routes.post("/failures/{dead_letter_id}/replay", response_model=None)
async def handle_again(
    dead_letter_id: UUID,
    visit: Operator,
    token: Annotated[str, Form(max_length=200)] = "",
    value: Annotated[str, Form(max_length=2_000_000)] = "",
) -> HTMLResponse | RedirectResponse:
    """Asks the owning service to handle it again, as it was or edited. Again while it waits changes nothing.

    400 with the form for an edited value that cannot be used; 409 `failure_handled` when it is done already.
    """
    require_form_token(visit, token)
    async with visit.call.transaction() as tx:
        store = cast(ConsoleStore, tx.store)
        failure = await _found(store, dead_letter_id)
        if failure.letter.status != "dead":
            raise Problem(409, "failure_handled", f"This message is {failure.letter.status} already.")
        try:
            edited = edited_value(value, failure.letter.value_base64)
        except EditRejected as error:
            return _one(visit, failure, await store.audit(_AUDIT_SHOWN, dead_letter_id), str(error), value)
        if failure.state == "dead":
            await store.mark_asked(dead_letter_id, tx.now)
            action = "asked to handle it again, edited" if edited else "asked to handle it again"
            detail = base64.b64decode(edited).decode()[:4000] if edited else ""
            await store.write_audit(AuditLine(tx.now, visit.name, action, dead_letter_id, detail))
            tx.publish(
                ReplayRequested(
                    service=failure.letter.service,
                    dead_letter_id=dead_letter_id,
                    requested_by=visit.name,
                    edited_value_base64=edited,
                )
            )
    return RedirectResponse(f"/failures/{dead_letter_id}", 303)


async def _found(store: ConsoleStore, dead_letter_id: UUID) -> Failure:
    failure = await store.failure(dead_letter_id)
    if failure is None:
        raise Problem(404, "failure_unknown", "There is no such failure.")
    return failure


def _one(
    visit: Visit, failure: Failure, audit: list[AuditLine], wrong: str = "", typed: str | None = None
) -> HTMLResponse:
    text, form = readable(failure.letter.value_base64)
    status = 400 if wrong else 200
    shown = {"text": text, "form": form, "typed": text if typed is None else typed, "wrong": wrong}
    return _page(visit, "failure.html", status, failure=failure, audit=audit, **shown)


def _page(visit: Visit, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    common = {"token": form_token(visit), "operator": visit.name, "here": "failures"}
    return page(visit.call, name, status, **common, **values)
