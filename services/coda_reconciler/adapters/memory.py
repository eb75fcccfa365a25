"""The reconciler's tables in memory: the same behaviour as Postgres, for tests of rules and of handlers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from services.coda_reconciler.domain.booking import Account, Entry, ledger_movements
from services.coda_reconciler.domain.chain import Link
from services.coda_reconciler.domain.ledger import ItemKey, LedgerEntry, LedgerMovement, MovementKey, OpenItem
from services.coda_reconciler.domain.mandates import AccountMandate
from services.coda_reconciler.ports import Reference, WaitingStatement
from shared.contracts.documents import Claim
from shared.contracts.statements import Allocation, StatementQuarantined
from shared.values import EnterpriseNumber, Iban, Sha256, StatementId


class MemoryReconciler:
    """A `ReconcilerStore` and a `MandateReader` over dictionaries."""

    def __init__(self) -> None:
        self.sequences: dict[EnterpriseNumber, int] = {}
        self.known_mandates: list[AccountMandate] = []
        self.entries: dict[StatementId, Entry] = {}
        self.links: dict[StatementId, Link] = {}
        self.movements: dict[MovementKey, LedgerMovement] = {}
        self.open_items: dict[ItemKey, OpenItem] = {}
        self.allocations: list[LedgerEntry] = []
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
        """Write statements with their movements, and the links that they changed."""
        for entry in entries:
            self.entries[entry.statement_id] = entry
            self.movements |= {movement.key: movement for movement in ledger_movements(entry)}
        self.links |= {link.statement_id: link for link in links}

    async def items(self, references: Collection[Reference], keys: Collection[ItemKey]) -> list[OpenItem]:
        """The items of these references, and those of these keys."""
        return [
            item
            for item in self.open_items.values()
            if item.key in keys
            or (item.reference is not None and (item.enterprise_number, item.reference) in references)
        ]

    async def unallocated(self, references: Collection[Reference]) -> list[LedgerMovement]:
        """The credits with these references of which something remains."""
        return [
            movement
            for movement in self.movements.values()
            if movement.remaining > 0
            and movement.reference is not None
            and (movement.enterprise_number, movement.reference) in references
        ]

    async def last_allocations(self, keys: Collection[ItemKey]) -> dict[ItemKey, Allocation]:
        """What was allocated last to each of these items."""
        return {entry.item: entry.facts for entry in self.allocations if entry.item in keys}

    async def write_ledger(
        self, items: Sequence[OpenItem], movements: Sequence[LedgerMovement], entries: Sequence[LedgerEntry]
    ) -> None:
        """Write changed items, what remains of movements, and new allocations."""
        self.open_items |= {item.key: item for item in items}
        self.movements |= {movement.key: movement for movement in movements}
        self.allocations += entries
