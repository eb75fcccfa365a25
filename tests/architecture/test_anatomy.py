"""Everything is where architecture.md says and is called what it says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.rules import anatomy

MakeTree = Callable[[dict[str, str]], Path]
CARD = '"""Decides x.\n\nConsumes: a.\nPublishes: b.\nOwns: c.\n"""\n'
CHECKS = [
    anatomy.forbidden_names,
    anatomy.unknown_top_level,
    anatomy.service_anatomy,
    anatomy.service_cards,
    anatomy.migrations_with_holes,
]


def _service(name: str) -> dict[str, str]:
    modules = ["main.py", "settings.py", "handlers.py", "ports.py", "domain/__init__.py"]
    files = {f"services/{name}/{module}": "" for module in [*modules, "adapters/__init__.py"]}
    return {
        **files,
        f"services/{name}/__init__.py": CARD,
        f"services/{name}/migrations/0001_tables.sql": "select 1;",
    }


def _house() -> dict[str, str]:
    return {path: text for name in anatomy.SERVICES for path, text in _service(name).items()}


@pytest.mark.parametrize("check", CHECKS)
def test_the_repository_has_the_shape_of_the_house(check: Callable[[Path], list[object]], repository: Path) -> None:
    assert check(repository) == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_made_up_house_without_faults_is_clean(check: Callable[[Path], list[object]], made_up: MakeTree) -> None:
    assert check(made_up(_house())) == []


@pytest.mark.parametrize("name", sorted(anatomy.FORBIDDEN_NAMES))
def test_a_module_or_folder_with_an_empty_name_is_reported(name: str, made_up: MakeTree) -> None:
    root = made_up({f"shared/{name}.py": "", f"deploy/{name}/ports.py": ""})
    assert [found.found for found in anatomy.forbidden_names(root)] == [name, name]


def test_an_entry_nobody_knows_at_the_top_is_reported(made_up: MakeTree) -> None:
    root = made_up({"README.md": "", "scripts/release.sh": "", "notes.txt": "", "var/log/intake.log": ""})
    assert [found.found for found in anatomy.unknown_top_level(root)] == ["notes.txt", "scripts"]


@pytest.mark.parametrize("name", sorted(anatomy.ALWAYS - {"__init__"}))
def test_a_service_without_a_name_of_the_anatomy_is_reported(name: str, made_up: MakeTree) -> None:
    files = {path: text for path, text in _house().items() if not path.startswith(f"services/intake/{name}")}
    found = anatomy.service_anatomy(made_up(files))
    assert [(finding.code, finding.where, finding.found) for finding in found] == [
        ("anatomy_missing", "services/intake", f"no {name}")
    ]


def test_a_service_with_a_name_of_its_own_is_reported(made_up: MakeTree) -> None:
    root = made_up({**_house(), "services/intake/models.py": "", "services/intake/tasks.py": ""})
    found = anatomy.service_anatomy(root)
    assert [(finding.code, finding.found) for finding in found] == [("anatomy_foreign", "models")]


def test_a_missing_and_an_unknown_service_are_reported(made_up: MakeTree) -> None:
    files = {path: text for path, text in _house().items() if not path.startswith("services/console/")}
    found = anatomy.service_anatomy(made_up({**files, **_service("billing")}))
    assert [(finding.code, finding.found) for finding in found] == [
        ("service_set", "billing"),
        ("service_set", "console"),
    ]


@pytest.mark.parametrize("word", anatomy.CARD_WORDS)
def test_a_card_that_leaves_a_word_out_is_reported(word: str, made_up: MakeTree) -> None:
    lines = [line for line in CARD.splitlines(keepends=True) if word not in line.lower()]
    text = "".join(lines) if word != "decides" else '"""' + "".join(lines)
    root = made_up({**_house(), "services/intake/__init__.py": text})
    assert [finding.found for finding in anatomy.service_cards(root)] == [f"no word on '{word}'"]


def test_a_service_without_any_card_is_reported(made_up: MakeTree) -> None:
    root = made_up({**_house(), "services/intake/__init__.py": ""})
    assert len(anatomy.service_cards(root)) == len(anatomy.CARD_WORDS)


@pytest.mark.parametrize(
    "names",
    [
        ("0001_tables.sql", "0003_more.sql"),
        ("0002_tables.sql",),
        ("0001_tables.sql", "0001_more.sql"),
        ("0001_tables.sql", "more.sql"),
        ("0001_tables.sql", "0002_more.py"),
    ],
    ids=["hole", "late start", "twice", "no number", "no sql"],
)
def test_migrations_out_of_line_are_reported(names: tuple[str, ...], made_up: MakeTree) -> None:
    root = made_up({f"services/a/migrations/{name}": "" for name in names})
    found = anatomy.migrations_with_holes(root)
    assert [finding.where for finding in found] == ["services/a/migrations"]
