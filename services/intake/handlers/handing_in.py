"""Documents that softwares published: taken in over their connection, or refused with the reason."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.domain.documents import (
    Handed,
    Unusable,
    awaits_activation,
    flaw_of_connection,
    handed,
    submitted,
)
from services.intake.domain.submissions import (
    DocumentSubmission,
    HandInDocument,
    ReferenceSubmission,
    duplicate,
    rejected,
)
from services.intake.domain.uploads import Upload, flaw_of_upload
from services.intake.ports import IntakeStore
from shared.chassis.messages import Consequence, Submission
from shared.contracts.documents import Claim
from shared.values import UploadId

Handing = tuple[Submission, DocumentSubmission | ReferenceSubmission]
Bytes = tuple[Claim, Claim | None]
"""The document and the PDF beside it."""


async def hand_in(handing: Sequence[Handing], store: IntakeStore, now: datetime) -> dict[int, Consequence]:
    """What follows from each, by the identity of its submission."""
    if not handing:
        return {}
    known = await store.read_connections(sorted({content.connection_id for _, content in handing}))
    uploads = await store.uploads(_named(handing))
    taken: dict[int, tuple[Submission, Handed, Bytes]] = {}
    answers: dict[int, Consequence] = {}
    for one, content in handing:
        connection = known.get(content.connection_id)
        if connection is not None and connection.software != one.software:
            connection = None  # another software's connection is as unknown as one that does not exist
        flaw = flaw_of_connection(connection)
        waits = awaits_activation(connection)
        data = _bytes(one, content, uploads) if waits or flaw is None else None
        if isinstance(data, Unusable):
            answers[id(one)] = rejection(one, data)
        elif waits and data is not None:
            answers[id(one)] = one.then_do(_waiting(one, content, data, now), str(one.id))
        elif flaw is not None or connection is None or data is None:
            answers[id(one)] = rejection(one, flaw or Unusable("connection_unknown", "There is no connection."))
        else:
            taken[id(one)] = one, handed(connection, data[0], now), data
    return answers | await _take(taken, store)


def rejection(one: Submission, flaw: Unusable) -> Consequence:
    """The software is told why."""
    return one.then(rejected(one.software, str(one.id), flaw))


async def _take(taken: dict[int, tuple[Submission, Handed, Bytes]], store: IntakeStore) -> dict[int, Consequence]:
    new = await store.add_documents(
        list({document.document_id: document for _, document, _ in taken.values()}.values())
    )
    answers: dict[int, Consequence] = {}
    for place, (one, document, (claim, pdf)) in taken.items():
        if document.document_id in new:
            new.remove(document.document_id)  # the same bytes twice in one batch are a duplicate as well
            answers[place] = one.then(submitted(document, claim, pdf), sequence=1)
        else:
            answers[place] = rejection(one, duplicate(document.document_id))
    return answers


def _named(handing: Sequence[Handing]) -> set[UploadId]:
    references = [content for _, content in handing if isinstance(content, ReferenceSubmission)]
    return {each for content in references for each in (content.document, content.pdf) if each is not None}


def _bytes(
    one: Submission, content: DocumentSubmission | ReferenceSubmission, uploads: dict[UploadId, Upload]
) -> Bytes | Unusable:
    if isinstance(content, DocumentSubmission):
        return one.prepared, None
    document = uploads.get(content.document)
    flaw = flaw_of_upload(content.document, document, content.connection_id, pdf=False)
    if flaw is not None or document is None:
        return flaw or Unusable("upload_unknown", "There is no such upload.")
    if content.pdf is None:
        return document.claim, None
    pdf = uploads.get(content.pdf)
    flaw = flaw_of_upload(content.pdf, pdf, content.connection_id, pdf=True)
    if flaw is not None or pdf is None:
        return flaw or Unusable("upload_unknown", "There is no such upload.")
    return document.claim, pdf.claim


def _waiting(
    one: Submission, content: DocumentSubmission | ReferenceSubmission, data: Bytes, now: datetime
) -> HandInDocument:
    return HandInDocument(
        submission_id=str(one.id),
        software=one.software,
        connection_id=content.connection_id,
        document=data[0],
        pdf=data[1],
        received_at=now,
    )
