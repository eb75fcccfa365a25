"""Mails that came back, handed over by a mail server: `POST /v1/mail/bounces`."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from services.token_mailer.domain.bounces import REPORT_TYPES
from services.token_mailer.domain.duties import NoteBounce
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router

LONGEST_BYTES = 1_000_000
KEY_HEADER = "X-Mail-Server-Key"

DutyOf = Callable[[bytes, str, tuple[str, ...]], NoteBounce | None]
"""What follows from a report, its media type, and whom it was sent to."""

routes = router()
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "a delivery status notification (RFC 3464), whole or its machine-readable part",
        "content": {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in REPORT_TYPES},
    }
}


class BounceView(BaseModel):
    """`noted`: it will be told, once. `ignored`: no report that matters, or about no mail of ours."""

    outcome: Literal["noted", "ignored"]


@routes.post("/v1/mail/bounces", status_code=202, openapi_extra=_BODY)
async def take_bounce(
    request: Request,
    call: Annotated[Call, Depends(caller("operator", "public"))],
    to: Annotated[str, Query(max_length=320, description="the address that the report was sent to")] = "",
) -> BounceView:
    """Take a report of a mail that came back, from the operator or from a mail server with its own key; the same
    report again changes nothing."""
    _require_mail_server(call, request.headers.get(KEY_HEADER, ""))
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in REPORT_TYPES:
        expected = " or ".join(REPORT_TYPES)
        raise Problem(415, "media_type_unsupported", f"found {media_type[:80] or 'none'}, expected {expected}")
    content = await request.body()
    if len(content) > LONGEST_BYTES:
        raise Problem(413, "body_too_large", f"found {len(content)} bytes, expected at most {LONGEST_BYTES}")
    duty_of: DutyOf = call.resources["duty_of_report"]
    duty = duty_of(content, media_type, (to,) if to else ())
    if duty is None:
        return BounceView(outcome="ignored")
    async with call.transaction() as tx:
        tx.do(duty, duty.sha256, once=True)
    return BounceView(outcome="noted")


def _require_mail_server(call: Call, shown: str) -> None:
    """Raises `Problem` 401 where neither the operator's key nor the mail server's was shown."""
    expected = str(call.resources["bounce_key_sha256"])
    digest = hashlib.sha256(shown.encode("utf-8", "surrogateescape")).hexdigest()
    known = bool(expected) and hmac.compare_digest(digest, expected)
    if call.principal.kind != "operator" and not known:
        raise Problem(
            401,
            "credentials_invalid" if shown else "credentials_missing",
            f"This call needs the operator's key, or that of the mail server in {KEY_HEADER}.",
            headers={"WWW-Authenticate": 'Bearer realm="relais"'},
        )
