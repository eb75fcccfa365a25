"""Webhook endpoints, what waits for them, their log, and who calls them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.delivery.domain.webhook_queue import Attempt, Waiting
from services.delivery.domain.webhooks import Answer, WebhookEndpoint
from shared.values import SoftwareSlug, WebhookEndpointId


class WebhookLog(Protocol):
    """What both sides do with webhook endpoints; the API's side sees those of its caller."""

    async def webhook(self, endpoint_id: WebhookEndpointId) -> WebhookEndpoint | None: ...

    async def lock_webhook(self, endpoint_id: WebhookEndpointId) -> WebhookEndpoint | None:
        """As it is now; nobody else changes it until the transaction ends."""
        ...

    async def save_webhook(self, endpoint: WebhookEndpoint) -> None:
        """Adds it or writes it anew."""
        ...

    async def add_attempts(self, attempts: Sequence[Attempt]) -> None: ...


class WebhookQueue(WebhookLog, Protocol):
    """What the worker needs for sending."""

    async def webhooks_of(self, softwares: Collection[SoftwareSlug]) -> list[WebhookEndpoint]:
        """The enabled endpoints of these softwares, by id."""
        ...

    async def webhooks_due(self, now: datetime) -> list[WebhookEndpointId]:
        """The enabled endpoints, by id, which asked for no longer pause and for which an event is due, or which have
        nothing waiting and are behind their stream; none of a suspended software."""
        ...

    async def waiting(self, endpoint_id: WebhookEndpointId) -> list[Waiting]:
        """What waits for an endpoint, by position."""
        ...

    async def texts(self, software: SoftwareSlug, positions: Collection[int]) -> dict[int, str]:
        """Events of a stream as JSON text, by position."""
        ...

    async def save_waiting(self, endpoint: WebhookEndpoint, waiting: Sequence[Waiting], done: Collection[int]) -> None:
        """Adds what waits or writes it anew, and takes out what is done. What the stream forgot is left out."""
        ...

    async def forget_attempts(self, before: datetime) -> None: ...


class WebhookReading(WebhookLog, Protocol):
    """The API's side, on which only the caller's rows exist."""

    async def position_before(self, software: SoftwareSlug, moment: datetime) -> int:
        """The position behind which everything happened then or later; the stream's head if nothing did."""
        ...

    async def count_events(self, software: SoftwareSlug, after: int, until: int, types: Sequence[str]) -> int:
        """How many events lie behind `after` up to and with `until`; all types when none is named."""
        ...

    async def own_webhooks(self, software: SoftwareSlug) -> list[WebhookEndpoint]:
        """Oldest first."""
        ...

    async def remove_webhook(self, endpoint_id: WebhookEndpointId) -> bool:
        """With its queue and its log. False where there is none."""
        ...

    async def waiting_counts(self, endpoints: Collection[WebhookEndpointId]) -> dict[WebhookEndpointId, int]:
        """How many events wait for each; those for which none does are left out."""
        ...

    async def try_waiting_now(self, endpoint_id: WebhookEndpointId, now: datetime) -> None:
        """What waits for its next try is due at once, and begins its schedule anew."""
        ...

    async def attempts(
        self, endpoint_id: WebhookEndpointId, before: int | None, limit: int
    ) -> list[tuple[int, Attempt]]:
        """The log of an endpoint with the number of each line, newest first; those before a line."""
        ...


class WebhookSender(Protocol):
    """Who calls endpoints."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One try, at most 15 s. Never raises for what the endpoint does or what stands in the way of reaching it."""
        ...
