"""Readiness: could this company be connected? Asked before anything is promised to a user."""

from typing import Annotated, Literal, cast

from fastapi import Depends
from pydantic import BaseModel

from services.verification.domain.directory import day_of
from services.verification.domain.verdicts import contact_for, obstacle
from services.verification.ports import DirectoryStore
from shared.chassis.http import Call, caller, router
from shared.values import EnterpriseNumber

routes = router()


class Readiness(BaseModel):
    """Ready, or the reason why not and whom to contact; never which office serves the company."""

    enterprise_number: EnterpriseNumber
    state: Literal["ready", "not_ready"]
    reason: str | None = None
    contact: str | None = None


@routes.get("/v1/companies/{enterprise_number}/readiness")
async def show_readiness(
    enterprise_number: EnterpriseNumber, call: Annotated[Call, Depends(caller("software"))]
) -> Readiness:
    """What a request for this company would be answered today."""
    async with call.transaction() as tx:
        standing = await cast(DirectoryStore, tx.store).standing(enterprise_number, day_of(tx.now))
    code = obstacle(standing)
    if code is None:
        return Readiness(enterprise_number=enterprise_number, state="ready")
    contact = contact_for(code, str(call.resources["help_desk"]))
    return Readiness(enterprise_number=enterprise_number, state="not_ready", reason=code, contact=contact)
