"""The mailbox over HTTP: a page for people, JSON for tests. Nothing of a mail is ever run or fetched."""

from __future__ import annotations

from html import escape

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deploy.local.mailbox import Mail, Mailbox

_SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Mailbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
article {{ border-top: 1px solid #bbb; padding: 1rem 0 }} h2 {{ font-size: 1.1rem; margin: 0 }}
p {{ margin: 0; color: #555 }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f4; padding: 1rem }}
</style></head><body><h1>Mailbox</h1><p>{count} mails arrived here; none of them left this machine.</p>
{mails}</body></html>
"""
_SHOWN = 200


def mailbox_application(mailbox: Mailbox) -> Starlette:
    """`GET /`, `/messages`, `/messages/{id}`, `/messages/{id}/raw`, `/ready`."""

    async def page(_: Request) -> Response:
        mails = await run_in_threadpool(mailbox.newest_first)
        shown = "".join(_article(mail) for mail in mails[:_SHOWN])
        return HTMLResponse(_PAGE.format(count=len(mails), mails=shown), headers=_SAFE_HEADERS)

    async def messages(_: Request) -> Response:
        mails = await run_in_threadpool(mailbox.newest_first)
        return JSONResponse([mail.summary() for mail in mails], headers=_SAFE_HEADERS)

    async def message(request: Request) -> Response:
        mail = await run_in_threadpool(mailbox.find, request.path_params["id"])
        return JSONResponse(mail.whole(), headers=_SAFE_HEADERS) if mail else _unknown(request)

    async def raw(request: Request) -> Response:
        content = await run_in_threadpool(mailbox.raw, request.path_params["id"])
        if content is None:
            return _unknown(request)
        # As plain text, so that no browser opens what is in it.
        return Response(content, media_type="text/plain", headers=_SAFE_HEADERS)

    async def ready(_: Request) -> Response:
        return JSONResponse({"status": "ready"})

    return Starlette(
        routes=[
            Route("/", page),
            Route("/messages", messages),
            Route("/messages/{id}", message),
            Route("/messages/{id}/raw", raw),
            Route("/ready", ready),
        ]
    )


def _article(mail: Mail) -> str:
    to, sender = escape(", ".join(mail.to)), escape(mail.sender)
    text = escape(mail.text if mail.text is not None else mail.html or "")
    received = mail.received.strftime("%Y-%m-%d %H:%M:%S UTC")
    return (
        f"<article><h2>{escape(mail.subject)}</h2><p>to {to} from {sender}, {received}, "
        f'<a href="/messages/{mail.id}/raw">as it came</a></p><pre>{text}</pre></article>\n'
    )


def _unknown(request: Request) -> Response:
    detail = f"found no message {request.path_params['id'][:80]}, expected an id of GET /messages"
    problem = {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "message_unknown",
        "detail": detail,
    }
    return JSONResponse(problem, 404, _SAFE_HEADERS, "application/problem+json")
