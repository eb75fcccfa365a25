"""Messages that cannot be handled: kept with their bytes and the reason, shown to operators, replayed on demand."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from shared.chassis.database import Connection
from shared.chassis.envelope import Record, text_headers
from shared.chassis.errors import InvalidMessage
from shared.chassis.logs import redacted_text
from shared.chassis.outbox import Outbox, insert_rows
from shared.contracts.operations import DeadLetter

LARGEST_COPY = 700_000
"""Bytes of a dead message that are copied to the console; the service itself keeps them all."""
_LONGEST_TEXT, _MOST_HEADERS = 1_000, 24
"""Characters of a key or a header, and headers, that are copied."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One message that died, and why. `event_id` is the id it has (or would have had) in the inbox."""

    event_id: UUID
    record: Record
    handler: str
    reason_code: str
    reason: str
    attempts: int = 1

    @classmethod
    def of(cls, error: Exception, event_id: UUID, record: Record, handler: str, attempts: int = 1) -> "Failure":
        code = error.code if isinstance(error, InvalidMessage) else f"error_{type(error).__name__}"
        reason = reason_of(error) or type(error).__name__
        return cls(event_id, record, handler, code, reason, attempts)


def reason_of(error: Exception) -> str:
    """What an error says, as Postgres can keep it and operators may read it."""
    return redacted_text(str(error)).replace("\x00", "\\x00")[:2000]


async def bury(connection: Connection, service: str, failures: list[Failure], now: datetime) -> None:
    """Keep dead messages in the transaction that would have handled them, with a copy for the console."""
    outbox = Outbox(service)
    letters = [_letter(service, failure, now) for failure in failures]
    await connection.executemany(
        """insert into dead_letters (id, handler, topic, partition, position, event_id, event_type, key, headers, value,
                                     reason_code, reason, attempts, failed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
           on conflict (id) do update set status = 'dead', reason_code = excluded.reason_code,
               reason = excluded.reason, failed_at = excluded.failed_at where dead_letters.status = 'handled'""",
        [_row(letter, failure) for letter, failure in zip(letters, failures, strict=True)],
    )
    letters = await _counting_replays(connection, letters)
    await connection.execute(
        "update inbox set status = 'dead' where event_id = any($1::uuid[])",
        [failure.event_id for failure in failures],
    )
    own = service + DeadLetter.topic_suffix
    rows = [
        outbox.dead_letter(_copied(letter), failure.event_id, _correlation(letter, failure.event_id))
        for letter, failure in zip(letters, failures, strict=True)
        if failure.record.topic != own  # a copy that Kafka refused is not copied again, for ever
    ]
    await insert_rows(connection, rows)
    await connection.execute("select pg_notify($1, '')", f"{service}_work")


async def _counting_replays(connection: Connection, letters: list[DeadLetter]) -> list[DeadLetter]:
    """One that was handled again and died once more is told to the console as another attempt."""
    rows = await connection.fetch(
        "select id, replays from dead_letters where replays > 0 and id = any($1::uuid[])",
        [letter.dead_letter_id for letter in letters],
    )
    replays = {row["id"]: row["replays"] for row in rows}
    return [
        letter.model_copy(update={"attempts": letter.attempts + replays.get(letter.dead_letter_id, 0)})
        for letter in letters
    ]


async def tell_status(
    connection: Connection, service: str, row: Any, letter_change: dict[str, Any], cause: UUID
) -> None:
    """Publish a dead letter's new status to the console."""
    letter = letter_of_row(service, row)
    letter = letter.model_copy(update=letter_change)
    copy = Outbox(service).dead_letter(_copied(letter), cause, _correlation(letter, cause))
    await insert_rows(connection, [copy])
    await connection.execute("select pg_notify($1, '')", f"{service}_work")


def letter_of_row(service: str, row: Any) -> DeadLetter:
    """The console's copy of a stored dead letter."""
    return DeadLetter(
        dead_letter_id=row["id"],
        service=service,
        handler=row["handler"],
        topic=row["topic"],
        partition=row["partition"],
        offset=row["position"],
        event_id=row["event_id"],
        event_type=row["event_type"],
        key=row["key"],
        reason_code=row["reason_code"],
        reason=row["reason"],
        attempts=row["attempts"] + row["replays"],
        failed_at=row["failed_at"],
        headers=json.loads(row["headers"]),
        value_base64=_copy(row["value"]),
        size=len(row["value"]),
        status=row["status"],
    )


def _letter(service: str, failure: Failure, now: datetime) -> DeadLetter:
    record = failure.record
    headers = text_headers(record.headers)
    value = record.value or b""
    return DeadLetter(
        dead_letter_id=uuid5(failure.event_id, f"{service}/{failure.handler}/dead"),
        service=service,
        handler=failure.handler,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        event_id=failure.event_id,
        event_type=headers.get("ce_type", ""),
        key=(record.key or b"").decode("utf-8", "backslashreplace").replace("\x00", "\\x00"),
        reason_code=failure.reason_code,
        reason=failure.reason,
        attempts=failure.attempts,
        failed_at=now,
        headers=headers,
        value_base64=_copy(value),
        size=len(value),
    )


def _row(letter: DeadLetter, failure: Failure) -> tuple[Any, ...]:
    return (
        letter.dead_letter_id,
        letter.handler,
        letter.topic,
        letter.partition,
        letter.offset,
        letter.event_id,
        letter.event_type,
        letter.key,
        json.dumps(letter.headers),
        failure.record.value or b"",
        letter.reason_code,
        letter.reason,
        letter.attempts,
        letter.failed_at,
    )


def _copied(letter: DeadLetter) -> DeadLetter:
    """What the console is shown fits into one record, whatever key and headers the message had."""
    headers = {
        name[:_LONGEST_TEXT]: text[:_LONGEST_TEXT] for name, text in list(letter.headers.items())[:_MOST_HEADERS]
    }
    shown = {"key": letter.key[:_LONGEST_TEXT], "event_type": letter.event_type[:_LONGEST_TEXT], "headers": headers}
    return letter.model_copy(update=shown)


def _correlation(letter: DeadLetter, otherwise: UUID) -> str:
    return letter.headers.get("ce_correlationid", str(otherwise))[:_LONGEST_TEXT]


def _copy(value: bytes) -> str:
    return base64.b64encode(value).decode() if len(value) <= LARGEST_COPY else ""
