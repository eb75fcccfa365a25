"""Statements that are put aside, and who handed in their files, in memory."""

from collections.abc import Collection, Mapping, Sequence

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.put_aside import Place, PutAside
from shared.values import OfficeId, Sha256, SoftwareSlug


class MemoryPutAside(MemoryCaller):
    """See the port for what each does."""

    async def save_senders(self, senders: Mapping[Sha256, SoftwareSlug | OfficeId]) -> None:
        self._tables.senders = dict(senders) | self._tables.senders

    async def senders(self, files: Collection[Sha256]) -> dict[Sha256, SoftwareSlug | OfficeId]:
        return {each: self._tables.senders[each] for each in files if each in self._tables.senders}

    async def put_aside_at(self, places: Collection[Place]) -> dict[Place, PutAside]:
        return {each: self._tables.put_aside[each] for each in places if each in self._tables.put_aside}

    async def put_aside_of(self, files: Collection[Sha256]) -> list[PutAside]:
        return [self._tables.put_aside[each] for each in sorted(self._tables.put_aside) if each[0] in files]

    async def save_put_aside(self, statements: Sequence[PutAside]) -> None:
        self._tables.put_aside |= {each.place: each for each in statements}
