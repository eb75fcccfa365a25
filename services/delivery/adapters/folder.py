"""A folder of this machine: `<root>/<office>/CLIENTCODE/YEAR/Invoices-OUT-01/`, each file there whole or not at all."""

import asyncio
import errno
import fcntl
import os
import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from services.delivery.domain.channels import Channel
from services.delivery.domain.files import File, Parcel
from services.delivery.domain.handovers import Outcome

_FOLDERS_AT_ONCE = 8
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_ALLOWED = frozenset({errno.ELOOP, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})
"""What waiting does not mend: a link or a file where a folder belongs, a name that the volume does not take."""


class _Refused(Exception):
    """The outcome that ends this document."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.code)


class FolderCourier:
    """Writes below `root`, which must exist: a volume that is not mounted must not be written beside.

    Every step goes through an open directory and follows no link, so nothing can lead out of the root.
    """

    def __init__(self, root: Path) -> None:
        # Of its own: a volume that hangs holds up nobody else's work.
        self._root, self._threads = root, ThreadPoolExecutor(_FOLDERS_AT_ONCE, thread_name_prefix="folder")

    async def deliver(self, channel: Channel, secret: str, parcel: Parcel) -> Outcome:
        """One try. Whatever goes wrong is an outcome, never raised."""
        parts = (str(channel.office_id), *parcel.folder)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._deliver, parts, parcel.files)

    async def close(self) -> None:
        """Begins nothing more; what is being written is written."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _deliver(self, parts: Sequence[str], files: Sequence[File]) -> Outcome:
        try:
            with _opened(self._root, parts) as folder:
                for file in files:
                    _put(folder, file)
        except _Refused as refusal:
            return refusal.outcome
        except OSError as error:
            words = os.strerror(error.errno) if error.errno else type(error).__name__
            if error.errno in _NOT_ALLOWED:
                return Outcome("refused", "name_not_allowed", words)
            return Outcome("retry", "folder_unavailable", words)
        return Outcome("done", words="/".join((*parts, files[-1].name)) if files else "")


@contextmanager
def _opened(root: Path, parts: Sequence[str]) -> Iterator[int]:
    """The folder below `root`, made where it is missing, as an open descriptor."""
    folder = os.open(root, _DIRECTORY)
    try:
        for part in parts:
            inner = _entered(folder, part)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _entered(folder: int, part: str) -> int:
    try:
        return os.open(part, _DIRECTORY, dir_fd=folder)
    except FileNotFoundError:
        try:
            os.mkdir(part, dir_fd=folder)
            os.fsync(folder)
        except FileExistsError:
            pass  # somebody was first, and it is looked at like any other
        return os.open(part, _DIRECTORY, dir_fd=folder)


def _put(folder: int, file: File) -> None:
    if _is_there(folder, file):
        return
    temporary = f".{file.name}.part"
    written = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=folder)
    try:
        _alone(written, temporary, folder)
        os.ftruncate(written, 0)
        left = memoryview(file.data)
        while left:
            left = left[os.write(written, left) :]
        os.fsync(written)
        os.rename(temporary, file.name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    finally:
        os.close(written)


def _is_there(folder: int, file: File) -> bool:
    """Whether the file stands there already. Raises `_Refused`: something else has its name."""
    try:
        found = os.open(file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return False
    with os.fdopen(found, "rb") as stream:
        facts = os.fstat(found)
        regular = stat.S_ISREG(facts.st_mode)
        same = regular and facts.st_size == len(file.data) and stream.read() == file.data
    if not same and not (regular and file.made_here):
        raise _Refused(Outcome("refused", "name_taken", f"{file.name} exists with other content"))
    return same


def _alone(written: int, temporary: str, folder: int) -> None:
    """Another process that writes the same file, or renamed it just now, must end first. Raises `_Refused`."""
    busy = _Refused(Outcome("retry", "folder_unavailable", f"{temporary} is being written"))
    try:
        fcntl.flock(written, fcntl.LOCK_EX | fcntl.LOCK_NB)
        named = os.stat(temporary, dir_fd=folder, follow_symlinks=False)
    except (BlockingIOError, FileNotFoundError):
        raise busy from None
    if (named.st_dev, named.st_ino) != (os.fstat(written).st_dev, os.fstat(written).st_ino):
        raise busy
