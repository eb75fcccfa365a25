"""What both roles ask Postgres of webhook endpoints; row-level security leaves the API's side its caller's rows."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.adapters.postgres.webhook_rows import (
    ADD_ATTEMPTS,
    SAVE_ENDPOINT,
    attempt_columns,
    attempt_of,
    endpoint_of,
    endpoint_values,
)
from services.delivery.domain.webhook_queue import Attempt
from services.delivery.domain.webhooks import WebhookEndpoint
from shared.values import SoftwareSlug, WebhookEndpointId


class PostgresWebhookReading(PostgresCounters):
    """Bound to one transaction."""

    async def webhook(self, endpoint_id: WebhookEndpointId) -> WebhookEndpoint | None:
        row = await self._connection.fetchrow("select * from webhook_endpoints where endpoint_id = $1", endpoint_id)
        return endpoint_of(row) if row is not None else None

    async def lock_webhook(self, endpoint_id: WebhookEndpointId) -> WebhookEndpoint | None:
        row = await self._connection.fetchrow(
            "select * from webhook_endpoints where endpoint_id = $1 for update", endpoint_id
        )
        return endpoint_of(row) if row is not None else None

    async def save_webhook(self, endpoint: WebhookEndpoint) -> None:
        await self._connection.execute(SAVE_ENDPOINT, *endpoint_values(endpoint))

    async def add_attempts(self, attempts: Sequence[Attempt]) -> None:
        if attempts:
            await self._connection.execute(ADD_ATTEMPTS, *attempt_columns(attempts))

    async def own_webhooks(self, software: SoftwareSlug) -> list[WebhookEndpoint]:
        rows = await self._connection.fetch(
            "select * from webhook_endpoints where software = $1 order by created_at, endpoint_id", software
        )
        return [endpoint_of(row) for row in rows]

    async def remove_webhook(self, endpoint_id: WebhookEndpointId) -> bool:
        status: str = await self._connection.execute(
            "delete from webhook_endpoints where endpoint_id = $1", endpoint_id
        )
        return status.endswith(" 1")

    async def waiting_counts(self, endpoints: Collection[WebhookEndpointId]) -> dict[WebhookEndpointId, int]:
        rows = await self._connection.fetch(
            """select endpoint_id, count(*) as waiting from webhook_queue
               where endpoint_id = any($1::text[]) group by endpoint_id""",
            list(endpoints),
        )
        return {WebhookEndpointId(row["endpoint_id"]): row["waiting"] for row in rows}

    async def try_waiting_now(self, endpoint_id: WebhookEndpointId, now: datetime) -> None:
        await self._connection.execute(
            """update webhook_queue set attempts = 0, next_at = $2
               where endpoint_id = $1 and next_at is not null""",
            endpoint_id,
            now,
        )

    async def attempts(
        self, endpoint_id: WebhookEndpointId, before: int | None, limit: int
    ) -> list[tuple[int, Attempt]]:
        rows = await self._connection.fetch(
            """select * from webhook_attempts where endpoint_id = $1 and ($2::bigint is null or id < $2)
               order by id desc limit $3""",
            endpoint_id,
            before,
            limit,
        )
        return [(row["id"], attempt_of(row)) for row in rows]

    async def position_before(self, software: SoftwareSlug, moment: datetime) -> int:
        position: int | None = await self._connection.fetchval(
            """select coalesce((select min(position) - 1 from stream_events where software = $1 and time >= $2),
                               last_position)
               from streams where software = $1""",
            software,
            moment,
        )
        return position or 0

    async def count_events(self, software: SoftwareSlug, after: int, until: int, types: Sequence[str]) -> int:
        count: int = await self._connection.fetchval(
            """select count(*) from stream_events where software = $1 and position > $2 and position <= $3
                      and (cardinality($4::text[]) = 0 or type = any($4::text[]))""",
            software,
            after,
            until,
            list(types),
        )
        return count
