"""The console's store in memory: the same behaviour as Postgres, for tests; one caller at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.console.domain.failures import AuditLine, Failure
from services.console.domain.readings import Reading
from services.console.domain.statements import MissingStatement, Place, PutAside
from shared.contracts.operations import DeadLetter
from shared.values import StatementId


@dataclass
class MemoryConsole:
    """What stays between transactions, and the store of each of them."""

    _failures: dict[UUID, Failure] = field(default_factory=dict)
    _readings: dict[datetime, Reading] = field(default_factory=dict)
    _audit: list[AuditLine] = field(default_factory=list)
    _put_aside: dict[Place, PutAside] = field(default_factory=dict)
    _missing: dict[StatementId, MissingStatement] = field(default_factory=dict)

    async def keep_failures(self, letters: Sequence[DeadLetter], now: datetime) -> None:
        for letter in letters:
            self._failures[letter.dead_letter_id] = Failure(letter=letter, updated_at=now)

    async def failures(self, limit: int) -> list[Failure]:
        newest = sorted(self._failures.values(), key=lambda each: each.letter.failed_at, reverse=True)
        return sorted(newest, key=lambda each: each.letter.status != "dead")[:limit]

    async def failure(self, dead_letter_id: UUID) -> Failure | None:
        return self._failures.get(dead_letter_id)

    async def mark_asked(self, dead_letter_id: UUID, at: datetime) -> None:
        known = self._failures.get(dead_letter_id)
        if known is not None:
            self._failures[dead_letter_id] = replace(known, replay_asked_at=at)

    async def dead_by_place(self) -> dict[tuple[str, str], int]:
        counts: dict[tuple[str, str], int] = {}
        for failure in self._failures.values():
            if failure.letter.status == "dead":
                place = failure.letter.service, failure.letter.topic
                counts[place] = counts.get(place, 0) + 1
        return counts

    async def write_audit(self, line: AuditLine) -> None:
        self._audit.append(line)

    async def audit(self, limit: int, dead_letter_id: UUID | None = None) -> list[AuditLine]:
        wanted = [line for line in self._audit if dead_letter_id in (None, line.dead_letter_id)]
        return wanted[::-1][:limit]

    async def keep_reading(self, reading: Reading, forget_before: datetime) -> None:
        self._readings.setdefault(reading.at, reading)
        self._readings = {at: each for at, each in self._readings.items() if at >= forget_before}

    async def readings(self, since: datetime) -> list[Reading]:
        thinned = {int(at.timestamp() // 10): self._readings[at] for at in sorted(self._readings) if at >= since}
        return list(thinned.values())

    async def put_aside(self, places: Collection[Place]) -> list[PutAside]:
        return [self._put_aside[each] for each in places if each in self._put_aside]

    async def keep_put_aside(self, statements: Sequence[PutAside]) -> None:
        self._put_aside |= {each.place: each for each in statements}

    async def missing(self, ids: Collection[StatementId]) -> list[MissingStatement]:
        return [self._missing[each] for each in ids if each in self._missing]

    async def keep_missing(self, statements: Sequence[MissingStatement]) -> None:
        self._missing |= {each.statement_id: each for each in statements}

    async def newest_put_aside(self, limit: int) -> list[PutAside]:
        known = [each for each in self._put_aside.values() if each.at is not None]
        newest = sorted(known, key=lambda each: (each.at, each.place), reverse=True)
        return sorted(newest, key=lambda each: not each.waits)[:limit]

    async def newest_missing(self, limit: int) -> list[MissingStatement]:
        known = [each for each in self._missing.values() if each.at is not None and each.closed_at is None]
        return sorted(known, key=lambda each: (each.at, each.statement_id))[:limit]
