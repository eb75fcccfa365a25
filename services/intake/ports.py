"""What intake needs from the world."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from services.intake.domain.connections import Connection
from services.intake.domain.documents import Handed
from services.intake.domain.probing import Asker, Asking, Limits, TooMuch
from services.intake.domain.progress import Entry
from services.intake.domain.uploads import Upload
from shared.contracts.access import Mode
from shared.contracts.directory import SoftwareChanged
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Sha256, SoftwareSlug, UploadId


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection stands: one software, one mode, one company."""

    software: SoftwareSlug
    mode: Mode
    enterprise_number: EnterpriseNumber


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer to a call with an idempotency key, kept with the digest of what was asked."""

    request_sha256: Sha256
    status: int
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class BankFile:
    """A bank file that came in."""

    sha256: Sha256
    size: int
    received_at: datetime
    received_from: str


class ConnectionStore(Protocol):
    """The connections and their timelines. What a caller may not see does not exist for it."""

    async def latest(self, places: Sequence[Place]) -> dict[Place, Connection]:
        """The latest generation at each place, and the place itself, locked until the transaction ends."""
        ...

    async def connections(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
        """The known ones among these, locked until the transaction ends."""
        ...

    async def read_connections(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
        """The known ones among these, only to be read."""
        ...

    async def connection(self, id: ConnectionId) -> Connection | None:
        """One connection, only to be read."""
        ...

    async def own_connections(self, software: SoftwareSlug, after: str, limit: int) -> list[Connection]:
        """A software's connections in the order of their ids."""
        ...

    async def save_connections(self, connections: Sequence[Connection]) -> None: ...

    async def timeline(self, id: ConnectionId) -> list[Entry]:
        """Oldest first."""
        ...

    async def add_entries(self, entries: Sequence[Entry]) -> None:
        """An entry that is there already stays as it is."""
        ...


class IntakeStore(ConnectionStore, Protocol):
    """Everything that intake keeps."""

    async def save_softwares(self, snapshots: Sequence[tuple[SoftwareChanged, int]]) -> None:
        """Applies snapshots with a higher sequence than the one known."""
        ...

    async def suspended(self, softwares: Sequence[SoftwareSlug]) -> set[SoftwareSlug]:
        """Those of which nothing is taken; any caller may know."""
        ...

    async def admit(self, askings: Sequence[Asking], now: datetime, limits: Limits) -> dict[Asking, TooMuch]:
        """Count the companies that are asked for, in this order; those that may not be asked for now, and why."""
        ...

    async def judge(self, softwares: Sequence[SoftwareSlug], now: datetime, limits: Limits) -> list[Asker]:
        """Raise or take back the alarm over unknown companies; the softwares for which it was raised just now."""
        ...

    async def forget_askings(self, before: date) -> int:
        """How many companies asked for before that day were forgotten."""
        ...

    async def add_documents(self, documents: Sequence[Handed]) -> set[DocumentId]:
        """Those that were not there yet."""
        ...

    async def add_bank_file(self, file: BankFile) -> bool:
        """False when the same bytes came before."""
        ...

    async def add_upload(self, upload: Upload) -> bool:
        """False when it is there already; its day begins anew."""
        ...

    async def uploads(self, ids: Collection[UploadId]) -> dict[UploadId, Upload]:
        """Those that exist."""
        ...

    async def forget_uploads(self, before: datetime) -> int:
        """How many uploads of before were forgotten."""
        ...

    async def hold_key(self, principal: str, mode: Mode, key: str) -> bool:
        """Whether this call alone works under the caller's idempotency key, until the transaction ends. One key in
        two modes is two keys."""
        ...

    async def kept_answer(self, principal: str, mode: Mode, key: str) -> KeptAnswer | None: ...

    async def keep_answer(self, principal: str, mode: Mode, key: str, answer: KeptAnswer, now: datetime) -> None: ...

    async def forget_answers(self, before: datetime) -> int:
        """How many answers were forgotten."""
        ...
