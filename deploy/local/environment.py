"""The environment of every process of the platform: pure functions from facts and secrets to variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.database_roles import ADMINISTRATION, api_role, worker_role
from deploy.local.kafka import ADMINISTRATOR
from deploy.local.postgres import DATABASE
from deploy.local.secrets import Secrets
from shared.contracts.catalogue import SERVICES


@dataclass(frozen=True)
class Surroundings:
    """The facts that every service shares. `documents` is the folder of the document store, `bounce_folder` the
    Maildir of mails that come back, `office_folders` the folder below which offices have theirs and `bank_files` the
    one that is watched for files of banks, where there are."""

    kafka_bootstrap_servers: str
    postgres_port: int
    smtp_port: int
    documents: Path
    helpdesk_contact: str = "helpdesk@relais.example"
    mail_from: str = "Relais <tokens@relais.example>"
    bounce_address: str = "bounces@relais.example"
    bounce_folder: Path | None = None
    documents_from: str = "Relais <documents@relais.example>"
    office_folders: Path | None = None
    bank_files: Path | None = None
    bank_file_quiet_s: float = 1.0
    host: str = "127.0.0.1"
    reading_processes: int = 2
    # Whoever runs this on a machine of their own has the receiving end there too.
    webhooks_allow_inside: str = "127.0.0.0/8,::1/128,localhost"


def database_roles() -> tuple[str, ...]:
    """Every PostgreSQL role besides the owner: two for each service and one for the administration."""
    return (*(role for name in SERVICES for role in (worker_role(name), api_role(name))), ADMINISTRATION)


def database_passwords(secrets: Secrets) -> dict[str, str]:
    """The password of each of `database_roles()`."""
    return {role: secrets.database_password(role) for role in database_roles()}


def service_environment(name: str, http_port: int, surroundings: Surroundings, secrets: Secrets) -> dict[str, str]:
    """All variables of one replica of the service `name`, each with the service's own prefix."""
    values = {
        "KAFKA_BOOTSTRAP_SERVERS": surroundings.kafka_bootstrap_servers,
        "KAFKA_USERNAME": name,
        "KAFKA_PASSWORD": secrets.kafka_password(name),
        "DATABASE_URL": _database_url(f"{name}_worker", surroundings, secrets),
        "API_DATABASE_URL": _database_url(f"{name}_api", surroundings, secrets),
        "OBJECT_STORE_URL": surroundings.documents.as_uri(),
        "HTTP_HOST": surroundings.host,
        "HTTP_PORT": str(http_port),
        "OPERATOR_KEY_SHA256": secrets.operator_key_sha256,
        "BEARER_PUBLIC_KEYS": secrets.bearer_public_key,
    }
    return _prefixed(name, values | _of_its_own(name, surroundings, secrets))


def administration_environment(http_port: int, surroundings: Surroundings, secrets: Secrets) -> dict[str, str]:
    """All variables of the process that makes topics, users and ACLs."""
    return _prefixed(
        ADMINISTRATION,
        {
            "KAFKA_BOOTSTRAP_SERVERS": surroundings.kafka_bootstrap_servers,
            "KAFKA_USERNAME": ADMINISTRATOR,
            "KAFKA_PASSWORD": secrets.kafka_password(ADMINISTRATOR),
            "KAFKA_PASSWORD_SECRET": secrets.kafka_password_secret,
            "DATABASE_URL": _database_url(ADMINISTRATION, surroundings, secrets),
            "HTTP_HOST": surroundings.host,
            "HTTP_PORT": str(http_port),
        },
    )


def _of_its_own(name: str, surroundings: Surroundings, secrets: Secrets) -> dict[str, str]:
    if name == "intake" and surroundings.bank_files:
        return {
            "BANK_FILE_FOLDERS": surroundings.bank_files.as_uri(),
            "BANK_FILE_QUIET_S": str(surroundings.bank_file_quiet_s),
        }
    if name == "verification":
        return {
            "HELPDESK_CONTACT": surroundings.helpdesk_contact,
            "SEALING_PUBLIC_KEY": secrets.sealing_public_key,
        }
    if name == "invoice_router":
        return {"READING_PROCESSES": str(surroundings.reading_processes)}
    if name == "token_mailer":
        return {
            "SEALING_PRIVATE_KEY": secrets.sealing_private_key,
            "TOKEN_KEY": secrets.encoded("token"),
            "BEARER_PRIVATE_KEY": secrets.bearer_private_key,
            "SMTP_HOST": surroundings.host,
            "SMTP_PORT": str(surroundings.smtp_port),
            "SMTP_TLS": "none",
            "MAIL_FROM": surroundings.mail_from,
            "BOUNCE_ADDRESS": surroundings.bounce_address,
            **({"BOUNCE_FOLDER": str(surroundings.bounce_folder)} if surroundings.bounce_folder else {}),
        }
    if name == "delivery":
        return {
            "KAFKA_ADMIN_USERNAME": ADMINISTRATOR,
            "KAFKA_ADMIN_PASSWORD": secrets.kafka_password(ADMINISTRATOR),
            "KAFKA_PASSWORD_SECRET": secrets.kafka_password_secret,
            "WEBHOOK_KEY": secrets.encoded("webhooks"),
            "WEBHOOKS_ALLOW_INSIDE": surroundings.webhooks_allow_inside,
            "SMTP_HOST": surroundings.host,
            "SMTP_PORT": str(surroundings.smtp_port),
            "SMTP_TLS": "none",
            "MAIL_FROM": surroundings.documents_from,
            "BOUNCE_ADDRESS": surroundings.bounce_address,
            **({"FOLDER_ROOT": str(surroundings.office_folders)} if surroundings.office_folders else {}),
        }
    return {}


def _database_url(role: str, surroundings: Surroundings, secrets: Secrets) -> str:
    # The passwords are base64url, so nothing needs to be quoted.
    password = secrets.database_password(role)
    return f"postgresql://{role}:{password}@{surroundings.host}:{surroundings.postgres_port}/{DATABASE}"


def _prefixed(name: str, values: Mapping[str, str]) -> dict[str, str]:
    return {f"{name.upper()}_{key}": value for key, value in values.items()}
