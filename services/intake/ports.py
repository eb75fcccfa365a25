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
from services.intake.domain.watching import FileSeen, Sighting
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


class FolderStore(Protocol):
    """What is watched in the folders into which banks put their files; no caller of ours sees any of it."""

    async def sightings(self, folder: str) -> dict[str, Sighting]:
        """What the looks before saw, by the names of the files."""
        ...

    async def save_sightings(self, folder: str, kept: Collection[str], changed: Sequence[Sighting]) -> None:
        """Write what changed, and forget all files but those with these names."""
        ...

    async def postpone(self, folder: str, name: str, due_at: datetime) -> None:
        """Look at a file again at another time."""
        ...

    async def forget_sighting(self, folder: str, name: str) -> None:
        """The file is there no more: what comes under its name is another one."""
        ...

    async def forget_folders(self, kept: Collection[str]) -> int:
        """How many files of folders other than these, which nobody watches any more, were forgotten."""
        ...


class Unreadable(Exception):
    """The folder shows the file and does not give its bytes, and waiting alone does not mend it."""


class WatchedFolder(Protocol):
    """A folder of the operator's, into which a bank puts files. Every call raises `Unavailable` while it cannot be
    reached."""

    @property
    def name(self) -> str: ...

    async def look(self, most: int) -> list[FileSeen]:
        """The oldest regular files in it, without those whose names say that they are not finished."""
        ...

    async def read(self, file: FileSeen, most: int) -> bytes | None:
        """At most so many bytes of a file; None when it is not there or is no longer as it was seen.

        Raises `Unreadable`.
        """
        ...

    async def move(self, file: FileSeen, target: str, sha256: Sha256 | None) -> bool:
        """Move it to a path inside the folder, and say whether it is there now. Nothing is ever replaced.

        A file that is no longer as it was seen, or whose bytes have another digest, stays where it is.
        """
        ...

    async def write(self, target: str, data: bytes) -> None:
        """Write a file of ours at a path inside the folder, whole or not at all; one that is there stays."""
        ...


class FolderFigures(Protocol):
    """What operators see of the folders."""

    def looked(self, folder: str, now: datetime, waiting: int) -> None:
        """The folder was reached, and so many files are in it."""
        ...

    def unreachable(self, folder: str) -> None:
        """The folder could not be reached."""
        ...

    def file(self, folder: str, outcome: str) -> None:
        """A file was `taken`, a `duplicate` or `refused`."""
        ...


class IntakeStore(ConnectionStore, FolderStore, Protocol):
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

    async def document_received_at(self, id: DocumentId) -> datetime | None:
        """When a document came in first; None where there is none."""
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
