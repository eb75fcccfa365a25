"""Wrong settings of watched folders never start the service; those of before there were any still do."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from pydantic import ValidationError

from services.intake.main import build
from services.intake.settings import Settings

OLD: dict[str, Any] = {
    "kafka_bootstrap_servers": "127.0.0.1:9092",
    "kafka_username": "intake",
    "kafka_password": "a",
    "database_url": "postgresql://a:b@127.0.0.1/relais",
    "api_database_url": "postgresql://a:b@127.0.0.1/relais",
    "object_store_url": "file:///var/lib/relais",
    "http_port": 8000,
    "operator_key_sha256": "0" * 64,
}
SFTP = "sftp://kbc@sftp.bank.example/out"


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Any]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(str(tmp_path / "key"))
    (tmp_path / "hosts").write_text(f"sftp.bank.example {key.export_public_key().decode()}")
    return {"bank_file_key_file": str(tmp_path / "key"), "bank_file_known_hosts": str(tmp_path / "hosts")}


def test_settings_of_before_watch_no_folder() -> None:
    assert Settings(**OLD).folders == ()


def test_folders_of_both_kinds_are_watched(tmp_path: Path, keys: dict[str, Any]) -> None:
    settings = Settings(**OLD | keys | {"bank_file_folders": f"{tmp_path.as_uri()}, {SFTP}"})
    assert [place.name for place in settings.folders] == [tmp_path.as_uri(), "sftp://sftp.bank.example:22/out (kbc)"]
    assert "watch_folders" in {each.name for each in build(settings).declared.periodic}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"bank_file_folders": "/srv/bank"}, "folder_malformed"),
        ({"bank_file_folders": "file:///nowhere/at/all"}, "folder_missing"),
        ({"bank_file_folders": "file:///etc/hostname"}, "folder_missing"),
        ({"bank_file_folders": f"{SFTP},{SFTP}"}, "folder_doubled"),
        ({"bank_file_folders": SFTP}, "keys_missing"),
        (
            {"bank_file_folders": SFTP, "bank_file_key_file": __file__, "bank_file_known_hosts": __file__},
            "keys_unusable",
        ),
        ({"bank_file_key_file": "/nowhere/at/all"}, "bank_file_key_file"),
        ({"bank_file_quiet_s": 0}, "bank_file_quiet_s"),
    ],
)
def test_wrong_settings_are_refused_at_the_start(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named) as refusal:
        Settings(**OLD | wrong)
    assert refusal.value.error_count() == 1


def test_a_password_in_the_setting_is_refused_and_not_repeated() -> None:
    variables = {f"INTAKE_{name.upper()}": str(value) for name, value in OLD.items()}
    variables["INTAKE_BANK_FILE_FOLDERS"] = "sftp://kbc:hunter2@sftp.bank.example/out"
    started = subprocess.run(
        [sys.executable, "-m", "services.intake.main"], env=variables, capture_output=True, text=True, check=False
    )
    assert started.returncode == 2
    assert "folder_malformed: found a password" in started.stderr and "hunter2" not in started.stderr + started.stdout
