"""One document on its way through one channel: tried in order, with growing pauses, for a week, then not lost.

A channel that does not answer keeps its documents waiting in their order; a document that the receiver refuses for
good is set aside with the receiver's reason, and the next one goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.delivery.domain.channels import Channel
from services.delivery.domain.deliverables import Deliverable, Subject, subject_of
from services.delivery.domain.documents import Document
from shared.chassis.messages import Cause, Task
from shared.contracts.deliveries import DocumentDelivered
from shared.values import ChannelId, OfficeId

SCHEDULE = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400)
)
"""Pause after each failure in a row: 5 s, 30 s, 2, 5, 10, 15 and 30 min, 1, 2, 4, 8, 12 h, then a day each time."""
LONGEST = timedelta(days=7)
"""A channel that failed for so long is stopped; what waits for it stays, in order, until somebody mends it."""
JITTER = 0.1
"""A pause is longer by at most this share, so that what failed together is not tried together."""
_LONGEST_TEXT = 300

State = Literal["waiting", "handed_over", "done", "failed"]
"""`handed_over`: the receiver has it, and nobody was told yet."""
Verdict = Literal["done", "retry", "refused"]
Way = Literal["feed", "kafka", "folder", "mail", "webhook", "v2"]
"""How the outside is told that a document was delivered; SFTP is a folder too."""
Key = tuple[ChannelId, Subject, str]
"""A channel has a document once for each occasion."""


class HandOver(Task, kind="hand_over"):
    """Give a channel what is due: one of these at a time for each channel."""

    channel_id: ChannelId


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try. `code` is stable, empty where it was taken; `words` are the receiver's own.

    `wish` is the pause that the receiver asked for.
    """

    verdict: Verdict
    code: str = ""
    words: str = ""
    wish: timedelta | None = None

    @property
    def text(self) -> str:
        """In one line, as it is kept and shown."""
        line = f"{self.code}: {self.words}" if self.code and self.words else self.code or self.words
        return printable(line)[:_LONGEST_TEXT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A document that a channel is to hand over; `position` is its place in the channel's order.

    `occasion` is empty, or the redelivery that asked for it again. `added_at` is UTC and belongs to what is sent:
    the same whenever it is sent again.
    """

    channel_id: ChannelId
    position: int
    subject: Subject
    occasion: str
    added_at: datetime
    state: State = "waiting"
    attempts: int = 0
    next_at: datetime | None = None
    last_error: str = ""
    receipt: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewHandover:
    """A document that enters a channel's order; one that goes along at once is `done` from the beginning."""

    channel_id: ChannelId
    subject: Subject
    occasion: str
    added_at: datetime
    done: bool = False

    @property
    def key(self) -> Key:
        return self.channel_id, self.subject, self.occasion


@dataclass(frozen=True, slots=True)
class Going:
    """A document that enters or left a channel, why and when (UTC); `occasion` as in `Handover`."""

    cause: Cause
    at: datetime
    document: Deliverable
    channel: Channel
    occasion: str = ""

    def new(self, *, done: bool = False) -> NewHandover:
        """The same as it is noted."""
        return NewHandover(self.channel.channel_id, subject_of(self.document), self.occasion, self.at, done)


def way_of(channel: Channel) -> Way:
    """What of a channel the outside is told."""
    return "folder" if channel.kind == "sftp" else channel.kind


def delivered(document: Document, office_id: OfficeId, way: Way, at: datetime) -> DocumentDelivered:
    """That a document stands at an office's disposal on a channel since a moment (UTC)."""
    return DocumentDelivered(
        document_id=document.document_id,
        enterprise_number=document.enterprise_number,
        office_id=office_id,
        software=document.software,
        channel=way,
        delivered_at=at,
    )


def printable(text: str) -> str:
    """One line without control, direction or invisible characters: receivers' words end in logs and on pages."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def due(waiting: Sequence[Handover], now: datetime) -> list[Handover]:
    """What may go now, in order: all or nothing, for what stands first holds up the others."""
    if not waiting or (waiting[0].next_at is not None and waiting[0].next_at > now):
        return []
    return list(waiting)


def handed_over(handover: Handover, outcome: Outcome, at: datetime) -> Handover:
    """The receiver has it."""
    return replace(
        handover,
        state="handed_over",
        attempts=handover.attempts + 1,
        next_at=None,
        last_error="",
        receipt=outcome.text,
        ended_at=at,
    )


def refused(handover: Handover, outcome: Outcome, at: datetime) -> Handover:
    """The receiver will never take it; `retry` takes it up again."""
    return replace(
        handover, state="failed", attempts=handover.attempts + 1, next_at=None, last_error=outcome.text, ended_at=at
    )


def postponed(
    channel: Channel, handover: Handover, outcome: Outcome, at: datetime, dice: float
) -> tuple[Channel, Handover]:
    """The channel could not take it now: both as they are until the next try. `dice` is from 0 to 1.

    After a week without success the channel is stopped; its next try is then up to whoever mends it.
    """
    since = channel.failing_since or at
    number = handover.attempts + 1
    pause = SCHEDULE[min(number, len(SCHEDULE)) - 1] * (1 + JITTER * dice)
    pause = max(pause, min(outcome.wish or timedelta(), SCHEDULE[-1]))
    failing = replace(channel, failing_since=since, last_error=outcome.text, last_error_at=at)
    if at - since >= LONGEST:
        failing = replace(failing, enabled=False, stopped_reason="retries_exhausted")
    return failing, replace(handover, attempts=number, next_at=at + pause, last_error=outcome.text)


def took(channel: Channel, at: datetime) -> Channel:
    """The channel after a success."""
    return replace(channel, failing_since=None, last_success_at=at)


def answered(channel: Channel, outcome: Outcome, at: datetime) -> Channel:
    """The channel after its receiver refused one document: it works, and what it said is kept."""
    return replace(channel, failing_since=None, last_error=outcome.text, last_error_at=at)
