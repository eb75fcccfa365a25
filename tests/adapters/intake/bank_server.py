"""A real SFTP server (asyncssh's) on this machine, as a bank's gateway has one, that misbehaves as it is told."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

USERNAME = "relais"


@dataclass
class Bank:
    """Where its files are, and the two files that a client needs. `before_rename` acts between a look and a move."""

    root: Path
    key_file: Path
    known_hosts: Path
    port: int = 0
    posix_rename: bool = True
    before_rename: Callable[[], object] = lambda: None
    forbidden: bool = False
    endless: bool = False
    logins: int = 0
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)

    def hang_up(self) -> None:
        for connection in self.connections:
            connection.abort()


def _server_of(bank: Bank, trusted: asyncssh.SSHKey) -> Any:
    class Server(asyncssh.SSHServer):
        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            bank.connections.append(conn)

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            bank.logins += 1
            return username == USERNAME and key.public_data == trusted.public_data

    return Server


def _files_of(bank: Bank) -> Any:
    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: Any) -> None:
            super().__init__(channel, chroot=str(bank.root).encode())

        def rename(self, oldpath: bytes, newpath: bytes) -> None:
            bank.before_rename()
            super().rename(oldpath, newpath)

        def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
            if not bank.posix_rename:
                raise asyncssh.SFTPOpUnsupported("posix-rename@openssh.com")
            bank.before_rename()
            super().posix_rename(oldpath, newpath)

        def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
            if bank.forbidden:
                raise asyncssh.SFTPPermissionDenied("Permission denied")
            return super().open(path, pflags, attrs)

        def read(self, file_obj: Any, offset: int, size: int) -> bytes:
            return bytes(size) if bank.endless else super().read(file_obj, offset, size)  # type: ignore[return-value]

    return Files


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Bank]:
    """The server runs as long as the context; its files are below `folder/bank`."""
    host_key, user_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    bank = Bank(folder / "bank", folder / "id_ed25519", folder / "known_hosts")
    bank.root.mkdir(parents=True)
    user_key.write_private_key(str(bank.key_file))
    bank.key_file.chmod(0o600)
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host_key],
        server_factory=_server_of(bank, user_key),
        sftp_factory=_files_of(bank),
        allow_scp=False,
    )
    bank.port = server.get_port()
    public = host_key.export_public_key().decode().strip()
    bank.known_hosts.write_text(f"[127.0.0.1]:{bank.port} {public}\n")
    try:
        yield bank
    finally:
        server.close()
        bank.hang_up()
        await server.wait_closed()
