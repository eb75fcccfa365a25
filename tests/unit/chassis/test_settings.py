"""Are wrong settings refused, in words that say what to do?"""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, SecretStr, ValidationError

from shared.chassis import settings as chassis_settings
from shared.chassis.settings import ServiceSettings, load, settings_for


class ToySettings(ServiceSettings):
    model_config = settings_for("toy")

    toy_secret: SecretStr = SecretStr("bread")


RIGHT = {
    "TOY_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
    "TOY_KAFKA_USERNAME": "toy",
    "TOY_KAFKA_PASSWORD": "kafka-password",
    "TOY_DATABASE_URL": "postgresql://toy_worker:pw@127.0.0.1:1/relais",
    "TOY_API_DATABASE_URL": "postgresql://toy_api:pw@127.0.0.1:1/relais",
    "TOY_OBJECT_STORE_URL": "file:///tmp/documents",
    "TOY_HTTP_PORT": "8000",
    "TOY_OPERATOR_KEY_SHA256": "0" * 64,
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)


def test_the_variables_of_the_prefix_become_typed_settings() -> None:
    settings = ToySettings()
    assert settings.http_port == 8000
    assert settings.kafka_password.get_secret_value() == "kafka-password"
    assert "pw" not in repr(settings)


def test_settings_cannot_be_changed_after_the_start() -> None:
    settings = ToySettings()
    with pytest.raises(ValidationError):
        settings.http_port = 1


def test_an_unknown_variable_of_the_prefix_is_refused_with_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOY_HTTP_PROT", "1")
    with pytest.raises(SystemExit) as ended:
        load(ToySettings)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said == "TOY_HTTP_PROT is not a setting; the nearest known name is TOY_HTTP_PORT\n"


def test_a_variable_of_another_service_is_nobodys_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_HTTP_PROT", "1")
    assert ToySettings().http_port == 8000


def test_each_wrong_variable_gets_a_line_with_what_was_found_and_expected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOY_HTTP_PORT", "eighty")
    monkeypatch.delenv("TOY_KAFKA_USERNAME")
    with pytest.raises(SystemExit):
        load(ToySettings)
    lines = capsys.readouterr().err.splitlines()
    assert any(line.startswith("TOY_HTTP_PORT: found 'eighty', expected: ") for line in lines)
    assert any(line.startswith("TOY_KAFKA_USERNAME: found nothing, expected ") for line in lines)
    assert len(lines) == 2


def test_a_wrong_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Numbered(ServiceSettings):
        model_config = settings_for("toy")

        toy_secret: Annotated[SecretStr, Field(min_length=100)]

    monkeypatch.setenv("TOY_TOY_SECRET", "canary-secret")
    with pytest.raises(SystemExit):
        load(Numbered)
    said = capsys.readouterr().err
    assert "canary-secret" not in said
    assert said.startswith("TOY_TOY_SECRET: found ********, expected: ")


def test_secrets_come_from_files_where_there_is_a_folder_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy_toy_secret").write_text("from a file\n")
    monkeypatch.setattr(chassis_settings, "SECRETS_FOLDER", tmp_path)

    class WithFolder(ServiceSettings):
        model_config = settings_for("toy")

        toy_secret: SecretStr

    assert WithFolder().toy_secret.get_secret_value() == "from a file"


def test_an_unknown_secret_file_of_the_prefix_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "toy_kafka_pasword").write_text("x")
    monkeypatch.setattr(chassis_settings, "SECRETS_FOLDER", tmp_path)

    class WithFolder(ServiceSettings):
        model_config = settings_for("toy")

    with pytest.raises(ValidationError, match="TOY_KAFKA_PASWORD"):
        WithFolder()
