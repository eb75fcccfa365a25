"""How much the softwares ask, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from services.intake.adapters.askings import CountedAskings
from services.intake.domain.connections import Connection
from services.intake.domain.probing import Asker, Asking
from shared.contracts.directory import SoftwareChanged
from shared.values import ConnectionId, SoftwareSlug


@dataclass
class AskingShelf:
    """The rows about askings, and those that they are judged by."""

    connections: dict[ConnectionId, Connection] = field(default_factory=dict)
    softwares: dict[SoftwareSlug, tuple[SoftwareChanged, int]] = field(default_factory=dict)
    askers: dict[SoftwareSlug, Asker] = field(default_factory=dict)
    asked: set[tuple[date, Asking]] = field(default_factory=set)


class MemoryAskings(CountedAskings):
    """Over a shelf; one event loop, no await between reading and writing: nothing to wait for."""

    def __init__(self, shelf: AskingShelf) -> None:
        self._askings = shelf

    async def _asked_on(self, day: date, askings: Sequence[Asking]) -> set[Asking]:
        return {one for one in askings if (day, one) in self._askings.asked}

    async def _askers(self, softwares: Sequence[SoftwareSlug], day: date, *, lock: bool) -> dict[SoftwareSlug, Asker]:
        if lock:
            for software in softwares:
                self._askings.askers.setdefault(software, Asker(software, day))
        found = {software: self._askings.askers.get(software, Asker(software, day)) for software in softwares}
        return {software: replace(one, quota=self._quota(software)) for software, one in found.items()}

    async def _save_askers(self, askers: Sequence[Asker]) -> None:
        self._askings.askers.update({one.software: one for one in askers})

    async def _add_asked(self, day: date, askings: Sequence[Asking]) -> None:
        self._askings.asked.update((day, one) for one in askings)

    async def _latest_unknown(self, softwares: Sequence[SoftwareSlug], sample: int) -> dict[SoftwareSlug, list[bool]]:
        answered = [
            (one.answered_at, one)
            for one in self._askings.connections.values()
            if one.answered_at is not None and one.mode == "live"
        ]
        latest = [one for _, one in sorted(answered, key=lambda pair: pair[0], reverse=True)]
        return {
            software: [one.reason == "company_unknown" for one in latest if one.software == software][:sample]
            for software in softwares
        }

    async def forget_askings(self, before: date) -> int:
        old = {entry for entry in self._askings.asked if entry[0] < before}
        self._askings.asked -= old
        return len(old)

    def _quota(self, software: SoftwareSlug) -> int | None:
        known = self._askings.softwares.get(software)
        return known[0].daily_companies if known is not None else None
