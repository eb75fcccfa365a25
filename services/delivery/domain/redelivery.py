"""Delivering again: an office names documents or statements that it was delivered before, or a software statements
that it was told of, and they come once more."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from services.delivery.domain.deliverables import Model
from services.delivery.domain.documents import Document, advance
from services.delivery.domain.feeds import Entry
from shared.chassis.messages import Task
from shared.contracts.access import Mode
from shared.values import DocumentId, OfficeId, RedeliveryId, SoftwareSlug

MOST_DOCUMENTS = 100_000
"""In one redelivery."""
MOST_OPEN = 10
"""Of one office or software at a time: whoever asks in a circle asks for all that it has each time."""
DOCUMENTS_A_RUN = 500

State = Literal["queued", "running", "finished", "partly_failed", "failed"]


class Redeliver(Task, kind="redeliver"):
    """Deliver the next documents of a redelivery; the run after it goes on where this one stopped."""

    redelivery_id: RedeliveryId


@dataclass(frozen=True, slots=True)
class Preview:
    """What a redelivery holds: how many documents or statements, of how many companies (and accounts), how many of
    them never fetched by the office until now."""

    documents: int
    companies: int
    never_fetched: int
    accounts: int = 0


@dataclass(frozen=True, slots=True)
class OnChannels:
    """What became of a redelivery on the channels that push: what `waiting` ones still have to hand over, what they
    `failed` with for good, and when (UTC) the last one ended."""

    waiting: int = 0
    failed: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redelivery:
    """The wish of an office, or a software, to have documents of one `model` again; `asked` is what it asked for, as
    JSON text.

    `channels` are ids or kinds, `feed` (of a software `stream`) and `v2` among them; none named: all. `done`
    counts what stands in the feed again and was queued for the channels, `queued_at` is when all of it was.
    `failure` says why a run of it died. Times are UTC.
    """

    redelivery_id: RedeliveryId
    office_id: OfficeId | None = None
    software: SoftwareSlug | None = None
    model: Model = "sales_invoice"
    asked_at: datetime
    preview: Preview
    asked: str = "{}"
    mode: Mode = "live"
    channels: tuple[str, ...] = ()
    done: int = 0
    queued_at: datetime | None = None
    failure: str = ""
    on_channels: OnChannels = OnChannels()

    @property
    def state(self) -> State:
        """`finished` when every channel has all of it; `partly_failed` when channels gave up some of it; `failed`
        when a run of it died, until it is started again."""
        if self.failure:
            return "failed"
        if self.queued_at is None:
            return "running" if self.done else "queued"
        if self.on_channels.waiting:
            return "running"
        return "partly_failed" if self.on_channels.failed else "finished"

    @property
    def finished_at(self) -> datetime | None:
        """When the last of it came, or was given up."""
        if self.queued_at is None or self.state not in ("finished", "partly_failed"):
            return None
        return max(self.queued_at, self.on_channels.last_at or self.queued_at)

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
    """So many more are done, whatever happened before; a run that found nothing more was the last."""
    done = redelivery.done + count
    all_queued = done >= redelivery.preview.documents or count == 0
    return replace(redelivery, done=done, queued_at=now if all_queued else None, failure="")


def failed(redelivery: Redelivery, reason: str) -> Redelivery:
    """A run of it died, for a stable code; what was queued before stays so, and the rest may be started again."""
    return replace(redelivery, failure=reason)


def delivered_again(document: Document, redelivery: Redelivery, now: datetime) -> Document:
    """With the redelivery on its timeline; its state stays."""
    return advance(document, "delivered", now, str(redelivery.redelivery_id), redelivery.redelivery_id.uuid)


def entry_again(document_id: DocumentId, office: OfficeId, redelivery: Redelivery, now: datetime) -> Entry:
    """The document's entry in the feed, by which it moves to a new position."""
    return Entry(office, document_id, now, redelivery.redelivery_id)
