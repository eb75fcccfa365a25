"""The movements of a statement, for the softwares that were told of it."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Response

from services.delivery.endpoints.answers import bytes_described
from services.delivery.endpoints.originals import digest_headers, read_bytes
from services.delivery.ports import ReadingStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.values import StatementId, ValueRejected

routes = APIRouter()


@routes.get(
    "/v1/statements/{statement_id}/movements",
    responses=bytes_described("application/x-ndjson", "one movement as a JSON object a line"),
)
async def read_movements(
    statement_id: str, call: Annotated[Call, Depends(caller("software", scope="statements:read"))]
) -> Response:
    """One JSON object a line, in the order of the file. 404 `statement_unknown`, also for somebody else's."""
    try:
        wanted = StatementId(statement_id)
    except ValueRejected:
        raise _unknown() from None
    async with call.transaction() as tx:
        claim = await cast(ReadingStore, tx.store).statement_movements(wanted)
    if claim is None:
        raise _unknown()
    data = await read_bytes(call, claim)
    return Response(data, headers={"Content-Type": "application/x-ndjson", **digest_headers(claim)})


def _unknown() -> Problem:
    return Problem(404, "statement_unknown", "There is no such statement for this caller.")
