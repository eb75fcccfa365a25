"""Every error of an HTTP call as problem details (RFC 9457), also those that the framework makes.

Under `/v2/` existing clients show `detail` to people as it is: plain JSON with `detail` as one sentence.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.chassis.calls import unavailable
from shared.chassis.database import is_transient
from shared.chassis.errors import Problem, Unavailable
from shared.contracts.problems import PROBLEMS, ProblemEntry
from shared.values import Language, ValueRejected

_OF_FRAMEWORK = {
    400: ("request_unreadable", "The request cannot be read."),
    404: ("route_unknown", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not answer this method."),
    413: ("body_too_large", "The body of the request is too large."),
}
_MOST_ERRORS = 50
_STANDARD = ("type", "title", "status", "detail", "instance", "code", "request_id", "errors")
"""Members of a body that are the same for every problem; no endpoint replaces them."""
_JOURNEY = re.compile(r"/(con_[0-9a-z]{1,40})(?:/|$)")
"""The connection that a call names is the journey that it belongs to."""


class BodyTooLarge(HTTPException):
    """More bytes than the limit; the framework lets its own exceptions pass while it reads a body."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(413, f"The body of the request is too large: expected at most {limit_bytes} bytes.")


def problem_of(error: Exception) -> Problem:
    """The problem that an exception is told as. What is nobody's business becomes 500 `internal_error`."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _malformed(error)
    if isinstance(error, ValueRejected):
        return _rejected([_of_value(error)])
    if isinstance(error, HTTPException):
        return _of_framework(error)
    if isinstance(error, Unavailable):
        return unavailable(max(1, math.ceil(error.retry_after or 1)))
    if is_transient(error):
        return unavailable()
    if _has_unusable_text(error):
        return Problem(422, "text_unusable", "The request holds characters that cannot be stored, such as NUL.")
    return Problem(500, "internal_error", "Something went wrong on our side; it was noted and will be looked at.")


def answer(error: Exception, path: str, request_id: str) -> Response:
    """The response for an exception, in the form that the callers of this path understand."""
    problem = problem_of(error)
    plain = path.startswith("/v2/")
    body = _plain(problem, request_id) if plain else _details(problem, path, request_id)
    # ASCII only: a request may hold half a character (a lone surrogate) that UTF-8 cannot carry.
    content = json.dumps(body, separators=(",", ":")).encode("ascii")
    media_type = "application/json" if plain else "application/problem+json"
    return Response(content, problem.status, problem.headers, media_type)


def _details(problem: Problem, path: str, request_id: str) -> dict[str, Any]:
    known = PROBLEMS.get(problem.code)
    page = f"/problems/{problem.code}"
    body: dict[str, Any] = {
        "type": page,
        "title": problem.title or (known.title[Language.EN] if known else _title(problem.status)),
        "status": problem.status,
        "detail": problem.detail,
        "instance": f"/requests/{request_id}",
        "code": problem.code,
        "request_id": request_id,
    }
    if problem.errors:
        body["errors"] = [dict(error) for error in problem.errors]
    if known:
        body |= _explained(known)
    journey = _JOURNEY.search(path)
    if journey:
        body["journey"] = journey[1]
    told = {name: value for name, value in problem.extra.items() if name not in _STANDARD}
    if isinstance(told.get("next_action"), Mapping):
        told["next_action"] = {**told["next_action"], "url": page}
    return body | told


def _explained(known: ProblemEntry) -> dict[str, Any]:
    """Who acts, what to do now, and the sentence for people in each language (users.md §1.4)."""
    return {
        "actor": known.actor,
        "retryable": known.retryable,
        "next_action": {"label": known.next_action[Language.EN], "url": known.page},
        "i18n": {language.value: sentence for language, sentence in known.detail.items()},
    }


def _plain(problem: Problem, request_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {"detail": problem.detail, "code": problem.code, "request_id": request_id}
    if problem.errors:
        body["errors"] = [dict(error) for error in problem.errors]
    return body | {name: value for name, value in problem.extra.items() if name not in body}


def _malformed(error: RequestValidationError) -> Problem:
    found = list(error.errors())[:_MOST_ERRORS]
    if any(one["type"] == "json_invalid" for one in found):
        return Problem(400, "json_malformed", "The body is not JSON.", errors=[_of_request(one) for one in found])
    return _rejected([_of_request(one) for one in found])


def _rejected(errors: list[dict[str, str]]) -> Problem:
    """One wrong value gives its own code, so that a caller need not look further."""
    code = errors[0]["code"] if len(errors) == 1 and "found" in errors[0] else "request_malformed"
    detail = errors[0]["detail"] if len(errors) == 1 else f"The request holds {len(errors)} errors."
    return Problem(422, code, detail, errors=errors)


def _of_request(one: Mapping[str, Any]) -> dict[str, str]:
    place, *path = one["loc"]
    context = one.get("ctx") or {}
    told = {"code": str(one["type"]), "detail": str(one["msg"])}
    if isinstance(context.get("error"), ValueRejected):
        told = _of_value(context["error"])
    told |= {name: str(context[name]) for name in ("found", "expected", "suggestion") if name in context}
    if place == "body":
        return {"pointer": pointer(path if one["type"] != "json_invalid" else ())} | told
    return {"pointer": "", "parameter": ".".join(str(step) for step in path), "in": str(place)} | told


def _of_value(error: ValueRejected) -> dict[str, str]:
    told = {
        "pointer": "",
        "code": error.code,
        "detail": str(error),
        "found": error.found,
        "expected": error.expected,
    }
    return told | ({"suggestion": error.suggestion} if error.suggestion else {})


def pointer(steps: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _of_framework(error: HTTPException) -> Problem:
    if isinstance(error.__cause__, UnicodeDecodeError):
        found = error.__cause__
        detail = f"The body is not UTF-8: found byte 0x{found.object[found.start]:02x} at position {found.start}."
        return Problem(400, "charset_not_utf8", detail)
    code, detail = _OF_FRAMEWORK.get(error.status_code, ("request_refused", _title(error.status_code) + "."))
    if isinstance(error, BodyTooLarge):
        detail = error.detail
    return Problem(error.status_code, code, detail, headers=error.headers or {})


def _title(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Error"


def _has_unusable_text(error: Exception) -> bool:
    # SQLSTATE 22021 character_not_in_repertoire, 22P05 untranslatable_character
    return getattr(error, "sqlstate", None) in ("22021", "22P05")
