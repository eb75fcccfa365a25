"""What becomes of the files in a watched folder: seen, taken when they are complete, put away.

A file is complete when two looks found it with the same size and the same time of its last change. Every step is a
task of its own that can be done again: a file that is still there after it was taken is taken again, known by its
digest, and put away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from services.intake.domain.documents import LARGEST_BYTES, Unusable, flaw_of_size
from services.intake.domain.folders import archived, refused
from shared.chassis.messages import Task
from shared.values import Sha256

EMPTY_FOR = timedelta(hours=1)
"""An empty file is still to be written; after so long it is refused."""
UNFINISHED_FOR = timedelta(minutes=10)
"""A CODA file without a trailer, or one that may not be read, is given so long without a change."""
AGAIN_AFTER = timedelta(hours=1)
"""When a file that should have been put away by then is looked at again."""
MOST_FILES = 2_000
"""Files of one look, the oldest first."""


class FileSeen(BaseModel):
    """A file as a look found it: its name as `folders.as_text` writes it, its bytes, and when it last changed in
    nanoseconds since 1970 by the clock of its own machine."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file that is watched: unchanged since then, and when it is worth another step."""

    file: FileSeen
    since: datetime
    due_at: datetime


class Report(BaseModel):
    """What a refused file is told by: JSON beside it."""

    model_config = ConfigDict(frozen=True)

    code: str
    detail: str
    found: str
    expected: str
    refused_at: datetime


class LookIntoFolder(Task, kind="look_into_folder"):
    """See what is in a folder."""

    folder: str


class TakeFile(Task, kind="take_file"):
    """Take a file in that has been unchanged since then."""

    folder: str
    file: FileSeen
    since: datetime


class PutAway(Task, kind="put_away_file"):
    """Move a file to where it stays; with a digest only one that holds these bytes."""

    folder: str
    file: FileSeen
    target: str
    sha256: Sha256 | None = None
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a look comes to: what is watched from now on, what is new in it, and what is ready for the next step."""

    sightings: tuple[Sighting, ...]
    changed: tuple[Sighting, ...]
    ready: tuple[Sighting, ...]


def looked(found: Sequence[FileSeen], known: Mapping[str, Sighting], now: datetime, quiet: timedelta) -> Look:
    """Compare what a folder holds with what the looks before saw of it."""
    sightings: list[Sighting] = []
    changed: list[Sighting] = []
    ready: list[Sighting] = []
    for file in found:
        before = known.get(file.name)
        if before is None or before.file != file:
            after = Sighting(file, now, now + (quiet if file.size else EMPTY_FOR))
        elif before.due_at <= now:
            ready.append(before)
            after = Sighting(file, before.since, now + AGAIN_AFTER)
        else:
            after = before
        sightings.append(after)
        if after != before:
            changed.append(after)
    return Look(tuple(sightings), tuple(changed), tuple(ready))


def flaw_by_size(file: FileSeen) -> Unusable | None:
    """What can be told of a file without reading it: that it stayed empty, or is larger than 20 MiB."""
    if file.size == 0:
        return flaw_of_size(b"")
    if file.size > LARGEST_BYTES:
        detail, found = "The document is too large.", f"{file.size} bytes"
        return Unusable("document_too_large", detail, found=found, expected=f"at most {LARGEST_BYTES} bytes")
    return None


def unreadable(reason: str) -> Unusable:
    """The folder shows the file and does not give its bytes."""
    return Unusable(
        "bank_file_unreadable", "The file cannot be read.", found=reason, expected="a file that may be read"
    )


def put_away(task: TakeFile, sha256: Sha256, now: datetime) -> PutAway:
    """The next step of a file that was taken, or that came before."""
    target = archived(task.file.name, sha256, now)
    return PutAway(folder=task.folder, file=task.file, target=target, sha256=sha256)


def put_aside(task: TakeFile, flaw: Unusable, sha256: Sha256 | None, now: datetime) -> PutAway:
    """The next step of a file that cannot be taken."""
    report = Report(code=flaw.code, detail=flaw.detail, found=flaw.found, expected=flaw.expected, refused_at=now)
    target = refused(task.file.name, sha256 or str(task.file.size), now)
    return PutAway(folder=task.folder, file=task.file, target=target, sha256=sha256, report=report)
