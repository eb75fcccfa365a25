"""docker-compose.yml as Compose and as a reader see it; no container engine is needed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def program() -> "Program":
    """Runs a program of the virtual environment in the checkout."""
    return Program(Path(__file__).resolve().parents[3])


class Program:
    """Runs programs that wheels brought."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs `name` with `words`, whatever comes of it."""
        path = Path(sys.executable).with_name(name)
        return subprocess.run([str(path), *words], cwd=self._folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def composition(program: Program) -> dict[str, Any]:
    """The file as Compose resolves it, anchors and defaults filled in, every profile on."""
    done = program("docker-compose", "--file", "docker-compose.yml", "--profile", "*", "config")
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)
