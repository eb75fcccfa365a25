"""The shapes of what is told of channels; no secret is in any of them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.delivery.domain.channels import (
    Channel,
    ChannelKind,
    FileKind,
    MailPlace,
    SftpPlace,
    StatementFileKind,
    StoppedReason,
    WebhookPlace,
)
from services.delivery.domain.deliverables import Model
from services.delivery.domain.files import SALES_INVOICES
from services.delivery.domain.handovers import Handover, Outcome, State
from shared.values import ChannelId, DocumentId, EmailAddress, EnterpriseNumber, EventId, Language, StatementId


class FolderView(BaseModel):
    """Where files lie below the folder that the operator shares: of invoices in `Invoices-OUT-01`, of statements in a
    folder named by the account's IBAN."""

    path: str


class SftpView(BaseModel):
    """A server; `secret` tells whether a password or a key is kept."""

    host: str
    port: int
    username: str
    folder: str
    host_key: str | None
    secret: bool


class MailView(BaseModel):
    """A mailbox."""

    address: EmailAddress


class WebhookView(BaseModel):
    """An address that is called."""

    url: str


class ChannelView(BaseModel):
    """A channel and how it is doing. `waiting` and `failed` count documents."""

    id: ChannelId
    kind: ChannelKind
    name: str
    created_at: datetime
    companies: tuple[EnterpriseNumber, ...] = Field(description="with `client_codes` empty too: all")
    client_codes: tuple[str, ...]
    documents: tuple[Model, ...] = Field(description="the kinds that it carries")
    files: tuple[FileKind, ...]
    statement_files: tuple[StatementFileKind, ...]
    language: Language | None = Field(description="of what is made here; null: the office's own")
    folder: FolderView | None
    sftp: SftpView | None
    mail: MailView | None
    webhook: WebhookView | None
    enabled: bool
    confirmed: bool = Field(description="false for a mailbox that was not proven: what comes for it waits")
    stopped_reason: StoppedReason | None
    last_success_at: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    failing_since: datetime | None
    waiting: int
    failed: int


class SampleResult(BaseModel):
    """What came of the sample. `words` are the receiver's own."""

    delivered: bool
    outcome: Literal["done", "retry", "refused"]
    code: str | None
    words: str | None
    number: str = Field(description="the sample's invoice number")
    files: tuple[str, ...]
    duration_ms: int


class Confirmation(BaseModel):
    """The code that came to the mailbox with a sample."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(min_length=1, max_length=40)


class RetryCount(BaseModel):
    """How many documents are tried now, in their order."""

    documents: int


class HandoverView(BaseModel):
    """One document, statement or event of `GET /v1/events` on its way through a channel: the other ids are null, and
    that of an event is `evt_` and its UUID in base 32. `next_try_at` is null for what stands behind another one."""

    position: int
    document_id: DocumentId | None
    statement_id: StatementId | None
    event_id: EventId | None
    redelivery: str | None
    state: Literal["waiting", "done", "failed"]
    attempts: int
    added_at: datetime
    ended_at: datetime | None
    next_try_at: datetime | None
    last_error: str | None
    receipt: str | None


class HandoverPage(BaseModel):
    """A page, newest first; the following one is asked for by `before=next_before`."""

    handovers: tuple[HandoverView, ...]
    next_before: int | None


def channel_view(channel: Channel, counts: dict[State, int]) -> dict[str, Any]:
    """A channel as its office sees it; `counts` are its documents by state."""
    return {
        "id": channel.channel_id,
        "kind": channel.kind,
        "name": channel.name,
        "created_at": channel.created_at,
        "companies": list(channel.companies),
        "client_codes": list(channel.client_codes),
        "documents": list(channel.documents),
        "files": list(channel.files),
        "statement_files": list(channel.statement_files),
        "language": channel.language,
        **_places(channel),
        "enabled": channel.enabled,
        "confirmed": not channel.awaited_code,
        "stopped_reason": channel.stopped_reason or None,
        "last_success_at": channel.last_success_at,
        "last_error": channel.last_error or None,
        "last_error_at": channel.last_error_at,
        "failing_since": channel.failing_since,
        "waiting": counts.get("waiting", 0),
        "failed": counts.get("failed", 0),
    }


def sample_view(outcome: Outcome, number: str, files: tuple[str, ...], duration_ms: int) -> dict[str, Any]:
    """What came of a sample."""
    return {
        "delivered": outcome.verdict == "done",
        "outcome": outcome.verdict,
        "code": outcome.code or None,
        "words": outcome.words or None,
        "number": number,
        "files": list(files),
        "duration_ms": duration_ms,
    }


def handover_view(handover: Handover) -> dict[str, Any]:
    """A handover as its office sees it; that nobody was told yet is our own affair."""
    return {
        "position": handover.position,
        "document_id": handover.subject if isinstance(handover.subject, DocumentId) else None,
        "statement_id": handover.subject if isinstance(handover.subject, StatementId) else None,
        "event_id": handover.subject if isinstance(handover.subject, EventId) else None,
        "redelivery": handover.occasion or None,
        "state": "done" if handover.state == "handed_over" else handover.state,
        "attempts": handover.attempts,
        "added_at": handover.added_at,
        "ended_at": handover.ended_at,
        "next_try_at": handover.next_at,
        "last_error": handover.last_error or None,
        "receipt": handover.receipt or None,
    }


def _places(channel: Channel) -> dict[str, Any]:
    places: dict[str, Any] = dict.fromkeys(("folder", "sftp", "mail", "webhook"))
    place = channel.place
    if channel.kind == "folder":
        invoices_alone = channel.documents == ("sales_invoice",)
        below = f"{channel.office_id}/CLIENTCODE/YEAR"
        places["folder"] = {"path": f"{below}/{SALES_INVOICES}" if invoices_alone else below}
    elif isinstance(place, SftpPlace):
        places["sftp"] = {
            "host": place.host,
            "port": place.port,
            "username": place.username,
            "folder": place.folder,
            "host_key": place.host_key or None,
            "secret": bool(channel.sealed_secret),
        }
    elif isinstance(place, MailPlace):
        places["mail"] = {"address": str.__str__(place.address)}
    elif isinstance(place, WebhookPlace):
        places["webhook"] = {"url": place.url}
    return places
