"""The import rules hold, and each contract fails on a tree that breaks it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.rules import imports

MakeTree = Callable[[dict[str, str]], Path]
MODULES = ("main", "settings", "handlers", "ports", "tasks", "endpoints", "commands")
BREAKS = {
    "Services never import each other": {
        "services/intake/handlers.py": "import services.console.settings\n",
    },
    "Inside a service: main, commands > adapters, handlers, tasks, endpoints, settings > ports > domain": {
        "services/intake/domain/rules.py": "import services.intake.ports\n",
    },
    "Deploy starts services, services stand on shared, shared is a stack and knows no service": {
        "shared/contracts/event.py": "import shared.chassis.relay\n",
    },
    "The domain does no I/O, reads no clock, throws no dice": {
        "services/intake/domain/rules.py": "import time\n",
    },
    "Only the chassis speaks Kafka": {
        "services/intake/adapters/kafka.py": "import aiokafka\n",
    },
    "Only adapters speak Postgres and SMTP": {
        "services/intake/handlers.py": "import asyncpg\n",
    },
    "No cycles": {
        "shared/values/money.py": "import shared.values.accounts\n",
        "shared/values/accounts.py": "import shared.values.money\n",
    },
}


def _tree(extra: dict[str, str]) -> dict[str, str]:
    files = {f"{folder}/__init__.py": "" for folder in ("services", "shared", "deploy")}
    for layer in ("chassis", "contracts", "values"):
        files[f"shared/{layer}/__init__.py"] = ""
    files["shared/chassis/relay.py"] = "import aiokafka\nimport asyncpg\nimport shared.contracts\n"
    files["deploy/command_line.py"] = "import services.intake.commands\n"
    for service in ("intake", "console"):
        files |= {f"services/{service}/{module}.py": "" for module in MODULES}
        files |= {f"services/{service}/{folder}/__init__.py": "" for folder in ("domain", "adapters")}
        files[f"services/{service}/__init__.py"] = ""
        files[f"services/{service}/adapters/postgres.py"] = (
            f"import asyncpg\nimport services.{service}.ports\nimport shared.chassis.relay\n"
        )
        files[f"services/{service}/main.py"] = f"import services.{service}.adapters.postgres\n"
    return {**files, **extra}


def test_the_repository_keeps_every_import_rule(repository: Path) -> None:
    settings = repository / "pyproject.toml"
    report = imports.lint(repository, settings)
    assert report.exit_code == 0, report.text
    assert report.kept == set(imports.contract_names(settings)), report.text
    modules = [path for name in ("services", "shared", "deploy") for path in (repository / name).rglob("*.py")]
    assert report.files >= len(modules) > 0, report.text


def test_every_contract_has_a_tree_that_breaks_it(repository: Path) -> None:
    assert set(BREAKS) == set(imports.contract_names(repository / "pyproject.toml"))


def test_a_made_up_tree_without_faults_keeps_every_contract(made_up: MakeTree, repository: Path) -> None:
    report = imports.lint(made_up(_tree({})), repository / "pyproject.toml")
    assert (report.exit_code, report.kept, report.broken) == (0, set(BREAKS), set()), report.text
    assert report.files > 0


@pytest.mark.parametrize("contract", BREAKS)
def test_a_tree_that_breaks_a_contract_is_reported(contract: str, made_up: MakeTree, repository: Path) -> None:
    report = imports.lint(made_up(_tree(BREAKS[contract])), repository / "pyproject.toml")
    assert report.exit_code != 0, report.text
    assert contract in report.broken, report.text


def test_a_name_outside_the_anatomy_breaks_the_layers(made_up: MakeTree, repository: Path) -> None:
    report = imports.lint(made_up(_tree({"services/intake/models.py": ""})), repository / "pyproject.toml")
    assert report.exit_code != 0, report.text
    assert any(name.startswith("Inside a service") for name in report.broken), report.text
