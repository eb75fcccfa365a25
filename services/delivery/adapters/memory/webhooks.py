"""Webhook endpoints, what waits for them and their log, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.notices import Notice
from services.delivery.domain.webhook_queue import Attempt, Waiting
from services.delivery.domain.webhooks import WebhookEndpoint
from shared.values import SoftwareSlug, WebhookEndpointId


class MemoryWebhooks(MemoryCaller):
    """See the port for what each does; the streams are those of the store itself."""

    async def webhook(self, endpoint_id: WebhookEndpointId) -> WebhookEndpoint | None:
        found = self._tables.webhooks.endpoints.get(endpoint_id)
        return (
            found if found is not None and self._is("software", found.software) and self._of_mode(found.mode) else None
        )

    async def lock_webhook(self, endpoint_id: WebhookEndpointId) -> WebhookEndpoint | None:
        return await self.webhook(endpoint_id)

    async def save_webhook(self, endpoint: WebhookEndpoint) -> None:
        self._tables.webhooks.endpoints[endpoint.endpoint_id] = endpoint

    async def add_attempts(self, attempts: Sequence[Attempt]) -> None:
        for attempt in attempts:
            self._tables.webhooks.last_attempt += 1
            self._tables.webhooks.attempts.append((self._tables.webhooks.last_attempt, attempt))

    async def own_webhooks(self, software: SoftwareSlug) -> list[WebhookEndpoint]:
        known = self._tables.webhooks.endpoints.values()
        own = [each for each in known if each.software == software and self._of_mode(each.mode)]
        return sorted(
            filter(lambda each: self._is("software", each.software), own), key=lambda e: (e.created_at, e.endpoint_id)
        )

    async def remove_webhook(self, endpoint_id: WebhookEndpointId) -> bool:
        if await self.webhook(endpoint_id) is None:
            return False
        del self._tables.webhooks.endpoints[endpoint_id]
        self._tables.webhooks.queue.pop(endpoint_id, None)
        self._tables.webhooks.attempts = [
            each for each in self._tables.webhooks.attempts if each[1].endpoint_id != endpoint_id
        ]
        return True

    async def waiting_counts(self, endpoints: Collection[WebhookEndpointId]) -> dict[WebhookEndpointId, int]:
        seen = [each for each in endpoints if await self.webhook(each) is not None]
        return {each: len(self._tables.webhooks.queue[each]) for each in seen if self._tables.webhooks.queue.get(each)}

    async def try_waiting_now(self, endpoint_id: WebhookEndpointId, now: datetime) -> None:
        queue = self._tables.webhooks.queue.get(endpoint_id, {})
        for position, each in queue.items():
            if each.next_at is not None:
                queue[position] = replace(each, attempts=0, next_at=now)

    async def attempts(
        self, endpoint_id: WebhookEndpointId, before: int | None, limit: int
    ) -> list[tuple[int, Attempt]]:
        if await self.webhook(endpoint_id) is None:
            return []
        own = [
            (line, attempt)
            for line, attempt in reversed(self._tables.webhooks.attempts)
            if attempt.endpoint_id == endpoint_id and (before is None or line < before)
        ]
        return own[:limit]

    async def position_before(self, software: SoftwareSlug, moment: datetime) -> int:
        head = self._tables.heads.get(software, 0) if self._is("software", software) else 0
        behind = [position - 1 for position, notice in self._seen(software) if notice.event.time >= moment]
        return min(behind, default=head)

    async def count_events(self, software: SoftwareSlug, after: int, until: int, types: Sequence[str]) -> int:
        return sum(
            after < position <= until and (not types or notice.event.type in types)
            for position, notice in self._seen(software)
        )

    async def webhooks_of(self, softwares: Collection[SoftwareSlug]) -> list[WebhookEndpoint]:
        found = [
            each for each in self._tables.webhooks.endpoints.values() if each.enabled and each.software in softwares
        ]
        return sorted(found, key=lambda endpoint: endpoint.endpoint_id)

    async def webhooks_due(self, now: datetime) -> list[WebhookEndpointId]:
        due = [
            each.endpoint_id
            for each in self._tables.webhooks.endpoints.values()
            if each.enabled
            and (each.slow_until is None or each.slow_until <= now)
            and not self._tables.software_states.get(each.software, (False, 0))[0]
            and self._has_work(each, now)
        ]
        return sorted(due)

    async def waiting(self, endpoint_id: WebhookEndpointId) -> list[Waiting]:
        queue = self._tables.webhooks.queue.get(endpoint_id, {})
        return [queue[position] for position in sorted(queue)]

    async def texts(self, software: SoftwareSlug, positions: Collection[int]) -> dict[int, str]:
        return {position: notice.text for position, notice in self._seen(software) if position in positions}

    async def save_waiting(self, endpoint: WebhookEndpoint, waiting: Sequence[Waiting], done: Collection[int]) -> None:
        queue = self._tables.webhooks.queue.setdefault(endpoint.endpoint_id, {})
        for position in done:
            queue.pop(position, None)
        known = await self.texts(endpoint.software, [each.position for each in waiting])
        queue.update({each.position: each for each in waiting if each.position in known})

    async def forget_attempts(self, before: datetime) -> None:
        self._tables.webhooks.attempts = [each for each in self._tables.webhooks.attempts if each[1].at >= before]

    def _has_work(self, endpoint: WebhookEndpoint, now: datetime) -> bool:
        queue = self._tables.webhooks.queue.get(endpoint.endpoint_id)
        if queue:
            return any(each.next_at is not None and each.next_at <= now for each in queue.values())
        return self._tables.heads.get(endpoint.software, 0) > endpoint.position

    def _forget_waiting(self) -> None:
        """What the stream forgot is no longer sent."""
        for endpoint_id, queue in self._tables.webhooks.queue.items():
            kept = {position for position, _ in self._seen(self._tables.webhooks.endpoints[endpoint_id].software)}
            self._tables.webhooks.queue[endpoint_id] = {each: queue[each] for each in queue if each in kept}

    def _seen(self, software: SoftwareSlug) -> list[tuple[int, Notice]]:
        stream = self._tables.streams.get(software, []) if self._is("software", software) else []
        return [each for each in stream if self._of_mode(each[1].mode)]
