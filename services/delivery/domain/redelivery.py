"""Delivering again: an office names documents that it was delivered before, and they come once more."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.delivery.domain.documents import Document, advance
from services.delivery.domain.feeds import Entry
from shared.chassis.messages import Task
from shared.contracts.access import Mode
from shared.values import OfficeId, RedeliveryId

MOST_DOCUMENTS = 100_000
"""In one redelivery."""
MOST_OPEN = 10
"""Of one office at a time: whoever asks in a circle asks for all that it has each time."""
DOCUMENTS_A_RUN = 500


class Redeliver(Task, kind="redeliver"):
    """Deliver the next documents of a redelivery; the run after it goes on where this one stopped."""

    redelivery_id: RedeliveryId


@dataclass(frozen=True, slots=True)
class Preview:
    """What a redelivery holds: how many documents, of how many companies, how many of them never fetched until now."""

    documents: int
    companies: int
    never_fetched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redelivery:
    """An office's wish to have documents again; `asked` is what it asked for, as JSON text.

    `channels` are ids or kinds, `feed` and `v2` among them; none named: all. `done` counts the documents that came
    again. Times are UTC.
    """

    redelivery_id: RedeliveryId
    office_id: OfficeId
    asked_at: datetime
    preview: Preview
    asked: str = "{}"
    mode: Mode = "live"
    channels: tuple[str, ...] = ()
    done: int = 0
    finished_at: datetime | None = None

    @property
    def state(self) -> str:
        """`waiting`, `running` or `finished`."""
        if self.finished_at is not None:
            return "finished"
        return "running" if self.done else "waiting"

    def goes_to(self, channel: str) -> bool:
        """Whether it goes to a channel."""
        return not self.channels or channel in self.channels

    @property
    def pushed_to(self) -> tuple[str, ...] | None:
        """The channels on which documents are handed over, empty for all of them; None for none of them."""
        if not self.channels:
            return ()
        named = tuple(channel for channel in self.channels if channel not in ("feed", "v2"))
        return named or None


def moved_on(redelivery: Redelivery, count: int, now: datetime) -> Redelivery:
    """So many more are done; a run that found nothing more was the last."""
    done = redelivery.done + count
    finished = done >= redelivery.preview.documents or count == 0
    return replace(redelivery, done=done, finished_at=now if finished else None)


def delivered_again(document: Document, redelivery: Redelivery, now: datetime) -> Document:
    """With the redelivery on its timeline; its state stays."""
    return advance(document, "delivered", now, str(redelivery.redelivery_id), redelivery.redelivery_id.uuid)


def entry_again(document: Document, redelivery: Redelivery, now: datetime) -> Entry:
    """Its entry in the feed, by which it moves to a new position."""
    return Entry(redelivery.office_id, document.document_id, now, redelivery.redelivery_id)
