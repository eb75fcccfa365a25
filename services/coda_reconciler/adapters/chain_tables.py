"""Booked statements and the chains of their accounts in Postgres."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

import asyncpg

from services.coda_reconciler.adapters.rows import columns_of, decimal_of, link_of
from services.coda_reconciler.domain.booking import Account, Entry
from services.coda_reconciler.domain.chain import Chain
from services.coda_reconciler.domain.links import MOST_OF_A_DAY, Link
from shared.values import Currency, EnterpriseNumber, Iban

_LINK = "s.statement_id, s.year, s.sequence, s.day, s.old_balance, s.new_balance, s.gap, s.version, s.place"
_ORDER = "s.day, s.place, s.sequence, s.statement_id"
_BACK = "s.day desc, s.place desc, s.sequence desc, s.statement_id desc"
_SOME = MOST_OF_A_DAY + 1


def _of(other: str) -> str:
    return " and ".join(f"s.{column} = {other}.{column}" for column in ("enterprise_number", "iban", "currency"))


def _numbered(*parts: str) -> str:
    """That have the number of a new one. The account is one expression, in an order of its own, so that only the one
    index of it can answer: Postgres believes that any other is as good, for most accounts have few statements."""
    accounts = (" || ".join(f"{table}.{part}" for part in parts) for table in ("s", "n"))
    return f"{' = '.join(f'({account})' for account in accounts)} and s.year = n.year and s.sequence = n.sequence"


def _any(condition: str) -> str:
    return f"(select {_LINK} from statements s where {condition} limit 1)"


def _some(condition: str, order: str = _ORDER, count: int = 1) -> str:
    return f"(select {_LINK} from statements s where {condition} order by {order} limit {count})"


_OF_DAY = f"{_of('n')} and s.day = n.day"
_NEXT_DAY = f"(select s.day from statements s where {_of('n')} and s.day > n.day order by s.day limit 1)"
_NUMBERED = _numbered("enterprise_number", "iban", "currency")
_ENDING = f"{_numbered('iban', 'enterprise_number', 'currency')} and s.new_balance = n.old_balance"
# In a day that is arranged one statement has place 0, in a crowded one all have: there the nearest by number do.
_AROUND_NEW = (
    _some(f"{_of('n')} and s.day < n.day", _BACK),
    _some(f"{_OF_DAY} and s.place > 0", count=_SOME),
    _some(f"{_OF_DAY} and s.place = 0 and (s.sequence, s.statement_id) < (n.sequence, n.statement_id)", _BACK, _SOME),
    _some(f"{_OF_DAY} and s.place = 0 and (s.sequence, s.statement_id) > (n.sequence, n.statement_id)", count=_SOME),
    _some(f"{_of('n')} and s.day = {_NEXT_DAY}", count=_SOME),
    _any(_NUMBERED),
    _any(f"{_NUMBERED} and s.old_balance = n.new_balance"),
    _any(f"{_NUMBERED} and s.old_balance = n.old_balance and s.day = n.day"),
    _any(_ENDING),
)
_ENDS_OF_ACCOUNT = (_some(_of("a")), _some(_of("a"), _BACK))
_AROUND_GAP = (
    _any("s.statement_id = g.statement_id"),
    _some(f"{_of('g')} and ({_ORDER}) < (g.day, g.place, g.sequence, g.statement_id)", _BACK),
)
# Each part is found by an index, whatever else the account has.
_TOUCHED = f"""
    with new as (
        select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::date[], $7::numeric[],
                             $8::numeric[], $9::text[])
            as n (enterprise_number, iban, currency, year, sequence, day, old_balance, new_balance, statement_id)
    ), accounts as (
        select enterprise_number, iban, currency, coalesce(c.booked, 0) as booked, c.repeating
        from (select distinct enterprise_number, iban, currency from new) as asked
        left join chains c using (enterprise_number, iban, currency)
    )
    select a.*, link.* from accounts a cross join lateral (
        select {_LINK} from statements s where {_of("a")}
    ) as link where a.booked = 0 or $10
    union
    select a.*, link.* from accounts a cross join lateral ({" union all ".join(_ENDS_OF_ACCOUNT)}) as link
    where a.booked > 0 and not $10
    union
    select a.*, link.* from accounts a
    join statements g on g.gap and g.enterprise_number = a.enterprise_number and g.iban = a.iban
        and g.currency = a.currency
    cross join lateral ({" union all ".join(_AROUND_GAP)}) as link
    where a.booked > 0 and not $10
    union
    select a.*, link.* from new n join accounts a using (enterprise_number, iban, currency)
    cross join lateral ({" union all ".join(_AROUND_NEW)}) as link
    where a.booked > 0 and not $10"""


class ChainTables:
    """On the connection of the batch's transaction."""

    _connection: asyncpg.Connection

    async def chains(self, new: Sequence[tuple[Account, Link]], *, whole: bool = False) -> dict[Account, Chain]:
        """What is known of these accounts' chains, as far as the new links can touch them; or all of it.

        Accounts of which nothing was counted yet are read whole: those of earlier versions, once.
        """
        rows = await self._connection.fetch(_TOUCHED, *columns_of(new, *_NEW), whole)
        days: dict[Account, set[date]] = {}
        for account, link in new:
            days.setdefault(account, set()).add(link.day)
        found: dict[Account, list[asyncpg.Record]] = {}
        for row in rows:
            account = EnterpriseNumber(row["enterprise_number"]), Iban(row["iban"]), Currency(row["currency"])
            found.setdefault(account, []).append(row)
        return {account: _chain(of_account, days[account], whole) for account, of_account in found.items()}

    async def book(self, entries: Sequence[Entry], links: Iterable[Link], chains: Mapping[Account, Chain]) -> None:
        """Write statements, the links that they changed, and how many there are of each account now."""
        if not entries:
            return
        changed = {link.statement_id: link for link in links}
        await self._insert_statements(entries, [changed.pop(entry.statement_id) for entry in entries])
        if changed:
            await self._update_links(list(changed.values()))
        accounts = sorted({entry.account for entry in entries})
        await self._connection.execute(
            """insert into chains (enterprise_number, iban, currency, booked, repeating)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
               on conflict (enterprise_number, iban, currency) do update
               set booked = excluded.booked, repeating = excluded.repeating""",
            *([account[part] for account in accounts] for part in range(3)),
            [chains[account].booked for account in accounts],
            [chains[account].repeating for account in accounts],
        )

    async def _update_links(self, links: Sequence[Link]) -> None:
        await self._connection.execute(
            """update statements set gap = link.gap, version = link.version, place = link.place
               from unnest($1::text[], $2::bool[], $3::bigint[], $4::int[]) as link (statement_id, gap, version, place)
               where statements.statement_id = link.statement_id""",
            *columns_of(
                links,
                lambda link: link.statement_id,
                lambda link: link.gap,
                lambda link: link.version,
                lambda link: link.place,
            ),
        )

    async def _insert_statements(self, entries: Sequence[Entry], links: Sequence[Link]) -> None:
        await self._connection.execute(
            """insert into statements (statement_id, enterprise_number, iban, currency, content_sha256, file_sha256,
                   year, sequence, day, old_balance, new_balance, gap, version, place, raw, movements)
               select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                   $7::int[], $8::int[], $9::date[], $10::numeric[], $11::numeric[], $12::bool[], $13::bigint[],
                   $14::int[], $15::jsonb[], $16::jsonb[])""",
            *columns_of(
                list(zip(entries, links, strict=True)),
                lambda booked: booked[0].statement_id,
                lambda booked: booked[0].company,
                lambda booked: booked[0].statement.iban,
                lambda booked: booked[0].statement.currency,
                lambda booked: booked[0].statement.content_sha256,
                lambda booked: booked[0].file_sha256,
                lambda booked: booked[1].year,
                lambda booked: booked[1].sequence,
                lambda booked: booked[1].day,
                lambda booked: decimal_of(booked[1].old_balance),
                lambda booked: decimal_of(booked[1].new_balance),
                lambda booked: booked[1].gap,
                lambda booked: booked[1].version,
                lambda booked: booked[1].place,
                lambda booked: booked[0].raw.model_dump_json(),
                lambda booked: booked[0].movements.model_dump_json(),
            ),
        )


_NEW: Sequence[Callable[[tuple[Account, Link]], object]] = (
    lambda new: new[0][0],
    lambda new: new[0][1],
    lambda new: new[0][2],
    lambda new: new[1].year,
    lambda new: new[1].sequence,
    lambda new: new[1].day,
    lambda new: decimal_of(new[1].old_balance),
    lambda new: decimal_of(new[1].new_balance),
    lambda new: new[1].statement_id,
)


def _chain(rows: Sequence[asyncpg.Record], days: Collection[date], whole: bool) -> Chain:
    links, counted = [link_of(row) for row in rows], rows[0]
    if whole or not counted["booked"]:
        return Chain(links)
    return Chain(links, counted["booked"], counted["repeating"], surrounded=days)
