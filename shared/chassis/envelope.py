"""Kafka records to events and back: CloudEvents 1.0, Kafka protocol binding 1.0.2, binary content mode (§3.2)."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

from pydantic import ValidationError

from shared.chassis.errors import InvalidMessage
from shared.chassis.messages import Received, Submission
from shared.chassis.telemetry import is_traceparent
from shared.contracts.event import TYPE_PREFIX, Event
from shared.contracts.operations import DeadLetter
from shared.values import SoftwareSlug

LARGEST_VALUE = 1_000_000
"""Bytes of an internal event's value; documents travel by claim check."""


_NUL = re.compile(rb"\x00|(?<!\\)(?:\\\\)*\\u0000")
"""A raw NUL, or a JSON escape that stands for one (an even number of backslashes before `\\u0000`)."""


class Record(Protocol):
    """What is read of aiokafka's ConsumerRecord, and of a stored message that is handled again."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> Any: ...
    @property
    def value(self) -> Any: ...
    @property
    def headers(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record kept in Postgres: parked, or dead and handled again."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    timestamp: int = 0


def text_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Headers as text; what is not UTF-8 is shown with escapes, so that a dead letter can always be kept."""
    return {
        name.replace("\x00", "\\x00"): (value or b"").decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
        for name, value in headers
    }


def pack_headers(headers: Mapping[str, str]) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in headers.items()]


def headers_for(
    *,
    event_id: UUID,
    event_type: str,
    source: str,
    time: datetime,
    subject: str,
    sequence: int = 0,
    correlation_id: str,
    causation_id: UUID,
    traceparent: str = "",
    content_type: str = "application/json",
) -> dict[str, str]:
    """The headers of one event. `time` is UTC; `sequence` the subject's version, 0 when it has none."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(event_id),
        "ce_source": source,
        "ce_type": event_type,
        "ce_time": time.isoformat(),
        "ce_subject": subject,
        "ce_sequence": str(sequence),
        "ce_correlationid": correlation_id,
        "ce_causationid": str(causation_id),
        "content-type": content_type,
    }
    if traceparent:
        headers["traceparent"] = traceparent
    return headers


def place_id(topic_id: str, record: Record) -> UUID:
    """The id of a record that has none of its own: where it lies, in which incarnation of its topic."""
    return uuid5(_PLACES, f"{topic_id}/{record.partition}/{record.offset}")


_ERA_ENDS = 253_402_300_800_000
"""Milliseconds from 1970 to the year 10000."""
_PLACES = UUID("6f1cbf2e-5b0a-5b5e-9f7e-2d3c1a0b9e58")


def read_event(record: Record, event_class: type[Event]) -> Received[Any]:
    """An internal event.

    Raises InvalidMessage with codes: message_too_large, header_missing, header_malformed, event_type_unknown,
    tombstone_unexpected, nul_character, charset_not_utf8, json_malformed, schema_mismatch.
    """
    headers = _required_headers(record)
    if headers["ce_type"] != event_class.event_type():
        raise InvalidMessage(
            "event_type_unknown",
            "this topic carries one type of event",
            where="ce_type",
            found=headers["ce_type"][:120],
            expected=event_class.event_type(),
        )
    value = record.value
    if value is None:
        raise InvalidMessage("tombstone_unexpected", "the record has no value", where="value")
    if len(value) > LARGEST_VALUE:
        raise InvalidMessage(
            "message_too_large",
            "",
            where="value",
            found=f"{len(value)} bytes",
            expected=f"<= {LARGEST_VALUE}",
        )
    if _holds_nul(value):
        raise InvalidMessage("nul_character", "Postgres text cannot hold it", where="value", found="NUL")
    try:
        body = event_class.model_validate_json(value)
    except ValidationError as error:
        raise _not_readable(error, value) from None
    return _received(record, headers, body)


def _holds_nul(value: bytes) -> bool:
    """Hardly any value holds even what may be one, and to look for that alone takes a fiftieth of the time."""
    return (b"\x00" in value or b"\\u0000" in value) and _NUL.search(value) is not None


def read_dead_letter(record: Record) -> Received[Any]:
    """A service's dead letter, as the console reads it; any service may have written it to its own topic."""
    headers = _required_headers(record)
    try:
        body = DeadLetter.model_validate_json(record.value or b"")
    except ValidationError as error:
        raise _not_readable(error, record.value or b"") from None
    return _received(record, headers, body)


def read_submission(record: Record, topic_id: str) -> Submission:
    """What a software published. Never fails: whatever it holds is for the service to judge.

    The id is derived from the topic and the software's own `ce_id`, else from the place of the record, so no tenant
    can take another's id.
    """
    headers = text_headers(record.headers)
    own = headers.get("ce_id", "")
    identity = uuid5(_PLACES, f"{record.topic}|{own}") if own else place_id(topic_id, record)
    return Submission(
        id=identity,
        correlation_id=str(identity),
        traceparent=_traceparent(headers),
        software=SoftwareSlug(record.topic.split(".")[1]),
        event_type=headers.get("ce_type", ""),
        value=record.value or b"",
        headers=headers,
        time=_written_at(record.timestamp),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )


def event_type_of_topic(topic: str) -> str:
    return TYPE_PREFIX + topic


def _received(record: Record, headers: Mapping[str, str], body: Any) -> Received[Any]:
    return Received(
        body=body,
        id=_uuid(headers, "ce_id"),
        correlation_id=headers.get("ce_correlationid", headers["ce_id"]),
        traceparent=_traceparent(headers),
        time=_time(headers["ce_time"]),
        sequence=_integer(headers.get("ce_sequence", "0"), "ce_sequence"),
        subject=headers.get("ce_subject", ""),
        source=headers["ce_source"],
        causation_id=_uuid(headers, "ce_causationid") if headers.get("ce_causationid") else None,
        key=(record.key or b"").decode("utf-8", "replace"),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )


def _traceparent(headers: Mapping[str, str]) -> str:
    """What came with the record, unless it is malformed: then the trace begins anew, as the standard asks."""
    text = headers.get("traceparent", "")
    return text if is_traceparent(text) else ""


def _required_headers(record: Record) -> dict[str, str]:
    try:
        headers = {name: (value or b"").decode() for name, value in record.headers}
    except UnicodeDecodeError as error:
        raise InvalidMessage("header_malformed", str(error), where="headers", expected="UTF-8") from None
    for name in ("ce_id", "ce_type", "ce_source", "ce_time"):
        if not headers.get(name):
            raise InvalidMessage("header_missing", "a CloudEvents attribute is missing", where=name, expected=name)
    if headers.get("ce_specversion", "1.0") != "1.0":
        raise InvalidMessage(
            "header_malformed",
            "",
            where="ce_specversion",
            found=headers["ce_specversion"][:20],
            expected="1.0",
        )
    return headers


def _uuid(headers: Mapping[str, str], name: str) -> UUID:
    try:
        return UUID(headers[name])
    except ValueError:
        raise InvalidMessage("header_malformed", "", where=name, found=headers[name][:80], expected="UUID") from None


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidMessage("header_malformed", "", where="ce_time", found=text[:80], expected="RFC 3339") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _written_at(timestamp: int) -> datetime:
    """A record's time. Its writer sets it to whatever it likes; what is no time in this era counts as 1970."""
    return datetime.fromtimestamp(timestamp / 1000 if 0 <= timestamp < _ERA_ENDS else 0, UTC)


def _integer(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InvalidMessage("header_malformed", "", where=name, found=text[:40], expected="a whole number")
    return int(text)


def _not_readable(error: ValidationError, value: bytes) -> InvalidMessage:
    first = error.errors(include_url=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        try:
            value.decode()
        except UnicodeDecodeError as wrong:
            return InvalidMessage(
                "charset_not_utf8", wrong.reason, where=f"byte {wrong.start}", found=repr(value[wrong.start]),
                expected="UTF-8 (RFC 8259 §8.1)",
            )  # fmt: skip
        return InvalidMessage("json_malformed", str(first["msg"])[:200], where="value", expected="JSON (RFC 8259)")
    pointer = "".join(f"/{part}" for part in first["loc"])
    return InvalidMessage(
        "schema_mismatch",
        str(first["msg"]),
        where=pointer or "/",
        found=json.dumps(first.get("input"), default=str)[:120],
        expected=str(first["type"]),
    )
