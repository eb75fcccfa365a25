"""Bank accounts and the gaps in their chains, in Postgres."""

from collections.abc import Collection, Sequence
from typing import Any

from services.delivery.adapters.postgres.counters import PostgresCounters
from services.delivery.domain.accounts import Account, AccountKey, AccountState, Gap, Place
from services.delivery.ports.accounts import WithGaps
from shared.contracts.statements import AccountStanding, StatementGapOpened
from shared.values import Currency, EnterpriseNumber, Iban, Money, StatementId

_OPEN = "g.closed_at is null and g.facts is not null"
_GAPS: dict[WithGaps, str] = {
    "": "",
    "open": f" and exists (select from statement_gaps g where {_OPEN} and {{same}})",
    "alarmed": f" and exists (select from statement_gaps g where {_OPEN} and g.alarmed_at is not null and {{same}})",
}
_SAME = "g.enterprise_number = a.enterprise_number and g.iban = a.iban and g.currency = a.currency"


class PostgresAccounts(PostgresCounters):
    """Bound to one transaction of the worker or of the API role."""

    async def save_accounts(self, accounts: Sequence[Account]) -> None:
        if not accounts:
            return
        newer, guessed = "excluded.booked > known.booked", "excluded.booked = 0 and known.booked = 0"
        earlier = (
            f"({newer} or {guessed}"
            " and (excluded.first_day, excluded.first_sequence) < (known.first_day, known.first_sequence))"
        )
        later = (
            f"({newer} or {guessed}"
            " and (excluded.last_day, excluded.last_sequence) >= (known.last_day, known.last_sequence))"
        )
        columns = ("statement", "year", "sequence", "day")
        firsts = ", ".join(f"first_{c} = case when {earlier} then excluded.first_{c} else known.first_{c} end"
                           for c in columns)  # fmt: skip
        lasts = ", ".join(f"last_{c} = case when {later} then excluded.last_{c} else known.last_{c} end"
                          for c in columns)  # fmt: skip
        await self._connection.executemany(
            f"""insert into bank_accounts as known
                    (enterprise_number, iban, currency, first_statement, first_year, first_sequence, first_day,
                     last_statement, last_year, last_sequence, last_day, balance, booked, standing)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                on conflict (enterprise_number, iban, currency) do update set {firsts}, {lasts},
                    balance = case when {later} then excluded.balance else known.balance end,
                    booked = case when {newer} then excluded.booked else known.booked end,
                    standing = case when {newer} then excluded.standing else known.standing end""",
            [
                (
                    *account.key,
                    *_place(account.first),
                    *_place(account.last),
                    account.balance.amount,
                    account.booked,
                    account.standing.model_dump_json() if account.standing is not None else None,
                )
                for account in accounts
            ],
        )

    async def gaps(self, ids: Collection[StatementId]) -> dict[StatementId, Gap]:
        rows = await self._connection.fetch(
            "select * from statement_gaps where statement_id = any($1::text[])", list(ids)
        )
        return {gap.statement_id: gap for gap in map(_gap, rows)}

    async def save_gaps(self, gaps: Sequence[Gap]) -> None:
        await self._connection.executemany(
            """insert into statement_gaps (statement_id, enterprise_number, iban, currency, day, sequence, version,
                                           facts, opened_at, alarmed_at, closed_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (statement_id) do update
               set currency = excluded.currency, day = excluded.day, sequence = excluded.sequence,
                   version = excluded.version, facts = excluded.facts, opened_at = excluded.opened_at,
                   alarmed_at = excluded.alarmed_at, closed_at = excluded.closed_at""",
            [
                (
                    gap.statement_id,
                    gap.enterprise_number,
                    gap.iban,
                    str(gap.facts.found_balance.currency) if gap.facts is not None else None,
                    gap.place.day if gap.facts is not None else None,
                    gap.place.sequence if gap.facts is not None else None,
                    gap.version,
                    gap.facts.model_dump_json() if gap.facts is not None else None,
                    gap.opened_at,
                    gap.alarmed_at,
                    gap.closed_at,
                )
                for gap in sorted(gaps, key=lambda gap: gap.statement_id)
            ],
        )

    async def accounts(
        self, companies: Collection[EnterpriseNumber], with_gaps: WithGaps, behind: AccountKey | None, limit: int
    ) -> list[AccountState]:
        seen = await self._seen_companies(companies)
        rows = await self._connection.fetch(
            f"""select a.* from bank_accounts a
                where ($1::text[] is null or a.enterprise_number = any($1::text[]))
                      and ($2::text is null or (a.enterprise_number, a.iban, a.currency) > ($2, $3, $4))
                      {_GAPS[with_gaps].format(same=_SAME)}
                order by a.enterprise_number, a.iban, a.currency limit $5""",
            seen,
            *(behind or (None, None, None)),
            limit,
        )
        found = [_account(row) for row in rows]
        gaps: dict[AccountKey, list[Gap]] = {}
        for gap in await self.open_gaps({account.key[0] for account in found}):
            key = gap.enterprise_number, gap.iban, gap.known_facts.found_balance.currency
            gaps.setdefault(key, []).append(gap)
        return [AccountState(account, tuple(gaps.get(account.key, ()))) for account in found]

    async def _seen_companies(self, wanted: Collection[EnterpriseNumber]) -> list[str] | None:
        """Those of which the caller may see accounts, or more; None for all. What it does see the policies decide: by
        these numbers an index is used."""
        if wanted or await self._connection.fetchval("select public.app_is_operator()"):
            return list(wanted) or None
        rows = await self._connection.fetch(
            "select enterprise_number from clients union select enterprise_number from connections"
        )
        return [row["enterprise_number"] for row in rows]

    async def open_gaps(self, companies: Collection[EnterpriseNumber]) -> list[Gap]:
        rows = await self._connection.fetch(
            f"""select g.* from statement_gaps g
                where g.enterprise_number = any($1::text[]) and {_OPEN} order by g.day, g.sequence, g.statement_id""",
            list(companies),
        )
        return [_gap(row) for row in rows]


def _place(place: Place) -> tuple[Any, ...]:
    return place.statement_id, place.year, place.sequence, place.day


def _account(row: Any) -> Account:
    first, last = (
        Place(StatementId(row[f"{name}_statement"]), row[f"{name}_year"], row[f"{name}_sequence"], row[f"{name}_day"])
        for name in ("first", "last")
    )
    key = EnterpriseNumber(row["enterprise_number"]), Iban(row["iban"]), Currency(row["currency"])
    standing = AccountStanding.model_validate_json(row["standing"]) if row["standing"] is not None else None
    return Account(key, first, last, Money(row["balance"], row["currency"]), standing)


def _gap(row: Any) -> Gap:
    return Gap(
        StatementId(row["statement_id"]),
        EnterpriseNumber(row["enterprise_number"]),
        Iban(row["iban"]),
        row["version"],
        StatementGapOpened.model_validate_json(row["facts"]) if row["facts"] is not None else None,
        row["opened_at"],
        row["alarmed_at"],
        row["closed_at"],
    )
