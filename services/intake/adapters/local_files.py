"""Files of a folder on this machine, or on one that is mounted here."""

import asyncio
import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from services.intake.adapters.watched_folder import Facts, Gone, Taken
from services.intake.ports import Unreadable
from shared.chassis.errors import Unavailable

R = TypeVar("R")

# A link in place of the file, a pipe or a device would be opened, and waited for, without these.
_ONLY_A_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_THREADS = 4
_FORBIDDEN = (errno.EACCES, errno.EPERM)


class LocalFiles:
    """Below a folder; every call in a thread of its own, for a mounted folder may answer late, or never."""

    def __init__(self, folder: str) -> None:
        self._root = os.fsencode(folder)
        # Not the threads of everybody: a silent folder must not stop the others, nor a silent Kafka the folder.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="folder")

    async def names(self) -> list[tuple[bytes, Facts]]:
        return await self._done(lambda: list(self._entries()))

    async def facts(self, path: bytes) -> Facts | None:
        return await self._done(lambda: self._facts(path))

    async def read(self, path: bytes, most: int) -> bytes:
        return await self._done(lambda: self._read(path, most))

    async def rename(self, old: bytes, new: bytes) -> None:
        await self._done(lambda: self._rename(old, new))

    async def put_back(self, old: bytes, new: bytes) -> None:
        await self._done(lambda: self._put_back(old, new))

    async def make_folder(self, path: bytes) -> None:
        await self._done(lambda: os.makedirs(self._path(path), exist_ok=True))

    async def write(self, path: bytes, data: bytes) -> None:
        await self._done(lambda: self._write(path, data))

    async def close(self) -> None:
        """Waits for nothing: a folder that does not answer never would."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _done(self, work: Callable[[], R]) -> R:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except OSError as error:
            raise Unavailable(f"{os.fsdecode(self._root)} cannot be used: {error.strerror}") from error

    def _path(self, path: bytes) -> bytes:
        return os.path.join(self._root, path)

    def _entries(self) -> Iterator[tuple[bytes, Facts]]:
        with os.scandir(self._root) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # gone since it was listed
                    yield entry.name, _facts_of(entry.stat(follow_symlinks=False))

    def _facts(self, path: bytes) -> Facts | None:
        try:
            return _facts_of(os.lstat(self._path(path)))
        except FileNotFoundError:
            # Of a folder that is gone itself, a mount perhaps, nothing can be told.
            os.lstat(self._root)
            return None

    def _read(self, path: bytes, most: int) -> bytes:
        try:
            opened = os.open(self._path(path), _ONLY_A_FILE)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO):
                raise Gone from error
            if error.errno in _FORBIDDEN:
                raise Unreadable(error.strerror) from error
            raise
        with os.fdopen(opened, "rb") as file:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise Gone
            return file.read(most)

    def _rename(self, old: bytes, new: bytes) -> None:
        try:
            os.rename(self._path(old), self._path(new))
        except FileNotFoundError as error:
            raise Gone from error
        for folder in {os.path.dirname(self._path(each)) for each in (old, new)}:
            _keep(folder)

    def _put_back(self, old: bytes, new: bytes) -> None:
        """A second name can be given only where there is none; a disk that knows no second names has no such call."""
        try:
            os.link(self._path(old), self._path(new), follow_symlinks=False)
        except FileExistsError as error:
            raise Taken from error
        except OSError as error:
            if self._facts(new) is not None:
                raise Taken from error
            os.rename(self._path(old), self._path(new))
            return
        os.unlink(self._path(old))

    def _write(self, path: bytes, data: bytes) -> None:
        with open(self._path(path), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _facts_of(found: os.stat_result) -> Facts:
    if stat.S_ISREG(found.st_mode):
        return Facts("file", found.st_size, found.st_mtime_ns)
    return Facts("folder" if stat.S_ISDIR(found.st_mode) else "other", found.st_size, found.st_mtime_ns)


def _keep(folder: bytes) -> None:
    """Have the disk know of a name before anybody relies on it; some mounted folders cannot do that."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            os.fsync(opened)
    finally:
        os.close(opened)
