"""Another token on request: `POST /v1/connections/{connection_id}/token/renew`."""

from typing import Annotated, cast

from fastapi import Depends
from pydantic import BaseModel

from services.token_mailer.domain.duties import RenewToken
from services.token_mailer.domain.issuing import DAY, waits_for
from services.token_mailer.endpoints.answers import too_soon, unknown_connection
from services.token_mailer.endpoints.registering import is_pending, own_connection
from services.token_mailer.ports import TokenStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.values import ConnectionId, ValueRejected

routes = router()


class RenewalView(BaseModel):
    """Where the new code is mailed to."""

    connection_id: ConnectionId
    masked_email: str


@routes.post("/v1/connections/{connection_id}/token/renew", status_code=202)
async def renew_token(connection_id: str, call: Annotated[Call, Depends(caller("software"))]) -> RenewalView:
    """Mail another token; the one that was mailed before then answers `token_superseded`. 60 seconds between mails,
    five a day for one company."""
    try:
        key = ConnectionId(connection_id)
    except ValueRejected:
        raise unknown_connection() from None
    async with call.transaction() as tx:
        store = cast(TokenStore, tx.store)
        connection = await own_connection(store, key)
        if not is_pending(connection):
            raise Problem(409, "connection_not_pending", f"found state {connection.state}, expected pending")
        mailed = (await store.lock_mailings(connection.mailed_numbers, tx.now - DAY)).get(
            connection.enterprise_number, ()
        )
        wait = waits_for(mailed, tx.now)
        if wait:
            raise too_soon(wait, connection.language)
        tx.do(RenewToken(connection_id=key, issue=connection.issue), key, once=True)
    return RenewalView(connection_id=key, masked_email=connection.masked_email)
