"""The import rules, kept by import-linter from the contracts in pyproject.toml."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ANALYSED = re.compile(r"Analyzed (\d+) files?, (\d+) dependenc")
VERDICT = re.compile(r"^(?P<name>\S.*?) (?P<verdict>KEPT|BROKEN)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What import-linter said: its exit code, how many files it read, and the verdict on each contract."""

    exit_code: int
    files: int
    kept: frozenset[str]
    broken: frozenset[str]
    text: str


def contract_names(settings: Path) -> list[str]:
    """The names of the contracts in a pyproject.toml, in its order."""
    with settings.open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return [contract["name"] for contract in contracts]


def lint(root: Path, settings: Path) -> ImportReport:
    """Runs import-linter in `root` with the contracts of `settings`."""
    words = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", str(settings)]
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "400", "NO_COLOR": "1"}
    run = subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False)
    text = run.stdout + run.stderr
    analysed = ANALYSED.search(text)
    verdicts = {match["name"]: match["verdict"] for match in VERDICT.finditer(run.stdout)}
    return ImportReport(
        exit_code=run.returncode,
        files=int(analysed[1]) if analysed else 0,
        kept=frozenset(name for name, verdict in verdicts.items() if verdict == "KEPT"),
        broken=frozenset(name for name, verdict in verdicts.items() if verdict == "BROKEN"),
        text=text,
    )
