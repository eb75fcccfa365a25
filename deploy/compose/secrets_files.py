"""The secrets of docker-compose.yml as files, one value a file, named as the variable that a service reads.

`python -m deploy.compose.secrets_files` writes them to `var/secrets` (a word of `make up`). They come from
the same master secret as those of `make run`, so writing them again changes nothing.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from deploy.database_roles import ADMINISTRATION
from deploy.local.environment import (
    Surroundings,
    administration_environment,
    database_passwords,
    service_environment,
)
from deploy.local.kafka import ADMINISTRATOR
from deploy.local.postgres import DATABASE
from deploy.local.secrets import Secrets
from shared.contracts.catalogue import SERVICES

MASTER = Path("var/secrets.json")
FOLDER = Path("var/secrets")
# What is no secret stands in docker-compose.yml, where one can read it.
SECRET_NAMES = frozenset(
    {
        "KAFKA_PASSWORD",
        "KAFKA_ADMIN_PASSWORD",
        "KAFKA_PASSWORD_SECRET",
        "DATABASE_URL",
        "API_DATABASE_URL",
        "OPERATOR_KEY_SHA256",
        "BEARER_PUBLIC_KEYS",
        "BEARER_PRIVATE_KEY",
        "SEALING_PUBLIC_KEY",
        "SEALING_PRIVATE_KEY",
        "TOKEN_KEY",
        "WEBHOOK_KEY",
    }
)
HTTP_PORT = 8000
# `host` is that of PostgreSQL here: it is all that the secrets say about hosts.
CONTAINERS = Surroundings(
    kafka_bootstrap_servers="kafka:9092",
    postgres_port=5432,
    smtp_port=1025,
    documents=Path("/var/lib/relais/documents"),
    host="postgres",
    office_folders=Path("/var/lib/relais/offices"),
    bank_files=Path("/var/lib/relais/bank-files"),
)


def environments(secrets: Secrets) -> dict[str, dict[str, str]]:
    """All variables of each process of ours that stays up, by its name."""
    values = {name: service_environment(name, HTTP_PORT, CONTAINERS, secrets) for name in SERVICES}
    return values | {ADMINISTRATION: administration_environment(HTTP_PORT, CONTAINERS, secrets)}


def secret_values(secrets: Secrets) -> dict[str, str]:
    """The text of each secret by the name of its file: `{"intake_kafka_password": "..."}`."""
    owner = secrets.database_password("postgres")
    values = {
        "kafka_admin_password": secrets.kafka_password(ADMINISTRATOR),
        "postgres_password": owner,
        "migration_database_url": f"postgresql://postgres:{owner}@postgres:5432/{DATABASE}",
        "migration_passwords": json.dumps(database_passwords(secrets)),
    }
    for name, environment in environments(secrets).items():
        for variable, value in environment.items():
            if variable.removeprefix(f"{name.upper()}_") in SECRET_NAMES:
                values[variable.lower()] = value
    return values


def write_secrets(secrets: Secrets, folder: Path) -> None:
    """Writes each secret to `folder`, which only its owner may enter.

    The files themselves are readable by all: Compose mounts each one with the mode it has here, and the users
    of the containers are not the user of this machine.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, value in secret_values(secrets).items():
        unfinished = folder / f".{name}.{os.getpid()}.new"
        unfinished.write_text(value, encoding="utf-8")
        unfinished.chmod(0o444)
        unfinished.replace(folder / name)


def main() -> None:
    """Writes the secrets of this checkout's containers."""
    write_secrets(Secrets(MASTER), FOLDER)


if __name__ == "__main__":
    main()
