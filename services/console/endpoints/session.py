"""Signing in: the operator's key by a form, then a signed cookie; scripts send the key as a bearer."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.console.domain.sessions import LIFETIME, Session, Sessions
from services.console.ports import Pages
from shared.chassis.calls import Principal
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller

COOKIE = "relais_console"
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_anyone = caller("public")
_operator = caller("operator")

routes = APIRouter()


@dataclass(frozen=True, slots=True)
class Visit:
    """A call by an operator. `session` is None for a script, which needs no form token."""

    call: Call
    session: Session | None

    @property
    def name(self) -> str:
        """Who it is, for the audit."""
        return self.session.operator if self.session else "operator (by key)"


async def operator(request: Request) -> Visit:
    """Answers those who are not signed in: a browser is sent to the form, a script gets 401."""
    if "authorization" in request.headers:
        return Visit(await _operator(request), None)
    call = await _anyone(request)
    sessions: Sessions = call.resources["sessions"]
    session = sessions.read(request.cookies.get(COOKIE, ""), datetime.now(UTC))
    if session is None:
        raise Problem(303, "sign_in", "Sign in with the operator's key.", headers={"Location": "/login"})
    return Visit(replace(call, principal=Principal("operator", "operator")), session)


def page(call: Call, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A rendered page with the headers that every page has."""
    pages: Pages = call.resources["pages"]
    return HTMLResponse(pages.render(name, **values), status, headers=_HEADERS)


def require_form_token(visit: Visit, token: str) -> None:
    """Raises `Problem` 403 `form_token_invalid` for a form that this session was not given."""
    sessions: Sessions = visit.call.resources["sessions"]
    if visit.session is not None and not sessions.form_token_is_right(visit.session, token):
        raise Problem(403, "form_token_invalid", "This form is too old; load the page again.")


def form_token(visit: Visit) -> str:
    """What a form of this visit must carry."""
    sessions: Sessions = visit.call.resources["sessions"]
    return sessions.form_token(visit.session) if visit.session else ""


@routes.get("/login")
async def show_form(call: Annotated[Call, Depends(_anyone)]) -> HTMLResponse:
    """The form that asks for the operator's key."""
    return page(call, "login.html", wrong=False)


@routes.post("/login")
async def sign_in(
    request: Request,
    call: Annotated[Call, Depends(_anyone)],
    key: Annotated[str, Form(max_length=400)],
    operator_name: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """A right key gives the cookie; a wrong one the form again with 401."""
    sessions: Sessions = call.resources["sessions"]
    if not sessions.knows(key) or not _same_site(request):
        return page(call, "login.html", 401, wrong=True)
    session = Session(operator_name.strip() or "operator", datetime.now(UTC) + LIFETIME, token_hex(16))
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        COOKIE,
        sessions.cookie(session),
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=bool(call.resources["secure_cookies"]),
    )
    return answer


@routes.post("/logout")
async def sign_out(visit: Annotated[Visit, Depends(operator)], token: Annotated[str, Form()] = "") -> Response:
    """Takes the cookie back."""
    require_form_token(visit, token)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


@routes.get("/assets/{name}")
async def asset(name: str, call: Annotated[Call, Depends(_anyone)]) -> Response:
    """The style sheet and the script."""
    pages: Pages = call.resources["pages"]
    try:
        data = pages.asset(name)
    except KeyError:
        raise Problem(404, "not_found", "There is no such file.") from None
    headers = {
        "Content-Type": _MEDIA_TYPES[name.rpartition(".")[2]],
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, headers=headers)


def _same_site(request: Request) -> bool:
    """A browser says where the form came from; no other site may sign somebody in (RFC 6454)."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
