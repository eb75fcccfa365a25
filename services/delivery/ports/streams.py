"""What softwares are told, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.delivery.domain.notices import Notice
from shared.contracts.access import Mode
from shared.values import SoftwareSlug


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice as it stands in a software's stream; `text` is the public event's JSON."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class StreamPage:
    """Notices in order; `read_to` is the position up to which everything asked for is in it."""

    notices: tuple[StoredNotice, ...]
    read_to: int
    more: bool


class StreamReading(Protocol):
    """What both roles read; the API's side only what is its caller's."""

    async def read_stream(
        self, software: SoftwareSlug, mode: Mode, after: int, types: Sequence[str], limit: int
    ) -> StreamPage:
        """What a stream holds of one mode; both modes share its positions."""
        ...

    async def forgotten_to(self, software: SoftwareSlug) -> int:
        """The position up to which a software's stream was forgotten; 0 while it is whole."""
        ...


class StreamStore(StreamReading, Protocol):
    """The worker's side."""

    async def append_notices(self, notices: Sequence[Notice]) -> list[int]:
        """Adds to the softwares' streams; the position of each, without holes, in the order given."""
        ...

    async def forget_notices(self, before: datetime) -> None:
        """Takes what is older out of the streams; positions go on."""
        ...
