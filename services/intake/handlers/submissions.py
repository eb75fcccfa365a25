"""What softwares publish on their own topics: askings, documents and bank files, each with its answer."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from services.intake.domain.connections import Ask, Connection, asked
from services.intake.domain.documents import XML, Unusable, flaw_of_xml
from services.intake.domain.probing import USUAL_LIMITS, Asking, Limits
from services.intake.domain.progress import Entry
from services.intake.domain.submissions import (
    BankFileSubmission,
    DocumentSubmission,
    ReferenceSubmission,
    already_connected,
    rate_limited,
    read,
    suspended,
)
from services.intake.handlers.bank_files import take_bank_files
from services.intake.handlers.handing_in import hand_in, rejection
from services.intake.ports import IntakeStore, Place
from shared.chassis.documents import UNASSIGNED, Documents
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Batch, Consequence, Submission
from shared.contracts.documents import Claim
from shared.contracts.submissions import DOCUMENT_TYPE
from shared.values import ConnectionId


async def store_documents(submissions: Sequence[Submission], *, documents: Documents) -> list[Claim | Exception | None]:
    """Store the documents among the submissions before the transaction.

    Whose they are is known only inside it, so they lie under `unassigned`. What nobody refers to in the end is swept
    (`deploy.sweep`).
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
    """Answer every submission: an asking, a document, a bank's file, or why it cannot be used.

    A document whose connection may be active without our having heard of it waits in a task of its own.
    """
    submissions = list(cast(Iterable[Submission], batch))
    barred = await store.suspended(sorted({one.software for one in submissions}))
    contents = [
        (one, suspended() if one.software in barred else read(one.event_type, one.value, one.headers))
        for one in submissions
    ]
    asks = [(one, content) for one, content in contents if isinstance(content, Ask)]
    handing = [
        (one, content) for one, content in contents if isinstance(content, DocumentSubmission | ReferenceSubmission)
    ]
    files = [(one, content) for one, content in contents if isinstance(content, BankFileSubmission)]
    answers: dict[int, Consequence] = {}
    for one, content in contents:
        if isinstance(content, Unusable):
            answers[id(one)] = rejection(one, content)
    answers |= await _ask(asks, store, batch.now, limits)
    answers |= await hand_in(handing, store, batch.now)
    answers |= await take_bank_files(files, store, batch.now)
    # In the order in which they were published; every submission has its answer.
    return [answers[id(one)] for one, _ in contents]


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
            answers[id(one)] = rejection(one, rate_limited(too_much))
            continue
        connection, body = asked(known.get(place), one.software, "live", ask, now)
        known[place] = connection
        if body is None:
            answers[id(one)] = rejection(one, already_connected(connection))
            continue
        changed[connection.connection_id] = connection
        entries.append(Entry(one.derived_id("timeline"), connection.connection_id, now, "connection.requested"))
        answers[id(one)] = one.then(body, sequence=body.ordinal)
    await store.save_connections(list(changed.values()))
    await store.add_entries(entries)
    return answers
