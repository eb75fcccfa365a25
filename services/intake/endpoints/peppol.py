"""The upload as an existing connector of Odoo makes it, `/v2/peppol/…` (codabox-v2.md): one licence a connection.

A licence is the connection under a UUID. Relais hands documents to the accountant and is no access point of Peppol,
and the answers say so where it matters.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from services.intake.domain.connections import Connection
from services.intake.endpoints.bodies import read_document
from services.intake.endpoints.documents import active_connection, hand_in
from services.intake.endpoints.taken import TakenDocument, taken
from services.intake.ports import IntakeStore
from shared.chassis.bodies import described_document
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber

routes = router()
OfConnection = Annotated[Call, Depends(caller("connection", scope="invoices:write"))]


class LicenceRequest(BaseModel):
    """What a connector sends to have a licence; every active connection has one already."""

    model_config = ConfigDict(extra="ignore")

    email: EmailAddress
    invoice_quantity: int | None = Field(None, ge=0, le=2**31 - 1)


class ListedLicence(BaseModel):
    """A licence in the list."""

    id: UUID


class Licence(ListedLicence):
    """The licence of a connection; `state_date` is when it became active."""

    state: Literal["active"] = "active"
    state_date: datetime | None


class LicenceToken(BaseModel):
    """Names the licence and opens nothing: uploads are allowed by the connection's own credentials."""

    token: str


class Receiver(BaseModel):
    """Whom a connector asks about: `BE:CBE` and an enterprise number, or `BE:VAT` and a VAT number."""

    model_config = ConfigDict(extra="ignore")

    scheme_id: Literal["BE:CBE", "BE:VAT"]
    value: EnterpriseNumber


class Presence(BaseModel):
    """Whether documents can be sent to the receiver over Peppol from here: never, Relais is no access point."""

    scheme_id: str
    value: EnterpriseNumber
    is_present: Literal[False] = False
    detail: str = "Documents are handed to the sender's accountant; Relais does not deliver over Peppol."


@routes.get("/v2/peppol/licences", responses={200: {"model": list[ListedLicence]}})
async def list_licences(call: OfConnection) -> list[dict[str, Any]]:
    """The one licence of the connection."""
    return [{"id": str(ConnectionId(call.principal.id).uuid)}]


@routes.post("/v2/peppol/licences", status_code=201, responses={201: {"model": Licence}})
async def ask_for_licence(asked: LicenceRequest, call: OfConnection) -> JSONResponse:
    """The licence that the connection has; nothing of what is sent is kept."""
    return JSONResponse(await _licence(call), 201)


@routes.put("/v2/peppol/licences/{licence}", responses={200: {"model": Licence}})
async def change_licence(licence: str, asked: LicenceRequest, call: OfConnection) -> JSONResponse:
    """There is nothing to change: answers the licence as it is. 404 `connection_unknown` for another one's."""
    _require_own(licence, call)
    return JSONResponse(await _licence(call), 200)


@routes.post("/v2/peppol/licences/{licence}/request-token", status_code=201, responses={201: {"model": LicenceToken}})
async def request_token(licence: str, call: OfConnection) -> JSONResponse:
    """201 with a token that names the licence. 404 `connection_unknown` for another one's."""
    own = _require_own(licence, call)
    return JSONResponse({"token": str(own.uuid)}, 201)


@routes.post(
    "/v2/peppol/licences/{licence}/upload",
    responses=taken(TakenDocument, 200),
    openapi_extra=described_document(),
)
async def upload_document(licence: str, request: Request, call: OfConnection) -> JSONResponse:
    """Hand in a document: 200, also for bytes that came before. 404 `connection_unknown` for another one's licence."""
    connection = await active_connection(call, _require_own(licence, call))
    return await hand_in(call, connection, await read_document(request), new_status=200)


@routes.post("/v2/peppol/receiver/check-presence", responses={200: {"model": Presence}})
async def check_presence(receiver: Receiver, call: OfConnection) -> JSONResponse:
    """Always absent: Relais is no access point of Peppol. A number that cannot be one is 422."""
    return JSONResponse(Presence(scheme_id=receiver.scheme_id, value=receiver.value).model_dump(mode="json"))


def _require_own(licence: str, call: Call) -> ConnectionId:
    own = ConnectionId(call.principal.id)
    if licence.lower() not in (str(own.uuid), own.uuid.hex, own):
        raise Problem(404, "connection_unknown", "There is no such licence of yours.")
    return own


async def _licence(call: Call) -> dict[str, Any]:
    async with call.transaction() as tx:
        found: Connection | None = await cast(IntakeStore, tx.store).connection(ConnectionId(call.principal.id))
    since = found.active_since if found is not None else None
    licence = Licence(id=ConnectionId(call.principal.id).uuid, state_date=since)
    return licence.model_dump(mode="json")
