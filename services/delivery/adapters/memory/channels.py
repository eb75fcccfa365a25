"""The channels of offices and what waits for them, in memory."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from services.delivery.adapters.memory.tables import ChannelTables, MemoryCaller
from services.delivery.domain.channels import Channel
from services.delivery.domain.handovers import Handover, Key, NewHandover, State
from shared.values import ChannelId, OfficeId


class MemoryChannels(MemoryCaller):
    """See the port for what each does."""

    async def channel(self, channel_id: ChannelId) -> Channel | None:
        found = self._kept.channels.get(channel_id)
        return found if found is not None and self._sees_channel(found) else None

    async def lock_channel(self, channel_id: ChannelId) -> Channel | None:
        return await self.channel(channel_id)

    async def save_channel(self, channel: Channel) -> None:
        self._kept.channels[channel.channel_id] = channel

    async def channels_of(self, offices: Collection[OfficeId]) -> list[Channel]:
        found = [each for each in self._kept.channels.values() if each.office_id in offices and not each.removed]
        return sorted(found, key=lambda channel: channel.channel_id)

    async def channels_with_waiting(self, channels: Collection[ChannelId]) -> set[ChannelId]:
        return {each for each in channels if self._of_state(each, "waiting")}

    async def append_handovers(self, handovers: Sequence[NewHandover]) -> set[Key]:
        fresh = set()
        for each in handovers:
            if each.channel_id not in self._kept.channels:
                continue
            known = self._kept.handovers.setdefault(each.channel_id, {})
            position = self._kept.heads.get(each.channel_id, 0) + 1
            self._kept.heads[each.channel_id] = position
            if all((h.subject, h.occasion) != (each.subject, each.occasion) for h in known.values()):
                fresh.add(each.key)
                known[position] = Handover(
                    channel_id=each.channel_id,
                    position=position,
                    subject=each.subject,
                    occasion=each.occasion,
                    added_at=each.added_at,
                    state="done" if each.done else "waiting",
                    ended_at=each.added_at if each.done else None,
                )
        return fresh

    async def waiting_handovers(self, channel_id: ChannelId, limit: int) -> list[Handover]:
        untold = self._of_state(channel_id, "handed_over")
        return sorted([*untold, *self._of_state(channel_id, "waiting")[:limit]], key=lambda each: each.position)

    async def save_handovers(self, handovers: Collection[Handover]) -> None:
        for each in handovers:
            known = self._kept.handovers.get(each.channel_id, {})
            if each.position in known:
                known[each.position] = each

    async def channels_due(self, now: datetime) -> list[ChannelId]:
        due = []
        for channel_id, channel in sorted(self._kept.channels.items()):
            first = self._of_state(channel_id, "waiting")[:1]
            ready = channel.works and bool(first) and (first[0].next_at is None or first[0].next_at <= now)
            if ready or self._of_state(channel_id, "handed_over"):
                due.append(channel_id)
        return due

    async def forget_handovers(self, before: datetime) -> None:
        for known in self._kept.handovers.values():
            old = [h.position for h in known.values() if h.state == "done" and h.ended_at and h.ended_at < before]
            for position in old:
                del known[position]

    async def own_channels(self, office: OfficeId) -> list[Channel]:
        seen = [each for each in self._kept.channels.values() if self._sees_channel(each) and not each.removed]
        own = [each for each in seen if each.office_id == office]
        return sorted(own, key=lambda channel: (channel.created_at, channel.channel_id))

    async def lock_own_channels(self, office: OfficeId) -> None:
        """One caller at a time."""

    async def remove_channel(self, channel_id: ChannelId) -> bool:
        channel = await self.channel(channel_id)
        if channel is None:
            return False
        untold = {each.position: each for each in self._of_state(channel_id, "handed_over")}
        if untold:
            self._kept.channels[channel_id] = replace(channel, removed=True, enabled=False)
            self._kept.handovers[channel_id] = untold
            return False
        del self._kept.channels[channel_id]
        self._kept.handovers.pop(channel_id, None)
        return True

    async def handover_counts(self, channels: Collection[ChannelId]) -> dict[ChannelId, dict[State, int]]:
        counts: dict[ChannelId, dict[State, int]] = {}
        for channel_id in channels:
            if await self.channel(channel_id) is not None:
                states = Counter(h.state for h in self._kept.handovers.get(channel_id, {}).values())
                counts[channel_id] = {state: states[state] for state in ("waiting", "failed") if states[state]}
        return {channel_id: states for channel_id, states in counts.items() if states}

    async def try_handovers_now(self, channel_id: ChannelId, now: datetime, *, with_failed: bool) -> int:
        failed = self._of_state(channel_id, "failed") if with_failed else []
        again = [*self._of_state(channel_id, "waiting"), *failed] if await self.channel(channel_id) else []
        fresh = [replace(each, state="waiting", attempts=0, next_at=now, ended_at=None) for each in again]
        await self.save_handovers(fresh)
        return len(fresh)

    async def handovers(
        self, channel_id: ChannelId, state: State | None, before: int | None, limit: int
    ) -> list[Handover]:
        if await self.channel(channel_id) is None:
            return []
        known = sorted(self._kept.handovers.get(channel_id, {}).values(), key=lambda each: -each.position)
        return [h for h in known if state in (None, h.state) and (before is None or h.position < before)][:limit]

    @property
    def _kept(self) -> ChannelTables:
        return self._tables.channels

    def _sees_channel(self, channel: Channel) -> bool:
        return self._is("office", channel.office_id) and self._of_mode("live")

    def _of_state(self, channel_id: ChannelId, state: State) -> list[Handover]:
        known = self._kept.handovers.get(channel_id, {})
        return [known[position] for position in sorted(known) if known[position].state == state]
