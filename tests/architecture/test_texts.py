"""Locks are pinned, links lead somewhere, and no file names a registry or somebody's machine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.rules import texts

MakeTree = Callable[[dict[str, str]], Path]
HASH = "--hash=sha256:" + "0" * 64
# Put together here, so that this file does not hold what it forbids.
NAMED = {
    "registry_host": "https:/" + "/registry.example.org/simple",
    "registry_option": "pip install --index" + "-url http://localhost/simple",
    "image_with_host": "image" + ": mirror.example.org/postgres:17",
    "machine_path": "cd /ho" + "me/somebody/relais",
}


@pytest.mark.parametrize("check", [texts.machine_names, texts.unpinned_locks, texts.dead_links])
def test_the_repository_keeps_its_texts_clean(check: Callable[[Path], list[object]], repository: Path) -> None:
    assert check(repository) == []


@pytest.mark.parametrize("code", sorted(NAMED))
@pytest.mark.parametrize("name", ["Makefile", "docs/guide.md", "services/a/main.py", ".ci/run"])
def test_the_name_of_a_machine_is_reported(code: str, name: str, made_up: MakeTree) -> None:
    found = texts.machine_names(made_up({name: f"first\n{NAMED[code]}\n"}))
    assert [(finding.code, finding.where) for finding in found] == [(code, f"{name}:2")]


def test_the_path_of_the_checkout_itself_is_reported(made_up: MakeTree) -> None:
    root = made_up({"README.md": ""})
    made_up({"Makefile": f"cd {root.resolve()}\n"})
    assert "this_checkout" in {finding.code for finding in texts.machine_names(root)}


@pytest.mark.parametrize(
    "text",
    [
        "image: ${KAFKA_IMAGE:-apache/kafka:4.3.1}",
        "ARG PYTHON_IMAGE=python:3.11-slim",
        "http://www.w3.org/2001/XMLSchema",
        "https://relais.example/v1/home/page",
        "tmpfs: [/tmp]",
    ],
)
def test_an_ordinary_line_is_no_machine_name(text: str, made_up: MakeTree) -> None:
    assert texts.machine_names(made_up({"docker-compose.yml": text + "\n"})) == []


def test_a_lock_with_versions_and_hashes_is_fine(made_up: MakeTree) -> None:
    text = f"# made by make lock\nfastapi[all]==0.1 ; python_version < '4' \\\n    {HASH} \\\n    {HASH}\n"
    assert texts.unpinned_locks(made_up({"requirements/run.txt": text})) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fastapi==0.1\n", "lock_unpinned"),
        (f"fastapi>=0.1 {HASH}\n", "lock_unpinned"),
        ("-r other.txt\n", "lock_unpinned"),
        ("# nothing\n", "lock_empty"),
    ],
)
def test_a_lock_that_pins_too_little_is_reported(text: str, code: str, made_up: MakeTree) -> None:
    found = texts.unpinned_locks(made_up({"requirements/run.txt": text}))
    assert [finding.code for finding in found] == [code]


def test_a_tree_without_any_lock_is_reported(made_up: MakeTree) -> None:
    assert [finding.code for finding in texts.unpinned_locks(made_up({"README.md": ""}))] == ["no_lock"]


def test_links_to_files_and_headings_are_followed(made_up: MakeTree) -> None:
    page = "# One message\n[a](docs/events.md#all-topics) [b](#one-message) [c](https://relais.example)\n"
    root = made_up({"README.md": page, "docs/events.md": "## All topics\n[up](../README.md)\n"})
    assert texts.dead_links(root) == []


@pytest.mark.parametrize("target", ["docs/missing.md", "docs/events.md#missing", "#missing", "../outside"])
def test_a_link_that_leads_nowhere_is_reported(target: str, made_up: MakeTree) -> None:
    root = made_up({"README.md": f"# Relais\n[a]({target})\n", "docs/events.md": "# Events\n"})
    assert [finding.found for finding in texts.dead_links(root)] == [target]
