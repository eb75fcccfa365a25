"""Who listens to what: what the services register is what the catalogue says, and what `docs/events.md` shows."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from deploy.local.environment import Surroundings, service_environment
from deploy.local.secrets import Secrets
from shared.chassis.settings import load
from shared.contracts.catalogue import LISTENERS, SERVICES

REPLAY = "replay.requested.v1"
"""The chassis listens to it for every service."""

BESIDE_THE_CATALOGUE = {"intake": {"submissions"}, "console": {"dead_letters"}}


@pytest.fixture
def environments(tmp_path: Path) -> Mapping[str, dict[str, str]]:
    secrets = Secrets(tmp_path / "secrets.json")
    surroundings = Surroundings("127.0.0.1:1", 1, 1, tmp_path)
    return {name: service_environment(name, 1, surroundings, secrets) for name in SERVICES}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_listens_to_what_the_catalogue_says(
    name: str, environments: Mapping[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in environments[name].items():
        monkeypatch.setenv(variable, value)
    built = import_module(f"services.{name}.main").build(load(import_module(f"services.{name}.settings").Settings))
    registered = set(built.declared.listening) | {REPLAY}
    assert registered - BESIDE_THE_CATALOGUE.get(name, set()) == set(topics_of(name))
    for topic in topics_of(name):
        if topic != REPLAY:
            assert built.declared.listening[topic].handlers


def topics_of(name: str) -> Iterator[str]:
    return (topic for topic, listeners in LISTENERS.items() if name in listeners)
