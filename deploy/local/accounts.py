"""When root starts the platform: which user PostgreSQL drops to, and what that user can reach."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from platformdirs import site_data_path

from deploy.local.problems import CannotStart
from deploy.local.processes import Account


def lesser_account() -> Account | None:
    """None for an ordinary user; for root the account `postgres`, else `nobody`; raises `CannotStart`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    found = "it refuses to run as root and there is no user postgres or nobody"
    raise CannotStart("no_account", "postgres", found, "run as an ordinary user or add a user named postgres")


def can_reach(account: Account, folder: Path) -> bool:
    """Whether `account` can enter `folder`, or what of it exists already."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    done = subprocess.run(
        ["test", "-x", str(existing)],
        user=account.user_id,
        group=account.group_id,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return done.returncode == 0


def reachable_folder(folder: Path, account: Account | None) -> Path:
    """`folder`, or one of the same purpose outside, where `account` may not enter the way to it.

    A checkout under root's home is such a case. The folder outside carries the digest of the path it
    stands for and a file `stands_for` that names it.
    """
    if account is None or can_reach(account, folder.parent):
        return folder
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    outside = site_data_path("relais") / f"{folder.name}-{digest}"
    _make_public(outside.parent)
    outside.mkdir(mode=0o755, exist_ok=True)
    (outside / "stands_for").write_text(f"{folder}\n")
    return outside / folder.name


def reachable_copy(tree: Path, version: str, account: Account | None) -> Path:
    """`tree` itself, or a copy made once where `account` can run what is in it."""
    if account is None or can_reach(account, tree):
        return tree
    copy = site_data_path("relais") / f"{tree.name}-{version}"
    if not copy.exists():
        _make_public(copy.parent)
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}.new")
        shutil.copytree(tree, unfinished, symlinks=True)
        try:
            unfinished.rename(copy)
        except OSError:
            shutil.rmtree(unfinished)  # another process was first
    return copy


def _make_public(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
