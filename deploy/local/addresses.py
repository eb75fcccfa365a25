"""Where everything can be reached: what `make run` prints and `var/run/addresses.json` holds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TypedDict


class Addresses(TypedDict):
    """`door`, `console`, `mailbox`: `http://host:port`; `kafka`: `host:port`; `postgres`: the owner's URL.

    `softwares`: the live key of each billing software by slug, `sandbox`: its test key; `offices`: the credentials
    of each office by id;
    `operator`: the key that opens the console. The file is readable by its owner alone.
    """

    door: str
    console: str
    mailbox: str
    kafka: str
    postgres: str
    operator: str
    softwares: dict[str, str]
    sandbox: dict[str, str]
    offices: dict[str, dict[str, Any]]


def write_addresses(file: Path, addresses: Addresses) -> None:
    """Replaces the file in one step, mode 0600."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        json.dump(addresses, output, indent=2, ensure_ascii=False)
    unfinished.replace(file)


def read_addresses(file: Path) -> Addresses | None:
    """What `write_addresses` left, or None when nothing was written yet."""
    if not file.exists():
        return None
    content: Addresses = json.loads(file.read_text())
    return content


def address_table(addresses: Addresses) -> str:
    """The addresses for a person at a terminal: one a line, demo keys last."""
    rows = [
        ("door (the API)", addresses["door"]),
        ("console", f"{addresses['console']}  key {addresses['operator']}"),
        ("mailbox", addresses["mailbox"]),
        ("Kafka", f"{addresses['kafka']}  (SASL_PLAINTEXT, SCRAM-SHA-512)"),
        ("PostgreSQL", addresses["postgres"]),
    ]
    rows += [(f"software {slug}", key) for slug, key in list(addresses["softwares"].items())[:3]]
    rows += [(f"sandbox {slug}", key) for slug, key in list(addresses["sandbox"].items())[:1]]
    rows += [
        (f"office {office}", " ".join(f"{name} {value}" for name, value in credentials.items()))
        for office, credentials in addresses["offices"].items()
    ]
    return "\n".join(f"  {name:<20}{value}" for name, value in rows)
