"""Who chose a port listens there only later: meanwhile nobody else chooses it, in this process or in another one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.ports import Ports

ANOTHER = """
import sys, tempfile
from pathlib import Path
from deploy.local import ports

tempfile.tempdir, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ports._BELOW_EPHEMERAL = range(first, last)
chosen = ports.Ports(Path(sys.argv[4]), free_ports=True)
print(*(chosen.of(str(number)) for number in range(14)), flush=True)
sys.stdin.read()
"""


def free_row() -> range:
    """Sixteen ports in a row that nobody has."""
    everything = ports._BELOW_EPHEMERAL
    rows = (range(first, first + 16) for first in range(everything.start, everything.stop - 16, 16))
    return next(row for row in rows if all(ports.is_free(port) and port not in ports._ours for port in row))


def test_two_processes_that_choose_at_one_time_never_choose_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = free_row()
    monkeypatch.setattr(ports, "_BELOW_EPHEMERAL", row)
    monkeypatch.setattr(ports, "_agreement", None)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    words = (str(tmp_path), str(row.start), str(row.stop), str(tmp_path / "ports.json"))
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdin is not None
        theirs = {int(port) for port in other.stdout.readline().split()}
        mine = Ports(tmp_path / "mine.json", free_ports=True).of("mine")
        other.stdin.close()
    assert len(theirs) == 14
    assert mine not in theirs and mine in row


def test_two_folders_of_one_process_never_get_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_BELOW_EPHEMERAL", free_row())
    folders = [Ports(tmp_path / f"{number}.json", free_ports=True) for number in range(8)]
    assert len({folder.of("one") for folder in folders}) == 8
