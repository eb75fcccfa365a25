"""What must not stand in the code: a clock or dice in what decides, `assert` and `print` in the product."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rules.findings import Finding, place, python_files, syntax

BANNED_MODULES = ("random", "secrets", "time")
BANNED_NAMES = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "os.environ",
        "os.getenv",
        "os.urandom",
        "uuid.getnode",
        "uuid.uuid1",
        "uuid.uuid4",
    }
)
BANNED_BUILTINS = frozenset({"open", "input", "print", "__import__"})


def _origins(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: `{"clock": "datetime.datetime"}`."""
    origins: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                first = name.name.partition(".")[0]
                origins[name.asname or first] = name.name if name.asname else first
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for name in node.names:
                origins[name.asname or name.name] = f"{node.module}.{name.name}"
    return origins


def _dotted(node: ast.expr, origins: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return origins.get(node.id)
    if isinstance(node, ast.Attribute):
        left = _dotted(node.value, origins)
        return f"{left}.{node.attr}" if left else None
    return None


def _impure(tree: ast.Module) -> Iterator[tuple[int, str]]:
    origins = _origins(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in BANNED_BUILTINS - origins.keys():
            yield node.lineno, node.id
        if isinstance(node, ast.Name | ast.Attribute):
            name = _dotted(node, origins) or ""
            if name in BANNED_NAMES or name.partition(".")[0] in BANNED_MODULES:
                yield node.lineno, name


def clock_or_dice(root: Path) -> list[Finding]:
    """Time, randomness, the environment or files used where only arguments may bring them."""
    folders = [path.relative_to(root).as_posix() for path in sorted((root / "services").glob("*/domain*"))]
    folders += [path.relative_to(root).as_posix() for path in sorted((root / "services").glob("*/ports*"))]
    findings = []
    for path in _pure_files(root, [*folders, "shared/contracts", "shared/values"]):
        findings += [
            Finding("impure", place(root, path, line), name, "time, randomness and bytes as arguments")
            for line, name in _impure(syntax(path))
        ]
    return sorted(set(findings))


def _pure_files(root: Path, names: list[str]) -> Iterator[Path]:
    for name in names:
        yield from [root / name] if name.endswith(".py") else python_files(root, name)


def asserts(root: Path) -> list[Finding]:
    """`assert` in the product: gone under `python -O`, and it has no code, place or expectation to tell."""
    return [
        Finding("assert_in_product", place(root, path, node.lineno), "assert", "an error with a stable code")
        for path in python_files(root, "services", "shared", "deploy")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Assert)
    ]


def prints(root: Path) -> list[Finding]:
    """`print` in services and shared, whose only voice is the log."""
    return [
        Finding("print_in_service", place(root, path, node.lineno), "print", "a log line, or typer.echo")
        for path in python_files(root, "services", "shared")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Name) and node.id == "print"
    ]
