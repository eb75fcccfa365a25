"""The state of a redelivery, from its runs and from what became of it on the channels."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.delivery.domain.redelivery import OnChannels, Preview, Redelivery, failed, moved_on
from shared.values import OfficeId, RedeliveryId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def a_redelivery(**facts: object) -> Redelivery:
    given = {"redelivery_id": RedeliveryId.of(UUID(int=1)), "office_id": OfficeId("janssens"), "asked_at": NOW}
    return Redelivery(**{**given, "preview": Preview(3, 1, 3), **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "state", "finished_at"),
    [
        ({}, "queued", None),
        ({"done": 1}, "running", None),
        ({"done": 3, "queued_at": NOW}, "finished", NOW),
        ({"done": 3, "queued_at": NOW, "on_channels": OnChannels(1, 0, LATER)}, "running", None),
        ({"done": 3, "queued_at": NOW, "on_channels": OnChannels(1, 1, LATER)}, "running", None),
        ({"done": 3, "queued_at": NOW, "on_channels": OnChannels(0, 1, LATER)}, "partly_failed", LATER),
        ({"done": 3, "queued_at": NOW, "on_channels": OnChannels(0, 0, LATER)}, "finished", LATER),
        ({"done": 1, "failure": "internal_error"}, "failed", None),
    ],
)
def test_it_is_finished_when_every_channel_has_all_of_it(
    facts: dict[str, object], state: str, finished_at: datetime | None
) -> None:
    redelivery = a_redelivery(**facts)
    assert (redelivery.state, redelivery.finished_at) == (state, finished_at)


def test_one_that_failed_goes_on_where_it_stopped() -> None:
    stopped = failed(moved_on(a_redelivery(), 2, NOW), "temporarily_unavailable")
    assert (stopped.state, stopped.done) == ("failed", 2)
    gone_on = moved_on(stopped, 1, LATER)
    assert (gone_on.state, gone_on.done, gone_on.queued_at, gone_on.failure) == ("finished", 3, LATER, "")
