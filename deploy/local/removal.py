"""`make clean`: removes the data of a stopped platform, also what lies outside the checkout.

python -m deploy.local.removal [--folder var]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from deploy.local.accounts import lesser_account, reachable_folder
from deploy.local.platform import ROOT
from deploy.local.problems import CannotStart
from deploy.local.supervisor import Supervisor


def remove(folder: Path) -> None:
    """Deletes all data of the platform in `folder`; raises `AlreadyRunning` while it runs."""
    if not folder.exists():
        return
    Supervisor(folder / "run").claim()
    data = folder.resolve() / "postgres"
    outside = reachable_folder(data, lesser_account())
    if outside != data:
        shutil.rmtree(outside.parent, ignore_errors=True)
    shutil.rmtree(folder)


def main() -> None:
    """Removes, or says in one sentence why not."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.removal", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "var")
    try:
        remove(parser.parse_args().folder)
    except CannotStart as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
