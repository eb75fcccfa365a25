"""Which ports the parts listen on: fixed where people type them, free elsewhere, the same at every start."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
import tempfile
from pathlib import Path

import psutil

from deploy.local.problems import CannotStart

# Outgoing connections never get a port of this range, so it is still free when the part comes back.
_BELOW_EPHEMERAL = range(20_000, 32_000)
_ours: set[int] = set()
_agreement: int | None = None
"""The file where processes of one account agree on what they chose: a byte for each port, locked until they end."""
FIXED = {"door": 8080, "console": 8081, "mailbox": 8025, "kafka": 9092, "postgres": 54329}


class Ports:
    """The ports of one data folder, remembered in `file`, so that a second run uses the same.

    `free_ports` takes free ones for all; `RELAIS_<NAME>_PORT` in the environment overrides a fixed one.
    """

    def __init__(self, file: Path, free_ports: bool = False) -> None:
        self._file = file
        self._free = free_ports
        self._known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
        self._fresh: set[str] = set()

    def of(self, name: str) -> int:
        """The port of `name`; chosen now when it is not known yet or, where nobody types it, taken."""
        wanted = os.environ.get(f"RELAIS_{name.upper()}_PORT")
        if wanted is not None:
            return int(wanted)
        if name in FIXED and not self._free:
            return FIXED[name]
        port = self._known.get(name)
        if port is None or (name not in self._fresh and not is_free(port)):
            port = self._choose()
        self._fresh.add(name)
        self._known[name] = port
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._known, indent=2, sort_keys=True))
        return port

    def _choose(self) -> int:
        while True:
            port = _BELOW_EPHEMERAL.start + secrets.randbelow(len(_BELOW_EPHEMERAL))
            if port not in self._known.values() and is_free(port) and _is_ours(port):
                return port


def _is_ours(port: int) -> bool:
    """Whether nobody chose it before: who chose a port listens there only a while later."""
    global _agreement
    if _agreement is None:
        # Never closed: closing any descriptor of it would give up all that was locked (fcntl(2)).
        _agreement = os.open(
            Path(tempfile.gettempdir()) / f"relais-ports-{os.getuid()}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
    if port in _ours:
        return False
    try:
        fcntl.lockf(_agreement, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    _ours.add(port)
    return True


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def require_free(port: int, part: str) -> None:
    """Raises `CannotStart` with code `port_taken`, naming who holds the port where that can be seen."""
    if not is_free(port):
        raise CannotStart(
            "port_taken",
            part,
            f"port {port} is taken{_holder(port)}",
            "stop that program or choose another port (RELAIS_DOOR_PORT, RELAIS_KAFKA_PORT ...)",
        )


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        return ""
    return ""
