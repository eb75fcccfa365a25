"""Watched folders: looked into on time; each file is read, noted and published, and only then put away.

No step holds a transaction while it waits for a folder, and each can be done again from anywhere: what is in the
folder after a crash is taken again and known by its digest.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.intake.domain.bank_files import flaw_of_bank_file, is_cut_short, received
from services.intake.domain.documents import BANK_FILE, LARGEST_BYTES, Unusable
from services.intake.domain.folders import report_of
from services.intake.domain.watching import (
    MOST_FILES,
    UNFINISHED_FOR,
    LookIntoFolder,
    PutAway,
    Sighting,
    TakeFile,
    flaw_by_size,
    looked,
    put_aside,
    put_away,
    unreadable,
)
from services.intake.ports import BankFile, FolderFigures, IntakeStore, Unreadable, WatchedFolder
from shared.chassis.documents import UNASSIGNED, Documents
from shared.chassis.errors import Unavailable
from shared.chassis.logs import logger
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun, settled
from shared.values import Sha256

Folders = Mapping[str, WatchedFolder]
"""The watched folders by their names; what is no longer among them was taken out of the settings."""

_log = logger("folders")


async def watch_folders(now: datetime, cause: Cause, store: IntakeStore, *, folders: Folders) -> list[Consequence]:
    """Have every folder looked into once more; a look that is still to come stands for this one."""
    await store.forget_folders(list(folders))
    return [cause.then_do(LookIntoFolder(folder=name), name, once=True) for name in folders]


async def look_into_folder(
    run: TaskRun[LookIntoFolder, IntakeStore], *, folders: Folders, quiet: timedelta, figures: FolderFigures
) -> Settle:
    """See what is new, what stayed as it was, and what is ready. Raises `Unavailable`."""
    folder = folders.get(run.task.folder)
    if folder is None:
        return settled
    try:
        found = await folder.look(MOST_FILES)
    except Unavailable as error:
        figures.unreachable(folder.name)
        _log.warning("folder cannot be reached", folder=folder.name, attempt=run.attempt, reason=error.detail)
        raise
    figures.looked(folder.name, run.now, len(found))

    async def settle(store: IntakeStore) -> list[Consequence]:
        look = looked(found, await store.sightings(folder.name), run.now, quiet)
        await store.save_sightings(folder.name, [one.file.name for one in look.sightings], look.changed)
        return [_next_step(run, sighting) for sighting in look.ready]

    return settle


async def take_file(
    run: TaskRun[TakeFile, IntakeStore], *, folders: Folders, documents: Documents, figures: FolderFigures
) -> Settle:
    """Store the bytes, then note and publish them in one transaction; moving the file away is the task that follows.

    Raises `Unavailable`.
    """
    folder = folders.get(run.task.folder)
    if folder is None:
        return settled
    try:
        data = await folder.read(run.task.file, LARGEST_BYTES + 1)
    except Unreadable as error:
        return _later(run) if _is_fresh(run) else _refused(run, unreadable(str(error)), None)
    if data is None:
        return settled  # it is gone or was written to: the next look sees it as it is now
    flaw = flaw_of_bank_file(data)
    if flaw is not None:
        return _refused(run, flaw, Sha256.of(data))
    if is_cut_short(data) and _is_fresh(run):
        return _later(run)
    claim = await documents.put(data, UNASSIGNED, BANK_FILE)

    async def settle(store: IntakeStore) -> list[Consequence]:
        sender = f"folder:{folder.name}"
        new = await store.add_bank_file(BankFile(claim.sha256, claim.size, run.now, sender))
        figures.file(folder.name, "taken" if new else "duplicate")
        moving = put_away(run.task, claim.sha256, run.now)
        _log.info("bank file", outcome="taken" if new else "duplicate", folder=folder.name, target=moving.target)
        event = [run.cause.then(received(claim, sender, run.now), sequence=1)] if new else []
        return [*event, run.cause.then_do(moving, _key(moving), once=True)]

    return settle


async def put_away_file(run: TaskRun[PutAway, IntakeStore], *, folders: Folders, figures: FolderFigures) -> Settle:
    """Move the file to where it stays, and leave a report beside one that was refused. Raises `Unavailable`."""
    folder, task = folders.get(run.task.folder), run.task
    if folder is None:
        return settled
    moved = await folder.move(task.file, task.target, task.sha256)
    if moved and task.report is not None:
        await folder.write(report_of(task.target), task.report.model_dump_json(indent=2).encode() + b"\n")
        figures.file(folder.name, "refused")
        _log.warning("bank file", outcome="refused", code=task.report.code, folder=folder.name, target=task.target)

    async def settle(store: IntakeStore) -> list[Consequence]:
        await store.forget_sighting(folder.name, task.file.name)
        return []

    return settle


def _next_step(run: TaskRun[LookIntoFolder, IntakeStore], ready: Sighting) -> Consequence:
    task = TakeFile(folder=run.task.folder, file=ready.file, since=ready.since)
    flaw = flaw_by_size(ready.file)
    if flaw is not None:
        moving = put_aside(task, flaw, None, run.now)
        return run.cause.then_do(moving, _key(moving), once=True)
    return run.cause.then_do(task, f"{task.folder}\n{task.file.name}", once=True)


def _is_fresh(run: TaskRun[TakeFile, IntakeStore]) -> bool:
    """Whether the file may still become what it should be."""
    return run.now - run.task.since < UNFINISHED_FOR


def _later(run: TaskRun[TakeFile, IntakeStore]) -> Settle:
    async def settle(store: IntakeStore) -> list[Consequence]:
        await store.postpone(run.task.folder, run.task.file.name, run.task.since + UNFINISHED_FOR)
        return []

    return settle


def _refused(run: TaskRun[TakeFile, IntakeStore], flaw: Unusable, sha256: Sha256 | None) -> Settle:
    async def settle(store: IntakeStore) -> list[Consequence]:
        moving = put_aside(run.task, flaw, sha256, run.now)
        return [run.cause.then_do(moving, _key(moving), once=True)]

    return settle


def _key(moving: PutAway) -> str:
    return f"{moving.folder}\n{moving.target}"
