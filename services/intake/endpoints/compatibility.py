"""The v2 way to ask: the caller waits for the outcome, and shows `detail` to its user as it is."""

import asyncio
import time
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Header
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from services.intake.domain.connections import Ask, Connection
from services.intake.domain.wording import reason_of, told
from services.intake.endpoints.answers import Answer, once
from services.intake.endpoints.connections import ask_for
from services.intake.endpoints.taken import TakenConnection, taken
from services.intake.ports import IntakeStore, Place
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.reasons import reason
from shared.values import ConnectionId, EnterpriseNumber, Language, SoftwareSlug, ValueRejected
from shared.values.moments import utc_text

routes = router()

LONGEST_WAIT_MS = 10_000
_LOOK_EVERY_MS = 50
_ANSWERED = ("verified", "token_sent", "token_expired", "active")
_MEANT = {
    Language.NL: "Bedoelde u {}?",
    Language.FR: "Vouliez-vous dire {} ?",
    Language.DE: "Meinten Sie {}?",
    Language.EN: "Did you mean {}?",
}
_STILL_LOOKING = {
    Language.NL: "De aanvraag is ontvangen en wordt nog bekeken; probeer het zo dadelijk opnieuw.",
    Language.FR: "La demande a été reçue et est encore à l’examen ; réessayez dans un instant.",
    Language.DE: "Die Anfrage ist eingegangen und wird noch geprüft; versuchen Sie es gleich noch einmal.",
    Language.EN: "The request was taken and is still being looked at; please ask again in a moment.",
}


class TokenRequest(BaseModel):
    """What existing clients send. `vat` is read here and not by the framework, so that what is wrong with it can be
    told in the end user's language; `language` is ours, for clients that know it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    vat: Annotated[str, Field(max_length=200, description="any spelling of the VAT or enterprise number")]
    language: Language | None = None


@routes.post("/v2/request-access-token/invoicing-software", status_code=201, responses=taken(TakenConnection, 201))
async def request_access_token(
    asked: TokenRequest,
    call: Annotated[Call, Depends(caller("software"))],
    accept_language: Annotated[str, Header(include_in_schema=False)] = "",
) -> JSONResponse:
    """201 when a token goes to the company's known address; else 4xx with the reason and whom to contact.

    422 `enterprise_number_malformed`, `enterprise_number_checksum` or `establishment_number` for a `vat` that is no
    company's.

    503 with `Retry-After` while it is undecided after 10 s; asking again then continues the same request.
    """
    spoken = asked.language or Language.best(accept_language, Language.NL)
    number = _number(asked.vat, spoken)

    async def work(tx: CallTransaction, store: IntakeStore) -> Answer:
        connection = await _undecided(call, store, number)
        if connection is None:
            ask = Ask(enterprise_number=number, language=asked.language)
            connection = await ask_for(call, tx, store, ask, spoken)
        since = utc_text(connection.active_since) if connection.active_since else None
        body = {"id": connection.connection_id, "ordinal": connection.ordinal, "state": connection.state}
        return Answer(202, body | {"active_since": since, "asked_at": utc_text(tx.now)})

    noted = (await once(call, b"request-access-token " + number.encode(), work)).body
    connection_id = ConnectionId(noted["id"])
    if noted["state"] == "active":
        raise _already_connected(connection_id, number, noted.get("active_since"), spoken)
    connection = await _outcome(call, connection_id, int(noted["ordinal"]), spoken)
    if connection.active_since is not None and connection.active_since < datetime.fromisoformat(noted["asked_at"]):
        # It was connected when it was asked for, and the news of it was on its way.
        raise _already_connected(connection_id, number, utc_text(connection.active_since), spoken)
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


def _number(text: str, spoken: Language) -> EnterpriseNumber:
    """The number, or `Problem` 422 that says in the end user's language what is wrong and what was perhaps meant."""
    try:
        return EnterpriseNumber(text)
    except ValueRejected as flaw:
        known = reason(flaw.code)
        meant = f" {_MEANT[spoken].format(flaw.suggestion)}" if flaw.suggestion else ""
        error = {"pointer": "/vat", "code": flaw.code, "detail": str(flaw), "found": flaw.found}
        error |= {"expected": flaw.expected} | ({"suggestion": flaw.suggestion} if flaw.suggestion else {})
        detail = f"{known.detail[spoken]}{meant} {known.next_action[spoken]}"
        raise Problem(422, flaw.code, detail, errors=[error], extra={"reason": flaw.code}) from flaw


async def _undecided(call: Call, store: IntakeStore, number: EnterpriseNumber) -> Connection | None:
    """The request that is still being looked at: asking again waits for its answer and asks nobody twice."""
    place = Place(SoftwareSlug(call.principal.id), call.principal.mode, number)
    known = (await store.latest([place])).get(place)
    return known if known is not None and known.is_undecided else None


def _already_connected(
    connection_id: ConnectionId, number: EnterpriseNumber, since: str | None, spoken: Language
) -> Problem:
    known = reason("already_connected")
    day = f" ({since[:10]})" if since else ""
    detail = f"{known.title[spoken]}{day}: {number.formatted}. {known.next_action[spoken]}"
    extra = {"reason": known.code, "id": connection_id, "journey": connection_id, "active_since": since}
    return Problem(409, known.code, detail, extra=extra)


async def _outcome(call: Call, connection_id: ConnectionId, ordinal: int, spoken: Language) -> Connection:
    """The connection once this asking is answered, or its token came back before it was.

    Raises `Problem` 503 when that takes too long.
    """
    until = time.monotonic() + LONGEST_WAIT_MS / 1000
    while time.monotonic() < until:
        await asyncio.sleep(_LOOK_EVERY_MS / 1000)
        connection = await _read(call, connection_id)
        if connection is not None and (connection.answered_ordinal >= ordinal or connection.access != "none"):
            return connection
    raise Problem(
        503,
        "temporarily_unavailable",
        _STILL_LOOKING[spoken],
        headers={"Retry-After": "5"},
        extra={"id": connection_id, "journey": connection_id},
    )


async def _read(call: Call, connection_id: ConnectionId) -> Connection | None:
    async with call.transaction() as tx:
        return await cast(IntakeStore, tx.store).connection(connection_id)
