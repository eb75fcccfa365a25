"""Everything the console needs from the world."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.console.domain.failures import AuditLine, Failure
from services.console.domain.readings import Reading, TopicReading
from services.console.domain.statements import MissingStatement, Place, PutAside
from shared.contracts.operations import DeadLetter
from shared.values import StatementId


class ConsoleStore(Protocol):
    """Bound to one transaction, of the worker or of an operator's call."""

    async def keep_failures(self, letters: Sequence[DeadLetter], now: datetime) -> None:
        """Adds or updates by dead letter id; the last of a batch holds. News of one ends its waiting replay."""
        ...

    async def failures(self, limit: int) -> list[Failure]:
        """Newest first; those that wait for an operator before all others."""
        ...

    async def failure(self, dead_letter_id: UUID) -> Failure | None: ...

    async def mark_asked(self, dead_letter_id: UUID, at: datetime) -> None: ...

    async def dead_by_place(self) -> dict[tuple[str, str], int]:
        """How many messages wait for an operator, by service and topic of the message."""
        ...

    async def write_audit(self, line: AuditLine) -> None: ...

    async def audit(self, limit: int, dead_letter_id: UUID | None = None) -> list[AuditLine]:
        """Newest first."""
        ...

    async def put_aside(self, places: Collection[Place]) -> list[PutAside]:
        """What is known of the statements at these places."""
        ...

    async def keep_put_aside(self, statements: Sequence[PutAside]) -> None: ...

    async def missing(self, ids: Collection[StatementId]) -> list[MissingStatement]:
        """What is known to be missing before these statements."""
        ...

    async def keep_missing(self, statements: Sequence[MissingStatement]) -> None: ...

    async def newest_put_aside(self, limit: int) -> list[PutAside]:
        """Newest first, those that nobody has yet before all others; of which the reason is known."""
        ...

    async def newest_missing(self, limit: int) -> list[MissingStatement]:
        """Oldest alarm first: what is still missing."""
        ...

    async def keep_reading(self, reading: Reading, forget_before: datetime) -> None: ...

    async def readings(self, since: datetime) -> list[Reading]:
        """Oldest first, one in ten seconds and the newest."""
        ...


class TopicWatch(Protocol):
    """Who reads Kafka's figures."""

    async def read(self, topics: Collection[str]) -> Mapping[str, TopicReading]:
        """Those topics that exist. Raises `Unavailable` when Kafka does not answer."""
        ...


class Pages(Protocol):
    """Who makes HTML, escaped."""

    def render(self, name: str, /, **values: Any) -> str: ...

    def asset(self, name: str) -> bytes: ...
