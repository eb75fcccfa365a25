"""A dead letter is handled again by the service that owns it, through the same steps; its status follows."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from shared.chassis.database import is_transient
from shared.chassis.dead_letters import reason_of, tell_status
from shared.chassis.envelope import StoredRecord
from shared.chassis.errors import InvalidMessage
from shared.chassis.logs import logger
from shared.chassis.messages import Batch, Consequence, Received
from shared.chassis.outbox import Outbox
from shared.chassis.parking import PostgresParking, stored_record
from shared.chassis.subscription import Subscription
from shared.contracts.operations import ReplayRequested

RELEASE = "release "
_log = logger("replay")


class Replay:
    """Handles `replay.requested`. `subscriptions` are the service's own, by name."""

    def __init__(self, service: str, subscriptions: Mapping[str, Subscription]) -> None:
        self._service, self._subscriptions = service, subscriptions

    async def handle(self, batch: Batch[ReplayRequested], connection: Any) -> Sequence[Consequence]:
        """Each request in a savepoint of its own: one that fails again leaves the others alone."""
        for request in batch:
            if request.body.service == self._service:
                await self._again(request, connection, batch.now)
        return []

    async def _again(self, request: Received[ReplayRequested], connection: Any, now: Any) -> None:
        row = await connection.fetchrow(
            "select * from dead_letters where id = $1 for update", request.body.dead_letter_id
        )
        if row is None or row["status"] != "dead":
            _log.warning("nothing to handle again", dead_letter_id=str(request.body.dead_letter_id))
            return
        try:
            async with connection.transaction():
                await self._handle(row, request, connection, now)
        except Exception as error:
            if is_transient(error):
                raise  # the request comes again; the message has not failed
            await connection.execute(
                "update dead_letters set replays = replays + 1, reason = $2 where id = $1",
                row["id"],
                reason_of(error),
            )
            row = await connection.fetchrow("select * from dead_letters where id = $1", row["id"])
            await tell_status(connection, self._service, row, {"status": "dead"}, request.id)
            return
        await connection.execute(
            "update dead_letters set status = 'handled', replays = replays + 1 where id = $1", row["id"]
        )
        await connection.execute("update inbox set status = 'handled' where event_id = $1", row["event_id"])
        row = await connection.fetchrow("select * from dead_letters where id = $1", row["id"])
        await tell_status(connection, self._service, row, {"status": "handled"}, request.id)
        await connection.execute(  # on commit, in every process
            "select pg_notify($1, $2)", f"{self._service}_work", f"{RELEASE}{row['handler']}"
        )

    def release(self, told: str) -> None:
        """Release the brake that a process's notification names, if it names one."""
        subscription = self._subscriptions.get(told.removeprefix(RELEASE)) if told.startswith(RELEASE) else None
        if subscription is not None:
            subscription.brake.release()

    async def _handle(self, row: Any, request: Received[ReplayRequested], connection: Any, now: Any) -> None:
        if row["handler"].startswith("task "):
            await self._task_again(row, request, connection)
        elif row["handler"].startswith("relay "):
            await connection.execute(
                "update outbox set acknowledged_at = null where event_id = $1 and topic = $2",
                row["event_id"],
                row["topic"],
            )
        else:
            await self._event_again(row, request, connection, now)

    async def _task_again(self, row: Any, request: Received[ReplayRequested], connection: Any) -> None:
        headers = json.loads(row["headers"])
        payload = _edited_value(request) or row["value"]
        await connection.execute(
            "insert into tasks (id, kind, key, payload, correlation_id) values ($1, $2, $3, $4, $5)",
            uuid5(request.id, str(row["id"])),
            row["handler"].removeprefix("task "),
            row["key"],
            payload.decode(),
            headers.get("ce_correlationid", str(request.id)),
        )

    async def _event_again(self, row: Any, request: Received[ReplayRequested], connection: Any, now: Any) -> None:
        subscription = self._subscriptions.get(row["handler"])
        if subscription is None:
            raise InvalidMessage("handler_unknown", "no handler listens any more", found=row["handler"])
        record = stored_record(row)
        value = _edited_value(request)
        if value is not None:
            record = replace(record, value=value, headers=_under_new_id(record, request.id, row["event_id"]))
        event = subscription.read(record)
        if value is not None:
            await connection.execute(
                "insert into inbox (event_id, topic) values ($1, $2) on conflict do nothing",
                event.id,
                record.topic,
            )
        if subscription.prepare is not None:
            [prepared] = await subscription.prepare([event])
            if isinstance(prepared, Exception):
                raise prepared
            event = replace(event, prepared=prepared)
        batch: Batch[Any] = Batch([event], now, PostgresParking(connection, self._service, {event.id: record}))
        consequences: list[Consequence] = []
        for handler in subscription.handlers:
            consequences.extend(await handler.function(batch, handler.store(connection)))
        await Outbox(self._service).write(connection, consequences, now)


def _edited_value(request: Received[ReplayRequested]) -> bytes | None:
    text = request.body.edited_value_base64
    return base64.b64decode(text, validate=True) if text is not None else None


def _under_new_id(record: StoredRecord, request: UUID, old: UUID) -> list[tuple[str, bytes]]:
    """Edited bytes are another event: a new id, caused by the old one."""
    kept = [(name, value) for name, value in record.headers if name not in ("ce_id", "ce_causationid")]
    return [*kept, ("ce_id", str(uuid5(request, str(old))).encode()), ("ce_causationid", str(old).encode())]
