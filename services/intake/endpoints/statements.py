"""Bank files: stored as they are; which accounts they are about is coda_reconciler's to read."""

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import JSONResponse

from services.intake.domain.bank_files import received
from services.intake.domain.documents import BANK_FILE
from services.intake.domain.uploads import UPLOADS_KEPT, Upload, upload_id
from services.intake.endpoints.answers import Answer, answered_once
from services.intake.endpoints.bodies import read_bank_file
from services.intake.endpoints.taken import TakenFile, TakenUpload, bank_files_described, taken
from services.intake.ports import BankFile, IntakeStore
from shared.chassis.calls import CallTransaction
from shared.chassis.documents import UNASSIGNED, Documents
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.values import SoftwareSlug
from shared.values.moments import utc_text

routes = router()

ByBank = Annotated[Call, Depends(caller("operator", "software", "office", scope="statements:write"))]


@routes.post(
    "/v1/statements",
    status_code=202,
    responses=taken(TakenFile, 200, 202),
    openapi_extra=bank_files_described(),
)
async def hand_in_statements(request: Request, call: ByBank) -> JSONResponse:
    """Hand in a file with statements: 202 with its digest, 200 and `duplicate` for bytes that came before. At most
    20 MiB (413 `document_too_large`) and 100,000 lines (422 `bank_file_too_long`). 403 `live_key_needed`.

    What is in it is read later: of a statement that is put aside the software or the office that handed the file in
    hears `statement.quarantined` with the reason, and `statement.released` when it was booked after all.
    """
    _needs_live_key(call)
    data = await read_bank_file(request)
    documents = cast(Documents, call.resources["documents"])
    claim = await documents.put(data, UNASSIGNED, BANK_FILE)

    async def work(tx: CallTransaction, store: IntakeStore) -> Answer:
        file = BankFile(claim.sha256, claim.size, tx.now, call.principal.text)
        if not await store.add_bank_file(file):
            return Answer(200, {"sha256": claim.sha256, "duplicate": True})
        tx.publish(received(claim, call.principal.text, tx.now), sequence=1)
        return Answer(202, {"sha256": claim.sha256})

    return await answered_once(call, f"statements {claim.sha256}".encode(), work)


@routes.post(
    "/v1/uploads/statements",
    status_code=201,
    responses=taken(TakenUpload, 200, 201),
    openapi_extra=bank_files_described(),
)
async def hand_in_statements_upload(
    request: Request, call: Annotated[Call, Depends(caller("software", scope="statements:write"))]
) -> JSONResponse:
    """Hand in the bytes of a file with statements: 201 with an id, to which a record of the software's topic may refer
    for 24 hours. The same bytes again: 200 with the same id, and the 24 hours begin anew. 403 `live_key_needed`."""
    _needs_live_key(call)
    data = await read_bank_file(request)
    documents = cast(Documents, call.resources["documents"])
    claim = await documents.put(data, UNASSIGNED, BANK_FILE)
    software = SoftwareSlug(call.principal.id)

    async def work(tx: CallTransaction, store: IntakeStore) -> Answer:
        kept = Upload(upload_id(software, claim.sha256), None, claim, tx.now, software)
        new = await store.add_upload(kept)
        told = {"id": kept.upload_id, "sha256": claim.sha256, "size": claim.size, "media_type": claim.media_type}
        return Answer(201 if new else 200, told | {"expires_at": utc_text(tx.now + UPLOADS_KEPT)})

    return await answered_once(call, f"uploads of {software} {claim.sha256}".encode(), work)


def _needs_live_key(call: Call) -> None:
    """A statement is of a real account, and its mandate alone says whose."""
    if call.principal.mode != "live":
        raise Problem(403, "live_key_needed", "found a test key, expected a live key: bank files are real")
