"""Each container of docker-compose.yml is as closed as running.md and the threat table ask."""

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Entry = dict[str, Any]
SERVICES = {
    "intake",
    "verification",
    "token-mailer",
    "invoice-router",
    "coda-reconciler",
    "delivery",
    "console",
}
OURS = SERVICES | {"administration", "migrate", "sweep", "topics"}
OTHERS = {"kafka", "postgres", "mail", "door", "prometheus"}
JOBS = {"migrate", "topics"}
# Everything else lives on the internal network alone; these publish a port or (delivery) call outside.
REACHING_OUT = {"kafka", "mail", "door", "delivery", "console", "prometheus"}
SECRET_WORDS = re.compile(r"PASSWORD|SECRET|PRIVATE|_KEY|DATABASE_URL|TOKEN(?!_MAILER)")


def _secrets_in_environment(entry: Entry) -> list[str]:
    return [
        name
        for name in entry.get("environment", {})
        if SECRET_WORDS.search(name.removeprefix("TOKEN_MAILER")) and not name.endswith("_FILE")
    ]


RULES: dict[str, Callable[[Entry], bool]] = {
    "a user without rights": lambda entry: int(str(entry.get("user", "0")).partition(":")[0]) > 0,
    "a root that cannot be written": lambda entry: entry.get("read_only") is True,
    "a temporary folder in memory": lambda entry: any(mount.startswith("/tmp") for mount in entry.get("tmpfs", [])),
    "no capabilities": lambda entry: entry.get("cap_drop") == ["ALL"],
    "no capability given back": lambda entry: set(entry.get("cap_add", [])) <= {"NET_BIND_SERVICE"},
    "no new privileges": lambda entry: "no-new-privileges:true" in entry.get("security_opt", []),
    "not privileged": lambda entry: not entry.get("privileged", False),
    "a bound on processes": lambda entry: 0 < int(entry.get("pids_limit", 0)) <= 512,
    "a bound on memory": lambda entry: 0 < int(entry.get("mem_limit", 0)) <= 1024**3,
    "named networks only": lambda entry: (
        "network_mode" not in entry and set(entry.get("networks", {})) in ({"inner"}, {"inner", "edge"})
    ),
    "ports of this machine only": lambda entry: all(
        port.get("host_ip") == "127.0.0.1" for port in entry.get("ports", [])
    ),
    "secrets as files": lambda entry: not _secrets_in_environment(entry),
    "no engine socket": lambda entry: (
        not any("docker.sock" in str(mount.get("source")) for mount in entry.get("volumes", []))
    ),
    "binds that are read-only": lambda entry: all(
        mount.get("read_only") is True for mount in entry.get("volumes", []) if mount["type"] == "bind"
    ),
}
BREAKS: dict[str, Entry] = {
    "a user without rights": {"user": "0:0"},
    "a root that cannot be written": {"read_only": False},
    "a temporary folder in memory": {"tmpfs": []},
    "no capabilities": {"cap_drop": ["NET_RAW"]},
    "no capability given back": {"cap_add": ["SYS_ADMIN"]},
    "no new privileges": {"security_opt": []},
    "not privileged": {"privileged": True},
    "a bound on processes": {"pids_limit": 0},
    "a bound on memory": {"mem_limit": "0"},
    "named networks only": {"networks": {"default": None}},
    "ports of this machine only": {"ports": [{"target": 8000, "published": "8000"}]},
    "secrets as files": {"environment": {"INTAKE_KAFKA_PASSWORD": "open"}},
    "no engine socket": {"volumes": [{"type": "bind", "source": "/var/run/docker.sock", "read_only": True}]},
    "binds that are read-only": {"volumes": [{"type": "bind", "source": "/srv", "target": "/srv"}]},
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", sorted(OURS | OTHERS))
def test_each_container_keeps_each_hardening_rule(name: str, rule: str, composition: Entry) -> None:
    assert RULES[rule](composition["services"][name]), composition["services"][name]


@pytest.mark.parametrize("rule", RULES)
def test_each_hardening_rule_refuses_an_entry_that_breaks_it(rule: str, composition: Entry) -> None:
    entry = copy.deepcopy(composition["services"]["intake"])
    assert RULES[rule](entry)
    assert not RULES[rule](entry | BREAKS[rule])


def test_the_composition_has_exactly_the_known_entries(composition: Entry) -> None:
    assert set(composition["services"]) == OURS | OTHERS


def test_only_the_door_gets_a_capability_back(composition: Entry) -> None:
    given = {name for name, entry in composition["services"].items() if entry.get("cap_add")}
    assert given == {"door"}


def test_our_containers_run_as_user_10001_from_one_image(composition: Entry) -> None:
    entries = [composition["services"][name] for name in OURS]
    assert {entry["user"] for entry in entries} == {"10001:10001"}
    assert len({entry["image"] for entry in entries}) == 1
    assert {entry["build"]["dockerfile"] for entry in entries} == {"deploy/Dockerfile"}


def test_only_those_who_must_leave_the_internal_network(composition: Entry) -> None:
    outside = {name for name, entry in composition["services"].items() if "edge" in entry["networks"]}
    assert outside == REACHING_OUT
    assert composition["networks"]["inner"]["internal"] is True


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_runs_its_own_module_and_says_when_it_is_ready(name: str, composition: Entry) -> None:
    entry = composition["services"][name]
    module = f"services.{name.replace('-', '_')}.main"
    assert entry["command"] == ["python", "-m", module]
    assert "/ready" in " ".join(entry["healthcheck"]["test"])
    assert entry["restart"] == "unless-stopped"


def test_nobody_starts_before_tables_and_topics_are_made(composition: Entry) -> None:
    for name in sorted(SERVICES | {"administration"}):
        waits = composition["services"][name]["depends_on"]
        assert waits["topics"]["condition"] == "service_completed_successfully", name
        assert waits["kafka"]["condition"] == "service_healthy", name
        assert waits["postgres"]["condition"] == "service_healthy", name
    migrated = composition["services"]["topics"]["depends_on"]["migrate"]["condition"]
    assert migrated == "service_completed_successfully"
    assert {composition["services"][name]["restart"] for name in JOBS} == {"no"}


def test_every_image_can_be_named_by_a_mirror(repository: Path) -> None:
    entries = yaml.safe_load((repository / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    assert [name for name, entry in entries.items() if not entry["image"].startswith("${")] == []


def test_the_project_takes_its_name_from_its_folder(repository: Path) -> None:
    assert "name" not in yaml.safe_load((repository / "docker-compose.yml").read_text(encoding="utf-8"))
