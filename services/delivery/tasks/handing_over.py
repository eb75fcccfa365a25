"""Handing over by channels: one run gives one channel what is due, in order, and ends at the first that must wait.

Each success is noted at once, in a transaction of its own, before the next document is touched; telling of it
follows at the end of the run, or in the next one when this process dies in between. So a receiver gets a document
twice at most as often as an answer was lost.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.delivery.domain import handovers as rules
from services.delivery.domain.channels import Channel, ChannelKind
from services.delivery.domain.documents import Document
from services.delivery.domain.handovers import Going, HandOver, Handover, Outcome
from services.delivery.domain.records import office_record
from services.delivery.ports import Courier, DeliveryStore, Secrets
from services.delivery.tasks.packing import Packer
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.logs import logger
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun, settled
from shared.values import DocumentId, Language

RUN_SECONDS = 5.0
"""A run begins no document after so long, so that what it learnt is written while its lease lasts."""
PACKING_SECONDS = 15.0
SENDING_SECONDS = 20.0
_DOCUMENTS_A_RUN = 64

Tell = Callable[[Sequence[Going], DeliveryStore], Awaitable[list[Consequence]]]
_log = logger("handing_over")


@dataclass(slots=True)
class _Work:
    """What a run knows at its start, and what came of it. `failed` is the one at which it ended."""

    channel: Channel
    language: Language
    queue: list[Handover]
    documents: Mapping[DocumentId, Document]
    handed_over: list[Handover]
    refused: list[tuple[Handover, Outcome]] = field(default_factory=list)
    failed: tuple[Handover, Outcome] | None = None
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Carriers:
    """Who does the work: a courier for each kind of channel but Kafka, who packs, who opens secrets, who tells."""

    couriers: Mapping[ChannelKind, Courier]
    packer: Packer
    secrets: Secrets
    tell: Tell


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
    queue = rules.due(waiting, now) if channel.enabled else []
    untold = [each for each in found if each.state == "handed_over"]
    documents = await store.documents({each.document_id for each in (*queue, *untold)})
    offices = await store.offices([channel.office_id])
    language = offices[channel.office_id].language if channel.office_id in offices else Language.NL
    return _Work(channel, language, queue, documents, untold, unfinished=len(queue) == _DOCUMENTS_A_RUN)


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
    for handover in work.queue:
        if asyncio.get_running_loop().time() > deadline:
            work.unfinished = True
            return
        outcome = await _try(work, handover, carriers)
        if outcome.verdict == "done":
            taken = rules.handed_over(handover, outcome, clock())
            async with run.transaction() as store:
                await store.save_handovers([taken])
            work.handed_over.append(taken)
        elif outcome.verdict == "refused":
            work.refused.append((handover, outcome))
        else:
            work.failed = (handover, outcome)
            return


async def _try(work: _Work, handover: Handover, carriers: Carriers) -> Outcome:
    document = work.documents.get(handover.document_id)
    if document is None:
        return Outcome("refused", "document_unknown")
    try:
        sealed = work.channel.sealed_secret
        secret = carriers.secrets.open(sealed) if sealed else ""
        async with asyncio.timeout(PACKING_SECONDS):
            parcel = await carriers.packer.pack(work.channel, handover, document, work.language)
        async with asyncio.timeout(SENDING_SECONDS + 1):
            outcome = await carriers.couriers[work.channel.kind].deliver(work.channel, secret, parcel)
    except InvalidMessage as error:
        # A secret that does not open is mended by entering it anew; a document without bytes by nobody.
        return Outcome("retry" if error.code.startswith("sealed_") else "refused", error.code, error.detail)
    except (Unavailable, TimeoutError) as error:
        return Outcome("retry", "temporarily_unavailable", str(error))
    except Exception as error:
        # Else one document would stop its channel, and nobody could see why.
        _log.exception("handing over failed", channel=work.channel.channel_id)
        return Outcome("retry", "internal_error", type(error).__name__)
    if parcel.without_pdf and outcome.verdict == "done":
        return replace(outcome, words=f"without PDF; {outcome.words}")
    return outcome


async def _settle(store: DeliveryStore, cause: Cause, work: _Work, tell: Tell, now: datetime) -> list[Consequence]:
    """Tells, and writes what the run learnt into the channel as it is now: its office may have changed it meanwhile."""
    going = [
        Going(cause, each.ended_at or now, work.documents[each.document_id], work.channel, each.occasion)
        for each in work.handed_over
        if each.document_id in work.documents
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
    if work.unfinished and work.failed is None and channel.enabled:
        consequences.append(cause.then_do(HandOver(channel_id=channel.channel_id), channel.channel_id, once=True))
    return consequences
