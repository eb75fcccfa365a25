"""Which problems a route may answer, read from its code: what its functions raise, what its values refuse.

From the endpoint every function of ours that it reaches is read. A code counts where it is given to an exception or
to what becomes one (`Problem(404, "connection_unknown", …)`), where a docstring of the endpoint names it with its
status ("422 `reader_failed`"), and where a value in a parameter or a body refuses with it.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import FunctionType, ModuleType
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from deploy.api_description.route_table import Route
from shared.chassis.http import Call
from shared.contracts.problems import PROBLEMS
from shared.contracts.reasons import REASONS

Failure = tuple[int, str]
"""A status and the code that comes with it."""

_OURS = ("services.", "shared.")
_ALWAYS = ((500, "internal_error"), (503, "temporarily_unavailable"))
_OF_CALLERS = (
    *((401, code) for code in ("credentials_missing", "credentials_unreadable", "credentials_invalid")),
    *((401, "credentials_expired"), (403, "caller_not_allowed"), (403, "software_suspended")),
)
_OF_JSON = ((400, "json_malformed"), (400, "charset_not_utf8"))
_OF_BODIES = ((413, "body_too_large"), (422, "request_malformed"), (422, "text_unusable"))
_IN_DOCSTRING = re.compile(r"\b([45]\d\d) ((?:`[a-z0-9_]+`(?:, | or | and )?)+)")
_REFUSAL = re.compile(r"ValueRejected\(\s*\"([a-z0-9_]+)\"")
_BY_REASON = "reason_of"
"""A function of this name gives the code of whatever reason blocks, refuses or ended a connection."""


def failures_of(route: Route) -> list[Failure]:
    """All problems of a route, by status and code."""
    found = {*_ALWAYS, *_documented(route.endpoint), *_raised(route.endpoint)}
    if route.kinds != {"public"}:
        found |= {*_OF_CALLERS}
    if route.scope:
        found.add((403, "scope_missing"))
    if route.takes_key:
        found.add((400, "idempotency_key_malformed"))
    values = list(_values(route.endpoint))
    if any(isinstance(value, type) and issubclass(value, BaseModel) for value in values):
        found |= {*_OF_JSON, *_OF_BODIES}
    elif reads_body(route.endpoint):
        found |= {(413, "body_too_large")}
    if any(value is not str for value in values):
        found |= {(422, "request_malformed")}
    if values and route.takes_key:
        found |= {(422, "text_unusable")}
    found |= {(422, code) for value in values for code in _refusals(value)}
    return sorted(found)


def reads_body(endpoint: Callable[..., Any]) -> bool:
    """Whether the endpoint reads the bytes of the request itself."""
    return any(hint.__name__ == "Request" for hint in _hints(endpoint).values() if isinstance(hint, type))


def _documented(endpoint: Callable[..., Any]) -> Iterator[Failure]:
    for status, codes in _IN_DOCSTRING.findall(inspect.getdoc(endpoint) or ""):
        yield from ((int(status), code) for code in re.findall(r"`([a-z0-9_]+)`", codes))


def _raised(endpoint: Callable[..., Any]) -> set[Failure]:
    seen: set[FunctionType] = set()
    waiting = [inspect.unwrap(endpoint)]
    found: set[Failure] = set()
    while waiting:
        function = waiting.pop()
        if isinstance(function, FunctionType) and function not in seen:
            seen.add(function)
            found |= _raised_in(function)
            waiting += _reached_from(function)
    return found


def _raised_in(function: FunctionType) -> set[Failure]:
    found: set[Failure] = set()
    for node in ast.walk(_syntax(function)):
        target = _resolved(node.func, function.__globals__) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and isinstance(target, type) and target.__module__.startswith(_OURS):
            found |= _told_by(node, target)
            if any(isinstance(each, ast.Call) and ast.unparse(each.func) == _BY_REASON for each in node.args):
                found |= {(400, code) for code, known in REASONS.items() if known.outcome != "none"}
    return found


def _told_by(call: ast.Call, made: type) -> set[Failure]:
    """What one construction says: `Problem(404, "code")` with its own status, others with the catalogue's."""
    given = (*call.args, *(each.value for each in call.keywords))
    values = [node.value for node in given if isinstance(node, ast.Constant)]
    texts = [value for value in values if isinstance(value, str) and value in PROBLEMS]
    if issubclass(made, Exception):
        texts += [code for code in [getattr(made, "code", None)] if isinstance(code, str) and code in PROBLEMS]
    elif "code" not in getattr(made, "__annotations__", {}):
        return set()
    if not texts:
        return set()
    own = [value for value in values if isinstance(value, int) and 400 <= value < 600]
    return {(status, texts[0]) for status in own or PROBLEMS[texts[0]].statuses}


def _reached_from(function: FunctionType) -> Iterator[Any]:
    for node in ast.walk(_syntax(function)):
        if isinstance(node, ast.Name | ast.Attribute):
            target = _resolved(node, function.__globals__)
            if isinstance(target, FunctionType) and target.__module__.startswith(_OURS):
                yield inspect.unwrap(target)


def _resolved(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """What a name, or a name in a module, stands for; None for what only a running call knows."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        holder = _resolved(node.value, names)
        return getattr(holder, node.attr, None) if isinstance(holder, ModuleType) else None
    return None


@cache
def _syntax(function: FunctionType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _hints(endpoint: Callable[..., Any]) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(endpoint).items() if name != "return"}


def _values(endpoint: Callable[..., Any]) -> Iterator[Any]:
    """Every type that a parameter or a field of the body is made of, the caller and the raw request left out."""
    waiting = [hint for hint in _hints(endpoint).values() if not _is_given(hint)]
    seen: list[Any] = []
    while waiting:
        hint = waiting.pop()
        if hint in seen:
            continue
        seen.append(hint)
        yield hint
        waiting += get_args(hint)
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            waiting += get_type_hints(hint).values()


def _is_given(hint: Any) -> bool:
    return hint is Call or getattr(hint, "__name__", "") in ("Request", "Response")


def _refusals(value: Any) -> set[str]:
    if not isinstance(value, type) or not value.__module__.startswith("shared.values"):
        return set()
    written = {code for part in value.__mro__[:2] for code in _REFUSAL.findall(_source(part))}
    return {code for code in (*written, getattr(value, "code", "")) if code in PROBLEMS}


def _source(value: type) -> str:
    return inspect.getsource(value) if value.__module__.startswith("shared.values") else ""
