"""All routes behind the door, as the services' own code has them: who may call what, and where it is answered."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from shared.chassis.calls import Kind
from shared.chassis.http import Caller

BEHIND_THE_DOOR = ("intake", "verification", "token_mailer", "invoice_router", "delivery")
"""Services with public routes, in the order of a company's story; the console is for operators, beside the door."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path. `operation_id` is the function that answers; `kinds` are who may call it (`public`:
    anyone), `scope` the right that it needs.

    `takes_key`: its caller may send an Idempotency-Key. `described`: it stands in the API description.
    """

    operation_id: str
    service: str
    method: str
    path: str
    endpoint: Callable[..., Any]
    kinds: frozenset[Kind]
    scope: str | None
    takes_key: bool
    described: bool


def routers() -> list[APIRouter]:
    """The routes of each service, as its `main.build` serves them."""
    return [import_module(f"services.{service}.endpoints").routes for service in BEHIND_THE_DOOR]


def route_table() -> list[Route]:
    """Every route behind the door, sorted by path and method."""
    found = [
        route
        for service, routes in zip(BEHIND_THE_DOOR, routers(), strict=True)
        for context in iter_route_contexts(routes.routes)
        for route in _routes_of(service, context)
    ]
    uses = Counter((route.operation_id, route.method) for route in found)
    unique = [
        replace(route, operation_id=f"{route.operation_id}_of_{_collection(route.path)}")
        if uses[route.operation_id, route.method] > 1
        else route
        for route in found
    ]
    return sorted(unique, key=lambda route: (route.path, route.method))


def _routes_of(service: str, context: RouteContext) -> Iterator[Route]:
    if not isinstance(context.original_route, APIRoute):
        raise TypeError(f"route_unknown: {service}: found {context.original_route!r}, expected a route of FastAPI")
    caller = next(_callers(context.dependant), None)
    for method in sorted(context.methods or ()):
        name = context.original_route.endpoint.__name__
        yield Route(
            operation_id=f"v2_{name}" if str(context.path).startswith("/v2/") else name,
            service=service,
            method=method,
            path=str(context.path),
            endpoint=context.original_route.endpoint,
            kinds=caller.kinds if caller else frozenset({"public"}),
            scope=caller.scope if caller else None,
            takes_key=caller is not None,
            described=bool(context.include_in_schema),
        )


def _callers(dependant: Dependant) -> Iterator[Caller]:
    for needed in dependant.dependencies:
        if isinstance(needed.call, Caller):
            yield needed.call
        yield from _callers(needed)


def _collection(path: str) -> str:
    """The last fixed part before the first parameter: `clients` of `/v1/directory/clients/{enterprise_number}`."""
    return path.partition("/{")[0].rpartition("/")[2]
