"""A real SFTP server (asyncssh's) on this machine, as an accounting office has one, that misbehaves as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

USERNAME, PASSWORD = "relais", "a password of the office"


@dataclass
class Office:
    """Where its files are; `logins` counts connections, `writing` the names that were written and renamed to."""

    root: Path
    port: int = 0
    fingerprint: str = ""
    user_key: asyncssh.SSHKey | None = None
    posix_rename: bool = True
    silent_s: float = 0.0
    silent: bool = False
    full: bool = False
    claims_size: int | None = None
    bytes_read: int = 0
    logins: int = 0
    names: list[str] = field(default_factory=list)
    steps: list[tuple[str, str]] = field(default_factory=list)
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)

    def files(self) -> list[str]:
        """All files below the root, hidden ones too."""
        return sorted(str(each.relative_to(self.root)) for each in self.root.rglob("*") if each.is_file())

    def hang_up(self) -> None:
        for connection in self.connections:
            connection.abort()


class _Server(asyncssh.SSHServer):
    def __init__(self, office: Office) -> None:
        self._office = office

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._office.connections.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._office.logins += 1
        return (username, password) == (USERNAME, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        known = self._office.user_key
        return username == USERNAME and known is not None and key.public_data == known.public_data


def _files_of(office: Office) -> Any:
    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: Any) -> None:
            super().__init__(channel, chroot=str(office.root).encode())

        async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
            office.silent = office.silent_s > 0
            await asyncio.sleep(office.silent_s)
            if office.full and pflags & asyncssh.FXF_WRITE:
                raise asyncssh.SFTPFailure("no space left on device")
            if pflags & asyncssh.FXF_WRITE:
                office.steps.append(("write", path.decode().rsplit("/", 1)[-1]))
            return super().open(path, pflags, attrs)

        def fstat(self, file_obj: Any) -> Any:
            facts = asyncssh.SFTPAttrs.from_local(super().fstat(file_obj))  # type: ignore[arg-type]
            facts.size = facts.size if office.claims_size is None else office.claims_size
            return facts

        def read(self, file_obj: Any, offset: int, size: int) -> bytes:
            data = super().read(file_obj, offset, size) if office.claims_size is None else bytes(size)
            office.bytes_read += len(data)  # type: ignore[arg-type]
            return data  # type: ignore[return-value]

        def rename(self, oldpath: bytes, newpath: bytes) -> None:
            office.steps.append(("rename", newpath.decode().rsplit("/", 1)[-1]))
            super().rename(oldpath, newpath)

        def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
            if not office.posix_rename:
                raise asyncssh.SFTPOpUnsupported("posix-rename@openssh.com")
            office.steps.append(("posix_rename", newpath.decode().rsplit("/", 1)[-1]))
            super().posix_rename(oldpath, newpath)

    return Files


@asynccontextmanager
async def serving(root: Path, port: int = 0) -> AsyncIterator[Office]:
    """The server runs as long as the context."""
    root.mkdir(exist_ok=True)
    key = asyncssh.generate_private_key("ssh-ed25519")
    office = Office(root, fingerprint=key.get_fingerprint("sha256"))
    server = await asyncssh.listen(
        "127.0.0.1",
        port,
        server_host_keys=[key],
        server_factory=lambda: _Server(office),
        sftp_factory=_files_of(office),
        allow_scp=False,
    )
    office.port = server.get_port()
    try:
        yield office
    finally:
        server.close()
        office.hang_up()
        await server.wait_closed()
