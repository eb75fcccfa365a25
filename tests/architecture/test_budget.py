"""Files and functions stay within the budget."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.rules import sizes

MakeTree = Callable[[dict[str, str]], Path]


def _function(lines: int) -> str:
    return "def decide():\n" + "    number = 1\n" * (lines - 1)


def _lines(count: int) -> str:
    return "number = 1\n" * count


@pytest.mark.parametrize("check", [sizes.files_too_long, sizes.functions_too_long])
def test_the_repository_keeps_the_budget(check: Callable[[Path], list[object]], repository: Path) -> None:
    assert check(repository) == []


@pytest.mark.parametrize("folder", ["services/a", "shared", "deploy", "tests/unit"])
def test_a_file_of_301_lines_is_reported(folder: str, made_up: MakeTree) -> None:
    short = {f"shared/short_{number}.py": _lines(10) for number in range(30)}
    root = made_up({**short, f"{folder}/long.py": _lines(301)})
    assert [(found.code, found.where) for found in sizes.files_too_long(root)] == [
        ("file_too_long", f"{folder}/long.py")
    ]


def test_a_file_of_exactly_300_lines_is_fine(made_up: MakeTree) -> None:
    short = {f"shared/short_{number}.py": _lines(10) for number in range(30)}
    assert sizes.files_too_long(made_up({**short, "shared/long.py": _lines(300)})) == []


def test_many_files_of_251_lines_are_reported_together(made_up: MakeTree) -> None:
    root = made_up({f"shared/file_{number}.py": _lines(251 if number < 2 else 10) for number in range(20)})
    assert [found.code for found in sizes.files_too_long(root)] == ["files_too_long_at_p95"]


def test_a_function_of_51_lines_is_reported_with_its_line(made_up: MakeTree) -> None:
    short = {"shared/short.py": _function(10) * 30}
    root = made_up({**short, "services/a/handlers.py": "\n" + _function(51)})
    assert [(found.code, found.where) for found in sizes.functions_too_long(root)] == [
        ("function_too_long", "services/a/handlers.py:2 decide")
    ]


def test_a_long_method_that_is_asynchronous_is_reported_too(made_up: MakeTree) -> None:
    body = "class Handler:\n    async def decide(self):\n" + "        number = 1\n" * 50
    root = made_up({"shared/short.py": _function(10) * 30, "deploy/long.py": body})
    assert [found.code for found in sizes.functions_too_long(root)] == ["function_too_long"]


def test_many_functions_of_26_lines_are_reported_together(made_up: MakeTree) -> None:
    root = made_up({"shared/a.py": _function(26) * 2 + _function(10) * 18})
    assert [found.code for found in sizes.functions_too_long(root)] == ["functions_too_long_at_p95"]
