"""Handing over by channels: one run gives one channel what is due, in order, and ends at the first that must wait.

Each success is noted at once, in a transaction of its own, before the next document is touched; telling of it
follows at the end of the run, or in the next one when this process dies in between. So a receiver gets a document
twice at most as often as an answer was lost.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from services.delivery.domain import handovers as rules
from services.delivery.domain.channels import Channel, ChannelKind
from services.delivery.domain.deliverables import Deliverable, Subject
from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import Going, HandOver, Handover, Outcome
from services.delivery.domain.records import office_record
from services.delivery.ports import Courier, DeliveryStore, Secrets
from services.delivery.tasks.packing import Packer
from services.delivery.tasks.packing_ahead import AHEAD, Packed, PackingAhead
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.logs import logger
from shared.chassis.memory import Memory
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun, settled
from shared.values import DocumentId, EventId, Language, StatementId

RUN_SECONDS = 5.0
"""A run begins no document after so long, so that what it learnt is written while its lease lasts."""
WAITING_SECONDS = 10.0
"""For memory, while others carry what is large; then the run after this one goes on."""
PACKING_SECONDS = 15.0
SENDING_SECONDS = 20.0
_DOCUMENTS_A_RUN = 64

T = TypeVar("T")
Tell = Callable[[Sequence[Going], DeliveryStore], Awaitable[list[Consequence]]]
_log = logger("handing_over")


@dataclass(slots=True)
class _Work:
    """What a run knows at its start, and what came of it. `failed` is the one at which it ended; once its
    `receiver_answers`, the next ones are worth to be packed ahead."""

    channel: Channel
    language: Language
    queue: list[Handover]
    documents: Mapping[Subject, Deliverable]
    handed_over: list[Handover]
    refused: list[tuple[Handover, Outcome]] = field(default_factory=list)
    failed: tuple[Handover, Outcome] | None = None
    unfinished: bool = False
    receiver_answers: bool = False


@dataclass(frozen=True, slots=True)
class Carriers:
    """Who does the work: a courier for each kind of channel but Kafka, who packs, who opens secrets, who tells; and the
    memory that all parcels share which are being carried."""

    couriers: Mapping[ChannelKind, Courier]
    packer: Packer
    secrets: Secrets
    tell: Tell
    memory: Memory


async def hand_over(run: TaskRun[HandOver, DeliveryStore], *, carriers: Carriers) -> Settle:
    """Gives one channel what is due; the run after it goes on where this one stopped."""
    started = asyncio.get_running_loop().time()
    async with run.transaction() as store:
        work = await _work(store, run.task, run.now)
    if work is None:
        return settled

    def clock() -> datetime:
        return run.now + timedelta(seconds=asyncio.get_running_loop().time() - started)

    if work.channel.kind == "kafka":
        _take_along(work, run.now)
    else:
        await _carry(run, work, carriers, clock, started + RUN_SECONDS)

    async def settle(store: Any) -> list[Consequence]:
        return await _settle(store, run.cause, work, carriers.tell, clock())

    return settle


async def wake_channels(now: datetime, cause: Cause, store: DeliveryStore) -> list[Consequence]:
    """Has what is due again tried again."""
    due = await store.channels_due(now)
    return [cause.then_do(HandOver(channel_id=each), each, once=True) for each in due]


async def _work(store: DeliveryStore, task: HandOver, now: datetime) -> _Work | None:
    channel = await store.channel(task.channel_id)
    if channel is None:
        return None
    found = await store.waiting_handovers(channel.channel_id, _DOCUMENTS_A_RUN)
    waiting = [each for each in found if each.state == "waiting"]
    queue = rules.due(waiting, now) if channel.works else []
    untold = [each for each in found if each.state == "handed_over"]
    documents = await _documents(store, channel, {each.subject for each in (*queue, *untold)})
    offices = await store.offices([channel.office_id])
    language = offices[channel.office_id].language if channel.office_id in offices else Language.NL
    return _Work(channel, language, queue, documents, untold, unfinished=len(queue) == _DOCUMENTS_A_RUN)


async def _documents(store: DeliveryStore, channel: Channel, subjects: set[Subject]) -> dict[Subject, Deliverable]:
    found: dict[Subject, Deliverable] = {}
    found.update((await store.documents({each for each in subjects if isinstance(each, DocumentId)})).items())
    if statements := {each for each in subjects if isinstance(each, StatementId)}:
        found.update((await store.routed_statements(channel.office_id, statements)).items())
    if notices := {each for each in subjects if isinstance(each, EventId)}:
        found.update((await store.office_notices(channel.office_id, notices)).items())
    return found


def _take_along(work: _Work, now: datetime) -> None:
    """Records are published by the transaction that ends this run, so nothing can be lost in between."""
    work.handed_over += [rules.handed_over(each, Outcome("done"), now) for each in work.queue]


async def _carry(
    run: TaskRun[HandOver, DeliveryStore],
    work: _Work,
    carriers: Carriers,
    clock: Callable[[], datetime],
    deadline: float,
) -> None:
    async with PackingAhead(work.queue, partial(_packed, work, carriers)) as packing:
        for handover in work.queue:
            if asyncio.get_running_loop().time() > deadline:
                work.unfinished = True
                return
            packed = await packing.next()
            if work.receiver_answers:
                packing.begin(AHEAD)
            async with packed.room:
                outcome = await _delivered(work, packed.parcel, carriers) if packed.parcel is not None else None
            if outcome is None:
                work.unfinished = True
                return
            if outcome.verdict == "done":
                taken = rules.handed_over(handover, outcome, clock())
                async with run.transaction() as store:
                    await store.save_handovers([taken])
                work.handed_over.append(taken)
                work.receiver_answers = True
                continue
            _log_failure(work.channel, handover, outcome)
            if outcome.verdict == "retry":
                work.failed = (handover, outcome)
                return
            work.refused.append((handover, outcome))


async def _packed(work: _Work, carriers: Carriers, handover: Handover) -> Packed:
    """Never raises, so that what is wrong with one document is told in its turn."""
    document = work.documents.get(handover.subject)
    if document is None:
        return Packed(Outcome("refused", "document_unknown"), AsyncExitStack())
    async with AsyncExitStack() as room:
        try:
            weight = carriers.packer.weight(work.channel, document)
            await room.enter_async_context(carriers.memory.taken(weight, WAITING_SECONDS))
        except TimeoutError:
            return Packed(None, AsyncExitStack())
        parcel = await _tried(work.channel, _parcel(work, carriers, handover, document))
        return Packed(parcel, room.pop_all())


async def _parcel(work: _Work, carriers: Carriers, handover: Handover, document: Deliverable) -> Parcel:
    async with asyncio.timeout(PACKING_SECONDS):
        return await carriers.packer.pack(work.channel, handover, document, work.language)


async def _delivered(work: _Work, parcel: Parcel | Outcome, carriers: Carriers) -> Outcome:
    if isinstance(parcel, Outcome):
        return parcel
    outcome = await _tried(work.channel, _sent(work.channel, parcel, carriers))
    if parcel.without_pdf and outcome.verdict == "done":
        return replace(outcome, words=f"without PDF; {outcome.words}")
    return outcome


async def _sent(channel: Channel, parcel: Parcel, carriers: Carriers) -> Outcome:
    secret = carriers.secrets.open(channel.sealed_secret) if channel.sealed_secret else ""
    async with asyncio.timeout(SENDING_SECONDS + 1):
        return await carriers.couriers[channel.kind].deliver(channel, secret, parcel)


async def _tried(channel: Channel, step: Awaitable[T]) -> T | Outcome:
    """What a step gives, or what went wrong with it."""
    try:
        return await step
    except InvalidMessage as error:
        # A secret that does not open is mended by entering it anew; a document without bytes by nobody.
        return Outcome("retry" if error.code.startswith("sealed_") else "refused", error.code, error.detail)
    except (Unavailable, TimeoutError) as error:
        return Outcome("retry", "temporarily_unavailable", str(error))
    except Exception as error:
        # Else one document would stop its channel, and nobody could see why.
        _log.exception("handing over failed", channel=channel.channel_id)
        return Outcome("retry", "internal_error", type(error).__name__)


def _log_failure(channel: Channel, handover: Handover, outcome: Outcome) -> None:
    # The words of a mail server or a volume may name people and folders; those of a webhook are its status.
    words = outcome.words if channel.kind == "webhook" else ""
    _log.warning(
        "not handed over",
        channel=str(channel.channel_id),
        kind=channel.kind,
        subject=str(handover.subject),
        attempt=handover.attempts + 1,
        verdict=outcome.verdict,
        answer=f"{outcome.code} {words}".strip(),
    )


async def _settle(store: DeliveryStore, cause: Cause, work: _Work, tell: Tell, now: datetime) -> list[Consequence]:
    """Tells, and writes what the run learnt into the channel as it is now: its office may have changed it meanwhile."""
    going = [
        Going(cause, each.ended_at or now, work.documents[each.subject], work.channel, each.occasion)
        for each in work.handed_over
        if each.subject in work.documents
    ]
    consequences = await tell(going, store)
    if work.channel.kind == "kafka":
        consequences += [record for each in going if (record := office_record(each)) is not None]
    channel = await store.lock_channel(work.channel.channel_id)
    if channel is None:
        return consequences
    ended = [replace(each, state="done") for each in work.handed_over]
    if ended:
        channel = rules.took(channel, max(each.ended_at or now for each in ended))
    for handover, outcome in work.refused:
        ended.append(rules.refused(handover, outcome, now))
        channel = rules.answered(channel, outcome, now)
    if work.failed is not None:
        handover, outcome = work.failed
        # Somebody had it tried anew while this run was under way, or the one before it was taken.
        handover = replace(handover, attempts=0) if channel.failing_since is None else handover
        channel, postponed = rules.postponed(channel, handover, outcome, now, random.random())
        ended.append(postponed)
    await store.save_channel(channel)
    await store.save_handovers(ended)
    if channel.removed:
        await store.remove_channel(channel.channel_id)
        return consequences
    if work.unfinished and work.failed is None and channel.works:
        consequences.append(cause.then_do(HandOver(channel_id=channel.channel_id), channel.channel_id, once=True))
    return consequences
