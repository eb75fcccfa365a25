"""Readiness: could this company be connected? Asked before anything is promised to a user.

It answers at once and without a request that anybody sees, so it is counted hard: a list of all companies and how
they stand shall not be read out of it.
"""

from datetime import timedelta
from math import ceil
from typing import Annotated, Literal, cast

from fastapi import Depends
from pydantic import BaseModel

from services.verification.domain.sandbox import contact_in_sandbox, obstacle_in_sandbox
from services.verification.domain.verdicts import contact_for, obstacle
from services.verification.ports import DirectoryStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.reasons import Actor, reason
from shared.values import EnterpriseNumber, SoftwareSlug
from shared.values.days import belgian_day

routes = router()

_SPANS = {"minute": timedelta(minutes=1), "day": timedelta(days=1)}


class Readiness(BaseModel):
    """Ready, or the reason why not and whom to contact; never which office serves the company."""

    enterprise_number: EnterpriseNumber
    state: Literal["ready", "not_ready"]
    reason: str | None = None
    actor: Actor | None = None
    contact: str | None = None
    resumes: bool | None = None


@routes.get("/v1/companies/{enterprise_number}/readiness")
async def show_readiness(
    enterprise_number: EnterpriseNumber, call: Annotated[Call, Depends(caller("software"))]
) -> Readiness:
    """What a request for this company would be answered today."""
    async with call.transaction() as tx:
        store = cast(DirectoryStore, tx.store)
        await _count(call, tx, store)
        standing = await store.standing(enterprise_number, belgian_day(tx.now))
    simulated = call.principal.mode == "test"
    code = obstacle_in_sandbox(enterprise_number) if simulated else obstacle(standing)
    if code is None:
        return Readiness(enterprise_number=enterprise_number, state="ready")
    known = reason(code)
    help_desk = str(call.resources["help_desk"])
    contact = contact_for(code, help_desk)
    return Readiness(
        enterprise_number=enterprise_number,
        state="not_ready",
        reason=code,
        actor=known.actor,
        contact=contact_in_sandbox(enterprise_number, contact, help_desk) if simulated else contact,
        resumes=known.resumes,
    )


async def _count(call: Call, tx: CallTransaction, store: DirectoryStore) -> None:
    counted = await store.count_readiness(SoftwareSlug(call.principal.id), tx.now)
    for span, most in call.resources["readiness_limits"].items():
        calls, begins = counted[span]
        if calls > most:
            detail = f"Readiness is answered {most} times a {span} to one software; please ask again later."
            wait = max(1, ceil((begins + _SPANS[span] - tx.now).total_seconds()))
            raise Problem(429, "rate_limited", detail, headers={"Retry-After": str(wait)})
