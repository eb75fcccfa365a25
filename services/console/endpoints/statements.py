"""Bank statements that need an operator: which, since when, and why."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from services.console.endpoints.session import Visit, form_token, operator, page
from services.console.ports import ConsoleStore

SHOWN = 500

routes = APIRouter()


@routes.get("/statements")
async def list_statements(visit: Annotated[Visit, Depends(operator)]) -> HTMLResponse:
    """What is missing after one bank day, the oldest first; what was put aside, first what nobody has yet."""
    async with visit.call.transaction() as tx:
        store = cast(ConsoleStore, tx.store)
        put_aside = await store.newest_put_aside(SHOWN)
        missing = await store.newest_missing(SHOWN)
    return page(
        visit.call,
        "statements.html",
        put_aside=put_aside,
        missing=missing,
        waiting=sum(each.waits for each in put_aside),
        full=SHOWN in (len(put_aside), len(missing)),
        token=form_token(visit),
        operator=visit.name,
        here="statements",
    )
