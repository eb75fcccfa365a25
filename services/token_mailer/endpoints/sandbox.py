"""What a developer sees of the mails to simulated companies: as JSON, and on a page that runs nothing."""

from datetime import datetime
from typing import Annotated, Literal, cast

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse

from services.token_mailer.domain.sandbox import KEPT_MAILS, SandboxMail
from services.token_mailer.ports import SandboxPages, TokenStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug

routes = router()

Software = Annotated[Call, Depends(caller("software"))]
SHOWN_MAILS = 50
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class SandboxMailView(BaseModel):
    """One mail to a simulated company, as it would have been sent, and the code that stands in it."""

    connection_id: ConnectionId
    enterprise_number: EnterpriseNumber
    issue: int = Field(description="which token of the connection; 0: the mail tells of its ending")
    ordinal: int = Field(description="which sending of that token")
    to: str
    subject: str
    code: str = Field(
        description="what the end user would type: it registers the connection; empty where it tells of an ending"
    )
    text: str
    html: str
    outcome: Literal["sent", "bounced"]
    written_at: datetime


class SandboxMails(BaseModel):
    """The newest mails to simulated companies, newest first."""

    mails: tuple[SandboxMailView, ...]


@routes.get("/v1/sandbox/mails")
async def list_sandbox_mails(
    call: Software,
    connection: ConnectionId | None = None,
    limit: Annotated[int, Query(ge=1, le=KEPT_MAILS)] = SHOWN_MAILS,
) -> SandboxMails:
    """The mails that the software's test key caused, newest first; those of one connection where it is named."""
    mails = await _own_mails(call, connection, limit)
    return SandboxMails(mails=tuple(_view(mail) for mail in mails))


@routes.get("/sandbox/mails", response_class=HTMLResponse)
async def show_sandbox_mails(call: Software) -> HTMLResponse:
    """The same as a page. A browser asks for the test key by itself: as the password, or alone as the user name."""
    mails = await _own_mails(call, None, SHOWN_MAILS)
    pages: SandboxPages = call.resources["sandbox_pages"]
    return HTMLResponse(pages.sandbox_page(SoftwareSlug(call.principal.id), mails), headers=_HEADERS)


async def _own_mails(call: Call, connection: ConnectionId | None, limit: int) -> list[SandboxMail]:
    if call.principal.mode != "test":
        raise Problem(403, "test_key_needed", "found a live key, expected a test key: live mails are shown to nobody")
    async with call.transaction() as tx:
        return await cast(TokenStore, tx.store).sandbox_mails(SoftwareSlug(call.principal.id), connection, limit)


def _view(mail: SandboxMail) -> SandboxMailView:
    return SandboxMailView(
        connection_id=mail.connection_id,
        enterprise_number=mail.enterprise_number,
        issue=mail.issue,
        ordinal=mail.ordinal,
        to=mail.recipient,
        subject=mail.subject,
        code=mail.code,
        text=mail.text,
        html=mail.html,
        outcome=mail.outcome,
        written_at=mail.written_at,
    )
