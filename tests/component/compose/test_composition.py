"""docker-compose.yml, the Dockerfile and the secrets fit together, as far as can be told here."""

import re
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose.secrets_files import environments, secret_values, write_secrets
from deploy.local.secrets import Secrets
from deploy.sweep import SweepSettings
from services.coda_reconciler.adapters.ledger_figures import PrometheusLedger
from services.intake.adapters.folder_figures import PrometheusFolders
from shared.chassis.metrics import Metrics
from tests.component.compose.conftest import Program

BUILDKIT_ONLY = re.compile(r"^# *syntax=|RUN +--mount|<<-?\s*['\"]?\w", re.MULTILINE)


def test_compose_accepts_the_file_without_a_word(program: Program) -> None:
    done = program("docker-compose", "--file", "docker-compose.yml", "config", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


def test_compose_refuses_a_file_with_a_wrong_word(program: Program, tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text("services: {intake: {image: relais, read_onyl: true}}\n", encoding="utf-8")
    assert program("docker-compose", "--file", str(wrong), "config", "--quiet").returncode != 0


def test_the_linter_finds_nothing_in_the_dockerfile(program: Program) -> None:
    done = program("hadolint", "deploy/Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_does_find_what_is_wrong(program: Program, tmp_path: Path) -> None:
    wrong = tmp_path / "Dockerfile"
    wrong.write_text("FROM python\nRUN cd /srv && sudo pip install fastapi\n", encoding="utf-8")
    assert program("hadolint", str(wrong)).returncode != 0


def test_the_dockerfile_suits_the_classic_builder(repository: Path) -> None:
    text = (repository / "deploy/Dockerfile").read_text(encoding="utf-8")
    assert BUILDKIT_ONLY.findall(text) == []
    assert text.index("ARG PYTHON_IMAGE=") < text.index("FROM ${PYTHON_IMAGE}")


def test_the_image_installs_from_the_lock_and_gives_up_its_rights(repository: Path) -> None:
    text = (repository / "deploy/Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in text
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["10001:10001"]
    for copied in re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE):
        allowed = (repository / ".dockerignore").read_text(encoding="utf-8").splitlines()
        assert f"!{copied}" in allowed


def test_every_secret_of_the_composition_is_written_and_used(composition: dict[str, Any], tmp_path: Path) -> None:
    written = set(secret_values(Secrets(tmp_path / "secrets.json")))
    used = {secret["source"] for entry in composition["services"].values() for secret in entry.get("secrets", [])}
    assert used == set(composition["secrets"]) == written


def test_each_process_is_told_exactly_what_it_is_told_without_containers(
    composition: dict[str, Any], tmp_path: Path
) -> None:
    for name, expected in environments(Secrets(tmp_path / "secrets.json")).items():
        entry = composition["services"][name.replace("_", "-")]
        secret = {source["source"].upper() for source in entry["secrets"]}
        assert secret | set(entry["environment"]) == set(expected), name
        assert secret.isdisjoint(entry["environment"]), name


def test_the_sweep_is_told_all_that_it_asks_for(composition: dict[str, Any]) -> None:
    entry = composition["services"]["sweep"]
    told = {secret["target"].rpartition("/")[2].upper() for secret in entry["secrets"]} | set(entry["environment"])
    assert told == {f"SWEEP_{name.upper()}" for name in SweepSettings.model_fields}
    intake = composition["services"]["intake"]["environment"]
    assert entry["environment"]["SWEEP_OBJECT_STORE_URL"] == intake["INTAKE_OBJECT_STORE_URL"]


def test_no_service_is_given_the_secret_of_another(composition: dict[str, Any]) -> None:
    for name, entry in composition["services"].items():
        prefix = {"topics": "administration", "migrate": "migration", "sweep": "migration"}.get(
            name, name.replace("-", "_")
        )
        sources = [secret["source"] for secret in entry.get("secrets", [])]
        assert [source for source in sources if not source.startswith(f"{prefix}_")] == [], name


@pytest.mark.parametrize("twice", [False, True], ids=["first time", "again"])
def test_the_secret_files_can_be_mounted_but_not_browsed(twice: bool, tmp_path: Path) -> None:
    secrets, folder = Secrets(tmp_path / "secrets.json"), tmp_path / "secrets"
    for _ in range(1 + twice):
        write_secrets(secrets, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o444}
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == secret_values(secrets)


def test_the_secrets_of_two_services_differ(tmp_path: Path) -> None:
    values = secret_values(Secrets(tmp_path / "secrets.json"))
    administrators = {
        "kafka_admin_password",
        "delivery_kafka_admin_password",
        "administration_kafka_password",
    }
    own = [
        value
        for name, value in values.items()
        if name.endswith(("_kafka_password", "_database_url")) and name not in administrators
    ]
    assert len(set(own)) == len(own) > 20


def test_the_door_is_told_every_address_that_its_file_asks_for(composition: dict[str, Any], repository: Path) -> None:
    text = (repository / "deploy/door/Caddyfile").read_text(encoding="utf-8")
    asked = set(re.findall(r"\{\$([A-Z_]+)\}", text))
    assert asked <= set(composition["services"]["door"]["environment"])
    assert "INTAKE" in asked


def test_prometheus_scrapes_every_service_of_the_composition(composition: dict[str, Any], repository: Path) -> None:
    settings = yaml.safe_load((repository / "deploy/monitoring/prometheus.yml").read_text(encoding="utf-8"))
    targets = {
        target for job in settings["scrape_configs"] for static in job["static_configs"] for target in static["targets"]
    }
    serving = {
        f"{name}:8000"
        for name, entry in composition["services"].items()
        if any(variable.endswith("_HTTP_PORT") for variable in entry.get("environment", {}))
    }
    assert targets == serving - {"topics:8000"}


def test_every_alert_asks_for_a_figure_that_services_publish(repository: Path) -> None:
    text = (repository / "deploy/monitoring/alerts.yml").read_text(encoding="utf-8")
    rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in re.findall(r"relais_\w+", rule["expr"])}
    own = (PrometheusFolders(), PrometheusLedger())
    published = {family.name for figures in (Metrics().registry, *own) for family in figures.collect()}
    assert {name.removesuffix("_total") for name in asked} <= published
    assert len(asked) > 2
