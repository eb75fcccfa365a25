"""What softwares are told, in memory."""

from collections.abc import Sequence
from datetime import datetime

from services.delivery.adapters.memory.webhooks import MemoryWebhooks
from services.delivery.domain.notices import Notice
from services.delivery.ports import StoredNotice, StreamPage
from shared.contracts.access import Mode
from shared.values import SoftwareSlug


class MemoryStreams(MemoryWebhooks):
    """See the port for what each does."""

    async def append_notices(self, notices: Sequence[Notice]) -> list[int]:
        positions = []
        for notice in notices:
            position = self._tables.heads.get(notice.event.software, 0) + 1
            self._tables.heads[notice.event.software] = position
            self._tables.streams.setdefault(notice.event.software, []).append((position, notice))
            positions.append(position)
        return positions

    async def forget_notices(self, before: datetime) -> None:
        for software, stream in self._tables.streams.items():
            kept = [pair for pair in stream if pair[1].event.time >= before]
            if len(kept) < len(stream):
                self._tables.forgotten[software] = kept[0][0] - 1 if kept else self._tables.heads[software]
            self._tables.streams[software] = kept
        self._forget_waiting()

    async def read_stream(
        self, software: SoftwareSlug, mode: Mode, after: int, types: Sequence[str], limit: int
    ) -> StreamPage:
        head = self._tables.heads.get(software, 0) if self._is("software", software) else 0
        if head <= after:
            return StreamPage((), after, False)
        stream = [each for each in self._seen(software) if each[0] > after and each[1].mode == mode]
        found = [each for each in stream if not types or each[1].event.type in types]
        notices = tuple(StoredNotice(position, notice.text) for position, notice in found[:limit])
        more = len(found) > limit
        return StreamPage(notices, notices[-1].position if more else head, more)

    async def forgotten_to(self, software: SoftwareSlug) -> int:
        return self._tables.forgotten.get(software, 0) if self._is("software", software) else 0
