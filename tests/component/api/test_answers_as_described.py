"""Calls made up from the description (a fixed few for each operation): no failure of ours, answers as described."""

from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.api_description.route_table import Route
from services.intake.endpoints import compatibility
from services.intake.endpoints.bodies import ARCHIVE_TYPES, LINES_TYPES
from services.token_mailer.domain.bounces import REPORT_TYPES
from tests.component.api.house import House

CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
FEW = settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_no_made_up_call_is_answered_otherwise_than_described(
    house: House, routes: list[Route], described: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody looks at requests here: one that is taken is answered as undecided.
    monkeypatch.setattr(compatibility, "LONGEST_WAIT_MS", 100)
    for media_type in (*REPORT_TYPES, *ARCHIVE_TYPES, *LINES_TYPES):
        schemathesis.serializer.alias(media_type, "application/octet-stream")
    schema = schemathesis.openapi.from_dict(described)
    found = [found for route in routes for found in told_of(house, route, schema[route.path][route.method])]
    assert [complaint for _, complaint in found if complaint] == []
    statuses = [status for status, _ in found]
    assert len(statuses) > 2 * len(routes)
    assert {200, 201, 202, 404, 422} <= set(statuses)


def told_of(house: House, route: Route, operation: Any) -> list[tuple[int, str]]:
    """Of each call that is made up: the status of its answer, and what is wrong with that."""
    found = []

    @FEW
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = send(house, route, case)
        found.append((answer.status_code, complaint(route, case, answer)))

    ask()
    return found


def send(house: House, route: Route, case: Any) -> httpx.Response:
    sent = requests.Request(**case.as_transport_kwargs(base_url="http://relais")).prepare()
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    return house.call(route, str(sent.url), dict(sent.headers), body)


def complaint(route: Route, case: Any, answer: httpx.Response) -> str:
    place = f"{route.method} {answer.request.url}: {answer.status_code}"
    if answer.status_code == 500:
        return f"{place}: {answer.text[:300]}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as failures:
        return f"{place}: {'; '.join(f'{each.title}: {each.message}' for each in failures.exceptions)}"[:1000]
    return ""
