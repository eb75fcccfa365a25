"""OAuth 2.0 client credentials (RFC 6749 §4.4): the same credential as with Basic, exchanged for ten minutes.

Answers and errors have the form of RFC 6749 §5, not that of our other routes.
"""

from collections.abc import Mapping
from typing import Annotated, Any, cast
from urllib.parse import parse_qsl, unquote_plus
from uuid import uuid4

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers

from shared.chassis.authentication import Authenticator, Presented, presented
from shared.chassis.bearers import LIFETIME, BearerSigner
from shared.chassis.calls import Principal
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.chassis.keys import parse_key
from shared.values import CredentialId, ValueRejected

routes = router()
ByPublic = Annotated[Call, Depends(caller("public"))]
_FORM = "application/x-www-form-urlencoded"
_LONGEST_BYTES = 8_000
_NEVER_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="relais", charset="UTF-8"'}
_TEXT = {"type": "string"}
_DESCRIBED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"const": "client_credentials"},
                        "scope": _TEXT | {"description": "separated by spaces; left out: all that the credential may"},
                        "client_id": _TEXT | {"description": "the id of the credential, unless Basic is used"},
                        "client_secret": _TEXT | {"description": "its secret, or the whole key"},
                    },
                }
            }
        },
    },
    "responses": {
        "200": {
            "description": "An access token (RFC 6749 §5.1)",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["access_token", "token_type", "expires_in", "scope"],
                        "properties": {
                            "access_token": _TEXT,
                            "token_type": {"const": "Bearer"},
                            "expires_in": {"type": "integer"},
                            "scope": _TEXT,
                        },
                    }
                }
            },
        },
        **{
            status: {
                "description": description,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["error", "error_description"],
                            "properties": {"error": _TEXT, "error_description": _TEXT},
                        }
                    }
                },
            }
            for status, description in (
                ("400", "invalid_request, unauthorized_client, unsupported_grant_type or invalid_scope"),
                ("401", "invalid_client"),
            )
        },
    },
}


class Refused(Exception):
    """An error of RFC 6749 §5.2; `error` is one of its codes."""

    def __init__(self, error: str, description: str) -> None:
        self.error, self.description = error, description
        super().__init__(f"{error}: {description}")


@routes.post("/oauth/token", openapi_extra=_DESCRIBED)
async def issue_access_token(request: Request, call: ByPublic) -> JSONResponse:
    """An access token for ten minutes. `client_id` and `client_secret` come by Basic or in the form, never in both."""
    try:
        form = _parameters(request.headers, await request.body())
        shown, credential_id = _client(request.headers, form)
        principal = await _authenticated(call, shown)
        scopes = _scopes(form.get("scope"), principal)
    except Refused as error:
        return _error(error)
    async with call.transaction() as tx:
        now = tx.now
    signer = cast(BearerSigner, call.resources["bearers"])
    body = {
        "access_token": signer.sign(credential_id, scopes, now, uuid4()),
        "token_type": "Bearer",
        "expires_in": int(LIFETIME.total_seconds()),
        "scope": " ".join(sorted(principal.scopes if scopes is None else scopes)),
    }
    return JSONResponse(body, headers=_NEVER_STORED)


def _parameters(headers: Headers, body: bytes) -> Mapping[str, str]:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Refused("invalid_request", f"the body must be {_FORM}")
    if len(body) > _LONGEST_BYTES:
        raise Refused("invalid_request", f"found {len(body)} bytes, expected at most {_LONGEST_BYTES}")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=False, strict_parsing=True, errors="strict")
    except ValueError:
        raise Refused("invalid_request", "the body cannot be read as a form") from None
    form = dict(pairs)
    # A parameter that stands twice is an error (RFC 6749 §3.2); one without a value counts as left out.
    if len(form) != len(pairs):
        raise Refused("invalid_request", "a parameter stands there more than once")
    if "grant_type" not in form:
        raise Refused("invalid_request", "found no grant_type, expected client_credentials")
    if form["grant_type"] != "client_credentials":
        raise Refused("unsupported_grant_type", "expected grant_type client_credentials")
    return form


def _client(headers: Headers, form: Mapping[str, str]) -> tuple[Presented, CredentialId]:
    by_header = headers.get("authorization")
    by_form = "client_secret" in form or "client_id" in form
    if by_header and by_form:
        raise Refused("invalid_request", "a client shows its credentials in one way, by Basic or in the form")
    if not by_header and not by_form:
        raise Refused("invalid_client", "found no client credentials, expected Basic or client_id and client_secret")
    identifier, secret = form.get("client_id", ""), form.get("client_secret", "")
    if by_header:
        identifier, secret = _by_basic(headers)
    try:
        if secret.startswith("rl_"):
            key = parse_key(secret)
            if identifier not in ("", key.credential_id):
                raise Refused("invalid_client", "client_id and client_secret belong to different credentials")
            return Presented("key", secret), key.credential_id
        credential_id = CredentialId(identifier)
    except ValueRejected:
        raise Refused("invalid_client", "these credentials are not known") from None
    return Presented("basic", secret, credential_id), credential_id


def _by_basic(headers: Headers) -> tuple[str, str]:
    """The two halves, each decoded once more, as RFC 6749 §2.3.1 has them encoded."""
    try:
        shown = presented(Headers({"authorization": headers["authorization"]}))[0]
    except Problem:
        raise Refused("invalid_client", "the Basic credentials cannot be read") from None
    if shown.form == "bearer":
        raise Refused("invalid_client", "an access token does not buy another one")
    return unquote_plus(shown.credential_id), unquote_plus(shown.secret)


async def _authenticated(call: Call, shown: Presented) -> Principal:
    try:
        principal = await Authenticator(call.runtime, "").principal(shown)
    except Problem as problem:
        if problem.status == 403:
            raise Refused("unauthorized_client", problem.detail) from None
        if problem.status == 401:
            raise Refused("invalid_client", problem.detail) from None
        raise
    if principal.kind not in ("software", "connection"):
        raise Refused("unauthorized_client", "access tokens are for billing softwares and their connections")
    return principal


def _scopes(wanted: str | None, principal: Principal) -> tuple[str, ...] | None:
    if wanted is None:
        return None
    beyond = sorted(set(wanted.split()) - principal.scopes)
    if beyond or not wanted.split():
        raise Refused("invalid_scope", f"expected scopes among {' '.join(sorted(principal.scopes))}")
    return tuple(sorted(set(wanted.split())))


def _error(error: Refused) -> JSONResponse:
    unknown = error.error == "invalid_client"
    headers = _NEVER_STORED | (_CHALLENGE if unknown else {})
    # error_description knows neither quotes nor what is not ASCII (RFC 6749 §5.2).
    told = error.description.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "/")
    return JSONResponse({"error": error.error, "error_description": told}, 401 if unknown else 400, headers)
