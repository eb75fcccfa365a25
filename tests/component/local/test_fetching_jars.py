"""Kafka's jars are exactly the locked ones, whole or not there at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.jars import Jar, cached_libraries, locked_jars
from deploy.local.problems import CannotStart

CONTENT = b"not really a jar"
JAR = Jar("org.example", "thing", "1.0", hashlib.sha256(CONTENT).hexdigest())


def serve(monkeypatch: pytest.MonkeyPatch, content: bytes) -> list[Jar]:
    """Puts a download that gives `content` in the place of the network; what was asked for."""
    asked: list[Jar] = []

    def download(jar: Jar, cache: Path) -> Path:
        asked.append(jar)
        cache.mkdir(parents=True, exist_ok=True)
        file = cache / jar.file_name
        file.write_bytes(content)
        return file

    monkeypatch.setattr(jars, "_download", download)
    return asked


def test_the_lock_names_forty_six_jars_of_kafka_four(tmp_path: Path) -> None:
    locked = locked_jars()
    assert len(locked) == 46
    assert {each.version for each in locked if each.group == "org.apache.kafka"} == {"4.3.1"}


def test_a_line_of_another_shape_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jars.lock").write_text("org.example:thing:1.0\n")
    with pytest.raises(ValueError, match="line 1"):
        locked_jars(tmp_path / "jars.lock")


def test_a_second_run_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = serve(monkeypatch, CONTENT)
    first = cached_libraries((JAR,), tmp_path)
    second = cached_libraries((JAR,), tmp_path)
    assert first == second
    assert len(asked) == 1
    assert (first / "thing-1.0.jar").read_bytes() == CONTENT


def test_a_changed_jar_is_refused_and_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, b"something else")
    with pytest.raises(CannotStart) as refused:
        cached_libraries((JAR,), tmp_path)
    assert refused.value.code == "wrong_digest"
    assert list(tmp_path.iterdir()) == []


def test_an_incomplete_folder_is_made_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, CONTENT)
    folder = cached_libraries((JAR,), tmp_path)
    (folder / JAR.file_name).unlink()
    assert (cached_libraries((JAR,), tmp_path) / JAR.file_name).is_file()
