"""What waits for webhook endpoints, in Postgres, as the worker sees it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.delivery.adapters.postgres.webhook_reading import PostgresWebhookReading
from services.delivery.adapters.postgres.webhook_rows import endpoint_of, waiting_of_row
from services.delivery.domain.webhook_queue import Waiting
from services.delivery.domain.webhooks import WebhookEndpoint
from shared.values import SoftwareSlug, WebhookEndpointId


class PostgresWebhookQueue(PostgresWebhookReading):
    """Bound to one transaction of the worker."""

    async def webhooks_of(self, softwares: Collection[SoftwareSlug]) -> list[WebhookEndpoint]:
        rows = await self._connection.fetch(
            "select * from webhook_endpoints where enabled and software = any($1::text[]) order by endpoint_id",
            list(softwares),
        )
        return [endpoint_of(row) for row in rows]

    async def webhooks_due(self, now: datetime) -> list[WebhookEndpointId]:
        rows = await self._connection.fetch(
            """select endpoint_id from webhook_endpoints e
               where enabled and (slow_until is null or slow_until <= $1)
                   and not exists (select from software_states s where s.software = e.software and s.suspended)
                   and (exists (select from webhook_queue q where q.endpoint_id = e.endpoint_id and q.next_at <= $1)
                       or exists (select from streams t where t.software = e.software and t.last_position > e.position)
                           and not exists (select from webhook_queue q where q.endpoint_id = e.endpoint_id))
               order by endpoint_id""",
            now,
        )
        return [WebhookEndpointId(row["endpoint_id"]) for row in rows]

    async def waiting(self, endpoint_id: WebhookEndpointId) -> list[Waiting]:
        rows = await self._connection.fetch(
            "select * from webhook_queue where endpoint_id = $1 order by position", endpoint_id
        )
        return [waiting_of_row(row) for row in rows]

    async def texts(self, software: SoftwareSlug, positions: Collection[int]) -> dict[int, str]:
        rows = await self._connection.fetch(
            "select position, text from stream_events where software = $1 and position = any($2::bigint[])",
            software,
            list(positions),
        )
        return {row["position"]: row["text"] for row in rows}

    async def save_waiting(self, endpoint: WebhookEndpoint, waiting: Sequence[Waiting], done: Collection[int]) -> None:
        if done:
            await self._connection.execute(
                "delete from webhook_queue where endpoint_id = $1 and position = any($2::bigint[])",
                endpoint.endpoint_id,
                list(done),
            )
        if waiting:
            await self._connection.execute(
                """insert into webhook_queue (endpoint_id, software, position, event_id, type, company, attempts,
                                              next_at)
                   select $1, $2, w.* from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::int[],
                                                  $8::timestamptz[])
                        as w(position, event_id, type, company, attempts, next_at)
                   where exists (select from stream_events s where s.software = $2 and s.position = w.position)
                   on conflict (endpoint_id, position) do update
                   set attempts = excluded.attempts, next_at = excluded.next_at""",
                endpoint.endpoint_id,
                endpoint.software,
                [each.position for each in waiting],
                [each.event_id for each in waiting],
                [each.event_type for each in waiting],
                [each.company for each in waiting],
                [each.attempts for each in waiting],
                [each.next_at for each in waiting],
            )

    async def forget_attempts(self, before: datetime) -> None:
        await self._connection.execute("delete from webhook_attempts where at < $1", before)
