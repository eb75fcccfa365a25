"""The channels of offices, what waits for each, and who carries it out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from services.delivery.domain.channels import Channel
from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import Handover, Key, NewHandover, Outcome, State
from shared.values import ChannelId, OfficeId


class ChannelLog(Protocol):
    """What both sides do with channels; the API's side sees those of its caller."""

    async def channel(self, channel_id: ChannelId) -> Channel | None: ...

    async def lock_channel(self, channel_id: ChannelId) -> Channel | None:
        """As it is now; nobody else changes it until the transaction ends."""
        ...

    async def save_channel(self, channel: Channel) -> None:
        """Adds it or writes it anew."""
        ...

    async def remove_channel(self, channel_id: ChannelId) -> bool:
        """With all that waits for it. False where there is none, or where something that it handed over is not told
        yet: then it is marked as removed and stays so long."""
        ...


class ChannelQueue(ChannelLog, Protocol):
    """What the worker needs for handing over. Channels are locked after documents, streams and feeds, by id."""

    async def channels_of(self, offices: Collection[OfficeId]) -> list[Channel]:
        """All channels of these offices, stopped ones too, by id."""
        ...

    async def channels_with_waiting(self, channels: Collection[ChannelId]) -> set[ChannelId]:
        """Those for which something waits already; locked, so that nothing overtakes it."""
        ...

    async def append_handovers(self, handovers: Sequence[NewHandover]) -> set[Key]:
        """Adds them at the end of their channels, in this order; the keys of those that are new. What a channel has
        for the same occasion stays as it is."""
        ...

    async def waiting_handovers(self, channel_id: ChannelId, limit: int) -> list[Handover]:
        """The first that wait, and all that were handed over without being told yet, by position."""
        ...

    async def save_handovers(self, handovers: Collection[Handover]) -> None:
        """Writes what became of them; those whose channel is gone are left out."""
        ...

    async def channels_due(self, now: datetime) -> list[ChannelId]:
        """The channels that are on, by id, whose first waiting document is due or of which a success is untold."""
        ...

    async def forget_handovers(self, before: datetime) -> None:
        """Forgets those that were done earlier; what waits or failed stays."""
        ...


class ChannelReading(ChannelLog, Protocol):
    """The API's side, on which only the caller's rows exist."""

    async def lock_own_channels(self, office: OfficeId) -> None:
        """Nobody else adds a channel of the office until the transaction ends."""
        ...

    async def own_channels(self, office: OfficeId) -> list[Channel]:
        """Oldest first, without those that are removed."""
        ...

    async def handover_counts(self, channels: Collection[ChannelId]) -> dict[ChannelId, dict[State, int]]:
        """How many of a channel's documents wait, and how many failed; states without any are left out."""
        ...

    async def try_handovers_now(self, channel_id: ChannelId, now: datetime, *, with_failed: bool) -> int:
        """What waits is due at once, and what failed waits again in its place; with a new schedule. How many."""
        ...

    async def handovers(
        self, channel_id: ChannelId, state: State | None, before: int | None, limit: int
    ) -> list[Handover]:
        """Newest first; those before a position."""
        ...


class Secrets(Protocol):
    """Who closes and opens the secrets of channels."""

    def seal(self, text: str) -> str: ...

    def open(self, sealed: str) -> str:
        """Raises `InvalidMessage`: it was sealed by another key, or is damaged."""
        ...


class Courier(Protocol):
    """Who carries documents to one kind of receiver."""

    async def deliver(self, channel: Channel, secret: str, parcel: Parcel) -> Outcome:
        """One try within 20 s; `secret` is the channel's, opened. Whatever goes wrong is an outcome, never raised."""
        ...

    async def close(self) -> None:
        """Ends the connections that are kept open."""
        ...
