"""The records of gaps in memory: the same behaviour as Postgres."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.coda_reconciler.domain.gaps import Gap
from services.coda_reconciler.domain.links import Link
from shared.values import EnterpriseNumber, StatementId


class MemoryGaps:
    """Over a dictionary; `links` are those of the statements."""

    links: dict[StatementId, Link]

    def __init__(self) -> None:
        self.gaps: dict[StatementId, Gap] = {}

    async def open_gaps(self, gaps: Sequence[Gap]) -> None:
        """Write gaps that opened or moved; one that moved keeps when it opened and whether somebody was alarmed."""
        for gap in gaps:
            known = self.gaps.get(gap.statement_id)
            if known is not None and known.closed_at is None:
                gap = replace(gap, opened_at=known.opened_at, alarmed_at=known.alarmed_at)
            self.gaps[gap.statement_id] = gap

    async def close_gaps(self, versions: Mapping[StatementId, int], now: datetime) -> None:
        """Nothing is missing any more before these statements."""
        for statement_id, version in versions.items():
            if statement_id in self.gaps:
                self.gaps[statement_id] = replace(self.gaps[statement_id], closed_at=now, version=version)

    async def alarm_gap(self, company: EnterpriseNumber, statement_id: StatementId, now: datetime) -> Gap | None:
        """Mark an open gap as told, once; None where there is none to tell."""
        gap = self.gaps.get(statement_id)
        if gap is None or gap.closed_at is not None or gap.alarmed_at is not None:
            return None
        self.gaps[statement_id] = gap = replace(gap, alarmed_at=now, version=gap.version + 1)
        self.links[statement_id] = replace(self.links[statement_id], version=gap.version)
        return gap
