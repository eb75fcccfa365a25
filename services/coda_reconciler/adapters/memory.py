"""The reconciler's tables in memory: the same behaviour as Postgres, for tests of rules and of handlers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from services.coda_reconciler.adapters.memory_gaps import MemoryGaps
from services.coda_reconciler.adapters.memory_ledger import MemoryLedger
from services.coda_reconciler.domain.booking import Account, Entry
from services.coda_reconciler.domain.chain import Chain
from services.coda_reconciler.domain.links import MOST_OF_A_DAY, Link
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
        self.counts: dict[Account, tuple[int, int]] = {}
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

    async def chains(self, new: Sequence[tuple[Account, Link]], *, whole: bool = False) -> dict[Account, Chain]:
        """What is known of these accounts' chains, as far as the new links can touch them; or all of it."""
        found: dict[Account, Chain] = {}
        for account in {account for account, _ in new}:
            links = [self.links[key] for key, entry in self.entries.items() if entry.account == account]
            touching = [link for of, link in new if of == account]
            if links and (whole or account not in self.counts):
                found[account] = Chain(links)
            elif links:
                days = {link.day for link in touching}
                found[account] = Chain(touched(links, touching), *self.counts[account], surrounded=days)
        return found

    async def book(self, entries: Sequence[Entry], links: Iterable[Link], chains: Mapping[Account, Chain]) -> None:
        """Write statements, the links that they changed, and how many there are of each account now."""
        for entry in entries:
            self.entries[entry.statement_id] = entry
            self.counts[entry.account] = chains[entry.account].booked, chains[entry.account].repeating
        self.links |= {link.statement_id: link for link in links}


def touched(links: Iterable[Link], new: Iterable[Link]) -> list[Link]:
    """Of a chain's links those that new ones can touch; see the query of the same in Postgres."""
    chain = sorted(links, key=lambda link: link.order)
    kept = {0, len(chain) - 1}
    for at, link in enumerate(chain):
        kept |= {at - 1, at} if link.gap else set()
    for link in new:
        earlier = [at for at, each in enumerate(chain) if each.day < link.day]
        later = [at for at, each in enumerate(chain) if each.day > link.day]
        of_day = [at for at, each in enumerate(chain) if each.day == link.day]
        before = [at for at in of_day if chain[at].by_number < link.by_number]
        behind = [at for at in of_day if chain[at].by_number > link.by_number]
        if len(of_day) > MOST_OF_A_DAY:
            of_day = [*before[-MOST_OF_A_DAY - 1 :], *behind[: MOST_OF_A_DAY + 1]]
        next_day = [at for at in later if chain[at].day == chain[later[0]].day]
        same = [at for at, each in enumerate(chain) if each.number == link.number]
        telling = (
            same,
            [at for at in same if chain[at].new_balance == link.old_balance],
            [at for at in same if chain[at].old_balance == link.new_balance],
            [at for at in same if (chain[at].day, chain[at].old_balance) == (link.day, link.old_balance)],
        )
        kept |= {*earlier[-1:], *of_day, *next_day[: MOST_OF_A_DAY + 1], *(at for each in telling for at in each[:1])}
    return [chain[at] for at in sorted(kept) if at >= 0]
