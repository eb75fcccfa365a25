"""What goes into pods, in Postgres."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.domain.notices import may_read_statements
from services.delivery.domain.pods import Offer, feed_index
from services.delivery.domain.statements import BookedStatement
from shared.contracts.statements import TransactionsBooked
from shared.values import ConnectionId, EnterpriseNumber, SoftwareSlug, StatementId

_Place = tuple[str, str]
"""Whose pod, and which company."""


class PostgresPods(PostgresCounters):
    """Bound to one transaction of the worker."""

    async def offer(self, offers: Sequence[Offer]) -> None:
        await self._append(
            offers,
            """select entry.feed_id, entry.subject from pod_entries as entry
               join unnest($1::integer[], $2::text[]) as asked (feed_id, subject) using (feed_id, subject)
               where not again""",
            again=False,
        )

    async def offer_once_more(self, offers: Sequence[Offer]) -> None:
        await self._append(
            offers,
            """select entry.feed_id, entry.subject from pod_entries as entry
               join unnest($1::integer[], $2::text[]) as asked (feed_id, subject) using (feed_id, subject)
               left join pod_offsets as done using (feed_id)
               where again and position > coalesce(done.again_read_to, 0)""",
            again=True,
        )

    async def _append(self, offers: Sequence[Offer], present: str, *, again: bool) -> None:
        if not offers:
            return
        feeds = await self._feeds({(offer.owner, str(offer.enterprise_number)) for offer in offers})
        asked = {(feeds[offer.owner, offer.enterprise_number], offer.subject): offer for offer in reversed(offers)}
        placed = sorted(asked.items(), key=lambda pair: offers.index(pair[1]))
        # Locked before it is looked at, so that nobody adds the same in between.
        positions = await self._lock_feeds({feed_id for (feed_id, _), _ in placed})
        rows = await self._connection.fetch(present, *_columns((key for key, _ in placed), 2))
        there = {(row["feed_id"], row["subject"]) for row in rows}
        fresh: list[tuple[Any, ...]] = []
        for (feed_id, subject), offer in placed:
            if (feed_id, subject) not in there:
                positions[feed_id] += 1
                at = positions[feed_id]
                name = feed_index(feed_id, at)
                fresh.append((feed_id, at, offer.owner, name, again, offer.model, subject, offer.offered_at))
        await self._insert(fresh, positions)

    async def _insert(self, rows: Sequence[tuple[Any, ...]], positions: dict[int, int]) -> None:
        await self._connection.execute(
            """insert into pod_entries (feed_id, position, owner, feed_index, again, model, subject, offered_at)
               select * from unnest($1::integer[], $2::bigint[], $3::text[], $4::uuid[], $5::boolean[], $6::text[],
                                    $7::text[], $8::timestamptz[])""",
            *_columns(rows, 8),
        )
        await self._connection.execute(
            """update pod_feeds as feed set last_position = moved.position
               from unnest($1::integer[], $2::bigint[]) as moved (feed_id, position)
               where feed.feed_id = moved.feed_id""",
            *_columns(sorted(positions.items()), 2),
        )

    async def _lock_feeds(self, ids: Collection[int]) -> dict[int, int]:
        """The last position of each."""
        rows = await self._connection.fetch(
            # No stronger: whoever marks a feed as done for the first time refers to its row and must not wait for this.
            """select feed_id, last_position from pod_feeds where feed_id = any($1::integer[])
               order by 1 for no key update""",
            list(ids),
        )
        return {row["feed_id"]: row["last_position"] for row in rows}

    async def _feeds(self, places: Collection[_Place]) -> dict[_Place, int]:
        """The feed of each place, made where there is none; looked for first, because every try takes a number."""
        found = await self._known_feeds(places)
        missing = sorted(set(places) - set(found))
        if missing:
            await self._connection.execute(
                """insert into pod_feeds (owner, enterprise_number, mode)
                   select owner, enterprise_number, public.app_mode()
                   from unnest($1::text[], $2::text[]) as asked (owner, enterprise_number)
                   on conflict do nothing""",
                *_columns(missing, 2),
            )
            found |= await self._known_feeds(missing)
        return found

    async def _known_feeds(self, places: Collection[_Place]) -> dict[_Place, int]:
        # Two lists and not one of pairs: pairs are compared one by one, which takes seconds for a large office.
        rows = await self._connection.fetch(
            """select feed_id, owner, enterprise_number from pod_feeds
               where owner = any($1::text[]) and enterprise_number = any($2::text[]) and mode = public.app_mode()""",
            sorted({owner for owner, _ in places}),
            sorted({number for _, number in places}),
        )
        found = {(row["owner"], row["enterprise_number"]): row["feed_id"] for row in rows}
        return {place: feed_id for place, feed_id in found.items() if place in places}

    async def statement_connections(
        self, numbers: Collection[EnterpriseNumber]
    ) -> dict[EnterpriseNumber, list[ConnectionId]]:
        rows = await self._connection.fetch(
            """select enterprise_number, connection_id, scopes from connections
               where state = 'active' and enterprise_number = any($1::text[]) order by connection_id""",
            list(numbers),
        )
        found: dict[EnterpriseNumber, list[ConnectionId]] = {}
        for row in rows:
            if may_read_statements(tuple(row["scopes"])):
                found.setdefault(EnterpriseNumber(row["enterprise_number"]), []).append(
                    ConnectionId(row["connection_id"])
                )
        return found

    async def keep_for_an_office(self, statements: Sequence[BookedStatement]) -> None:
        await self._connection.execute(
            """insert into pod_statements_kept (statement_id, enterprise_number)
               select * from unnest($1::text[], $2::text[]) on conflict do nothing""",
            *_columns(sorted((each.statement_id, each.body.enterprise_number) for each in statements), 2),
        )

    async def kept_for_an_office(self, numbers: Collection[EnterpriseNumber]) -> list[BookedStatement]:
        rows = await self._connection.fetch(
            """select statement.* from statements as statement join pod_statements_kept as kept using (statement_id)
               where kept.enterprise_number = any($1::text[]) order by booked_at, statement_id""",
            list(numbers),
        )
        return [_statement(row) for row in rows]

    async def found_an_office(self, statements: Collection[StatementId]) -> None:
        await self._connection.execute(
            "delete from pod_statements_kept where statement_id = any($1::text[])", list(statements)
        )

    async def booked_statements(self, ids: Collection[StatementId]) -> list[BookedStatement]:
        rows = await self._connection.fetch(
            "select * from statements where statement_id = any($1::text[]) order by booked_at, statement_id", list(ids)
        )
        return [_statement(row) for row in rows]


def _columns(rows: Iterable[tuple[Any, ...]], count: int) -> list[list[Any]]:
    kept = list(rows)
    return [[row[place] for row in kept] for place in range(count)]


def _statement(row: Any) -> BookedStatement:
    return BookedStatement(
        row["event_id"],
        row["booked_at"],
        TransactionsBooked.model_validate_json(row["body"]),
        tuple(SoftwareSlug(each) for each in row["readers"]),
    )
