"""Ending a connection: by its software, its office or the operator, and by the company with the code it was mailed."""

from dataclasses import replace
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Literal, cast
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, SecretStr

from services.token_mailer.domain.duties import TellOfEnding
from services.token_mailer.domain.records import Connection, Side, names_of, snapshot
from services.token_mailer.domain.registering import TokenRefused, ending, refusal, revoked
from services.token_mailer.domain.tokens import OneTimeToken, TokenMistyped
from services.token_mailer.endpoints.answers import refused, unknown_connection
from services.token_mailer.endpoints.registering import connection_id_of, own_connection
from services.token_mailer.ports import AccessPages, TokenHolder, TokenStore
from shared.chassis.calls import CallTransaction, Principal
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.connections import ConnectionRevoked
from shared.values import ConnectionId, Language, Sha256

routes = router()
Anyone = Annotated[Call, Depends(caller("software", "office", "connection", "operator"))]
ByPublic = Annotated[Call, Depends(caller("public"))]

_SIDES: dict[str, Side] = {
    "software": "software",
    "office": "office",
    "connection": "software",  # its credential was given to the software, never to the company
    "operator": "operator",
}
_LONGEST_FORM_BYTES = 4_000
_PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
}


class Revocation(BaseModel):
    """The code from the mail, of which the company wants the connection ended."""

    token: SecretStr = Field(min_length=1, max_length=200)


class RevokedView(BaseModel):
    """The connection has ended."""

    connection_id: ConnectionId
    state: Literal["revoked"] = "revoked"


@routes.delete("/v1/connections/{connection_id}", status_code=204)
async def revoke(connection_id: str, call: Anyone) -> Response:
    """End the connection, from whichever side; asked again, nothing more happens."""
    wanted = connection_id_of(connection_id)
    async with call.transaction() as tx:
        connection = await own_connection(cast(TokenStore, tx.store), wanted)
        await end_connection(tx, connection, _SIDES[call.principal.kind])
    return Response(status_code=204)


@routes.post("/v1/connections/revoke")
async def revoke_by_code(body: Revocation, request: Request, call: ByPublic) -> RevokedView:
    """End the connection that a mailed code belongs to. Whoever has the code needs no other proof: it went to the
    company. It works with the code of an active connection, and with one that was not registered yet."""
    return RevokedView(connection_id=await _revoke_by_code(call, body.token.get_secret_value(), request))


@routes.get("/connections/revoke", include_in_schema=False)
async def show_page(request: Request, call: ByPublic, language: str = "") -> HTMLResponse:
    """A form for the code. Looking at it changes nothing."""
    return _page(call, _language(language, request), "")


@routes.post("/connections/revoke", include_in_schema=False)
async def take_form(request: Request, call: ByPublic) -> HTMLResponse:
    """The form, sent: the same as `POST /v1/connections/revoke`, answered in words."""
    content = (await request.body())[: _LONGEST_FORM_BYTES + 1]
    form = dict(parse_qsl(content.decode("utf-8", "replace"))) if len(content) <= _LONGEST_FORM_BYTES else {}
    language = _language(form.get("language", ""), request)
    try:
        await _revoke_by_code(call, form.get("token", ""), request)
    except Problem as problem:
        told = problem.extra.get("i18n", {}).get(language.value, problem.detail)
        return _page(call, language, "refused", told, problem)
    return _page(call, language, "done")


async def end_connection(tx: CallTransaction, connection: Connection, by: Side) -> None:
    """End it, its credentials and its open token, and tell everybody who ended it: a company that did not do so
    itself has a letter of it, once it was connected."""
    if connection.state == "revoked":
        return
    store = cast(TokenStore, tx.store)
    if connection.state == "active" and by != "company":
        duty = TellOfEnding(connection_id=connection.connection_id)
        tx.do(duty, duty.key)
    connection = revoked(connection, by, tx.now)
    token = (await store.newest_tokens([connection.connection_id])).get(connection.connection_id)
    if token is not None and not token.ended and token.consumed_at is None:
        await store.save_tokens([replace(token, ended="revoked")])
    await store.save_credentials(ending(await store.credentials(connection.connection_id), tx.now))
    await store.save_connections([connection])
    tx.publish(ConnectionRevoked(**names_of(connection), revoked_by=by), sequence=connection.version)
    tx.publish(snapshot(connection, (), tx.now), sequence=connection.version)


async def _revoke_by_code(call: Call, text: str, request: Request) -> ConnectionId:
    try:
        digest = OneTimeToken(text).sha256
    except TokenMistyped as error:
        raise refused(TokenRefused("token_invalid", mistyped=error)) from None
    holder = await _holder(call, digest, f"address:{_network(request)}")
    as_company = replace(call, principal=Principal("connection", holder.connection_id, holder.mode))
    async with as_company.transaction() as tx:
        store = cast(TokenStore, tx.store)
        connection = await own_connection(store, holder.connection_id)
        token = await store.token_by_digest(digest, connection.software)
        if token is None:
            raise unknown_connection()
        if token.consumed_at is None and not token.is_live(tx.now) and connection.state != "revoked":
            newest = (await store.newest_tokens([connection.connection_id])).get(connection.connection_id)
            raise refused(refusal(token, newest, connection))
        await end_connection(tx, connection, "company")
    return connection.connection_id


async def _holder(call: Call, digest: Sha256, scope: str) -> TokenHolder:
    """Whose code it is. A wrong one is counted, so that transaction commits before the problem is raised."""
    async with call.transaction() as tx:
        store = cast(TokenStore, tx.store)
        tries = await store.tries(scope)
        locked = tries.locked_for(tx.now)
        holder = None if locked else await store.holder_of(digest)
        if holder is None and not locked:
            await store.save_tries(scope, "", tries.and_one(tx.now))
    if locked:
        raise refused(TokenRefused("token_locked", retry_after=locked))
    if holder is None:
        raise refused(TokenRefused("token_invalid"))
    return holder


def _network(request: Request) -> str:
    """A digest of where the caller comes from: the address that the door noted last, of IPv6 the first 64 bits."""
    noted = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    text = noted or (request.client.host if request.client else "")
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    packed = address.packed[:8] if isinstance(address, IPv6Address) else address.packed
    return sha256(packed).hexdigest()[:32]


def _language(wanted: str, request: Request) -> Language:
    """The language that was chosen on the page, else the best that the browser speaks."""
    return Language.best(wanted, Language.best(request.headers.get("accept-language"), Language.NL))


def _page(call: Call, language: Language, outcome: str, told: str = "", problem: Problem | None = None) -> HTMLResponse:
    pages = cast(AccessPages, call.resources["access_pages"])
    headers = _PAGE_HEADERS | {"Content-Language": language.value} | (problem.headers if problem else {})
    return HTMLResponse(pages.revoking(language, outcome, told), problem.status if problem else 200, headers)
