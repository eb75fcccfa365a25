"""What offices are told beside their documents."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.delivery.domain.office_notices import OfficeNotice
from services.delivery.ports.streams import StreamPage
from shared.values import EventId, OfficeId, StatementId


class OfficeEventReading(Protocol):
    """The API's side: an office sees its own, with a live key."""

    async def read_office_events(self, office: OfficeId, after: int, types: Sequence[str], limit: int) -> StreamPage:
        """What an office was told, oldest first."""
        ...

    async def office_forgotten_to(self, office: OfficeId) -> int:
        """The position up to which it was forgotten; 0 while all of it is there."""
        ...


class OfficeEventStore(Protocol):
    """The worker's side."""

    async def append_office_events(self, notices: Sequence[OfficeNotice]) -> None:
        """Adds to the offices' feeds in this order, without holes."""
        ...

    async def office_notices(self, office: OfficeId, ids: Collection[EventId]) -> dict[EventId, OfficeNotice]:
        """Those of them that the office was told and that are not forgotten."""
        ...

    async def told_offices(self, gaps: Collection[StatementId]) -> dict[StatementId, OfficeId]:
        """Which office was told last of what is missing before these statements. Companies are locked before."""
        ...

    async def save_told_offices(self, told: Mapping[StatementId, OfficeId]) -> None: ...

    async def forget_office_events(self, before: datetime) -> None:
        """Forgets what is older, but for what a channel has still to bring; positions go on."""
        ...
