"""A watched folder over files wherever they lie: what is taken, moved and written in it, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Literal, Protocol

from services.intake.domain.folders import as_bytes, as_text, is_plain, is_temporary
from services.intake.domain.watching import FileSeen
from services.intake.ports import Unreadable
from shared.chassis.errors import Unavailable
from shared.chassis.logs import logger
from shared.values import Sha256

_log = logger("folders")


class Gone(Exception):
    """There is no such file, or something else than a file has its name by now."""


class Taken(Exception):
    """The name is taken."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What lies at a path, links not followed; `modified` in nanoseconds since 1970, as fine as it is told."""

    kind: Literal["file", "folder", "other"]
    size: int
    modified: int


class Files(Protocol):
    """Paths are bytes below the watched folder. Everything raises `Unavailable` while it cannot be reached."""

    async def names(self) -> Sequence[tuple[bytes, Facts]]:
        """What lies in the folder itself."""
        ...

    async def facts(self, path: bytes) -> Facts | None: ...

    async def read(self, path: bytes, most: int) -> bytes:
        """At most so many bytes of a regular file. Raises `Gone`, `Unreadable`."""
        ...

    async def rename(self, old: bytes, new: bytes) -> None:
        """Raises `Gone`. Whoever calls has seen that the new name is free."""
        ...

    async def put_back(self, old: bytes, new: bytes) -> None:
        """Rename to a name that somebody else may take at the same time. Raises `Taken`."""
        ...

    async def make_folder(self, path: bytes) -> None: ...

    async def write(self, path: bytes, data: bytes) -> None:
        """Write a file anew."""
        ...

    async def close(self) -> None: ...


class FolderOfFiles:
    """A bank writes into the folder, and we alone write into `archive` and `refused`."""

    def __init__(self, name: str, files: Files) -> None:
        self._name, self._files = name, files

    @property
    def name(self) -> str:
        return self._name

    async def close(self) -> None:
        """End what is kept open."""
        await self._files.close()

    async def look(self, most: int) -> list[FileSeen]:
        found = (
            FileSeen(name=as_text(name), size=facts.size, modified=facts.modified)
            for name, facts in await self._files.names()
            if facts.kind == "file" and is_plain(name) and not is_temporary(name)
        )
        return nsmallest(most, found, key=lambda file: (file.modified, file.name))

    async def read(self, file: FileSeen, most: int) -> bytes | None:
        name = as_bytes(file.name)
        try:
            if not await self._is_as_seen(name, file):
                return None
            data = await self._files.read(name, most)
        except Gone:
            return None
        return data if await self._is_as_seen(name, file) else None

    async def move(self, file: FileSeen, target: str, sha256: Sha256 | None) -> bool:
        name, goal = as_bytes(file.name), target.encode()
        await self._make_folders(goal)
        # What is there already was moved before; a file with the old name is another one by now.
        if await self._files.facts(goal) is None:
            if not await self._is_as_seen(name, file):
                return False
            try:
                await self._files.rename(name, goal)
            except Gone:
                return False
        if await self._is_it(goal, file, sha256):
            return True
        # It was replaced between the last look and the move: what came since is not taken yet.
        await self._put_back(goal, name)
        return False

    async def write(self, target: str, data: bytes) -> None:
        goal = target.encode()
        await self._make_folders(goal)
        if await self._files.facts(goal) is None:
            beside = goal.rpartition(b"/")[0] + f"/.{Sha256.of(goal)[:16]}.part".encode()
            await self._files.write(beside, data)
            await self._files.rename(beside, goal)

    async def _is_as_seen(self, name: bytes, file: FileSeen) -> bool:
        return await self._files.facts(name) == Facts("file", file.size, file.modified)

    async def _is_it(self, goal: bytes, file: FileSeen, sha256: Sha256 | None) -> bool:
        try:
            return sha256 is None or Sha256.of(await self._files.read(goal, file.size + 1)) == sha256
        except Unreadable:
            return await self._is_as_seen(goal, file)

    async def _put_back(self, goal: bytes, name: bytes) -> None:
        _log.warning("a file was replaced while it was put away", folder=self.name, file=as_text(name))
        try:
            await self._files.put_back(goal, name)
        except Taken:
            await self._files.put_back(goal, goal.rpartition(b"/")[2])

    async def _make_folders(self, goal: bytes) -> None:
        parts = goal.split(b"/")[:-1]
        for end in range(1, len(parts) + 1):
            path = b"/".join(parts[:end])
            facts = await self._files.facts(path)
            if facts is None:
                await self._files.make_folder(path)
            elif facts.kind != "folder":
                raise Unavailable(f"{path.decode()} in {self.name} is not a folder: it is needed for what was taken")
