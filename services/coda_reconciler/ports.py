"""Everything that the reconciler needs from the world."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.coda_reconciler.domain.booking import Account, Entry
from services.coda_reconciler.domain.chain import Chain
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import StatementText
from services.coda_reconciler.domain.gaps import Gap
from services.coda_reconciler.domain.links import Link
from services.coda_reconciler.domain.mandates import AccountMandate
from services.coda_reconciler.domain.matching.facts import (
    ItemKey,
    Knowledge,
    LedgerMovement,
    MovementKey,
    OpenItem,
)
from services.coda_reconciler.domain.naming import Name, Naming
from services.coda_reconciler.domain.settlement.values import (
    ActiveProposal,
    Changes,
    Learnt,
    LedgerEntry,
    MovementState,
    PersonDecision,
    Pin,
    Refusal,
)
from services.coda_reconciler.domain.summary import Summary
from shared.contracts.documents import Claim
from shared.contracts.statements import StatementQuarantined
from shared.values import EnterpriseNumber, Iban, Sha256, StatementId

MOST_NODES = 30_000
"""Movements and items that one company's part of a batch may reach at once: a customer with an invoice and a payment
every hour of the working day for seven years. Above it the part is decided in smaller ones; what reaches more alone is
kept, nothing of it is settled, and whoever runs this is told (`tell_put_off`)."""

MOST_NEIGHBOURS = 101
"""Candidates that are looked at for a suggestion, for each amount or other name that does not join: one more than
tell anything, so that the rules see when a name is too common."""


@dataclass(frozen=True, slots=True)
class WaitingStatement:
    """A readable statement of an account that nobody gave a mandate for; its bytes lie under `raw`.

    `received_at` (UTC) is when its file came in, where that is known. `text` has the place in the file and the
    character set, its bytes are empty until they are read again.
    """

    content_sha256: Sha256
    iban: Iban
    file_sha256: Sha256
    text: StatementText
    raw: Claim
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A readable statement of a file, as little of it as booking needs; `owner` is whose folder its bytes (`raw`) were
    written to, None while nobody's.

    `movements` are its JSON lines, written only under a company; `paying` its movements that may pay or take a payment
    back, read only for a company.
    """

    statement: Summary
    owner: EnterpriseNumber | None
    raw: Claim
    movements: Claim | None
    paying: tuple[LedgerMovement, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadableStatement:
    """A statement, or a whole file at index 0, that breaks the standard; its bytes are kept under `raw`."""

    index: int
    error: CodaError
    raw: Claim


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """What was read of one bank file, in its order."""

    parts: tuple[ReadStatement | UnreadableStatement, ...]


@dataclass(frozen=True, slots=True)
class PreparedRelease:
    """The waiting statements that a changed company may release, written under its number, by content."""

    statements: Mapping[Sha256, ReadStatement]


Counterparty = tuple[EnterpriseNumber, str]
"""A company, and an account that is another's: what is known of it is known to that company only."""

Issued = tuple[EnterpriseNumber, str]
"""An end-to-end id of a company's movements."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose surroundings a batch needs: names of what is new in it, and what may be known already."""

    names: frozenset[Name] = frozenset()
    items: frozenset[ItemKey] = frozenset()
    movements: frozenset[tuple[EnterpriseNumber, MovementKey]] = frozenset()
    counterparties: frozenset[Counterparty] = frozenset()

    @property
    def companies(self) -> frozenset[EnterpriseNumber]:
        """Whose they are."""
        named = {name.enterprise_number for name in self.names} | {item[0] for item in self.items}
        return frozenset(named | {company for company, _ in (*self.movements, *self.counterparties)})


@dataclass(slots=True)
class Found:
    """All that is reached from what was wanted, with everything that was decided of it, and the items of what is
    suggested of it; entries and pins in the order in which they were written.

    `too_many` are the companies of which more is reached than may be decided at once: of these there are only the
    wanted items, without anything that was decided.
    """

    items: list[OpenItem] = field(default_factory=list)
    movements: list[LedgerMovement] = field(default_factory=list)
    states: list[MovementState] = field(default_factory=list)
    entries: list[LedgerEntry] = field(default_factory=list)
    proposals: list[ActiveProposal] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    learnt: list[Learnt] = field(default_factory=list)
    knowledge: dict[EnterpriseNumber, Knowledge] = field(default_factory=dict)
    too_many: frozenset[EnterpriseNumber] = frozenset()


class LedgerStore(Protocol):
    """What is owed and what was paid, bound to one transaction. Whoever calls it holds the companies' locks."""

    async def knowledge(self, counterparties: Collection[Counterparty]) -> dict[EnterpriseNumber, Knowledge]:
        """Their companies' own accounts, and whose the counterparties' accounts are; nothing of refused pairs."""
        ...

    async def find(self, wanted: Wanted, *, most: int = MOST_NODES) -> Found:
        """Everything that is reached, whole components; `most` is the bound for each company."""
        ...

    async def issued(self, ids: Collection[Issued], most: int) -> dict[Issued, list[MovementKey]]:
        """Payments and returns that have these end-to-end ids, whatever their amounts; of each at most so many."""
        ...

    async def write_ledger(self, new: Sequence[LedgerMovement], changes: Changes, naming: Naming) -> None:
        """Write the movements that are new and may pay something, then what changed, each table at once."""
        ...

    def tell_put_off(self, companies: Collection[EnterpriseNumber]) -> None:
        """Of these companies something was kept and not decided, for it reaches too far."""
        ...

    async def note_decisions(self, decisions: Sequence[tuple[PersonDecision, str | None]]) -> None:
        """Keep what people said, and why it changed nothing where it did not."""
        ...


class LedgerFigures(Protocol):
    """What whoever runs this reads of the ledger, beside its log."""

    def put_off(self, companies: int) -> None: ...


class Documents(Protocol):
    """The object store, content-addressed; `owner` is an enterprise number or `unassigned`."""

    async def put(self, data: bytes, owner: str, media_type: str) -> Claim: ...

    async def put_all(self, documents: Sequence[tuple[bytes, str, str]]) -> list[Claim]: ...

    async def get(self, claim: Claim) -> bytes: ...


class MandateReader(Protocol):
    """Short reads before a transaction; the transaction looks again under its locks."""

    async def mandates(self, ibans: Collection[Iban]) -> list[AccountMandate]: ...

    async def waiting(self, ibans: Collection[Iban]) -> list[WaitingStatement]: ...


class GapStore(Protocol):
    """The records of gaps in the chains of statements, bound to one transaction."""

    async def open_gaps(self, gaps: Sequence[Gap]) -> None:
        """Write gaps that opened or moved; one that moved keeps when it opened and whether somebody was alarmed."""
        ...

    async def close_gaps(self, versions: Mapping[StatementId, int], now: datetime) -> None:
        """Nothing is missing any more before these statements."""
        ...

    async def alarm_gap(self, company: EnterpriseNumber, statement_id: StatementId, now: datetime) -> Gap | None:
        """Mark an open gap as told, once; None where there is none to tell. Locks the company as booking does."""
        ...


class ReconcilerStore(GapStore, LedgerStore, Protocol):
    """The reconciler's tables, bound to one transaction."""

    async def mandates(self, ibans: Collection[Iban]) -> list[AccountMandate]: ...

    async def company_sequences(self, companies: Collection[EnterpriseNumber]) -> dict[EnterpriseNumber, int]: ...

    async def replace_mandates(
        self, sequences: Mapping[EnterpriseNumber, int], mandates: Sequence[AccountMandate]
    ) -> None: ...

    async def seen(self, contents: Collection[Sha256]) -> set[Sha256]: ...

    async def waiting(self, ibans: Collection[Iban]) -> list[WaitingStatement]: ...

    async def wait(self, statements: Sequence[WaitingStatement]) -> None: ...

    async def stop_waiting(self, contents: Collection[Sha256]) -> None: ...

    async def quarantine(self, refusals: Sequence[tuple[StatementQuarantined, Claim]]) -> None: ...

    async def chains(self, new: Sequence[tuple[Account, Link]], *, whole: bool = False) -> dict[Account, Chain]:
        """What is known of the chains of these accounts, as far as these new links can touch them; or all of it.
        An account without statements has none."""
        ...

    async def book(self, entries: Sequence[Entry], links: Iterable[Link], chains: Mapping[Account, Chain]) -> None:
        """Write statements, the links that they changed, and how many there are of each account now."""
        ...
