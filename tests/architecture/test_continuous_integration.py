"""`.ci/run` tells the truth: what is red stays red, and pytest's own line comes last."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

GREEN = {
    "check": "Analyzed 12 files, 30 dependencies.",
    "test": "=================== 41 passed in 3.21s ===================",
    "demo": "story complete",
}


def _run(folder: Path, repository: Path, said: dict[str, str], codes: dict[str, int], home: str) -> tuple[int, str]:
    """Runs a copy of `.ci/run` with a `make` that says these words and ends with these codes."""
    (folder / "tree/.ci").mkdir(parents=True)
    shutil.copy(repository / ".ci/run", folder / "tree/.ci/run")
    cases = "".join(f'{word}) echo "{text}"; exit {codes.get(word, 0)} ;;\n' for word, text in said.items())
    make = folder / "programs/make"
    make.parent.mkdir()
    make.write_text(f'#!/bin/sh\necho "$1" >>"{folder}/words"\ncase $1 in\n{cases}esac\n', encoding="utf-8")
    make.chmod(0o755)
    environment = {"PATH": f"{make.parent}:{os.environ['PATH']}", "HOME": home}
    # Closes the standard input altogether, as some runners do.
    words = ["bash", "-c", 'exec "$0" <&-', str(folder / "tree/.ci/run")]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_green_run_ends_with_the_line_of_pytest(tmp_path: Path, repository: Path) -> None:
    code, text = _run(tmp_path, repository, GREEN, {}, str(tmp_path))
    assert (code, text.splitlines()[-1]) == (0, "41 passed in 3.21s")
    assert (tmp_path / "words").read_text(encoding="utf-8").split() == ["check", "test", "demo"]
    assert "RED" not in text


@pytest.mark.parametrize("word", sorted(GREEN))
def test_a_red_step_makes_the_run_red_and_the_others_still_run(word: str, tmp_path: Path, repository: Path) -> None:
    code, text = _run(tmp_path, repository, GREEN, {word: 3}, str(tmp_path))
    assert code != 0
    assert f"RED: {word} (exit 3)" in text
    assert (tmp_path / "words").read_text(encoding="utf-8").split() == ["check", "test", "demo"]
    assert text.splitlines()[-1] == "41 passed in 3.21s"


def test_failures_that_pytest_counted_stand_in_the_last_line(tmp_path: Path, repository: Path) -> None:
    said = GREEN | {"test": "===== 2 failed, 39 passed, 1 warning in 61.20s (0:01:01) ====="}
    code, text = _run(tmp_path, repository, said, {"test": 1}, str(tmp_path))
    assert code != 0
    assert text.splitlines()[-1] == "2 failed, 39 passed, 1 warning in 61.20s (0:01:01)"


@pytest.mark.parametrize(
    ("word", "text"), [("check", "Analyzed 0 files, 0 dependencies."), ("check", "quiet"), ("test", "quiet")]
)
def test_a_step_that_looked_at_nothing_is_red(word: str, text: str, tmp_path: Path, repository: Path) -> None:
    code, output = _run(tmp_path, repository, GREEN | {word: text}, {}, str(tmp_path))
    assert code != 0
    assert f"RED: {word}" in output


def test_a_runner_without_a_home_gets_one_in_the_checkout(tmp_path: Path, repository: Path) -> None:
    code, _ = _run(tmp_path, repository, GREEN, {}, "")
    assert code == 0
    assert (tmp_path / "tree/var/home").is_dir()
