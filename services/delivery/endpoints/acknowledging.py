"""Acknowledgements: what an office's package did with the entries of its feed, one by one or many at once."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends

from services.delivery.domain.documents import AT_OFFICE, Document
from services.delivery.domain.feeds import Acknowledgement
from services.delivery.endpoints.acknowledgements import (
    Acknowledgements,
    Failure,
    Outcome,
    Said,
    answers_to,
    as_said,
)
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.document_answers import AcknowledgedDocument, AcknowledgementAnswers
from services.delivery.endpoints.document_views import acknowledgement_view, unknown, view
from services.delivery.endpoints.originals import fetched
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.http import Call, caller
from shared.values import DocumentId, OfficeId, ValueRejected

routes = APIRouter()
Office = Annotated[Call, Depends(caller("office"))]


@routes.post("/v1/documents/acknowledgements", responses=described(AcknowledgementAnswers))
async def acknowledge_documents(body: Acknowledgements, call: Office) -> dict[str, Any]:
    """At most 500 acknowledgements at once, with an answer for each: those that are unknown hold up no other."""
    asked = [(said, _document_id(said.id)) for said in body.acknowledgements]
    async with call.transaction() as tx:
        said = {document_id: said for said, document_id in asked if document_id is not None}
        known = await _acknowledge(call, tx, said)
    return answers_to(asked, known, unknown())


@routes.post("/v1/documents/{document_id}/processed", responses=described(AcknowledgedDocument))
async def mark_processed(document_id: str, call: Office) -> dict[str, Any]:
    """The office's package took the document in; saying it again changes nothing.

    The document counts as fetched from then on at the latest.
    """
    return await _one(call, document_id, "processed")


@routes.post("/v1/documents/{document_id}/failed", responses=described(AcknowledgedDocument))
async def mark_failed(document_id: str, failure: Failure, call: Office) -> dict[str, Any]:
    """The office's package could not take the document in. It stays in the list (`acknowledged=failed`) and comes
    once more by a redelivery."""
    return await _one(call, document_id, "failed", failure.reason)


async def _one(call: Call, asked: str, outcome: Outcome, reason: str = "") -> dict[str, Any]:
    document_id = _document_id(asked)
    if document_id is None:
        raise unknown()
    async with call.transaction() as tx:
        said = Said(id=document_id, outcome=outcome, reason=reason)
        known = await _acknowledge(call, tx, {document_id: said})
        if document_id not in known:
            raise unknown()
        document, acknowledgement = known[document_id]
        clients = await cast(ReadingStore, tx.store).clients([document.enterprise_number])
    client = clients.get(document.enterprise_number)
    return {**view(document, call, client), "acknowledgement": acknowledgement_view(acknowledgement)}


async def _acknowledge(
    call: Call, tx: CallTransaction, said: dict[DocumentId, Said]
) -> dict[DocumentId, tuple[Document, Acknowledgement]]:
    """Writes what is new; the documents that are at the office's disposal, with what is said of each now.

    What a package took in, or tried to, it has read.
    """
    store, office = cast(ReadingStore, tx.store), OfficeId(call.principal.id)
    locked = await store.lock_documents(list(said))
    before = await store.acknowledgements(office, list(locked))
    documents = [each for each in locked.values() if each.state in AT_OFFICE]
    now = {each.document_id: as_said(said[each.document_id], before[each.document_id], tx.now) for each in documents}
    changed = {each: now[each] for each in now if now[each] != before[each]}
    if changed:
        await store.acknowledge(office, changed)
    return {each.document_id: (each, now[each.document_id]) for each in await fetched(tx, documents)}


def _document_id(text: str) -> DocumentId | None:
    try:
        return DocumentId(text)
    except ValueRejected:
        return None
