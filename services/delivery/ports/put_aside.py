"""Statements that are put aside, and who handed in the files that they came in."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from services.delivery.domain.put_aside import Place, PutAside
from shared.values import OfficeId, Sha256, SoftwareSlug


class PutAsideStore(Protocol):
    """The worker's side. Whoever writes holds the files' locks."""

    async def save_senders(self, senders: Mapping[Sha256, SoftwareSlug | OfficeId]) -> None:
        """Who handed in which file; a file keeps its first sender."""
        ...

    async def senders(self, files: Collection[Sha256]) -> dict[Sha256, SoftwareSlug | OfficeId]:
        """Who handed in which of them, where a software or an office did."""
        ...

    async def put_aside_at(self, places: Collection[Place]) -> dict[Place, PutAside]: ...

    async def put_aside_of(self, files: Collection[Sha256]) -> list[PutAside]:
        """All that is known of these files, by place."""
        ...

    async def save_put_aside(self, statements: Sequence[PutAside]) -> None: ...
