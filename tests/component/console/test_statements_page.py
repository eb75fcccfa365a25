"""Does an operator see which statements are put aside and which are missing, and when there is nothing left to do?"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.console import endpoints, handlers
from services.console.adapters.jinja import JinjaPages
from services.console.domain.sessions import Sessions
from shared.chassis.http import build_app
from shared.chassis.messages import Batch, Received
from shared.chassis.parking import MemoryParking
from shared.contracts.statements import (
    StatementGapAlarmed,
    StatementGapClosed,
    StatementQuarantined,
    StatementReleased,
)
from tests.component.console.test_console_pages import DIGEST, Runtime

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
FILE, STATEMENT, COMPANY = "ab" * 32, "stm_01jd8w3q5k7x9e2v4b6n8m0r1t", "0403170701"
ASIDE = StatementQuarantined.model_validate(
    {"file_sha256": FILE, "index": 2, "code": "no_mandate", "line": 17, "columns": "6-42", "found": "BE68539007547034"}
    | {"expected": "an account that a company gave a mandate for"}
)
RELEASED = StatementReleased.model_validate({"file_sha256": FILE, "index": 2, "enterprise_number": COMPANY})
OF_STATEMENT = {
    "statement_id": STATEMENT, "enterprise_number": COMPANY, "iban": "BE68539007547034", "year": 2026, "sequence": 118,
}  # fmt: skip
MISSING = StatementGapAlarmed.model_validate(
    {**OF_STATEMENT, "expected_sequence": 117, "missing": {"first": 117, "last": 117}, "opened_at": NOW}
    | {"before": {"statement_id": STATEMENT, "year": 2026, "sequence": 116, "day": "2026-03-02"}}
    | {"expected_balance": {"amount": "50.00", "currency": "EUR"}}
    | {"found_balance": {"amount": "1254.55", "currency": "EUR"}}
)
CLOSED = StatementGapClosed.model_validate(OF_STATEMENT)


class Operator:
    """Who is signed in, and the service that hears events."""

    def __init__(self, runtime: Runtime, client: httpx.AsyncClient) -> None:
        self._runtime, self._client, self._heard = runtime, client, 0

    async def hear(self, body: Any, version: int = 0) -> None:
        self._heard += 1
        time = NOW + timedelta(minutes=self._heard)
        event = Received(id=uuid4(), correlation_id="test", body=body, time=time, sequence=version, key=body.key)
        is_place = isinstance(body, StatementQuarantined | StatementReleased)
        handler = handlers.keep_put_aside if is_place else handlers.keep_missing
        await handler(Batch([event], NOW, MemoryParking()), self._runtime.memory)

    async def sees(self) -> str:
        answer = await self._client.get("/statements")
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.fixture
async def operator() -> AsyncIterator[Operator]:
    runtime, signed_in = Runtime(), {"Authorization": "Bearer the key"}
    resources = {"pages": JinjaPages(), "sessions": Sessions(b"secret", DIGEST), "secure_cookies": False}
    app = build_app("console", [endpoints.routes], runtime, resources=resources, operator_key_sha256=DIGEST)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://console", headers=signed_in) as client:
        yield Operator(runtime, client)


async def test_nothing_to_do_is_said_so(operator: Operator) -> None:
    assert "0 put aside, 0 missing" in await operator.sees()


async def test_a_statement_that_was_put_aside_is_there_with_code_line_found_and_expected(operator: Operator) -> None:
    await operator.hear(ASIDE)
    seen = await operator.sees()
    assert "1 put aside, 0 missing" in seen
    for told in (
        "no_mandate",
        "line 17 · 6-42",
        "BE68539007547034",
        "a company gave a mandate for",
        "waits for a mandate",
    ):
        assert told in seen


async def test_a_statement_that_is_wrong_in_itself_does_not_look_as_if_something_could_still_come(
    operator: Operator,
) -> None:
    await operator.hear(ASIDE.model_copy(update={"code": "E12", "columns": "38-52"}))
    seen = await operator.sees()
    assert "1 put aside" in seen and "not booked" in seen
    assert "waits" not in seen


async def test_a_statement_that_a_company_has_meanwhile_waits_for_nobody(operator: Operator) -> None:
    for order in ((ASIDE, RELEASED), (RELEASED, ASIDE)):
        for body in order:
            await operator.hear(body)
        seen = await operator.sees()
        assert "0 put aside" in seen and f"booked {COMPANY}" in seen


async def test_a_missing_statement_is_there_until_it_comes(operator: Operator) -> None:
    await operator.hear(MISSING, 3)
    seen = await operator.sees()
    assert "0 put aside, 1 missing" in seen
    for told in (COMPANY, "117", "2026/116 and 2026/118", "50.00 EUR", "1254.55 EUR"):
        assert told in seen
    await operator.hear(CLOSED, 4)
    assert "0 put aside, 0 missing" in await operator.sees()


async def test_an_alarm_that_comes_after_the_end_shows_nothing(operator: Operator) -> None:
    await operator.hear(CLOSED, 4)
    await operator.hear(MISSING, 3)
    assert "0 put aside, 0 missing" in await operator.sees()
