"""Intake with a folder that a bank fills: tables in memory, a real disk, a clock that only the test turns."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from services.intake import tasks
from services.intake.adapters.folders import watched_folders
from services.intake.adapters.memory import MemoryIntake, Shelf
from services.intake.domain.folders import FolderPlace
from services.intake.domain.watching import LookIntoFolder, PutAway, TakeFile
from services.intake.ports import WatchedFolder
from shared.chassis.documents import Documents
from shared.chassis.messages import Cause, Consequence, Do, Publish, Task
from shared.contracts import BankFileReceived

QUIET = timedelta(seconds=10)
CODA = b"0000001112600105\r\n9" + b" " * 15 + b"000004" + b"0" * 30 + b" " * 75 + b"2\r\n"


@dataclass
class Run:
    """One attempt at a task."""

    task: Any
    now: datetime
    cause: Cause = field(default_factory=lambda: Cause(id=uuid4(), correlation_id="c"))
    attempt: int = 1


@dataclass
class Figures:
    """What operators would see."""

    outcomes: list[str] = field(default_factory=list)
    misses: int = 0

    def looked(self, folder: str, now: datetime, waiting: int) -> None:
        self.misses = 0

    def unreachable(self, folder: str) -> None:
        self.misses += 1

    def file(self, folder: str, outcome: str) -> None:
        self.outcomes.append(outcome)


class Watching:
    """The service's periodic work and its tasks. `dies` says before which commit, counted from 0, the process dies."""

    def __init__(self, folder: Path, documents: Documents) -> None:
        self.root, self.shelf, self.figures = folder, Shelf(), Figures()
        self.now = datetime(2026, 11, 2, 9, tzinfo=UTC)
        self.events: list[BankFileReceived] = []
        self.waiting: dict[tuple[str, str], Do] = {}
        self.dies: Callable[[int], bool] = lambda commit: False
        self.commits = 0
        self.documents = documents
        self.folders: Mapping[str, WatchedFolder] = watched_folders([FolderPlace(str(folder))], None, None)

    @property
    def performers(self) -> Mapping[str, Any]:
        told = {"folders": self.folders, "figures": self.figures}
        return {
            LookIntoFolder.kind: partial(tasks.look_into_folder, quiet=QUIET, **told),
            TakeFile.kind: partial(tasks.take_file, documents=self.documents, **told),
            PutAway.kind: partial(tasks.put_away_file, **told),
        }

    async def look(self, times: int = 1, pause: timedelta = QUIET, until: type[Task] | None = None) -> None:
        """So many looks, each with all that follows from it, and the pause after each; or up to such a task."""
        for _ in range(times):
            cause = Cause(id=uuid4(), correlation_id="c")
            store = MemoryIntake(self.shelf)
            self._follow(await tasks.watch_folders(self.now, cause, store, folders=self.folders))
            while self.waiting:
                if await self.step() is until:
                    return
            self.now += pause

    async def step(self) -> type[Task]:
        """Perform the next task and say which kind it was; one that dies before its commit is there again."""
        place = next(iter(self.waiting))
        task = self.waiting[place].task
        settle = await self.performers[task.kind](Run(task, self.now))
        self.commits += 1
        if not self.dies(self.commits - 1):
            del self.waiting[place]
            self._follow(await settle(MemoryIntake(self.shelf)))
        return type(task)

    def _follow(self, consequences: Sequence[Consequence]) -> None:
        for each in consequences:
            if isinstance(each, Do):
                self.waiting.setdefault((each.task.kind, each.key), each)
            elif isinstance(each, Publish):
                assert isinstance(each.body, BankFileReceived)
                self.events.append(each.body)

    def drop(self, name: str, data: bytes = CODA) -> None:
        """The bank writes a file, at the clock's time."""
        path = self.root / name
        path.write_bytes(data)
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))

    def there(self, folder: str = "") -> list[str]:
        """Paths of the files below the folder."""
        found = (self.root / folder).rglob("*")
        return sorted(str(each.relative_to(self.root)) for each in found if each.is_file())
