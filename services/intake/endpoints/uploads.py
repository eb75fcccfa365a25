"""Bytes handed in ahead: a document on Kafka that is too large for a record refers to them."""

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import JSONResponse

from services.intake.domain.documents import PDF, XML
from services.intake.domain.uploads import UPLOADS_KEPT, Upload, upload_id
from services.intake.endpoints.answers import Answer, answered_once
from services.intake.endpoints.bodies import read_upload
from services.intake.endpoints.documents import OverConnection, active_connection, named_connection
from services.intake.endpoints.taken import TakenUpload, taken, uploads_described
from services.intake.ports import IntakeStore
from shared.chassis.calls import CallTransaction
from shared.chassis.documents import Documents
from shared.chassis.http import Call, caller, router
from shared.values.moments import utc_text

routes = router()


@routes.post("/v1/uploads", status_code=201, responses=taken(TakenUpload, 200, 201), openapi_extra=uploads_described())
async def hand_in_upload(
    request: Request,
    call: Annotated[Call, Depends(caller("connection", "software", scope="invoices:write"))],
    connection: OverConnection = None,
) -> JSONResponse:
    """Hand in the bytes of a UBL document or of its PDF: 201 with an id, to which a record of the software's topic
    may refer for 24 hours. The same bytes again: 200 with the same id, and the 24 hours begin anew."""
    over = await active_connection(call, named_connection(call, request, connection))
    kind, data = await read_upload(request)
    documents = cast(Documents, call.resources["documents"])
    claim = await documents.put(data, over.enterprise_number, PDF if kind == PDF else XML)

    async def work(tx: CallTransaction, store: IntakeStore) -> Answer:
        kept = Upload(upload_id(over.connection_id, claim.sha256), over.connection_id, claim, tx.now)
        new = await store.add_upload(kept)
        told = {"id": kept.upload_id, "sha256": claim.sha256, "size": claim.size, "media_type": claim.media_type}
        return Answer(201 if new else 200, told | {"expires_at": utc_text(tx.now + UPLOADS_KEPT)})

    return await answered_once(call, f"uploads {over.connection_id} {claim.sha256}".encode(), work)
