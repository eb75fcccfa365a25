"""An office's own server by SFTP: its key is pinned, its address held against the reach, each file whole or not at
all."""

import asyncio
import contextlib
import posixpath
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncssh

from services.delivery.adapters.webhooks import AddressRefused, Lookup
from services.delivery.domain.addresses import Reach
from services.delivery.domain.channel_secrets import SftpSecret, sftp_secret
from services.delivery.domain.channels import Channel, SftpPlace
from services.delivery.domain.files import File, Parcel
from services.delivery.domain.handovers import Outcome
from shared.values import ChannelId

TIMEOUT_SECONDS = 20.0
_CONNECT_SECONDS = 8.0
_IDLE_SECONDS = 30.0
_UNUSABLE_KEY = "the private key cannot be read; one with a passphrase must be in PEM (PKCS#8)"
_GONE = (asyncssh.ConnectionLost, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, ConnectionError)
_NOT_ALLOWED = (asyncssh.SFTPInvalidFilename, asyncssh.SFTPInvalidParameter, asyncssh.SFTPLinkLoop)


class _Refused(Exception):
    """The outcome that ends this try."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.code)


class _Client(asyncssh.SSHClient):
    """Trusts one key, and remembers which one it was shown."""

    def __init__(self, trusted: str) -> None:
        self._trusted, self.shown = trusted, ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.shown = key.get_fingerprint("sha256")
        return bool(self._trusted) and self.shown == self._trusted


@dataclass(slots=True)
class _Line:
    """A connection that is kept for a while, and the folders that are known to be there."""

    place: SftpPlace
    secret: SftpSecret
    connection: asyncssh.SSHClientConnection
    files: asyncssh.SFTPClient
    folders: set[str] = field(default_factory=set)
    farewell: asyncio.TimerHandle | None = None

    def hang_up(self) -> None:
        if self.farewell is not None:
            self.farewell.cancel()
        self.connection.abort()


class SftpCourier:
    """A host that the operator trusts is not asked for its address."""

    def __init__(self, reach: Reach, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._reach, self._timeout_seconds, self._lookup = reach, timeout_seconds, Lookup()
        self._lines: dict[ChannelId, _Line] = {}

    async def deliver(self, channel: Channel, secret: str, parcel: Parcel) -> Outcome:
        """One try. Whatever goes wrong is an outcome, never raised."""
        if not isinstance(channel.place, SftpPlace):
            return Outcome("refused", "channel_incomplete", "the channel has no server")
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._deliver(channel.channel_id, channel.place, sftp_secret(secret), parcel)
        except _Refused as refusal:
            return refusal.outcome
        except TimeoutError:
            return Outcome("retry", "timeout", "the server did not answer in time")
        except (asyncssh.Error, OSError, ValueError) as error:
            return _outcome_of(error)

    async def close(self) -> None:
        """Ends the connections that are kept open."""
        lines, self._lines = self._lines, {}
        for line in lines.values():
            line.hang_up()
        await self._lookup.close()

    async def _deliver(self, channel_id: ChannelId, place: SftpPlace, secret: SftpSecret, parcel: Parcel) -> Outcome:
        kept = self._lines.pop(channel_id, None)
        if kept is not None and (kept.place != place or kept.secret != secret or kept.connection.is_closed()):
            kept.hang_up()
            kept = None
        line = kept or await self._connected(place, secret)
        try:
            try:
                words = await _put_all(line, parcel.folder, parcel.files)
            except _GONE:
                if kept is None:
                    raise
                # A server may hang up on who is silent; doing it again meets what is there.
                line.hang_up()
                line = await self._connected(place, secret)
                words = await _put_all(line, parcel.folder, parcel.files)
        except BaseException:
            line.hang_up()
            raise
        self._keep(channel_id, line)
        return Outcome("done", words=words)

    def _keep(self, channel_id: ChannelId, line: _Line) -> None:
        other = self._lines.pop(channel_id, None)
        if other is not None:
            other.hang_up()
        if line.farewell is not None:
            line.farewell.cancel()
        line.farewell = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._forget, channel_id, line)
        self._lines[channel_id] = line

    def _forget(self, channel_id: ChannelId, line: _Line) -> None:
        if self._lines.get(channel_id) is line:
            del self._lines[channel_id]
        line.hang_up()

    async def _connected(self, place: SftpPlace, secret: SftpSecret) -> _Line:
        client = _Client(place.host_key)
        keys = [_key(secret)] if secret.private_key else None
        wire = await self._socket(place)
        try:
            connection = await asyncssh.connect(
                place.host,
                place.port,
                sock=wire,
                client_factory=lambda: client,
                username=place.username,
                password=secret.password or None,
                client_keys=keys,
                known_hosts=([], [], []),
                # Nothing of this machine's own: no configuration, no agent, no tickets.
                config=None,
                agent_path=None,
                gss_auth=False,
                gss_kex=False,
                preferred_auth="publickey,keyboard-interactive,password",
                keepalive_interval=15,
                client_version="Relais",
            )
        except asyncssh.HostKeyNotVerifiable:
            wire.close()
            raise _Refused(_unproven(place, client.shown)) from None
        except BaseException:
            wire.close()
            raise
        try:
            return _Line(place, secret, connection, await connection.start_sftp_client())
        except BaseException:
            connection.abort()
            raise

    async def _socket(self, place: SftpPlace) -> socket.socket:
        """Connected to the first address that may be and can be reached."""
        found = await self._lookup.resolve(place.host, place.port, socket.AF_UNSPEC)
        trusted = self._reach.trusts(place.host)
        allowed = [each for each in found if trusted or self._reach.may_connect(each["host"])]
        if not allowed:
            raise AddressRefused("sftp_address_refused: found an address inside, expected a public one")
        failure: Exception = AddressRefused()
        for each in allowed:
            wire = socket.socket(each["family"], socket.SOCK_STREAM)
            wire.setblocking(False)
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await asyncio.get_running_loop().sock_connect(wire, (each["host"], each["port"]))
            except (OSError, TimeoutError) as error:
                wire.close()
                failure = error
            except BaseException:
                wire.close()
                raise
            else:
                return wire
        raise failure


async def _put_all(line: _Line, parts: Sequence[str], files: Sequence[File]) -> str:
    """Where the last of them is now."""
    path = line.place.folder.rstrip("/") if line.place.folder.rstrip("/") or not line.place.folder else "/"
    for part in parts:
        path = posixpath.join(path, part)
        if path not in line.folders:
            await _make_folder(line.files, path)
            line.folders.add(path)
    for file in files:
        await _put(line.files, path, file)
    return posixpath.join(path, files[-1].name) if files else path


async def _make_folder(files: asyncssh.SFTPClient, path: str) -> None:
    try:
        facts = await files.lstat(path)
    except asyncssh.SFTPNoSuchFile:
        try:
            await files.mkdir(path)
        except asyncssh.SFTPFailure:
            # Somebody was first, or it cannot be made: looking again tells, by raising where it is not there.
            await files.lstat(path)
        return
    if facts.type != asyncssh.FILEXFER_TYPE_DIRECTORY:
        raise _Refused(Outcome("refused", "name_not_allowed", f"{path} is not a folder"))


async def _put(files: asyncssh.SFTPClient, folder: str, file: File) -> None:
    target, temporary = posixpath.join(folder, file.name), posixpath.join(folder, f".{file.name}.part")
    if await _is_there(files, target, file):
        return
    async with files.open(temporary, "wb") as stream:
        await stream.write(file.data)
        with contextlib.suppress(asyncssh.SFTPOpUnsupported):
            await stream.fsync()
    try:
        # It replaces (OpenSSH), where plain SFTP 3 refuses a name that is taken.
        await files.posix_rename(temporary, target)
    except asyncssh.SFTPOpUnsupported:
        if file.made_here:
            with contextlib.suppress(asyncssh.SFTPNoSuchFile):
                await files.remove(target)
        await files.rename(temporary, target)


async def _is_there(files: asyncssh.SFTPClient, target: str, file: File) -> bool:
    """Whether the file stands there already. Raises `_Refused`: something else has its name."""
    try:
        facts = await files.lstat(target)
    except asyncssh.SFTPNoSuchFile:
        return False
    regular = facts.type == asyncssh.FILEXFER_TYPE_REGULAR
    if regular and facts.size == len(file.data):
        async with files.open(target, "rb") as stream:
            # No more than is compared: the server may say and send whatever it likes. The stubs say text.
            there: object = await stream.read(len(file.data) + 1)
            if there == file.data:
                return True
    if regular and file.made_here:
        return False
    raise _Refused(Outcome("refused", "name_taken", f"{file.name} exists with other content"))


def _key(secret: SftpSecret) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_private_key(secret.private_key, secret.passphrase or None)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise _Refused(Outcome("retry", "private_key_unusable", _UNUSABLE_KEY)) from None


def _unproven(place: SftpPlace, shown: str) -> Outcome:
    if not place.host_key:
        return Outcome("retry", "host_key_unknown", f"the server shows {shown}; compare it, and enter it as host_key")
    return Outcome("retry", "host_key_changed", f"the server shows {shown}, expected {place.host_key}")


def _outcome_of(error: Exception) -> Outcome:
    """What waiting may mend is tried again; only a name that the server does not take is final."""
    words = str(error)
    if isinstance(error, _NOT_ALLOWED):
        return Outcome("refused", "name_not_allowed", words)
    if isinstance(error, asyncssh.PermissionDenied):
        return Outcome("retry", "access_denied", words)
    if isinstance(error, AddressRefused):
        return Outcome("retry", "address_refused")
    if isinstance(error, socket.gaierror):
        return Outcome("retry", "name_unknown", words)
    if isinstance(error, asyncssh.SFTPError):
        return Outcome("retry", "sftp_failed", words)
    return Outcome("retry", "connection_failed", words)
