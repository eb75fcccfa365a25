"""Query parameters that nobody declared: a filter that is mistyped must not answer as if nothing had been asked."""

import difflib
from collections.abc import Iterator
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from shared.chassis.errors import Problem

_OURS = "/v1/"
"""Existing connectors send to `/v2/` what their own client libraries add."""


def require_known_parameters(request: Request) -> None:
    """Raises `Problem` 422 `request_malformed` that names each unknown parameter and what is expected."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    if not request.query_params or dependant is None or not request.url.path.startswith(_OURS):
        return
    known = sorted(set(_names(dependant)))
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        errors = [_error(name, known) for name in unknown]
        raise Problem(422, "request_malformed", " ".join(error["detail"] for error in errors), errors=errors)


def _names(dependant: Any) -> Iterator[str]:
    """Of a route and of all that it depends on; a model of parameters has a name for each field."""
    for parameter in dependant.query_params:
        kind = parameter.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (field.alias or name for name, field in kind.model_fields.items())
        else:
            yield parameter.alias
    for each in dependant.dependencies:
        yield from _names(each)


def _error(name: str, known: list[str]) -> dict[str, str]:
    nearest = difflib.get_close_matches(name, known, n=1)
    meant = f" Perhaps `{nearest[0]}` is meant." if nearest else ""
    shown = name if name.isprintable() and len(name) <= 80 else ascii(name[:80])
    detail = f"`{shown}` is no parameter of this call.{meant}"
    told = {"pointer": "", "parameter": shown, "in": "query", "code": "parameter_unknown", "detail": detail}
    return told | {"found": shown, "expected": ", ".join(known) or "no parameter"}
