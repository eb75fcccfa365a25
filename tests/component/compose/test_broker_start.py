"""The script that starts the broker of docker-compose.yml: its settings, its first and its later starts."""

import os
import subprocess
from pathlib import Path

import pytest

PASSWORD = "open-sesame"


@pytest.fixture
def broker(tmp_path: Path) -> dict[str, str]:
    """An environment in which Kafka's two programs only write down how they were called."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    for name in ("kafka-storage.sh", "kafka-server-start.sh"):
        program = programs / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >>"{tmp_path}/calls"\n', encoding="utf-8")
        program.chmod(0o755)
    return {
        "PATH": os.environ["PATH"],
        "ADMIN_PASSWORD_FILE": str(tmp_path / "password"),
        "KAFKA_PROGRAMS": str(programs),
        "KAFKA_SETTINGS_FILE": str(tmp_path / "server.properties"),
        "KAFKA_HEAP_OPTS": "-Xmx384m",
        "KAFKA_LOG_DIRS": str(tmp_path / "data"),
        "KAFKA_SUPER_USERS": "User:admin",
    }


def _start(repository: Path, environment: dict[str, str]) -> list[str]:
    script = str(repository / "deploy/compose/kafka.sh")
    subprocess.run(["bash", script], env=environment, check=True, capture_output=True)
    calls = Path(environment["KAFKA_SETTINGS_FILE"]).with_name("calls")
    lines = calls.read_text(encoding="utf-8").splitlines()
    calls.unlink()
    return [line.partition(" ")[0] + " " + line.split()[1] for line in lines]


def test_variables_become_settings_and_the_password_stays_out_of_them(repository: Path, broker: dict[str, str]) -> None:
    _start(repository, broker)
    settings = Path(broker["KAFKA_SETTINGS_FILE"])
    lines = settings.read_text(encoding="utf-8").splitlines()
    assert {"super.users=User:admin", f"log.dirs={broker['KAFKA_LOG_DIRS']}"} <= set(lines)
    assert [line for line in lines if line.startswith(("heap", "programs", "settings"))] == []
    assert [line for line in lines if PASSWORD in line and "sasl.jaas.config" not in line] == []
    assert settings.stat().st_mode & 0o077 == 0


def test_the_first_start_formats_with_the_administrator(repository: Path, broker: dict[str, str]) -> None:
    (Path(broker["KAFKA_LOG_DIRS"]) / "bootstrap.checkpoint").touch()
    calls = _start(repository, broker)
    assert calls == [
        "kafka-storage.sh random-uuid",
        "kafka-storage.sh format",
        f"kafka-server-start.sh {broker['KAFKA_SETTINGS_FILE']}",
    ]
    assert list(Path(broker["KAFKA_LOG_DIRS"]).iterdir()) == []


def test_a_later_start_keeps_what_is_there(repository: Path, broker: dict[str, str]) -> None:
    kept = Path(broker["KAFKA_LOG_DIRS"]) / "meta.properties"
    kept.touch()
    assert _start(repository, broker) == [f"kafka-server-start.sh {broker['KAFKA_SETTINGS_FILE']}"]
    assert kept.exists()


def test_the_broker_does_not_start_without_its_password(repository: Path, broker: dict[str, str]) -> None:
    Path(broker["ADMIN_PASSWORD_FILE"]).unlink()
    with pytest.raises(subprocess.CalledProcessError):
        _start(repository, broker)
