"""Answers; a call with an idempotency key is answered once (draft-ietf-httpapi-idempotency-key-header-07)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.responses import JSONResponse

from services.intake.domain.documents import Unusable
from services.intake.ports import IntakeStore, KeptAnswer
from shared.chassis.calls import CallTransaction, Principal
from shared.chassis.errors import Problem
from shared.chassis.http import Call
from shared.values import Sha256


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


Work = Callable[[CallTransaction, IntakeStore], Awaitable[Answer]]


async def answered_once(call: Call, asked: bytes, work: Work) -> JSONResponse:
    """As `once`, as the response itself."""
    answer = await once(call, asked, work)
    return JSONResponse(answer.body, answer.status, answer.headers)


async def once(call: Call, asked: bytes, work: Work) -> Answer:
    """Do the work in one transaction and answer; a repetition with the same key gets the same answer.

    `asked` is what the key stands for. Raises `Problem` 409 `idempotency_key_in_flight` and 422
    `idempotency_key_reused`. Problems are not kept: what was refused may be asked again.
    """
    async with call.transaction() as tx:
        store = cast(IntakeStore, tx.store)
        if call.idempotency_key is None:
            return await work(tx, store)
        return await _under_key(call.principal, call.idempotency_key, Sha256.of(asked), tx, store, work)


async def _under_key(
    principal: Principal, key: str, asked_sha256: Sha256, tx: CallTransaction, store: IntakeStore, work: Work
) -> Answer:
    name = (principal.text, principal.mode, key)
    if not await store.hold_key(*name):
        raise Problem(409, "idempotency_key_in_flight", "A call with this Idempotency-Key is being answered.")
    kept = await store.kept_answer(*name)
    if kept is None:
        answer = await work(tx, store)
        await store.keep_answer(*name, KeptAnswer(asked_sha256, answer.status, answer.body, answer.headers), tx.now)
        return answer
    if kept.request_sha256 != asked_sha256:
        raise Problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another request.")
    return Answer(kept.status, kept.body, kept.headers | {"Idempotency-Replayed": "true"})


def problem(flaw: Unusable) -> Problem:
    """The problem that says what a flaw says."""
    error = {
        "pointer": flaw.pointer,
        "code": flaw.code,
        "detail": flaw.detail,
        "found": flaw.found,
        "expected": flaw.expected,
    }
    return Problem(flaw.status, flaw.code, flaw.detail, errors=[error])
