"""The reconciler's tables in memory: the same behaviour as Postgres, for tests of rules and of handlers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from services.coda_reconciler.adapters.memory_gaps import MemoryGaps
from services.coda_reconciler.adapters.memory_ledger import MemoryLedger
from services.coda_reconciler.domain.booking import Account, Entry
from services.coda_reconciler.domain.chain import Link
from services.coda_reconciler.domain.mandates import AccountMandate
from services.coda_reconciler.ports import WaitingStatement
from shared.contracts.documents import Claim
from shared.contracts.statements import StatementQuarantined
from shared.values import EnterpriseNumber, Iban, Sha256, StatementId


class MemoryReconciler(MemoryLedger, MemoryGaps):
    """A `ReconcilerStore` and a `MandateReader` over dictionaries."""

    def __init__(self) -> None:
        MemoryLedger.__init__(self)
        MemoryGaps.__init__(self)
        self.sequences: dict[EnterpriseNumber, int] = {}
        self.known_mandates: list[AccountMandate] = []
        self.entries: dict[StatementId, Entry] = {}
        self.links: dict[StatementId, Link] = {}
        self.waiting_statements: dict[Sha256, WaitingStatement] = {}
        self.quarantined: dict[tuple[Sha256, int], StatementQuarantined] = {}

    async def mandates(self, ibans: Collection[Iban]) -> list[AccountMandate]:
        """The mandates of these accounts, whatever their days."""
        return [mandate for mandate in self.known_mandates if mandate.iban in ibans]

    async def company_sequences(self, companies: Collection[EnterpriseNumber]) -> dict[EnterpriseNumber, int]:
        """The snapshot that is known of each company."""
        return {company: self.sequences[company] for company in companies if company in self.sequences}

    async def replace_mandates(
        self, sequences: Mapping[EnterpriseNumber, int], mandates: Sequence[AccountMandate]
    ) -> None:
        """Everything that these companies' snapshots say takes the place of what was known of them."""
        self.sequences |= sequences
        kept = [mandate for mandate in self.known_mandates if mandate.enterprise_number not in sequences]
        self.known_mandates = [*kept, *mandates]

    async def seen(self, contents: Collection[Sha256]) -> set[Sha256]:
        """Which of these statements are booked or wait already."""
        booked = {entry.statement.content_sha256 for entry in self.entries.values()}
        return {content for content in contents if content in booked or content in self.waiting_statements}

    async def waiting(self, ibans: Collection[Iban]) -> list[WaitingStatement]:
        """What waits for a mandate of these accounts, in the order of their files."""
        found = [waiting for waiting in self.waiting_statements.values() if waiting.iban in ibans]
        return sorted(found, key=lambda waiting: (waiting.file_sha256, waiting.text.index))

    async def wait(self, statements: Sequence[WaitingStatement]) -> None:
        """Keep statements until a mandate comes; their bytes stay in the object store."""
        for waiting in statements:
            kept = replace(waiting, text=replace(waiting.text, raw=b""))
            self.waiting_statements.setdefault(waiting.content_sha256, kept)

    async def stop_waiting(self, contents: Collection[Sha256]) -> None:
        """They are booked or refused."""
        for content in contents:
            self.waiting_statements.pop(content, None)

    async def quarantine(self, refusals: Sequence[tuple[StatementQuarantined, Claim]]) -> None:
        """Keep what is refused; the first reason of a place in a file stays."""
        for refusal, _ in refusals:
            self.quarantined.setdefault((refusal.file_sha256, refusal.index), refusal)

    async def chains(self, accounts: Collection[Account]) -> dict[Account, tuple[Link, ...]]:
        """The chain of each account in its order; an account without statements has none."""
        found: dict[Account, list[Link]] = {}
        for statement_id, entry in self.entries.items():
            if entry.account in accounts:
                found.setdefault(entry.account, []).append(self.links[statement_id])
        return {account: tuple(sorted(links, key=lambda link: link.order)) for account, links in found.items()}

    async def book(self, entries: Sequence[Entry], links: Iterable[Link]) -> None:
        """Write statements, and the links that they changed."""
        for entry in entries:
            self.entries[entry.statement_id] = entry
        self.links |= {link.statement_id: link for link in links}
