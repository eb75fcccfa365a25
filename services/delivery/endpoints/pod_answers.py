"""The shapes of the v2 way's answers, as its public clients parse them (codabox-v2.md)."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.delivery.domain.deliverables import Model
from services.delivery.domain.pods import CodBytes

Int32 = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""Clients read numbers into signed 32 bits (fact 7)."""


class AllowedFormats(BaseModel):
    """The formats that are served of each model; none of what is not served."""

    coda: tuple[str, ...]
    sales_invoice: tuple[str, ...]
    purchase_invoice: tuple[str, ...]
    soda: tuple[str, ...]
    expense: tuple[str, ...]


class FeedClient(BaseModel):
    """A client company and its feed: `id` is the feed's."""

    id: Int32
    client_id: UUID
    client_name: str
    client_code: str
    fiduciary_id: UUID
    target_root_state: Literal["default"]
    delivery_config: None


class PodClient(BaseModel):
    """Everything that the caller fetches; `fetch_delay` is in seconds."""

    id: Int32
    fetch_delay: Int32
    allowed_formats: AllowedFormats
    feed_clients: tuple[FeedClient, ...]


class CodaMetadata(BaseModel):
    """Of a bank statement."""

    first_statement_number: Int32
    last_statement_number: Int32
    new_balance_date: str
    iban: str
    bank_id: str
    currency: str
    movement_count: Int32
    extension_zone: str | None


class InvoiceMetadata(BaseModel):
    """Of a sales invoice; amounts and days as text."""

    document_id: str
    invoice_number: str
    invoice_kind: str
    self_billed: bool
    issue_date: str | None
    due_date: str | None
    customer_name: str
    total: str | None
    total_currency: str
    invoice_version: Int32
    supersedes: str | None
    difference_count: Int32
    sha256: str | None


class FeedEntry(BaseModel):
    """Something to fetch: by its `feed_index`, in one of the formats of its model."""

    feed_index: UUID
    document_model: Model
    metadata: CodaMetadata | InvoiceMetadata


class PodFeedView(BaseModel):
    """What has not been marked as downloaded, oldest first; `type` says of which of the two lists."""

    id: Int32
    type: Literal["download", "redownload"]
    feed_entries: tuple[FeedEntry, ...]


class FeedOffset(BaseModel):
    """Up to which entry a feed is done."""

    id: Int32
    feed_offset: UUID


class PodChannel(BaseModel):
    """What the caller's software takes the v2 way; `cod`: in ASCII, or the bank's bytes."""

    href: str
    models: tuple[Model, ...]
    cod: CodBytes


def offset_described() -> dict[str, Any]:
    """The body of an offset, which is read as bytes: clients send other keys and other content types with it."""
    schema = {
        "type": "object",
        "required": ["feed_offset"],
        "properties": {"feed_offset": {"type": "string", "format": "uuid", "description": "a `feed_index`"}},
    }
    example = {"feed_offset": "0b1f4e0a-6f5e-5d3e-9a53-2f4f6c1f9e51"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}
