"""How webhook endpoints, what waits for them and what was tried stand in rows of Postgres."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from services.delivery.domain.webhook_queue import Attempt, Waiting
from services.delivery.domain.webhooks import OlderSecret, Replay, WebhookEndpoint
from shared.values import SoftwareSlug, WebhookEndpointId

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

SAVE_ENDPOINT = """insert into webhook_endpoints (endpoint_id, software, url, description, types, created_at, enabled,
        disabled_reason, disabled_at, generation, older_secrets, position, failures, slow_until, replay_after,
        replay_until, mode)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    on conflict (endpoint_id) do update set url = excluded.url, description = excluded.description,
        types = excluded.types, enabled = excluded.enabled, disabled_reason = excluded.disabled_reason,
        disabled_at = excluded.disabled_at, generation = excluded.generation, older_secrets = excluded.older_secrets,
        position = excluded.position, failures = excluded.failures, slow_until = excluded.slow_until,
        replay_after = excluded.replay_after, replay_until = excluded.replay_until"""

_ATTEMPT = ("endpoint_id", "software", "event_id", "type", "position", "number", "at", "duration_ms", "status")
ADD_ATTEMPTS = f"""insert into webhook_attempts ({", ".join(_ATTEMPT)}, reason, next_at)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::timestamptz[],
                         $8::int[], $9::int[], $10::text[], $11::timestamptz[])"""


def endpoint_values(endpoint: WebhookEndpoint) -> list[Any]:
    """The arguments of `SAVE_ENDPOINT`."""
    older = [{"generation": each.generation, "ends_at": each.ends_at.isoformat()} for each in endpoint.older_secrets]
    return [
        endpoint.endpoint_id,
        endpoint.software,
        endpoint.url,
        endpoint.description,
        list(endpoint.types),
        endpoint.created_at,
        endpoint.enabled,
        endpoint.disabled_reason,
        endpoint.disabled_at,
        endpoint.generation,
        json.dumps(older),
        endpoint.position,
        endpoint.failures,
        endpoint.slow_until,
        endpoint.replay.after if endpoint.replay else None,
        endpoint.replay.until if endpoint.replay else None,
        endpoint.mode,
    ]


def endpoint_of(row: Any) -> WebhookEndpoint:
    """A row (by column name) of `webhook_endpoints`."""
    replay = Replay(row["replay_after"], row["replay_until"]) if row["replay_after"] is not None else None
    return WebhookEndpoint(
        endpoint_id=WebhookEndpointId(row["endpoint_id"]),
        software=SoftwareSlug(row["software"]),
        url=row["url"],
        description=row["description"],
        types=tuple(row["types"]),
        created_at=row["created_at"],
        mode=row["mode"],
        enabled=row["enabled"],
        disabled_reason=row["disabled_reason"],
        disabled_at=row["disabled_at"],
        generation=row["generation"],
        older_secrets=tuple(
            OlderSecret(each["generation"], datetime.fromisoformat(each["ends_at"]))
            for each in json.loads(row["older_secrets"])
        ),
        position=row["position"],
        failures=row["failures"],
        slow_until=row["slow_until"],
        replay=replay,
    )


def waiting_of_row(row: Any) -> Waiting:
    """A row (by column name) of `webhook_queue`."""
    return Waiting(row["position"], row["event_id"], row["type"], row["company"], row["attempts"], row["next_at"])


def attempt_columns(attempts: Sequence[Attempt]) -> list[list[Any]]:
    """The arguments of `ADD_ATTEMPTS`: one list a column."""
    rows = [
        (
            each.endpoint_id,
            each.software,
            each.event_id,
            each.event_type,
            each.position,
            each.number,
            each.at,
            each.duration_ms,
            each.status,
            each.reason,
            each.next_at,
        )
        for each in attempts
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def attempt_of(row: Any) -> Attempt:
    """A row (by column name) of `webhook_attempts`."""
    names = (*_ATTEMPT, "reason", "next_at")
    endpoint_id, software, *others = (row[name] for name in names)
    return Attempt(WebhookEndpointId(endpoint_id), SoftwareSlug(software), *others)
