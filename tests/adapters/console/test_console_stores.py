"""The console's store: memory behaves like Postgres."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.console.domain.failures import AuditLine
from services.console.domain.readings import Reading, TopicReading
from shared.contracts.operations import DeadLetter

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
As = Callable[[str | None], AbstractAsyncContextManager[Any]]


def a_letter(status: str = "dead", number: UUID | None = None, minutes: int = 0) -> DeadLetter:
    return DeadLetter(
        dead_letter_id=number or uuid4(),
        service="delivery",
        handler="invoice.routed.v1",
        topic="invoice.routed.v1",
        partition=1,
        offset=7,
        event_id=uuid4(),
        reason_code="schema_mismatch",
        reason="found this, expected that",
        attempts=1,
        failed_at=NOW - timedelta(minutes=minutes),
        size=2,
        value_base64="e30=",
        status=status,
    )


async def test_the_last_news_of_a_failure_holds(acting: As) -> None:
    letter = a_letter()
    async with acting(None) as store:
        await store.keep_failures([letter], NOW)
        await store.keep_failures([letter, letter.model_copy(update={"status": "handled"})], NOW)
        assert (await store.failure(letter.dead_letter_id)).letter.status == "handled"
        assert await store.dead_by_place() == {}


async def test_failures_that_wait_come_first(acting: As) -> None:
    handled, old, fresh = a_letter("handled"), a_letter(minutes=5), a_letter(minutes=1)
    async with acting(None) as store:
        await store.keep_failures([handled, old, fresh], NOW)
        assert await store.dead_by_place() == {("delivery", "invoice.routed.v1"): 2}
    async with acting("operator:operator") as store:
        found = [failure.letter for failure in await store.failures(10)]
    assert found == [fresh, old, handled]


async def test_an_asked_failure_says_so_until_its_service_answers(acting: As) -> None:
    letter = a_letter()
    async with acting(None) as store:
        await store.keep_failures([letter], NOW)
    async with acting("operator:operator") as store:
        await store.mark_asked(letter.dead_letter_id, NOW)
        await store.write_audit(AuditLine(NOW, "Els", "asked", letter.dead_letter_id))
        assert (await store.failure(letter.dead_letter_id)).state == "asked"
        assert [line.operator for line in await store.audit(5, letter.dead_letter_id)] == ["Els"]
        assert await store.audit(5, uuid4()) == []
    async with acting(None) as store:
        await store.keep_failures([letter], NOW)
        assert (await store.failure(letter.dead_letter_id)).state == "dead"


async def test_readings_are_thinned_and_forgotten(acting: As) -> None:
    async with acting(None) as store:
        for seconds in (0, 2, 4, 12, 14):
            reading = Reading(NOW + timedelta(seconds=seconds), {"a.v1": TopicReading(seconds, {"delivery": 1})})
            await store.keep_reading(reading, NOW - timedelta(minutes=1))
        assert [each.topics["a.v1"].end for each in await store.readings(NOW)] == [4, 14]
        late = Reading(NOW + timedelta(minutes=20), {})
        await store.keep_reading(late, NOW + timedelta(minutes=10))
        assert await store.readings(NOW) == [late]
