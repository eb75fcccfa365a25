"""Bank files: stored as they are; which accounts they are about is coda_reconciler's to read."""

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import JSONResponse

from services.intake.domain.documents import BANK_FILE
from services.intake.endpoints.answers import Answer, answered_once
from services.intake.endpoints.bodies import read_bank_file
from services.intake.endpoints.taken import TakenFile, bank_files_described, taken
from services.intake.ports import BankFile, IntakeStore
from shared.chassis.calls import CallTransaction
from shared.chassis.documents import UNASSIGNED, Documents
from shared.chassis.http import Call, caller, router
from shared.contracts import BankFileReceived

routes = router()

ByBank = Annotated[Call, Depends(caller("operator", "software", "office", scope="statements:write"))]


@routes.post(
    "/v1/statements",
    status_code=202,
    responses=taken(TakenFile, 200, 202),
    openapi_extra=bank_files_described(),
)
async def hand_in_statements(request: Request, call: ByBank) -> JSONResponse:
    """Hand in a file with statements: 202 with its digest, 200 and `duplicate` for bytes that came before."""
    data = await read_bank_file(request)
    documents = cast(Documents, call.resources["documents"])
    claim = await documents.put(data, UNASSIGNED, BANK_FILE)

    async def work(tx: CallTransaction, store: IntakeStore) -> Answer:
        file = BankFile(claim.sha256, claim.size, tx.now, call.principal.text)
        if not await store.add_bank_file(file):
            return Answer(200, {"sha256": claim.sha256, "duplicate": True})
        tx.publish(
            BankFileReceived(
                sha256=claim.sha256,
                received_at=tx.now,
                received_from=call.principal.text,
                document=claim,
            ),
            sequence=1,
        )
        return Answer(202, {"sha256": claim.sha256})

    return await answered_once(call, f"statements {claim.sha256}".encode(), work)
