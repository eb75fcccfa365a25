"""Bank accounts and the gaps in their chains, in memory."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.accounts import Account, AccountKey, AccountState, Gap, joined
from services.delivery.domain.notices import may_read_statements
from services.delivery.domain.pods import serves
from services.delivery.ports.accounts import WithGaps
from shared.values import EnterpriseNumber, StatementId
from shared.values.days import belgian_day


class MemoryAccounts(MemoryCaller):
    """See the port for what each does."""

    async def save_accounts(self, accounts: Sequence[Account]) -> None:
        for account in accounts:
            known = self._tables.accounts.get(account.key)
            self._tables.accounts[account.key] = joined(known, account) if known is not None else account

    async def gaps(self, ids: Collection[StatementId]) -> dict[StatementId, Gap]:
        return {each: self._tables.gaps[each] for each in ids if each in self._tables.gaps}

    async def save_gaps(self, gaps: Sequence[Gap]) -> None:
        self._tables.gaps |= {gap.statement_id: gap for gap in gaps}

    async def accounts(
        self, companies: Collection[EnterpriseNumber], with_gaps: WithGaps, behind: AccountKey | None, limit: int
    ) -> list[AccountState]:
        found = []
        for key in sorted(self._tables.accounts):
            state = AccountState(self._tables.accounts[key], tuple(self._gaps_of(key)))
            asked = not companies or key[0] in companies
            broken = not with_gaps or any(with_gaps == "open" or gap.alarmed_at for gap in state.gaps)
            if asked and broken and (behind is None or key > behind) and self._sees_accounts_of(key[0]):
                found.append(state)
        return found[:limit]

    async def open_gaps(self, companies: Collection[EnterpriseNumber]) -> list[Gap]:
        return [gap for gap in self._open_gaps() if gap.enterprise_number in companies]

    def _gaps_of(self, key: AccountKey) -> list[Gap]:
        found = self._open_gaps()
        return [g for g in found if (g.enterprise_number, g.iban, g.known_facts.found_balance.currency) == key]

    def _open_gaps(self) -> list[Gap]:
        found = [gap for gap in self._tables.gaps.values() if gap.is_open]
        seen = [gap for gap in found if self._sees_accounts_of(gap.enterprise_number)]
        return sorted(seen, key=lambda gap: (gap.place.order, gap.statement_id))

    def _sees_accounts_of(self, number: EnterpriseNumber) -> bool:
        if self._principal is None or (self._principal.startswith("operator:") and self._of_mode("live")):
            return True
        client, today = self._tables.clients.get(number), belgian_day(datetime.now(UTC))
        served = client is not None and any(
            self._is("office", period.office_id) and serves(period.office_id, [period], today)
            for period in client[0].offices
        )
        reads = any(
            self._is("software", body.software)
            for body, _ in self._tables.connections.values()
            if body.enterprise_number == number and body.state == "active" and may_read_statements(body.scopes)
        )
        return self._of_mode("live") and (served or reads)
