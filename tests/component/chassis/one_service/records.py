"""Records as a producer would write them, readable or not."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.chassis.envelope import StoredRecord, headers_for, pack_headers
from shared.contracts.event import Event

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


class Records:
    """Makes records of the events that a toy has; `Asked` is meant where none is named."""

    Asked: type[Event]

    def record(
        self,
        body: Any,
        *,
        event: type[Event] | None = None,
        identity: UUID | None = None,
        offset: int = 0,
        **headers: Any,
    ) -> StoredRecord:
        """A record as a producer would write it; `headers` replace single ones, None leaves one out."""
        event = event or self.Asked
        identity = identity or uuid4()
        value = body if isinstance(body, bytes) else json.dumps(body).encode()
        key = str(body.get(event.key_field, "")) if isinstance(body, dict) else "unreadable"
        told = headers_for(
            event_id=identity,
            event_type=event.event_type(),
            source="test",
            time=NOW,
            subject=key,
            correlation_id=str(identity),
            causation_id=identity,
        )
        changed = {name: text for name, text in {**told, **headers}.items() if text is not None}
        raw = [(name, text) for name, text in changed.items() if isinstance(text, bytes)]
        kept = {name: text for name, text in changed.items() if not isinstance(text, bytes)}
        return StoredRecord(event.topic, 0, offset, key.encode(), value, [*pack_headers(kept), *raw])

    def asked(self, count: int, *, first: int = 0, keys: int = 10) -> list[StoredRecord]:
        """So many readable questions over some keys, in order of offset."""
        return [self.record({"name": f"k{n % keys}", "n": n}, offset=n) for n in range(first, first + count)]
