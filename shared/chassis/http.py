"""The HTTP side of a service: one FastAPI application whose every answer has the house's form."""

import asyncio
import contextlib
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from shared.chassis.authentication import Authenticator
from shared.chassis.calls import Call, Kind, Runtime
from shared.chassis.errors import Problem
from shared.chassis.logs import bound, logger
from shared.chassis.messages import Cause
from shared.chassis.metrics import Metrics
from shared.chassis.parameters import require_known_parameters
from shared.chassis.problems import BodyTooLarge, answer, problem_of
from shared.chassis.telemetry import span, traceparent_now

__all__ = ["Call", "Caller", "build_app", "caller", "router"]

BODY_LIMIT_BYTES = 25 * 1024 * 1024
_REST_BYTES = 1024 * 1024
_REST_SECONDS = 5.0
_CALLS = uuid5(NAMESPACE_URL, "urn:relais:http-call")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_ASKED_ALL_THE_TIME = ("/live", "/ready", "/metrics")
_log = logger("http")


@dataclass(frozen=True, slots=True)
class _Surroundings:
    runtime: Runtime
    authenticator: Authenticator
    resources: Mapping[str, Any]


def router() -> APIRouter:
    """An empty set of routes for a service's `endpoints.py`; paths are written without a trailing slash."""
    return APIRouter(redirect_slashes=False)


def build_app(
    service_name: str,
    routers: Sequence[APIRouter],
    runtime: Runtime,
    *,
    metrics: Metrics | None = None,
    resources: Mapping[str, Any] | None = None,
    operator_key_sha256: str = "",
    bearer_public_keys: str = "",
    body_limit_bytes: int = BODY_LIMIT_BYTES,
    body_limits_bytes: Mapping[str, int] | None = None,
) -> FastAPI:
    """The application of a service: its routes, `/live`, `/ready`, `/metrics`, `/openapi.json` (OpenAPI 3.1).

    `resources` are what endpoints reach by `call.resources[...]`, `body_limits_bytes` the limits of single paths.
    """
    app = FastAPI(title=f"Relais {service_name}", docs_url=None, redoc_url=None, redirect_slashes=False)
    authenticator = Authenticator(runtime, operator_key_sha256, bearer_public_keys)
    app.state.surroundings = _Surroundings(runtime, authenticator, dict(resources or {}))
    app.include_router(_health_routes(runtime, metrics or Metrics()))
    for routes in routers:
        app.include_router(routes)
    app.add_exception_handler(RequestValidationError, _answer)
    app.add_exception_handler(HTTPException, _answer)
    app.add_middleware(_Edge, service=service_name, limit_bytes=body_limit_bytes, limits=body_limits_bytes or {})
    return app


@dataclass(frozen=True)
class Caller:
    """A dependency that answers 401, 403, 503 and unknown parameters by itself and gives the endpoint its `Call`.

    `kinds` are who may call; with `public` anyone may, known or not. An operator needs no `scope`. The API
    description and the tests of tenants read both from the route.
    """

    kinds: frozenset[Kind]
    scope: str | None = None

    async def __call__(self, request: Request) -> Call:
        surroundings: _Surroundings = request.app.state.surroundings
        principal = await surroundings.authenticator.identify(request.headers, self.kinds, self.scope)
        require_known_parameters(request)
        key = _idempotency_key(request.headers)
        # Path and mode belong to it: one key used on two routes, or with a test and a live key, stands for two calls.
        mode = "" if principal.mode == "live" else f"{principal.mode} "
        name = f"{principal.text} {mode}{request.method} {request.url.path} {key}"
        cause_id = uuid5(_CALLS, name) if key else uuid4()
        bind_contextvars(correlation_id=str(cause_id))
        cause = Cause(id=cause_id, correlation_id=str(cause_id), traceparent=traceparent_now())
        return Call(
            principal=principal,
            cause=cause,
            now=datetime.now(UTC),
            resources=surroundings.resources,
            idempotency_key=key,
            request_id=request.scope["relais.request_id"],
            runtime=surroundings.runtime,
        )


def caller(*kinds: Kind, scope: str | None = None) -> Caller:
    """The dependency for a route that these kinds of callers may use; see `Caller`."""
    return Caller(frozenset(kinds), scope)


def _health_routes(runtime: Runtime, metrics: Metrics) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/live")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @routes.get("/ready")
    async def ready() -> Response:
        state = runtime.ready()
        body = {"ready": state.ready, "reasons": list(state.reasons)}
        return JSONResponse(body, 200 if state.ready else 503)

    @routes.get("/metrics")
    async def figures() -> Response:
        return Response(metrics.text(), headers={"Content-Type": metrics.media_type})

    return routes


def _idempotency_key(headers: Headers) -> str | None:
    """draft-ietf-httpapi-idempotency-key-header-07 makes it a quoted string; most clients send it bare."""
    text = headers.get("idempotency-key")
    if text is None:
        return None
    key = text.strip().removeprefix('"').removesuffix('"')
    if _IDEMPOTENCY_KEY.fullmatch(key) is None:
        raise Problem(400, "idempotency_key_malformed", "Idempotency-Key must be 1 to 255 visible ASCII characters.")
    return key


async def _answer(request: Request, error: Exception) -> Response:
    return answer(error, request.url.path, request.scope["relais.request_id"])


class _Edge:
    """What every request passes first and every answer last."""

    def __init__(self, app: ASGIApp, service: str, limit_bytes: int, limits: Mapping[str, int]) -> None:
        self._app, self._service, self._limit, self._limits = app, service, limit_bytes, dict(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        # Both slash forms are one address, and none of them redirects (codabox-v2.md, fact 5).
        path = scope["path"]
        scope = dict(scope)
        scope["path"] = path[:-1] if len(path) > 1 and path.endswith("/") else path
        scope["relais.request_id"] = request_id
        with span(f"{self._service} {scope['method']}", headers.get("traceparent", "")) as traceparent:
            incoming = _Incoming(headers, receive, self._limits.get(scope["path"], self._limit))
            outgoing = _Outgoing(send, incoming, {"Request-Id": request_id, "traceparent": traceparent})
            with bound(request_id=request_id, correlation_id=request_id):  # until the call has one of its own
                await self._serve(scope, incoming, outgoing)

    async def _serve(self, scope: Scope, receive: Receive, send: "_Outgoing") -> None:
        started = time.monotonic()
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            if problem_of(error).status >= 500:
                _log.error("call failed", route=_route(scope), exc_info=error)
            if send.status:
                raise  # too late to answer: the connection is cut, so that nobody takes it for the whole
            await answer(error, scope["path"], scope["relais.request_id"])(scope, receive, send)
        duration_ms = round((time.monotonic() - started) * 1000, 1)
        if scope["path"] in _ASKED_ALL_THE_TIME:
            return
        # The route, never the path: a path may hold a token.
        _log.info("call", method=scope["method"], route=_route(scope), status=send.status, duration_ms=duration_ms)


class _Outgoing:
    """Sends on, with headers that every answer has; remembers whether an answer has begun."""

    def __init__(self, send: Send, incoming: "_Incoming", headers: Mapping[str, str]) -> None:
        self._send, self._incoming, self._headers, self.status = send, incoming, headers, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            await self._incoming.take_rest()
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers[name] = value
        await self._send(message)


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "unknown"))


class _Incoming:
    """The body of a request, refused where it is larger than the limit; knows whether all of it has come."""

    def __init__(self, headers: Headers, receive: Receive, limit_bytes: int) -> None:
        self._receive, self._limit_bytes, self._read = receive, limit_bytes, 0
        announced = headers.get("content-length", "")
        self._too_large = announced.isdigit() and int(announced) > limit_bytes
        self._whole = announced in ("", "0") and "transfer-encoding" not in headers

    async def __call__(self) -> Message:
        if self._too_large:
            raise BodyTooLarge(self._limit_bytes)
        message = await self._receive()
        self._read += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._read > self._limit_bytes:
            raise BodyTooLarge(self._limit_bytes)
        return message

    async def take_rest(self) -> None:
        """Drop what is still on its way of a body that nobody read: a door that passes on the body of a call that is
        answered already loses the connection over it, and one such answer in a hundred."""
        with contextlib.suppress(TimeoutError, BodyTooLarge):
            async with asyncio.timeout(_REST_SECONDS):
                while not self._whole and self._read < _REST_BYTES:
                    await self()
