"""What a check reports, and how the checks read a tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What running and testing leave behind; the same names as .gitignore.
LEFT_BEHIND = frozenset(
    {
        ".git",
        ".venv",
        "var",
        "__pycache__",
        ".pytest_cache",
        ".mypy_cache",
        ".ruff_cache",
        ".import_linter_cache",
        ".hypothesis",
    }
)
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place where the tree breaks a rule of the house."""

    code: str
    where: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.code} at {self.where}: found {self.found}, expected {self.expected}"


def every_file(root: Path, *folders: str) -> Iterator[Path]:
    """Every file below `root` (or below these folders of it) that belongs to the tree, in a fixed order."""
    starts = [root / folder for folder in folders] if folders else [root]
    for start in starts:
        for path in sorted(start.rglob("*")):
            parts = path.relative_to(root).parts
            left_behind = any(part in LEFT_BEHIND or part.endswith(".egg-info") for part in parts)
            if path.is_file() and not left_behind:
                yield path


def python_files(root: Path, *folders: str) -> list[Path]:
    """The Python files below these folders of `root`."""
    return [path for path in every_file(root, *folders) if path.suffix == ".py"]


def place(root: Path, path: Path, line: int | None = None) -> str:
    """`path/in/the/tree.py:12`, as an editor opens it."""
    name = path.relative_to(root).as_posix()
    return name if line is None else f"{name}:{line}"


def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(tree: ast.Module) -> Iterator[FUNCTIONS]:
    """Every function and method, nested ones included."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            yield node
