"""Apache Kafka's jars: exactly those of `jars.lock`, fetched once, checked by SHA-256, cached for good.

Every line of the lock is `group:artifact:version sha256`. The dependency tree is never resolved here: a
resolver once took an older kafka-clients and the broker died with NoSuchMethodError.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from deploy.local.problems import CannotStart

LOCK = Path(__file__).with_name("jars.lock")
_DOWNLOADS_AT_ONCE = 8
_ATTEMPTS = 3


@dataclass(frozen=True)
class Jar:
    """One pinned file of Maven Central."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """`artifact-version.jar`, as Maven names it."""
        return f"{self.artifact}-{self.version}.jar"


def locked_jars(lock: Path = LOCK) -> tuple[Jar, ...]:
    """The jars of a lock file, in its order; raises ValueError on a line of another shape."""
    jars = []
    for number, line in enumerate(lock.read_text().splitlines(), start=1):
        coordinate, _, sha256 = line.partition(" ")
        if coordinate.count(":") != 2 or len(sha256) != 64:
            expected = "group:artifact:version sha256"
            raise ValueError(f"{lock.name} line {number}: found {line!r}, expected {expected}")
        group, artifact, version = coordinate.split(":")
        jars.append(Jar(group, artifact, version, sha256))
    return tuple(jars)


def kafka_libraries() -> Path:
    """The folder with Kafka's jars, fetched when it is not there yet; `RELAIS_KAFKA_LIBS` names another.

    Raises `CannotStart` with `download_failed` or `wrong_digest`. Takes seconds the first time: call it in
    a thread.
    """
    named = os.environ.get("RELAIS_KAFKA_LIBS")
    if named:
        return Path(named)
    return cached_libraries(locked_jars(), user_cache_path("relais"))


def cached_libraries(jars: tuple[Jar, ...], cache: Path) -> Path:
    """The folder under `cache` with exactly these jars; its name is the digest of their digests."""
    digest = hashlib.sha256("\n".join(jar.sha256 for jar in jars).encode()).hexdigest()
    folder = cache / f"kafka-{digest[:16]}"
    if folder.is_dir() and all((folder / jar.file_name).is_file() for jar in jars):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="download-", dir=cache))
    try:
        _fetch_all(jars, work)
        _publish(work / "libs", folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def _publish(complete: Path, folder: Path) -> None:
    """Renames into place, so that the folder is there whole or not at all."""
    try:
        complete.rename(folder)
    except OSError:
        # Another process was first (its content is the same), or an incomplete folder lies there.
        if not all((folder / jar.name).is_file() for jar in complete.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)
            complete.rename(folder)


def _fetch_all(jars: tuple[Jar, ...], work: Path) -> None:
    (work / "libs").mkdir()
    with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as pool:
        for _ in pool.map(lambda jar: _fetch(jar, work), jars):
            pass


def _fetch(jar: Jar, work: Path) -> None:
    error: Exception | None = None
    for attempt in range(_ATTEMPTS):
        try:
            fetched = _download(jar, work / f"try-{attempt}")
            break
        except Exception as problem:  # jgo raises RuntimeError, requests its own, the disk OSError
            error = problem
    else:
        raise CannotStart(
            "download_failed",
            "kafka",
            f"{jar.file_name} could not be fetched ({error})",
            "check network and disk, or name a folder with the jars in RELAIS_KAFKA_LIBS",
        )
    check_digest(fetched, jar)
    fetched.rename(work / "libs" / jar.file_name)


def _download(jar: Jar, cache: Path) -> Path:
    from jgo.maven import MavenContext  # here, because it costs 25 MB of memory and is needed once

    context = MavenContext(repo_cache=cache, local_repos=[], timeout=60)
    return Path(context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve())


def check_digest(file: Path, jar: Jar) -> None:
    """Raises `CannotStart` with `wrong_digest` unless the file is byte for byte what the lock names."""
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != jar.sha256:
        raise CannotStart(
            "wrong_digest",
            "kafka",
            f"{jar.file_name} has SHA-256 {found}, not {jar.sha256}",
            "do not use it: something between here and the repository changed it",
        )
