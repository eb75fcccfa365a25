"""What intake does with the softwares' submissions, and with what others tell of connections."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from services.intake.domain.connections import Ask, Connection, asked
from services.intake.domain.documents import (
    XML,
    Handed,
    Unusable,
    awaits_activation,
    flaw_of_connection,
    flaw_of_xml,
    handed,
    submitted,
)
from services.intake.domain.probing import USUAL_LIMITS, Asking, Limits
from services.intake.domain.progress import Entry, Told, entry_of, progressed
from services.intake.domain.submissions import (
    DocumentSubmission,
    HandInDocument,
    already_connected,
    duplicate,
    rate_limited,
    read,
    rejected,
    suspended,
)
from services.intake.ports import IntakeStore, Place
from shared.chassis.documents import UNASSIGNED, Documents
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.logs import logger
from shared.chassis.messages import Batch, Consequence, Submission
from shared.contracts import ConnectionBlocked, ConnectionVerified
from shared.contracts.directory import SoftwareChanged
from shared.contracts.documents import Claim
from shared.contracts.submissions import DOCUMENT_TYPE
from shared.values import ConnectionId

_log = logger("handlers")


async def store_documents(submissions: Sequence[Submission], *, documents: Documents) -> list[Claim | Exception | None]:
    """Store the documents among the submissions before the transaction.

    Whose they are is known only inside it, so they lie under `unassigned`. What nobody refers to in the end stays
    there: nothing sweeps the object store yet.
    """
    stored: list[Claim | Exception | None] = []
    for submission in submissions:
        if submission.event_type != DOCUMENT_TYPE or flaw_of_xml(submission.value) is not None:
            stored.append(None)
            continue
        try:
            stored.append(await documents.put(submission.value, UNASSIGNED, XML))
        except Unavailable as error:
            stored.append(error)
    return stored


async def take_submissions(
    batch: Batch[Any], store: IntakeStore, *, limits: Limits = USUAL_LIMITS
) -> list[Consequence]:
    """Answer every submission: an asking, a document, or why it cannot be used.

    A document whose connection may be active without our having heard of it waits in a task of its own.
    """
    submissions = list(cast(Iterable[Submission], batch))
    barred = await store.suspended(sorted({one.software for one in submissions}))
    contents = [
        (one, suspended() if one.software in barred else read(one.event_type, one.value, one.headers))
        for one in submissions
    ]
    asks = [(one, content) for one, content in contents if isinstance(content, Ask)]
    handing = [(one, content) for one, content in contents if isinstance(content, DocumentSubmission)]
    answers: dict[int, Consequence] = {}
    for one, content in contents:
        if isinstance(content, Unusable):
            answers[id(one)] = _rejection(one, content)
    answers |= await _ask(asks, store, batch.now, limits)
    answers |= await _hand_in(handing, store, batch.now)
    # In the order in which they were published; every submission has its answer.
    return [answers[id(one)] for one, _ in contents]


async def follow_softwares(batch: Batch[SoftwareChanged], store: IntakeStore) -> list[Consequence]:
    """Know which softwares are suspended: their topics are open to them as before."""
    await store.save_softwares([(event.body, event.sequence) for event in batch])
    return []


async def follow_connections(
    batch: Batch[Any], store: IntakeStore, *, limits: Limits = USUAL_LIMITS
) -> list[Consequence]:
    """Keep what a software sees of its connections up to date with what the other services tell."""
    known = await store.connections(sorted({event.body.connection_id for event in batch}))
    entries: list[Entry] = []
    for event in batch:
        body: Told = event.body
        connection = known.get(body.connection_id)
        if connection is None:
            raise InvalidMessage(
                "connection_unknown",
                "nobody asked for this connection here",
                where="connection_id",
                found=body.connection_id,
                expected="a connection that intake published",
            )
        known[body.connection_id] = progressed(connection, body, event.sequence, event.time)
        entries.append(entry_of(body, event.id, event.time))
    await store.save_connections(list(known.values()))
    await store.add_entries(entries)
    await _watch_the_unknown(batch, store, limits)
    return []


async def _watch_the_unknown(batch: Batch[Any], store: IntakeStore, limits: Limits) -> None:
    answers = (event.body for event in batch if isinstance(event.body, ConnectionBlocked | ConnectionVerified))
    softwares = sorted({body.software for body in answers})
    for asker in await store.judge(softwares, batch.now, limits) if softwares else ():
        # The operator's alarm: somebody may be reading the directory out of the answers.
        _log.warning("many unknown companies", code="unknown_ratio_alarm", software=asker.software)


async def _ask(
    asks: Sequence[tuple[Submission, Ask]], store: IntakeStore, now: datetime, limits: Limits
) -> dict[int, Consequence]:
    askings = [Asking(one.software, ask.enterprise_number) for one, ask in asks]
    refused = await store.admit(askings, now, limits) if askings else {}
    places = {id(one): Place(one.software, "live", ask.enterprise_number) for one, ask in asks}
    known = await store.latest(list(places.values())) if places else {}
    changed: dict[ConnectionId, Connection] = {}
    entries: list[Entry] = []
    answers: dict[int, Consequence] = {}
    for one, ask in asks:
        place = places[id(one)]
        too_much = refused.get(Asking(one.software, ask.enterprise_number))
        if too_much is not None:
            answers[id(one)] = _rejection(one, rate_limited(too_much))
            continue
        connection, body = asked(known.get(place), one.software, "live", ask, now)
        known[place] = connection
        if body is None:
            answers[id(one)] = _rejection(one, already_connected(connection))
            continue
        changed[connection.connection_id] = connection
        entries.append(Entry(one.derived_id("timeline"), connection.connection_id, now, "connection.requested"))
        answers[id(one)] = one.then(body, sequence=body.ordinal)
    await store.save_connections(list(changed.values()))
    await store.add_entries(entries)
    return answers


async def _hand_in(
    handing: Sequence[tuple[Submission, DocumentSubmission]], store: IntakeStore, now: datetime
) -> dict[int, Consequence]:
    known = await store.read_connections(sorted({content.connection_id for _, content in handing})) if handing else {}
    taken: dict[int, tuple[Submission, Handed]] = {}
    answers: dict[int, Consequence] = {}
    for one, content in handing:
        connection = known.get(content.connection_id)
        if connection is not None and connection.software != one.software:
            connection = None  # another software's connection is as unknown as one that does not exist
        flaw = flaw_of_connection(connection)
        if awaits_activation(connection):
            answers[id(one)] = one.then_do(_waiting(one, content.connection_id, now), str(one.id))
        elif flaw is not None or connection is None:
            answers[id(one)] = _rejection(one, flaw or Unusable("connection_unknown", "There is no connection."))
        else:
            taken[id(one)] = one, handed(connection, one.prepared, now)
    new = await store.add_documents(list({document.document_id: document for _, document in taken.values()}.values()))
    for place, (one, document) in taken.items():
        if document.document_id in new:
            new.remove(document.document_id)  # the same bytes twice in one batch are a duplicate as well
            answers[place] = one.then(submitted(document, one.prepared, None), sequence=1)
        else:
            answers[place] = _rejection(one, duplicate(document.document_id))
    return answers


def _waiting(one: Submission, connection_id: ConnectionId, now: datetime) -> HandInDocument:
    return HandInDocument(
        submission_id=str(one.id),
        software=one.software,
        connection_id=connection_id,
        document=one.prepared,
        received_at=now,
    )


def _rejection(one: Submission, flaw: Unusable) -> Consequence:
    return one.then(rejected(one.software, str(one.id), flaw))
