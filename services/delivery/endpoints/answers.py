"""The shapes of delivery's answers, for the API description; the functions build them as plain objects."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.delivery.endpoints.channel_answers import ChannelView
from shared.contracts.public import PublicEvent, PublicType
from shared.contracts.public_offices import OfficeEvent
from shared.values import WebhookEndpointId

Responses = dict[int | str, dict[str, Any]]


def described(model: type[BaseModel], status: int = 200) -> Responses:
    """What a route's `responses` are when it answers this shape."""
    return {status: {"model": model}}


def bytes_described(media_type: str, description: str) -> Responses:
    """The same for a route that answers bytes of this media type; their digest goes with them (RFC 9530 §3)."""
    digest = {"description": "`sha-256=:…:` of the bytes", "schema": {"type": "string"}}
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": description, "content": content, "headers": {"Repr-Digest": digest}}}


class EventPage(BaseModel):
    """What happened, oldest first; the following page is asked for by `cursor`."""

    events: tuple[PublicEvent, ...] | tuple[OfficeEvent, ...]
    cursor: str
    more: bool


class Feed(BaseModel):
    """Where an office's documents or a software's events are read."""

    href: str


class KafkaChannel(BaseModel):
    """The caller's own topics, and how to reach them."""

    topic: str
    submissions_topic: str | None
    bootstrap: str
    security_protocol: str
    mechanism: str
    username: str
    group_prefix: str
    ready: bool


class KafkaAccess(KafkaChannel):
    """The same with the password, which is shown here only."""

    password: str


class Channels(BaseModel):
    """The channels in use; `kafka` is null until it is chosen, `channels` are an office's own."""

    feed: Feed
    kafka: KafkaChannel | None
    channels: tuple[ChannelView, ...]


class WebhookEndpointView(BaseModel):
    """A webhook endpoint and how it is doing."""

    id: WebhookEndpointId
    url: str
    description: str
    types: tuple[PublicType, ...]
    created_at: datetime
    enabled: bool
    disabled_reason: str | None
    disabled_at: datetime | None
    failures_in_a_row: int
    paused_until: datetime | None
    waiting: int
    replay_running: bool
    older_secrets_end_at: tuple[datetime, ...]


class WebhookEndpointWithSecret(WebhookEndpointView):
    """The same with the secret that its calls are signed with."""

    secret: str = Field(pattern="^whsec_")


class WebhookEndpoints(BaseModel):
    """All endpoints of a software, oldest first."""

    webhook_endpoints: tuple[WebhookEndpointView, ...]


class WebhookAttempt(BaseModel):
    """One call of an endpoint and what came of it; `next_try_at` is null when there is none."""

    event_id: str
    type: str
    attempt: int
    at: datetime
    duration_ms: int
    delivered: bool
    status: int | None
    reason: str | None
    next_try_at: datetime | None


class WebhookAttempts(BaseModel):
    """A page of attempts, newest first; the following one is asked for by `before=next_before`."""

    attempts: tuple[WebhookAttempt, ...]
    next_before: int | None


class ReplayCount(BaseModel):
    """How many events a range holds; with `dry_run` nothing is sent."""

    events: int
    dry_run: bool
