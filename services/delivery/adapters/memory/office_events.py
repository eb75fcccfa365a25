"""What offices are told beside their documents, in memory."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.office_notices import OfficeNotice
from services.delivery.ports import StoredNotice, StreamPage
from shared.values import EventId, OfficeId, StatementId


class MemoryOfficeEvents(MemoryCaller):
    """See the port for what each does."""

    async def append_office_events(self, notices: Sequence[OfficeNotice]) -> None:
        kept = self._tables.office_events
        for notice in notices:
            position = kept.heads.get(notice.office_id, 0) + 1
            kept.heads[notice.office_id] = position
            kept.events.setdefault(notice.office_id, {})[position] = notice

    async def office_notices(self, office: OfficeId, ids: Collection[EventId]) -> dict[EventId, OfficeNotice]:
        own = self._tables.office_events.events.get(office, {}).values()
        return {notice.event_id: notice for notice in own if notice.event_id in ids}

    async def told_offices(self, gaps: Collection[StatementId]) -> dict[StatementId, OfficeId]:
        told = self._tables.office_events.told
        return {each: told[each] for each in gaps if each in told}

    async def save_told_offices(self, told: Mapping[StatementId, OfficeId]) -> None:
        self._tables.office_events.told |= told

    async def forget_office_events(self, before: datetime) -> None:
        waiting = {
            handover.subject
            for queue in self._tables.channels.handovers.values()
            for handover in queue.values()
            if handover.state != "done"
        }
        kept = self._tables.office_events
        for office, events in kept.events.items():
            left = {at: each for at, each in events.items() if each.event.time >= before or each.event_id in waiting}
            if len(left) < len(events):
                kept.forgotten[office] = min(left) - 1 if left else kept.heads[office]
            kept.events[office] = left

    async def read_office_events(self, office: OfficeId, after: int, types: Sequence[str], limit: int) -> StreamPage:
        seen = self._is("office", office) and self._of_mode("live")
        head = self._tables.office_events.heads.get(office, 0) if seen else 0
        if head <= after:
            return StreamPage((), after, False)
        events = self._tables.office_events.events.get(office, {})
        found = [at for at in sorted(events) if at > after and (not types or events[at].event.type in types)]
        notices = tuple(StoredNotice(at, events[at].text) for at in found[:limit])
        more = len(found) > limit
        return StreamPage(notices, notices[-1].position if more else head, more)

    async def office_forgotten_to(self, office: OfficeId) -> int:
        seen = self._is("office", office) and self._of_mode("live")
        return self._tables.office_events.forgotten.get(office, 0) if seen else 0
