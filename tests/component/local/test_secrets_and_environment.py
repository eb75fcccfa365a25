"""One master secret gives every password; each service is told its own and nothing else."""

from __future__ import annotations

import base64
from pathlib import Path

from nacl.public import PrivateKey, PublicKey, SealedBox

from deploy.local.environment import (
    Surroundings,
    administration_environment,
    database_passwords,
    service_environment,
)
from deploy.local.secrets import Secrets
from shared.chassis.cluster import kafka_password
from shared.contracts.catalogue import SERVICES

COMMON = {
    "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_USERNAME", "KAFKA_PASSWORD", "DATABASE_URL", "API_DATABASE_URL",
    "OBJECT_STORE_URL", "HTTP_HOST", "HTTP_PORT", "OPERATOR_KEY_SHA256", "BEARER_PUBLIC_KEYS",
}  # fmt: skip
OWN = {
    "verification": {"HELPDESK_CONTACT", "SEALING_PUBLIC_KEY"},
    "invoice_router": {"READING_PROCESSES"},
    "token_mailer": {
        "SEALING_PRIVATE_KEY",
        "BEARER_PRIVATE_KEY",
        "TOKEN_KEY",
        "SMTP_HOST",
        "SMTP_PORT",
        "SMTP_TLS",
        "MAIL_FROM",
        "BOUNCE_ADDRESS",
    },
    "delivery": {
        "KAFKA_ADMIN_USERNAME",
        "KAFKA_ADMIN_PASSWORD",
        "KAFKA_PASSWORD_SECRET",
        "WEBHOOK_KEY",
        "WEBHOOKS_ALLOW_INSIDE",
        "SMTP_HOST",
        "SMTP_PORT",
        "SMTP_TLS",
        "MAIL_FROM",
        "BOUNCE_ADDRESS",
    },
}


def surroundings(folder: Path) -> Surroundings:
    return Surroundings("127.0.0.1:9092", 54329, 2525, folder / "documents")


def test_the_master_secret_is_made_once_and_only_we_may_read_it(tmp_path: Path) -> None:
    first, second = Secrets(tmp_path / "secrets.json"), Secrets(tmp_path / "secrets.json")
    other = Secrets(tmp_path / "other.json")
    assert first.derive("token") == second.derive("token")
    assert first.derive("token") != first.derive("sealing")
    assert first.derive("token") != other.derive("token")
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_each_service_gets_exactly_the_variables_it_reads(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.json")
    for name in SERVICES:
        variables = service_environment(name, 8000, surroundings(tmp_path), secrets)
        expected = {f"{name.upper()}_{each}" for each in COMMON | OWN.get(name, set())}
        assert set(variables) == expected


def test_no_service_is_told_the_password_of_another(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.json")
    told = {
        name: " ".join(service_environment(name, 8000, surroundings(tmp_path), secrets).values()) for name in SERVICES
    }
    for role, password in database_passwords(secrets).items():
        knowing = {name for name, text in told.items() if password in text}
        assert knowing == {name for name in SERVICES if role in (f"{name}_worker", f"{name}_api")}


def test_the_administration_can_derive_the_kafka_password_of_every_service(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.json")
    variables = administration_environment(8000, surroundings(tmp_path), secrets)
    secret = base64.b64decode(variables["ADMINISTRATION_KAFKA_PASSWORD_SECRET"])
    intake = service_environment("intake", 8000, surroundings(tmp_path), secrets)
    assert kafka_password(secret, "intake") == intake["INTAKE_KAFKA_PASSWORD"]


def test_what_is_sealed_for_token_mailer_opens_with_its_private_key(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.json")
    sealed = SealedBox(PublicKey(base64.b64decode(secrets.sealing_public_key))).encrypt(b"zoe@firma.example")
    private_key = PrivateKey(base64.b64decode(secrets.sealing_private_key))
    assert SealedBox(private_key).decrypt(sealed) == b"zoe@firma.example"
