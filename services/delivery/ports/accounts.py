"""Bank accounts as their statements tell of them, with what is missing in between."""

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from services.delivery.domain.accounts import Account, AccountKey, AccountState, Gap
from shared.values import EnterpriseNumber, StatementId

WithGaps = Literal["", "open", "alarmed"]
"""All accounts, those in which something is missing, or those in which somebody was alarmed because of it."""


class AccountStore(Protocol):
    """The worker's side. Whoever writes holds the company's lock."""

    async def save_accounts(self, accounts: Sequence[Account]) -> None:
        """Joins what newly booked statements say with what is known of these accounts; each once, sorted."""
        ...

    async def gaps(self, ids: Collection[StatementId]) -> dict[StatementId, Gap]:
        """What is known of the gaps before these statements."""
        ...

    async def save_gaps(self, gaps: Sequence[Gap]) -> None: ...

    async def open_gaps(self, companies: Collection[EnterpriseNumber]) -> list[Gap]:
        """What is missing in the accounts of these companies, in the order of their chains."""
        ...


class AccountReading(Protocol):
    """The API's side: an office sees the accounts of the companies that it serves today, a software those of
    companies whose statements an active connection of it may read, an operator all; with a live key only."""

    async def accounts(
        self, companies: Collection[EnterpriseNumber], with_gaps: WithGaps, behind: AccountKey | None, limit: int
    ) -> list[AccountState]:
        """Sorted by company, IBAN and currency; of these companies, or of all where none is named."""
        ...

    async def open_gaps(self, companies: Collection[EnterpriseNumber]) -> list[Gap]:
        """What is missing in the accounts of these companies, in the order of their chains."""
        ...
