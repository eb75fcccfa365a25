"""The channels of offices and what waits for them, in Postgres."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.delivery.adapters.postgres.channel_rows import SAVE_CHANNEL, channel_of, channel_values, handover_of
from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.domain.channels import Channel
from services.delivery.domain.deliverables import subject
from services.delivery.domain.handovers import Handover, Key, NewHandover, State
from shared.values import ChannelId, OfficeId


class PostgresChannels(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def channel(self, channel_id: ChannelId) -> Channel | None:
        row = await self._connection.fetchrow("select * from channels where channel_id = $1", channel_id)
        return channel_of(row) if row is not None else None

    async def lock_channel(self, channel_id: ChannelId) -> Channel | None:
        row = await self._connection.fetchrow("select * from channels where channel_id = $1 for update", channel_id)
        return channel_of(row) if row is not None else None

    async def save_channel(self, channel: Channel) -> None:
        await self._connection.execute(SAVE_CHANNEL, *channel_values(channel))

    async def channels_of(self, offices: Collection[OfficeId]) -> list[Channel]:
        rows = await self._connection.fetch(
            "select * from channels where office_id = any($1::text[]) and not removed order by channel_id",
            list(offices),
        )
        return [channel_of(row) for row in rows]

    async def channels_with_waiting(self, channels: Collection[ChannelId]) -> set[ChannelId]:
        # The lock of one statement, the look of the next: what was added before the lock was given is seen.
        names = sorted(channels)
        await self._connection.execute(
            "select from channels where channel_id = any($1::text[]) order by channel_id for update", names
        )
        rows = await self._connection.fetch(
            """select channel_id from unnest($1::text[]) as asked(channel_id)
               where exists (select from handovers h where h.channel_id = asked.channel_id and h.state = 'waiting')""",
            names,
        )
        return {ChannelId(row["channel_id"]) for row in rows}

    async def append_handovers(self, handovers: Sequence[NewHandover]) -> set[Key]:
        places = await self._next_places([each.channel_id for each in handovers]) if handovers else {}
        rows = []
        for each in handovers:
            if each.channel_id in places:
                office, last = places[each.channel_id]
                places[each.channel_id] = office, last + 1
                state, ended = ("done", each.added_at) if each.done else ("waiting", None)
                rows.append((each.channel_id, last + 1, office, *each.key[1:], each.added_at, state, ended))
        if not rows:
            return set()
        added = await self._connection.fetch(
            """insert into handovers (channel_id, position, office_id, subject, occasion, added_at, state, ended_at,
                                      attempts, last_error, receipt)
               select w.*, 0, '', ''
               from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
                           $8::timestamptz[]) as w
               on conflict (channel_id, subject, occasion) do nothing
               returning channel_id, subject, occasion""",
            *(list(column) for column in zip(*rows, strict=True)),
        )
        return {(ChannelId(row["channel_id"]), subject(row["subject"]), row["occasion"]) for row in added}

    async def _next_places(self, channels: Sequence[ChannelId]) -> dict[ChannelId, tuple[str, int]]:
        """The office of each channel that exists, and the position before the first that is given out here."""
        counts = {each: channels.count(each) for each in sorted(set(channels))}
        rows = await self._connection.fetch(
            """with own as (
                   select channel_id from channels where channel_id = any($1::text[]) order by channel_id for update
               )
               update channels c set last_position = last_position + n.more
               from unnest($1::text[], $2::bigint[]) as n(channel_id, more), own
               where c.channel_id = n.channel_id and own.channel_id = c.channel_id
               returning c.channel_id, c.office_id, c.last_position - n.more as before""",
            list(counts),
            list(counts.values()),
        )
        return {ChannelId(row["channel_id"]): (row["office_id"], row["before"]) for row in rows}

    async def waiting_handovers(self, channel_id: ChannelId, limit: int) -> list[Handover]:
        rows = await self._connection.fetch(
            """select * from handovers where channel_id = $1 and state = 'handed_over'
               union all
               (select * from handovers where channel_id = $1 and state = 'waiting' order by position limit $2)
               order by position""",
            channel_id,
            limit,
        )
        return [handover_of(row) for row in rows]

    async def save_handovers(self, handovers: Collection[Handover]) -> None:
        rows = [
            (h.channel_id, h.position, h.state, h.attempts, h.next_at, h.last_error, h.receipt, h.ended_at)
            for h in sorted(handovers, key=lambda each: (each.channel_id, each.position))
        ]
        if rows:
            await self._connection.execute(
                """update handovers h set state = w.state, attempts = w.attempts, next_at = w.next_at,
                          last_error = w.last_error, receipt = w.receipt, ended_at = w.ended_at
                   from unnest($1::text[], $2::bigint[], $3::text[], $4::int[], $5::timestamptz[], $6::text[],
                               $7::text[], $8::timestamptz[])
                        as w(channel_id, position, state, attempts, next_at, last_error, receipt, ended_at)
                   where h.channel_id = w.channel_id and h.position = w.position""",
                *(list(column) for column in zip(*rows, strict=True)),
            )

    async def channels_due(self, now: datetime) -> list[ChannelId]:
        rows = await self._connection.fetch(
            """select channel_id from channels c
               where exists (select from handovers h where h.channel_id = c.channel_id and h.state = 'handed_over')
                  or enabled and awaited_code = '' and exists (
                      select from (select next_at from handovers h
                                   where h.channel_id = c.channel_id and h.state = 'waiting'
                                   order by position limit 1) as first
                      where first.next_at is null or first.next_at <= $1)
               order by channel_id""",
            now,
        )
        return [ChannelId(row["channel_id"]) for row in rows]

    async def forget_handovers(self, before: datetime) -> None:
        await self._connection.execute("delete from handovers where state = 'done' and ended_at < $1", before)

    async def own_channels(self, office: OfficeId) -> list[Channel]:
        rows = await self._connection.fetch(
            "select * from channels where office_id = $1 and not removed order by created_at, channel_id", office
        )
        return [channel_of(row) for row in rows]

    async def lock_own_channels(self, office: OfficeId) -> None:
        # A row that is not there yet cannot be locked.
        await self._connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"channels/{office}")

    async def remove_channel(self, channel_id: ChannelId) -> bool:
        await self._connection.execute(
            "delete from handovers where channel_id = $1 and state <> 'handed_over'", channel_id
        )
        status: str = await self._connection.execute(
            """delete from channels c where channel_id = $1
               and not exists (select from handovers h where h.channel_id = c.channel_id)""",
            channel_id,
        )
        if status.endswith(" 1"):
            return True
        await self._connection.execute(
            "update channels set removed = true, enabled = false where channel_id = $1", channel_id
        )
        return False

    async def handover_counts(self, channels: Collection[ChannelId]) -> dict[ChannelId, dict[State, int]]:
        rows = await self._connection.fetch(
            """select channel_id, state, count(*) as documents from handovers
               where channel_id = any($1::text[]) and state in ('waiting', 'failed') group by channel_id, state""",
            list(channels),
        )
        counts: dict[ChannelId, dict[State, int]] = {}
        for row in rows:
            counts.setdefault(ChannelId(row["channel_id"]), {})[row["state"]] = row["documents"]
        return counts

    async def try_handovers_now(self, channel_id: ChannelId, now: datetime, *, with_failed: bool) -> int:
        status: str = await self._connection.execute(
            """update handovers set state = 'waiting', attempts = 0, next_at = $2, ended_at = null
               where channel_id = $1 and (state = 'waiting' or $3 and state = 'failed')""",
            channel_id,
            now,
            with_failed,
        )
        return int(status.rsplit(" ", 1)[1])

    async def handovers(
        self, channel_id: ChannelId, state: State | None, before: int | None, limit: int
    ) -> list[Handover]:
        rows = await self._connection.fetch(
            """select * from handovers where channel_id = $1 and ($2::text is null or state = $2)
                      and ($3::bigint is null or position < $3) order by position desc limit $4""",
            channel_id,
            state,
            before,
            limit,
        )
        return [handover_of(row) for row in rows]
