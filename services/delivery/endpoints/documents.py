"""Documents: an office's feed and what it did with each; a software's own documents and how far they are."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from services.delivery.domain.clients import Client
from services.delivery.domain.documents import AT_OFFICE, Document, advance
from services.delivery.domain.feeds import Acknowledgement, FeedRow
from services.delivery.domain.listing import CursorUnusable, Place, cursor_after, place_after, place_of
from services.delivery.endpoints.answers import bytes_described, described
from services.delivery.endpoints.document_answers import DocumentDetails, DocumentPage, DocumentView
from services.delivery.endpoints.document_queries import DocumentQuery
from services.delivery.endpoints.document_views import acknowledgement_view, at_the_office, found, unknown, view
from services.delivery.endpoints.originals import at_office, digest_headers, note_fetched, read_bytes
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.contracts.deliveries import DocumentBooked, DocumentRefused
from shared.values import DocumentId, EnterpriseNumber, OfficeId, SoftwareSlug

FINDINGS_IN_A_LIST = 20

routes = APIRouter()
Office = Annotated[Call, Depends(caller("office"))]
Either = Annotated[Call, Depends(caller("office", "software", "connection"))]


class Refusal(BaseModel):
    """Why an office will not process a document, in its own words."""

    reason: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")


@routes.get("/v1/documents", responses=described(DocumentPage))
async def list_documents(call: Either, query: Annotated[DocumentQuery, Query()]) -> dict[str, Any]:
    """An office reads its feed, oldest first; a software its own documents, a connection those that were sent over
    it. Go on with `after=next_after`.

    A document that is delivered again moves to a new position, so whoever reads on finds it, each only once. With
    `order` it is a list by the time of receipt; go on with `cursor=next_cursor`. What narrows the list works in both.
    400 `cursor_invalid`; 422 names the parameter that cannot be used.
    """
    wanted = query.filter_for(call.principal.kind)
    behind = _behind(query.cursor)
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        rows = await _rows(call, store, query, wanted, behind)
        clients = await _clients(call, store, [row.document for row in rows])
        foreign = await _foreign_versions(call, store, [row.document for row in rows])
    listed = [_listed(row, call, clients.get(row.document.enterprise_number), foreign) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    last = rows[: query.limit][-1].document if rows else None
    next_after = listed[-1]["position"] if listed else query.after
    return {
        "documents": listed,
        "next_after": next_after if query.order is None else None,
        "next_cursor": cursor_after(place_of(last)) if query.order is not None and last is not None and more else None,
        "more": more,
    }


@routes.get("/v1/documents/{document_id}", responses=described(DocumentDetails))
async def read_document(document_id: str, call: Either) -> dict[str, Any]:
    """State and timeline of one document, from its receipt on. 404 `document_unknown`, also for somebody else's."""
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        document = await found(store.document, document_id)
        shown = await _shown(call, tx, document)
    shown["timeline"] = [
        {"state": step.state, "at": step.at, "detail": step.detail, "cause": step.cause} for step in document.timeline
    ]
    return shown


@routes.get(
    "/v1/documents/{document_id}/original", responses=bytes_described("application/xml", "the document byte for byte")
)
async def read_original(document_id: str, call: Office) -> Response:
    """The bytes as the software sent them. The first time, `document.fetched` follows.

    503 `temporarily_unavailable` while the document store does not answer.
    """
    async with call.transaction() as tx:
        document = await found(cast(ReadingStore, tx.store).document, document_id)
    if document.document is None or document.state not in AT_OFFICE:
        raise unknown()
    claim = document.document
    data = await read_bytes(call, claim)
    await note_fetched(call, document_id)
    return Response(data, headers={"Content-Type": claim.media_type, **digest_headers(claim)})


@routes.post("/v1/documents/{document_id}/booked", responses=described(DocumentView))
async def mark_booked(document_id: str, call: Office) -> dict[str, Any]:
    """The document is in the office's books, and its entry in the feed is dealt with; said again it changes nothing."""
    async with call.transaction() as tx:
        document = await at_the_office(tx, document_id)
        if document.state != "booked":
            document = await _progress(tx, document, "booked")
            # What is in the books was taken in, whatever the package said of it before.
            processed = {document.document_id: Acknowledgement("processed", "", tx.now)}
            await cast(ReadingStore, tx.store).acknowledge(OfficeId(call.principal.id), processed)
            tx.publish(DocumentBooked(**at_office(document), booked_at=tx.now), sequence=document.version)
        return await _shown(call, tx, document)


@routes.post("/v1/documents/{document_id}/refused", responses=described(DocumentView))
async def mark_refused(document_id: str, refusal: Refusal, call: Office) -> dict[str, Any]:
    """The office will not process the document. 409 `document_booked` once it said that it did."""
    async with call.transaction() as tx:
        document = await at_the_office(tx, document_id)
        if document.state == "booked":
            raise Problem(409, "document_booked", "The document was booked and can no longer be refused.")
        if not document.was("refused"):
            document = await _progress(tx, document, "refused", refusal.reason)
            tx.publish(DocumentRefused(**at_office(document), reason=refusal.reason), sequence=document.version)
        return await _shown(call, tx, document)


async def _progress(tx: CallTransaction, document: Document, state: str, detail: str = "") -> Document:
    moved = advance(document, state, tx.now, detail, tx.cause.id)
    await cast(ReadingStore, tx.store).save_progress([moved])
    return moved


async def _rows(
    call: Call, store: ReadingStore, query: DocumentQuery, wanted: Any, behind: Place | None
) -> list[FeedRow]:
    """One more than asked for, so that it is known whether there are more. A software has no entries, but places."""
    most = query.limit + 1
    if call.principal.kind == "office":
        office = OfficeId(call.principal.id)
        if query.order is None:
            return await store.read_feed(office, query.after, most, wanted)
        return await store.list_feed(office, behind, most, wanted, query.order)
    # Of a connection's software only what was sent over the connection exists for it.
    software = SoftwareSlug(call.principal.software or call.principal.id)
    if query.order is None:
        own = await store.own_documents(software, query.after, most, wanted)
    else:
        own = await store.list_documents(software, behind, most, wanted, query.order)
    return [FeedRow(document.position, document.received_at, document) for document in own]


async def _clients(call: Call, store: ReadingStore, documents: list[Document]) -> dict[EnterpriseNumber, Client]:
    """The companies of these documents, for their office; a software knows its own."""
    if call.principal.kind != "office" or not documents:
        return {}
    return await store.clients({document.enterprise_number for document in documents})


async def _foreign_versions(call: Call, store: ReadingStore, documents: list[Document]) -> set[DocumentId]:
    """The earlier versions of these that another software sent: what differs from them quotes what stands in them."""
    older = {each.supersedes for each in documents if each.supersedes is not None and each.differences}
    if call.principal.kind == "office" or not older:
        return set()
    return older - await store.accepted_documents(older)


def _listed(row: FeedRow, call: Call, client: Client | None, foreign: set[DocumentId]) -> dict[str, Any]:
    shown = {"position": row.position, **view(row.document, call, client, FINDINGS_IN_A_LIST)}
    if row.document.supersedes in foreign:
        shown["differences"] = []
    if call.principal.kind == "office":
        shown["added_at"] = row.added_at
        shown["redelivery"] = row.redelivery or None
        shown["acknowledgement"] = acknowledgement_view(row.acknowledgement)
    return shown


async def _shown(call: Call, tx: CallTransaction, document: Document) -> dict[str, Any]:
    store = cast(ReadingStore, tx.store)
    clients = await _clients(call, store, [document])
    shown = view(document, call, clients.get(document.enterprise_number))
    if await _foreign_versions(call, store, [document]):
        shown["differences"] = []
    if call.principal.kind == "office":
        said = await store.acknowledgements(OfficeId(call.principal.id), [document.document_id])
        if document.document_id in said:
            shown["acknowledgement"] = acknowledgement_view(said[document.document_id])
    return shown


def _behind(cursor: str) -> Place | None:
    try:
        return place_after(cursor)
    except CursorUnusable as error:
        told = {"pointer": "", "parameter": "cursor", "in": "query", "code": error.code, "detail": str(error)}
        raise Problem(400, error.code, str(error), errors=[told]) from None
