"""The shapes of intake's answers and of bodies that are documents, for the API description."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from shared.values import ConnectionId, DocumentId, Sha256, UploadId

_BYTES = {"type": "string", "format": "binary"}


class NextStep(BaseModel):
    """What to do now, and the call that does it."""

    label: str
    url: str


class TakenConnection(BaseModel):
    """A request that was taken; for a connection that is active already also since when, and what can be done."""

    id: ConnectionId
    state: str
    reason: str | None = None
    explanation: str | None = None
    active_since: datetime | None = None
    next_action: NextStep | None = None


class TakenDocument(BaseModel):
    """A document that was taken; `duplicate`: the same bytes came before, under this id, at `received_at`."""

    id: DocumentId
    state: str = Field(description="`received`, or `known` for a duplicate: how far it has come is told at `Location`")
    duplicate: bool = False
    received_at: datetime | None = Field(None, description="of a duplicate: when it first came")


class TakenFile(BaseModel):
    """A bank's file that was taken; `duplicate`: the same bytes came before."""

    sha256: Sha256
    duplicate: bool = False


class TakenUpload(BaseModel):
    """Bytes that a document on Kafka may refer to until `expires_at`."""

    id: UploadId
    sha256: Sha256
    size: int
    media_type: str
    expires_at: datetime


class RefusedDocument(BaseModel):
    """Why one document of a batch cannot be taken in."""

    code: str
    detail: str
    pointer: str
    found: str
    expected: str


class BatchedDocument(BaseModel):
    """The answer to one document of a batch, by its place (from 1) and by the name that it came with."""

    place: int
    name: str
    outcome: Literal["taken", "duplicate", "refused"]
    id: DocumentId | None = None
    error: RefusedDocument | None = None


class TakenBatch(BaseModel):
    """A batch: an answer for each document, in the order in which they came."""

    documents: tuple[BatchedDocument, ...]
    taken: int
    duplicates: int
    refused: int


def taken(model: type[BaseModel], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's `responses` are when each of these statuses answers this shape."""
    return {status: {"model": model} for status in statuses}


def bank_files_described() -> dict[str, Any]:
    """`openapi_extra` of a route that takes a bank's file as the bank made it."""
    media_types = ("application/vnd.coda", "text/plain", "application/octet-stream")
    return {"requestBody": {"required": True, "content": {each: {"schema": _BYTES} for each in media_types}}}


def batches_described() -> dict[str, Any]:
    """`openapi_extra` of the route that takes many documents at once."""
    content = {"application/zip": {"schema": _BYTES}, "application/x-ndjson": {"schema": {"type": "string"}}}
    return {"requestBody": {"required": True, "content": content}}


def uploads_described() -> dict[str, Any]:
    """`openapi_extra` of the route that takes bytes for a reference."""
    content = {media_type: {"schema": _BYTES} for media_type in ("application/xml", "text/xml", "application/pdf")}
    return {"requestBody": {"required": True, "content": content}}
