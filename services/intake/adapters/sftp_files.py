"""Files of a folder on a server that is reached by SFTP, as banks and their gateways offer one.

The server is known by its key, we by ours. One connection is kept and made anew when it is gone.
"""

import asyncio
import posixpath
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncssh

from services.intake.adapters.watched_folder import Facts, Gone, Taken
from services.intake.domain.folders import FolderPlace
from services.intake.ports import Unreadable
from shared.chassis.errors import Unavailable

CONNECT_SECONDS = 15.0
CALL_SECONDS = 60.0
MOST_NAMES = 100_000
"""A server may go on telling names for ever."""
_PIECE_BYTES = 256 * 1024


class SftpFiles:
    """Below a folder of the server. `key` proves us; `known_hosts` is a file as OpenSSH keeps it."""

    def __init__(self, place: FolderPlace, key: asyncssh.SSHKey, known_hosts: str) -> None:
        self._place, self._key, self._known_hosts = place, key, known_hosts
        self._root = place.path.encode()
        self._connecting = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    async def close(self) -> None:
        """Ends the connection that is kept open."""
        if self._connection is not None:
            self._connection.abort()
        self._connection = self._client = None

    async def names(self) -> Sequence[tuple[bytes, Facts]]:
        async with self._call() as files:
            found: list[tuple[bytes, Facts]] = []
            async for entry in files.scandir(self._root):
                name: object = entry.filename
                if isinstance(name, bytes):
                    found.append((name, _facts_of(entry.attrs)))
                if len(found) >= MOST_NAMES:
                    break
            return found

    async def facts(self, path: bytes) -> Facts | None:
        async with self._call() as files:
            try:
                return _facts_of(await files.lstat(self._path(path)))
            except asyncssh.SFTPNoSuchFile:
                return None

    async def read(self, path: bytes, most: int) -> bytes:
        async with self._call() as files:
            try:
                async with files.open(self._path(path), "rb") as stream:
                    return await _beginning(stream, most)
            except asyncssh.SFTPNoSuchFile as error:
                raise Gone from error
            except asyncssh.SFTPPermissionDenied as error:
                raise Unreadable(str(error)) from error

    async def rename(self, old: bytes, new: bytes) -> None:
        async with self._call() as files:
            try:
                await _rename(files, self._path(old), self._path(new))
            except asyncssh.SFTPNoSuchFile as error:
                raise Gone from error

    async def put_back(self, old: bytes, new: bytes) -> None:
        async with self._call() as files:
            try:
                # Plain SFTP 3: a name that is taken is refused.
                await files.rename(self._path(old), self._path(new))
            except asyncssh.SFTPError as error:
                if await files.lexists(self._path(new)):
                    raise Taken from error
                raise

    async def make_folder(self, path: bytes) -> None:
        async with self._call() as files:
            try:
                await files.mkdir(self._path(path))
            except asyncssh.SFTPError:
                # Somebody was first, or it cannot be made: looking again tells.
                await files.lstat(self._path(path))

    async def write(self, path: bytes, data: bytes) -> None:
        async with self._call() as files, files.open(self._path(path), "wb") as stream:
            await stream.write(data)

    def _path(self, path: bytes) -> bytes:
        return posixpath.join(self._root, path)

    @asynccontextmanager
    async def _call(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """The server's files; whatever fails there is `Unavailable`, and the next call connects anew."""
        try:
            async with self._connecting:
                files = self._client or await self._connected()
            async with asyncio.timeout(CALL_SECONDS):
                yield files
        except (asyncssh.Error, OSError, TimeoutError) as error:
            if not isinstance(error, asyncssh.SFTPError) or isinstance(error, _GONE):
                await self.close()
            words = str(error) or type(error).__name__
            raise Unavailable(f"{self._place.name} cannot be used: {words}") from error

    async def _connected(self) -> asyncssh.SFTPClient:
        self._connection = None
        async with asyncio.timeout(CONNECT_SECONDS):
            connection = await asyncssh.connect(
                self._place.host,
                self._place.port,
                username=self._place.username,
                client_keys=[self._key],
                known_hosts=self._known_hosts,
                # Nothing of this machine's own: no configuration, no agent, no tickets, no password to be asked for.
                config=None,
                agent_path=None,
                gss_auth=False,
                gss_kex=False,
                preferred_auth="publickey",
                keepalive_interval=15,
                client_version="Relais",
            )
            self._connection = connection
            self._client = await connection.start_sftp_client()
        return self._client


_GONE = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)


async def _beginning(stream: asyncssh.SFTPClientFile, most: int) -> bytes:
    """Piece by piece, so that a server that sends more than it was asked for is not listened to for ever."""
    pieces: list[bytes] = []
    left = most
    while left > 0:
        piece: object = await stream.read(min(_PIECE_BYTES, left))  # the stubs say text
        if not isinstance(piece, bytes) or not piece:
            break
        pieces.append(piece[:left])
        left -= len(piece)
    return b"".join(pieces)


async def _rename(files: asyncssh.SFTPClient, old: bytes, new: bytes) -> None:
    """At once where the server can do that (OpenSSH), else as plain SFTP 3 does."""
    try:
        await files.posix_rename(old, new)
    except asyncssh.SFTPOpUnsupported:
        await files.rename(old, new)


def _facts_of(found: asyncssh.SFTPAttrs) -> Facts:
    """SFTP 3 tells whole seconds; a file of which no size or time is told cannot be compared, and is left alone."""
    if found.type == asyncssh.FILEXFER_TYPE_DIRECTORY:
        return Facts("folder", 0, 0)
    if found.type != asyncssh.FILEXFER_TYPE_REGULAR or found.size is None or found.mtime is None:
        return Facts("other", 0, 0)
    return Facts("file", found.size, found.mtime * 1_000_000_000 + (found.mtime_ns or 0))
