"""Where things are and what they are called: architecture.md, "The tree"."""

import re
from pathlib import Path

from tests.architecture.rules.findings import LEFT_BEHIND, Finding, every_file, place, syntax

FORBIDDEN_NAMES = frozenset({"utils", "util", "common", "core", "base", "helpers", "helper", "manager", "lib"})
TOP_LEVEL = frozenset(
    {
        "README.md",
        "Makefile",
        "docker-compose.yml",
        "pyproject.toml",
        "services",
        "shared",
        "deploy",
        "tests",
        "docs",
        ".gitattributes",
        "requirements",
        ".ci",
        ".gitignore",
        ".dockerignore",
        ".hadolint.yaml",
    }
)
SERVICES = frozenset(
    {"intake", "verification", "token_mailer", "invoice_router", "coda_reconciler", "delivery", "console"}
)
ALWAYS = frozenset({"__init__", "main", "settings", "handlers", "ports", "domain", "adapters", "migrations"})
SOMETIMES = frozenset({"tasks", "endpoints", "commands"})
CARD_WORDS = ("decides", "consumes", "publishes", "owns")
MIGRATION = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


def forbidden_names(root: Path) -> list[Finding]:
    """Modules and folders whose name says nothing about what is inside."""
    findings = []
    for path in every_file(root, "services", "shared", "deploy", "tests"):
        parts = [*path.relative_to(root).parent.parts, path.stem]
        findings += [
            Finding("name_says_nothing", place(root, path), part, "a noun one could use in a letter")
            for part in parts
            if part in FORBIDDEN_NAMES
        ]
    return findings


def unknown_top_level(root: Path) -> list[Finding]:
    """Entries beside README.md that the tree of architecture.md does not have."""
    names = {entry.name for entry in root.iterdir()}
    unknown = {name for name in names - TOP_LEVEL - LEFT_BEHIND if not name.endswith(".egg-info")}
    return [Finding("unknown_top_level_entry", name, name, f"one of {sorted(TOP_LEVEL)}") for name in sorted(unknown)]


def _names_in(service: Path) -> set[str]:
    inside = (entry for entry in service.iterdir() if entry.name not in LEFT_BEHIND)
    return {entry.stem if entry.suffix == ".py" else entry.name for entry in inside}


def service_anatomy(root: Path) -> list[Finding]:
    """Services that lack a name of the anatomy or have one of their own, and services that are not known."""
    folders = {path.name: path for path in (root / "services").iterdir() if path.is_dir()}
    folders = {name: path for name, path in folders.items() if name not in LEFT_BEHIND}
    findings = [
        Finding("service_set", "services", name, f"exactly {sorted(SERVICES)}")
        for name in sorted(set(folders) ^ SERVICES)
    ]
    for name, folder in sorted(folders.items()):
        names = _names_in(folder)
        expected = f"{sorted(ALWAYS)} and where needed {sorted(SOMETIMES)}"
        for missing in sorted(ALWAYS - names):
            findings.append(Finding("anatomy_missing", f"services/{name}", f"no {missing}", expected))
        for foreign in sorted(names - ALWAYS - SOMETIMES):
            findings.append(Finding("anatomy_foreign", f"services/{name}", foreign, expected))
    return findings


def service_cards(root: Path) -> list[Finding]:
    """Services whose `__init__` docstring does not say what they decide, consume, publish and own."""
    findings = []
    for path in sorted((root / "services").glob("*/__init__.py")):
        words = re.findall(r"(\w+)\W+(?=\w)", _docstring(path).lower())
        for word in CARD_WORDS:
            if word not in words:
                findings.append(Finding("card_incomplete", place(root, path), f"no word on '{word}'", str(CARD_WORDS)))
    return findings


def _docstring(path: Path) -> str:
    body = syntax(path).body
    first = getattr(getattr(body[0], "value", None), "value", "") if body else ""
    return first if isinstance(first, str) else ""


def migrations_with_holes(root: Path) -> list[Finding]:
    """Folders of migrations that are not numbered 0001, 0002 … without holes and repeats."""
    findings = []
    for folder in sorted(path for path in root.rglob("migrations") if path.is_dir()):
        relative = folder.relative_to(root)
        if any(part in LEFT_BEHIND for part in relative.parts):
            continue
        files = [path.name for path in sorted(folder.iterdir()) if path.name not in LEFT_BEHIND]
        matches = [MIGRATION.fullmatch(name) for name in files]
        numbers = [int(match[1]) for match in matches if match]
        if not files or len(numbers) != len(files) or numbers != list(range(1, len(files) + 1)):
            findings.append(
                Finding("migrations_numbering", relative.as_posix(), str(files), "0001_….sql, 0002_….sql, …")
            )
    return findings
