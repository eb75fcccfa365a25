"""The v2 way to ask: the caller waits for the outcome, and shows `detail` to its user as it is."""

import asyncio
from typing import Annotated, cast

from fastapi import Depends
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse

from services.intake.domain.connections import Ask, Connection
from services.intake.domain.wording import reason_of, told
from services.intake.endpoints.answers import Answer, once
from services.intake.endpoints.connections import ask_for
from services.intake.ports import IntakeStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.values import ConnectionId, EnterpriseNumber

routes = router()

LONGEST_WAIT_MS = 10_000
_LOOK_EVERY_MS = 100
_ANSWERED = ("verified", "token_sent", "token_expired", "active")


class TokenRequest(BaseModel):
    """What existing clients send."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    vat: EnterpriseNumber


@routes.post("/v2/request-access-token/invoicing-software", status_code=201)
async def request_access_token(asked: TokenRequest, call: Annotated[Call, Depends(caller("software"))]) -> JSONResponse:
    """201 when a token goes to the company's known address; else 4xx with the reason and whom to contact."""

    async def work(tx: CallTransaction, store: IntakeStore) -> Answer:
        connection = await ask_for(call, tx, store, Ask(enterprise_number=asked.vat))
        body = {"id": connection.connection_id, "ordinal": connection.ordinal, "state": connection.state}
        return Answer(202, body)

    noted = (await once(call, b"request-access-token " + asked.vat.encode(), work)).body
    connection_id = ConnectionId(noted["id"])
    if noted["state"] == "active":
        detail = f"The company {asked.vat.formatted} is already connected with this software."
        raise Problem(409, "already_connected", detail, extra={"id": connection_id})
    connection = await _outcome(call, connection_id, int(noted["ordinal"]))
    if connection.state in _ANSWERED:
        return JSONResponse({"id": connection.connection_id, "state": connection.state}, 201)
    raise Problem(
        400,
        reason_of(connection),
        told(connection),
        extra={
            "reason": reason_of(connection),
            "contact": connection.contact,
            "id": connection.connection_id,
            "journey": connection.connection_id,
        },
    )


async def _outcome(call: Call, connection_id: ConnectionId, ordinal: int) -> Connection:
    """The connection once this asking is answered, or its token came back before it was.

    Raises `Problem` 503 when that takes too long.
    """
    waited_ms = 0
    while waited_ms < LONGEST_WAIT_MS:
        await asyncio.sleep(_LOOK_EVERY_MS / 1000)
        waited_ms += _LOOK_EVERY_MS
        connection = await _read(call, connection_id)
        if connection is not None and (connection.answered_ordinal >= ordinal or connection.access != "none"):
            return connection
    raise Problem(
        503,
        "temporarily_unavailable",
        "The request was taken and is still being looked at; please ask again in a moment.",
        headers={"Retry-After": "5"},
        extra={"id": connection_id, "journey": connection_id},
    )


async def _read(call: Call, connection_id: ConnectionId) -> Connection | None:
    async with call.transaction() as tx:
        return await cast(IntakeStore, tx.store).connection(connection_id)
