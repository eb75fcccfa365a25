"""What came in, in memory, for tests: the same answers as Postgres, row-level security included."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.intake.adapters.memory_askings import AskingShelf, MemoryAskings
from services.intake.adapters.memory_folders import FolderShelf, MemoryFolders
from services.intake.domain.connections import Connection
from services.intake.domain.documents import Handed
from services.intake.domain.progress import Entry
from services.intake.domain.uploads import Upload
from services.intake.ports import BankFile, KeptAnswer, Place
from shared.contracts.access import Mode
from shared.contracts.directory import SoftwareChanged
from shared.values import ConnectionId, DocumentId, Sha256, SoftwareSlug, UploadId

WORKER = "worker"
"""Who sees every row: handlers and tasks. Endpoints act as their principal, such as `software:robaws`."""


@dataclass
class Shelf(AskingShelf, FolderShelf):
    """All rows; shared by the stores of a test. `held` are the keys that some call works under now."""

    timeline: dict[UUID, Entry] = field(default_factory=dict)
    documents: dict[DocumentId, Handed] = field(default_factory=dict)
    uploads: dict[UploadId, Upload] = field(default_factory=dict)
    bank_files: dict[Sha256, BankFile] = field(default_factory=dict)
    answers: dict[tuple[str, Mode, str], tuple[KeptAnswer, datetime]] = field(default_factory=dict)
    held: set[tuple[str, Mode, str]] = field(default_factory=set)


class MemoryIntake(MemoryAskings, MemoryFolders):
    """The intake store over a shelf; a principal sees what is of its `mode`."""

    def __init__(self, shelf: Shelf, principal: str = WORKER, mode: Mode = "live") -> None:
        MemoryAskings.__init__(self, shelf)
        MemoryFolders.__init__(self, shelf)
        self._shelf, self._principal, self._mode = shelf, principal, mode

    async def latest(self, places: Sequence[Place]) -> dict[Place, Connection]:
        found: dict[Place, Connection] = {}
        for one in self._seen():
            place = Place(one.software, one.mode, one.enterprise_number)
            if place in places and (place not in found or found[place].generation < one.generation):
                found[place] = one
        return found

    async def connections(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
        return {one.connection_id: one for one in self._seen() if one.connection_id in ids}

    async def read_connections(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
        return await self.connections(ids)

    async def connection(self, id: ConnectionId) -> Connection | None:
        return (await self.connections([id])).get(id)

    async def own_connections(self, software: SoftwareSlug, after: str, limit: int) -> list[Connection]:
        own = (one for one in self._seen() if one.software == software and one.connection_id > after)
        return sorted(own, key=lambda one: one.connection_id)[:limit]

    async def save_connections(self, connections: Sequence[Connection]) -> None:
        self._shelf.connections.update({one.connection_id: one for one in connections})

    async def timeline(self, id: ConnectionId) -> list[Entry]:
        if await self.connection(id) is None:
            return []
        own = (entry for entry in self._shelf.timeline.values() if entry.connection_id == id)
        return sorted(own, key=lambda entry: (entry.at, entry.event_id))

    async def add_entries(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._shelf.timeline.setdefault(entry.event_id, entry)

    async def save_softwares(self, snapshots: Sequence[tuple[SoftwareChanged, int]]) -> None:
        for body, sequence in snapshots:
            known = self._shelf.softwares.get(body.software)
            if known is None or known[1] < sequence:
                self._shelf.softwares[body.software] = (body, sequence)

    async def suspended(self, softwares: Sequence[SoftwareSlug]) -> set[SoftwareSlug]:
        known = self._shelf.softwares
        return {each for each in softwares if each in known and known[each][0].state == "suspended"}

    async def add_documents(self, documents: Sequence[Handed]) -> set[DocumentId]:
        new = {one.document_id: one for one in documents if one.document_id not in self._shelf.documents}
        self._shelf.documents.update(new)
        return set(new)

    async def document_received_at(self, id: DocumentId) -> datetime | None:
        known = self._shelf.documents.get(id)
        seen = {connection.connection_id for connection in self._seen()}
        return known.received_at if known is not None and known.connection.connection_id in seen else None

    async def add_bank_file(self, file: BankFile) -> bool:
        return self._shelf.bank_files.setdefault(file.sha256, file) is file

    async def add_upload(self, upload: Upload) -> bool:
        new = upload.upload_id not in self._shelf.uploads
        self._shelf.uploads[upload.upload_id] = upload
        return new

    async def uploads(self, ids: Collection[UploadId]) -> dict[UploadId, Upload]:
        own = {connection.connection_id for connection in self._seen()}
        found = (self._shelf.uploads[each] for each in ids if each in self._shelf.uploads)
        return {each.upload_id: each for each in found if each.connection_id in own or self._owns(each)}

    def _owns(self, upload: Upload) -> bool:
        if upload.software is None:
            return False
        return self._principal in (WORKER, f"software:{upload.software}") and self._mode == "live"

    async def forget_uploads(self, before: datetime) -> int:
        old = [each.upload_id for each in self._shelf.uploads.values() if each.uploaded_at < before]
        for upload_id in old:
            del self._shelf.uploads[upload_id]
        return len(old)

    async def hold_key(self, principal: str, mode: Mode, key: str) -> bool:
        return (principal, mode, key) not in self._shelf.held

    async def kept_answer(self, principal: str, mode: Mode, key: str) -> KeptAnswer | None:
        kept = self._shelf.answers.get((principal, mode, key))
        own = self._principal == WORKER or (self._principal, self._mode) == (principal, mode)
        return kept[0] if kept is not None and own else None

    async def keep_answer(self, principal: str, mode: Mode, key: str, answer: KeptAnswer, now: datetime) -> None:
        self._shelf.answers[principal, mode, key] = (answer, now)

    async def forget_answers(self, before: datetime) -> int:
        old = [name for name, (_, kept_at) in self._shelf.answers.items() if kept_at < before]
        for name in old:
            del self._shelf.answers[name]
        return len(old)

    def _seen(self) -> list[Connection]:
        kind, _, id = self._principal.partition(":")
        return [
            one
            for one in self._shelf.connections.values()
            if self._principal == WORKER
            or (kind == "software" and one.software == id and one.mode == self._mode)
            or (kind == "connection" and one.connection_id == id and one.mode == self._mode)
        ]
