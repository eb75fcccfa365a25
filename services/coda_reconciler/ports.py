"""Everything that the reconciler needs from the world."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.coda_reconciler.domain.booking import Account, Entry
from services.coda_reconciler.domain.chain import Link
from services.coda_reconciler.domain.coda_errors import CodaError
from services.coda_reconciler.domain.coda_file import StatementText
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.ledger import ItemKey, LedgerEntry, LedgerMovement, OpenItem
from services.coda_reconciler.domain.mandates import AccountMandate
from shared.contracts.documents import Claim
from shared.contracts.statements import Allocation, StatementQuarantined
from shared.values import EnterpriseNumber, Iban, Sha256, StructuredReference

Reference = tuple[EnterpriseNumber, StructuredReference]
"""A structured reference means something for one company only."""


@dataclass(frozen=True, slots=True)
class WaitingStatement:
    """A readable statement of an account that nobody gave a mandate for; its bytes lie under `raw`.

    `text` has the place in the file and the character set, its bytes are empty until they are read again.
    """

    content_sha256: Sha256
    iban: Iban
    file_sha256: Sha256
    text: StatementText
    raw: Claim


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A readable statement of a file; `owner` is whose folder its bytes were written to, None while nobody's.

    `movements` are its JSON lines, written only under a company.
    """

    statement: Statement
    owner: EnterpriseNumber | None
    raw: Claim
    movements: Claim | None


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


class Documents(Protocol):
    """The object store, content-addressed; `owner` is an enterprise number or `unassigned`."""

    async def put(self, data: bytes, owner: str, media_type: str) -> Claim: ...

    async def get(self, claim: Claim) -> bytes: ...


class MandateReader(Protocol):
    """Short reads before a transaction; the transaction looks again under its locks."""

    async def mandates(self, ibans: Collection[Iban]) -> list[AccountMandate]: ...

    async def waiting(self, ibans: Collection[Iban]) -> list[WaitingStatement]: ...


class ReconcilerStore(Protocol):
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

    async def chains(self, accounts: Collection[Account]) -> dict[Account, tuple[Link, ...]]: ...

    async def book(self, entries: Sequence[Entry], links: Iterable[Link]) -> None: ...

    async def items(self, references: Collection[Reference], keys: Collection[ItemKey]) -> list[OpenItem]: ...

    async def unallocated(self, references: Collection[Reference]) -> list[LedgerMovement]: ...

    async def last_allocations(self, keys: Collection[ItemKey]) -> dict[ItemKey, Allocation]: ...

    async def write_ledger(
        self,
        items: Sequence[OpenItem],
        movements: Sequence[LedgerMovement],
        entries: Sequence[LedgerEntry],
    ) -> None: ...
