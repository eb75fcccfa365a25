"""What is watched in the folders of banks, in memory, for tests: the same answers as Postgres."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.intake.domain.watching import Sighting


@dataclass
class FolderShelf:
    """The files of each folder, by their names."""

    folders: dict[str, dict[str, Sighting]] = field(default_factory=dict)


class MemoryFolders:
    """Over a shelf."""

    def __init__(self, shelf: FolderShelf) -> None:
        self._folders = shelf.folders

    async def sightings(self, folder: str) -> dict[str, Sighting]:
        return dict(self._folders.get(folder, {}))

    async def save_sightings(self, folder: str, kept: Collection[str], changed: Sequence[Sighting]) -> None:
        before = self._folders.get(folder, {})
        after = {name: one for name, one in before.items() if name in kept}
        self._folders[folder] = after | {one.file.name: one for one in changed}

    async def postpone(self, folder: str, name: str, due_at: datetime) -> None:
        files = self._folders.get(folder, {})
        if name in files:
            files[name] = replace(files[name], due_at=due_at)

    async def forget_sighting(self, folder: str, name: str) -> None:
        self._folders.get(folder, {}).pop(name, None)

    async def forget_folders(self, kept: Collection[str]) -> int:
        left = [folder for folder in self._folders if folder not in kept]
        return sum(len(self._folders.pop(folder)) for folder in left)
