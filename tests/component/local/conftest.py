"""What the tests of the local platform share: free ports, toy parts, a folder that every user may enter."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.parts import ProcessPart, answers_http
from deploy.local.ports import Ports
from deploy.local.processes import Command, base_environment

TOY = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"toy")
    def log_message(self, *arguments):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the user PostgreSQL drops to can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="relais-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def free_port(tmp_path: Path) -> Callable[[str], int]:
    """Gives a free port for a name, the same for the same name."""
    return Ports(tmp_path / "ports.json", free_ports=True).of


@pytest.fixture
def toy_program() -> str:
    """A program that answers HTTP on the port of its first argument."""
    return TOY


@pytest.fixture
def toy(tmp_path: Path) -> Callable[..., ProcessPart]:
    """Makes a part that answers HTTP on a port, or runs the program it is given."""

    def make(name: str, port: int, program: str = TOY) -> ProcessPart:
        command = Command(
            (sys.executable, "-c", program, str(port)), base_environment(), tmp_path, tmp_path / f"{name}.log"
        )
        return ProcessPart(name, command, lambda: answers_http(port))

    return make
