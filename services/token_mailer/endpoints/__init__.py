"""Registering a token, mailing it again, renewing a credential; ending a connection, what offices see, bearers."""

from dataclasses import replace
from typing import Annotated, cast

from fastapi import Depends
from pydantic import BaseModel, Field, SecretStr

from services.token_mailer.domain.duties import SendTokenMail
from services.token_mailer.domain.issuing import mail_again, waits_for
from services.token_mailer.domain.records import names_of, snapshot
from services.token_mailer.domain.registering import OVERLAP, TokenRefused, ending
from services.token_mailer.endpoints import bounces, oauth, overseeing, renewing, revoking, sandbox
from services.token_mailer.endpoints.answers import (
    BasicCredentials,
    CredentialsView,
    ResendView,
    credentials_view,
    refused,
)
from services.token_mailer.endpoints.registering import (
    connection_id_of,
    new_credential,
    own_connection,
    pending_connection,
    recent_mails,
    register,
)
from services.token_mailer.ports import TokenStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.connections import ConnectionRotated

routes = router()
for part in (revoking, renewing, oauth, overseeing, bounces, sandbox):
    routes.include_router(part.routes)

Software = Annotated[Call, Depends(caller("software"))]
SoftwareOrConnection = Annotated[Call, Depends(caller("software", "connection"))]


class Activation(BaseModel):
    """The code from the mail, as the end user typed or pasted it."""

    token: SecretStr = Field(min_length=1, max_length=200)


@routes.post("/v1/connections/{connection_id}/activate")
async def activate(connection_id: str, body: Activation, call: Software) -> CredentialsView:
    """Register a token. The same token with the same software answers the same for ten minutes."""
    connection, credential = await register(call, body.token.get_secret_value(), connection_id_of(connection_id))
    return credentials_view(call, connection, credential)


@routes.get("/v2/get-credentials/{token}")
async def get_credentials(token: str, call: Software) -> BasicCredentials:
    """As `activate`, in the words of the CodaBox API v2, which names no connection."""
    connection, credential = await register(call, token, None)
    view = credentials_view(call, connection, credential)
    return BasicCredentials(username=view.username, password=view.password)


@routes.post("/v1/connections/{connection_id}/token/resend", status_code=202)
async def resend_token(connection_id: str, call: Software) -> ResendView:
    """Mail the live token again: 60 seconds between mails, five a day for one company."""
    async with call.transaction() as tx:
        store = cast(TokenStore, tx.store)
        connection = await pending_connection(store, connection_id_of(connection_id))
        token = (await store.newest_tokens([connection.connection_id])).get(connection.connection_id)
        if token is None or not token.is_live(tx.now):
            raise refused(TokenRefused("token_expired", connection.language))
        mailed = await recent_mails(store, connection, tx.now)
        again, mail = mail_again(token, connection, tx.now)
        await store.save_tokens([again])
        await store.save_mails([mail])
        duty = SendTokenMail.of(mail)
        tx.do(duty, duty.key)
        return ResendView(
            connection_id=connection.connection_id,
            masked_email=connection.masked_email,
            token_expires_at=token.expires_at,
            next_resend_at=tx.now + waits_for([*mailed, *(tx.now for _ in connection.mailed_numbers)], tx.now),
        )


@routes.post("/v1/connections/{connection_id}/rotate")
async def rotate(connection_id: str, call: SoftwareOrConnection) -> CredentialsView:
    """A new credential; the older ones work for 24 hours more. The same Idempotency-Key answers the same."""
    async with call.transaction() as tx:
        store = cast(TokenStore, tx.store)
        connection = await own_connection(store, connection_id_of(connection_id))
        if connection.state != "active":
            raise Problem(409, "connection_not_active", f"found state {connection.state}, expected active")
        older = await store.credentials(connection.connection_id)
        ends_at = tx.now + OVERLAP
        same = next((each for each in older if each.cause_id == call.cause.id), None)
        if same is not None:
            return credentials_view(call, connection, same, older_ends_at=same.issued_at + OVERLAP)
        connection, credential = new_credential(call, connection, tx.now, issue=0)
        connection = replace(connection, version=connection.version + 1)
        credentials = (*ending(older, ends_at), credential)
        await store.save_connections([connection])
        await store.save_credentials(credentials)
        tx.publish(ConnectionRotated(**names_of(connection), older_ends_at=ends_at), sequence=connection.version)
        tx.publish(snapshot(connection, credentials, tx.now), sequence=connection.version)
    return credentials_view(call, connection, credential, older_ends_at=ends_at)
