"""Documents: an office's feed and what it did with each; a software's own documents and how far they are."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from services.delivery.domain.documents import AT_OFFICE, Document, advance
from services.delivery.endpoints.answers import (
    DocumentDetails,
    DocumentPage,
    DocumentView,
    bytes_described,
    described,
)
from services.delivery.endpoints.originals import digest_headers, read_bytes
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.contracts.deliveries import DocumentBooked, DocumentFetched, DocumentRefused
from shared.values import DocumentId, OfficeId, SoftwareSlug, ValueRejected

routes = APIRouter()
Office = Annotated[Call, Depends(caller("office"))]
Either = Annotated[Call, Depends(caller("office", "software"))]


class Refusal(BaseModel):
    """Why an office will not process a document, in its own words."""

    reason: str = Field(min_length=1, max_length=500)


@routes.get("/v1/documents", responses=described(DocumentPage))
async def list_documents(
    call: Either,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """An office reads its feed, oldest first; a software its own documents. Go on with `after=next_after`."""
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        if call.principal.kind == "office":
            rows = await store.read_feed(OfficeId(call.principal.id), after, limit)
            found = [
                {"position": position, "added_at": added_at, **_view(document, call)}
                for position, added_at, document in rows
            ]
        else:
            own = await store.own_documents(SoftwareSlug(call.principal.id), after, limit)
            found = [{"position": document.position, **_view(document, call)} for document in own]
    next_after = found[-1]["position"] if found else after
    return {"documents": found, "next_after": next_after, "more": len(found) == limit}


@routes.get("/v1/documents/{document_id}", responses=described(DocumentDetails))
async def read_document(document_id: str, call: Either) -> dict[str, Any]:
    """State and timeline of one document. 404 `document_unknown`, also for somebody else's."""
    async with call.transaction() as tx:
        document = await _found(cast(ReadingStore, tx.store).document, document_id)
    steps = [{"state": step.state, "at": step.at, "detail": step.detail} for step in document.timeline]
    return {**_view(document, call), "timeline": steps}


@routes.get(
    "/v1/documents/{document_id}/original", responses=bytes_described("application/xml", "the document byte for byte")
)
async def read_original(document_id: str, call: Office) -> Response:
    """The bytes as the software sent them. The first time, `document.fetched` follows.

    503 `temporarily_unavailable` while the document store does not answer.
    """
    async with call.transaction() as tx:
        document = await _found(cast(ReadingStore, tx.store).document, document_id)
    if document.document is None or document.state not in AT_OFFICE:
        raise _unknown()
    claim = document.document
    data = await read_bytes(call, claim)
    async with call.transaction() as tx:
        document = await _found(cast(ReadingStore, tx.store).lock_document, document_id)
        if all(step.state != "fetched" for step in document.timeline):
            moved = await _progress(tx, document, "fetched")
            tx.publish(DocumentFetched(**_at_office(moved), fetched_at=tx.now), sequence=moved.version)
    return Response(data, headers={"Content-Type": claim.media_type, **digest_headers(claim)})


@routes.post("/v1/documents/{document_id}/booked", responses=described(DocumentView))
async def mark_booked(document_id: str, call: Office) -> dict[str, Any]:
    """The office processed the document; saying it again changes nothing."""
    async with call.transaction() as tx:
        document = await _at_the_office(tx, document_id)
        if document.state != "booked":
            document = await _progress(tx, document, "booked")
            tx.publish(DocumentBooked(**_at_office(document), booked_at=tx.now), sequence=document.version)
    return _view(document, call)


@routes.post("/v1/documents/{document_id}/refused", responses=described(DocumentView))
async def mark_refused(document_id: str, refusal: Refusal, call: Office) -> dict[str, Any]:
    """The office will not process the document. 409 `document_booked` once it said that it did."""
    async with call.transaction() as tx:
        document = await _at_the_office(tx, document_id)
        if document.state == "booked":
            raise Problem(409, "document_booked", "The document was booked and can no longer be refused.")
        if document.state != "refused":
            document = await _progress(tx, document, "refused", refusal.reason)
            tx.publish(DocumentRefused(**_at_office(document), reason=refusal.reason), sequence=document.version)
    return _view(document, call)


async def _found(look: Callable[[DocumentId], Awaitable[Document | None]], text: str) -> Document:
    try:
        document_id = DocumentId(text)
    except ValueRejected:
        raise _unknown() from None
    document = await look(document_id)
    if document is None:
        raise _unknown()
    return document


async def _at_the_office(tx: CallTransaction, document_id: str) -> Document:
    document = await _found(cast(ReadingStore, tx.store).lock_document, document_id)
    if document.state not in AT_OFFICE:
        raise _unknown()
    return document


async def _progress(tx: CallTransaction, document: Document, state: str, detail: str = "") -> Document:
    moved = advance(document, state, tx.now, detail)
    await cast(ReadingStore, tx.store).save_progress(moved)
    return moved


def _at_office(document: Document) -> dict[str, Any]:
    names = ("document_id", "enterprise_number", "office_id", "software")
    return {name: getattr(document, name) for name in names}


def _view(document: Document, call: Call) -> dict[str, Any]:
    """What both may see; only the office sees its own client code, and nobody is told an office's name."""
    claim = document.document
    view: dict[str, Any] = {
        "id": document.document_id,
        "state": document.state,
        "enterprise_number": document.enterprise_number,
        "software": document.software,
        "family": document.family,
        "number": document.number,
        "issue_date": document.issue_date,
        "version": document.invoice_version,
        "reason": document.reason,
        "payment": document.payment or "open",
        "balance": _balance(document),
        "sha256": claim.sha256 if claim is not None else None,
        "size": claim.size if claim is not None else None,
        "media_type": claim.media_type if claim is not None else None,
    }
    if call.principal.kind == "office":
        view["client_code"] = document.client_code
        view["original"] = f"/v1/documents/{document.document_id}/original"
    else:
        view["connection_id"] = document.connection_id
    return view


def _balance(document: Document) -> dict[str, str] | None:
    if document.balance is None:
        return None
    return {"amount": f"{document.balance:.2f}", "currency": document.currency}


def _unknown() -> Problem:
    return Problem(404, "document_unknown", "There is no such document for this caller.")
