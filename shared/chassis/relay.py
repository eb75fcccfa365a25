"""Publishes the outbox: in the order of its ids, never past a row that is not acknowledged.

A pass takes a window of unacknowledged rows of the shards that this process holds; the next window of a shard begins
only when every row of this one is acknowledged. A shard in trouble waits alone.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from shared.chassis.database import Database, is_transient, pause_before
from shared.chassis.dead_letters import Failure, bury
from shared.chassis.documents import Documents
from shared.chassis.envelope import StoredRecord, pack_headers
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.logs import logger
from shared.chassis.metrics import Metrics
from shared.chassis.outbox import SHARDS
from shared.chassis.producer import Acknowledged, Outcome, Outgoing, Producer
from shared.chassis.session import Session
from shared.chassis.topics import TopicIds
from shared.contracts.documents import Claim

WINDOW = 500
"""Rows of one shard in one pass."""
MOST_ROWS = 4_000
_IDLE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 2.0
CLAIMED_BYTES = 32_000_000
"""Documents that one pass holds in memory, about."""

_log = logger("relay")

_PENDING_SHARDS = """
    with recursive pending as (
        (select shard from outbox where acknowledged_at is null order by shard limit 1)
        union all
        select (select o.shard from outbox o where o.acknowledged_at is null and o.shard > p.shard
                order by o.shard limit 1)
        from pending p where p.shard is not null)
    select shard from pending where shard is not null"""

_WINDOWS = """
    select id, event_id, topic, shard, key, value, claim, headers, created_at from outbox
    where ctid = any(array(
        select o.place from unnest($1::int[]) as s(shard) cross join lateral (
            select id, ctid as place from outbox
            where shard >= s.shard and shard <= s.shard and acknowledged_at is null order by shard, id limit $2) as o
        order by o.id limit $3))"""
"""The ids are put in order before the rows are fetched, which are a hundred times as wide; the rows come in any order.

A range of one shard: were they equal, Postgres would take the ids to be the whole order, and whenever it believes that
most rows are pending it would walk the primary key, past all that was ever published, for each shard anew.
"""

_ACKNOWLEDGE = """
    update outbox set acknowledged_at = now(), topic_id = u.topic_id, partition = u.partition, position = u.position
    from unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[]) as u(id, topic_id, partition, position)
    where outbox.id = u.id"""

_REMEMBER = """
    insert into published as p (topic, partition, topic_id, position)
    select topic, partition, topic_id, max(position)
    from unnest($1::text[], $2::int[], $3::text[], $4::bigint[]) as u(topic, partition, topic_id, position)
    group by topic, partition, topic_id
    on conflict (topic, partition, topic_id) do update set position = greatest(p.position, excluded.position)"""


class Relay:
    """One process's part in publishing a service's outbox."""

    def __init__(
        self,
        service: str,
        database: Database,
        session: Session,
        producer: Producer,
        topics: TopicIds,
        documents: Documents,
        metrics: Metrics,
    ) -> None:
        self._service, self._database, self._session = service, database, session
        self._producer, self._topics, self._documents, self._metrics = producer, topics, documents, metrics
        self._woken = asyncio.Event()
        self._resting: dict[int, tuple[int, float]] = {}  # shard: failures in a row, rest until (monotonic)
        self.trouble = ""

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        failures = 0
        while True:
            try:
                full = await self.publish()
                failures = 0
            except Exception as error:
                failures += 1
                self.trouble = f"the outbox is not published: {type(error).__name__}"
                if not is_transient(error):
                    _log.exception("relay failed")
                await asyncio.sleep(_pause(failures))
                continue
            if not full:
                await self._rest()

    def rest_no_more(self) -> None:
        """What was in trouble may go now: try at once."""
        self._resting.clear()
        self.wake()

    async def close(self) -> None:
        await self._producer.renew()

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), _IDLE_SECONDS)
        self._woken.clear()

    async def publish(self) -> bool:
        """One pass. Returns whether more may be waiting already."""
        async with self._database.pool.acquire() as connection:
            shards = [row["shard"] for row in await connection.fetch(_PENDING_SHARDS)]
            now = time.monotonic()
            mine = await self._session.hold(shards) if shards else set()
            ready = sorted(shard for shard in mine if self._resting.get(shard, (0, 0.0))[1] <= now)
            rows = await connection.fetch(_WINDOWS, ready, WINDOW, MOST_ROWS) if ready else []
        rows.sort(key=itemgetter("id"))
        if not rows:
            if not shards:
                self.trouble = ""
                self._metrics.outbox_oldest(0.0)
            return False
        self._metrics.outbox_oldest(time.time() - min(row["created_at"] for row in rows).timestamp())
        await self._publish_rows(rows)
        return True

    async def _publish_rows(self, rows: Sequence[Any]) -> None:
        by_id = {row["id"]: row for row in rows}
        # The ids from before the send: a topic made anew meanwhile then only makes us publish once more.
        ids = await self._topics.snapshot({row["topic"] for row in rows})
        outgoing, unreadable = await self._outgoing(rows)
        outcomes: list[tuple[int, Outcome]] = list(unreadable)
        outcomes += [(record.identity, outcome) for record, outcome in await self._producer.send(outgoing)]
        await self._acknowledge([outcome for _, outcome in outcomes if isinstance(outcome, Acknowledged)], ids)
        refused = [(by_id[identity], error) for identity, error in outcomes if isinstance(error, InvalidMessage)]
        if refused:
            await self._refuse(refused)
        self._note({row["shard"] for row in rows}, by_id, outcomes)

    async def _outgoing(self, rows: Sequence[Any]) -> tuple[list[Outgoing], list[tuple[int, Outcome]]]:
        """The records to send; a claim check is read now. After one that cannot be read its shard waits.

        What would claim too many bytes at once is left to the next pass.
        """
        outgoing: list[Outgoing] = []
        failed: list[tuple[int, Outcome]] = []
        waiting: dict[int, Unavailable] = {}
        claimed = 0
        for row in rows:
            if claimed >= CLAIMED_BYTES:
                break
            if row["shard"] in waiting:
                failed.append((row["id"], waiting[row["shard"]]))
                continue
            value = row["value"]
            if value is None:
                try:
                    claim = Claim.model_validate_json(row["claim"])
                    value = await self._documents.get(claim)
                    claimed += claim.size
                except Unavailable as error:
                    waiting[row["shard"]] = error
                    failed.append((row["id"], error))
                    continue
                except InvalidMessage as error:
                    failed.append((row["id"], error))
                    continue
            headers = pack_headers(json.loads(row["headers"]))
            outgoing.append(Outgoing(row["id"], row["topic"], row["key"].encode(), value, headers))
        return outgoing, failed

    async def _acknowledge(self, acknowledged: Sequence[Acknowledged], ids: Mapping[str, str]) -> None:
        if not acknowledged:
            return
        topic_ids = [ids.get(ack.topic, "") for ack in acknowledged]
        partitions = [ack.partition for ack in acknowledged]
        offsets = [ack.offset for ack in acknowledged]
        async with self._database.transaction() as connection:
            await connection.execute(
                _ACKNOWLEDGE, [ack.identity for ack in acknowledged], topic_ids, partitions, offsets
            )
            await connection.execute(_REMEMBER, [ack.topic for ack in acknowledged], partitions, topic_ids, offsets)
        counts: dict[str, int] = {}
        for ack in acknowledged:
            counts[ack.topic] = counts.get(ack.topic, 0) + 1
        for topic, count in counts.items():
            self._metrics.published(topic, count)

    async def _refuse(self, refused: Sequence[tuple[Any, InvalidMessage]]) -> None:
        """What Kafka refuses for good becomes a dead letter, and its shard goes on."""
        async with self._database.transaction() as connection:
            now = await connection.fetchval("select now()")
            failures = [
                Failure.of(error, row["event_id"], _as_record(row), f"relay {row['topic']}") for row, error in refused
            ]
            await bury(connection, self._service, failures, now)
            await connection.execute(
                "update outbox set acknowledged_at = now() where id = any($1::bigint[])",
                [row["id"] for row, _ in refused],
            )
        for row, error in refused:
            self._metrics.failed(row["topic"], error.code)

    def _note(self, shards: set[int], by_id: dict[int, Any], outcomes: Sequence[tuple[int, Outcome]]) -> None:
        """A shard in trouble rests, longer each time; the others go on."""
        trouble = {by_id[identity]["shard"]: error for identity, error in outcomes if isinstance(error, Unavailable)}
        for shard in shards:
            if shard in trouble:
                failures = self._resting.get(shard, (0, 0.0))[0] + 1
                self._resting[shard] = (failures, time.monotonic() + _pause(failures))
            else:
                self._resting.pop(shard, None)
        # An edge that is not there yet is that tenant's own delay; the service itself is as ready as before.
        own = [error.detail for shard, error in trouble.items() if shard < SHARDS]
        if own or not any(shard < SHARDS for shard in self._resting):  # one that rests is in trouble still
            self.trouble = own[0] if own else ""
        if trouble:
            detail = next(iter(trouble.values())).detail
            _log.warning("not published", shards=len(trouble), detail=detail)


def _pause(failures: int) -> float:
    return pause_before(failures, longest_seconds=_LONGEST_PAUSE_SECONDS)


def _as_record(row: Any) -> StoredRecord:
    value = row["value"] if row["value"] is not None else row["claim"].encode()
    return StoredRecord(row["topic"], -1, -1, row["key"].encode(), value, pack_headers(json.loads(row["headers"])))
