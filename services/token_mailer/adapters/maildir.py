"""The mailbox of bounces as a Maildir, into which a mail server delivers: `new` waits, `cur` is filed away."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from services.token_mailer.ports import Returned
from shared.chassis.errors import Unavailable

LONGEST_BYTES = 1_000_000
"""Of a longer mail only the beginning is read: a report stands before the mail that it returns."""


class MaildirBounces:
    """All replicas of the service look into the same folder, one at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def waiting(self, limit: int) -> list[Returned]:
        return await asyncio.to_thread(self._waiting, limit)

    async def file_away(self, names: Sequence[str]) -> None:
        await asyncio.to_thread(self._file_away, names)

    def _waiting(self, limit: int) -> list[Returned]:
        try:
            names = sorted(path.name for path in (self._folder / "new").iterdir() if path.is_file())
            return [Returned(name, self._beginning(name)) for name in names[:limit]]
        except OSError as error:
            raise Unavailable(f"the mailbox of bounces cannot be read: {error.strerror}") from error

    def _beginning(self, name: str) -> bytes:
        with (self._folder / "new" / name).open("rb") as file:
            return file.read(LONGEST_BYTES)

    def _file_away(self, names: Sequence[str]) -> None:
        try:
            (self._folder / "cur").mkdir(exist_ok=True)
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    # ":2,S": seen, in the words of Maildir readers.
                    (self._folder / "new" / name).rename(self._folder / "cur" / f"{name.partition(':')[0]}:2,S")
        except OSError as error:
            raise Unavailable(f"the mailbox of bounces cannot be changed: {error.strerror}") from error
