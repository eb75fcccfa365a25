"""Another token on request: `POST /v1/connections/{connection_id}/token/renew`."""

from typing import Annotated, cast

from fastapi import Depends
from pydantic import BaseModel

from services.token_mailer.domain.duties import RenewToken
from services.token_mailer.endpoints.registering import connection_id_of, pending_connection, recent_mails
from services.token_mailer.ports import TokenStore
from shared.chassis.http import Call, caller, router
from shared.values import ConnectionId

routes = router()


class RenewalView(BaseModel):
    """Where the new code is mailed to."""

    connection_id: ConnectionId
    masked_email: str


@routes.post("/v1/connections/{connection_id}/token/renew", status_code=202)
async def renew_token(connection_id: str, call: Annotated[Call, Depends(caller("software"))]) -> RenewalView:
    """Mail another token; the one that was mailed before then answers `token_superseded`. 60 seconds between mails,
    five a day for one company."""
    key = connection_id_of(connection_id)
    async with call.transaction() as tx:
        store = cast(TokenStore, tx.store)
        connection = await pending_connection(store, key)
        await recent_mails(store, connection, tx.now)
        tx.do(RenewToken(connection_id=key, issue=connection.issue), key, once=True)
    return RenewalView(connection_id=key, masked_email=connection.masked_email)
