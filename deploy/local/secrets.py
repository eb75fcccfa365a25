"""Every secret of the platform comes from one master secret, made once, in a file that only we read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.public import PrivateKey

from shared.chassis.cluster import kafka_password

_MASTER_BYTES = 32


class Secrets:
    """The master secret of one data folder and what is derived from it.

    `file` holds `{"master": base64 of 32 bytes}` with mode 0600; it is made when it is not there.
    """

    def __init__(self, file: Path) -> None:
        if not file.exists():
            _create(file)
        self._master = base64.b64decode(json.loads(file.read_text())["master"])
        if len(self._master) != _MASTER_BYTES:
            raise ValueError(f"{file.name}: found {len(self._master)} bytes, expected {_MASTER_BYTES}")

    def derive(self, label: str) -> bytes:
        """32 bytes that belong to `label`: HMAC-SHA256 (RFC 2104) of the label under the master secret."""
        return hmac.digest(self._master, label.encode(), hashlib.sha256)

    def text(self, label: str) -> str:
        """`derive(label)` as 43 characters of unpadded base64url (RFC 4648 §5)."""
        return as_text(self.derive(label))

    def encoded(self, label: str) -> str:
        """`derive(label)` as 44 characters of base64 (RFC 4648 §4)."""
        return base64.b64encode(self.derive(label)).decode()

    def kafka_password(self, principal: str) -> str:
        """The password of a Kafka principal (`admin`, a service, an office or a software)."""
        return kafka_password(self.derive("kafka"), principal)

    def database_password(self, role: str) -> str:
        """The password of a PostgreSQL role (`postgres`, `intake_worker`, `intake_api` ...)."""
        return self.text(f"postgres/{role}")

    @property
    def kafka_password_secret(self) -> str:
        """Base64 of the 32 bytes under which all Kafka passwords are derived."""
        return self.encoded("kafka")

    @property
    def sealing_private_key(self) -> str:
        """Base64 of token_mailer's X25519 private key (RFC 7748)."""
        return self.encoded("sealing")

    @property
    def sealing_public_key(self) -> str:
        """Base64 of the X25519 public key for which e-mail addresses are sealed."""
        return base64.b64encode(bytes(PrivateKey(self.derive("sealing")).public_key)).decode()

    @property
    def bearer_private_key(self) -> str:
        """Base64 of the Ed25519 key (RFC 8032) with which token_mailer signs access tokens."""
        return self.encoded("bearer")

    @property
    def bearer_public_key(self) -> str:
        """Base64 of the key by which every service knows an access token."""
        key = Ed25519PrivateKey.from_private_bytes(self.derive("bearer"))
        return base64.b64encode(key.public_key().public_bytes_raw()).decode()

    @property
    def operator_key(self) -> str:
        """What an operator types to open the console."""
        return self.text("operator")

    @property
    def operator_key_sha256(self) -> str:
        """Hexadecimal SHA-256 of the operator key: what services are told."""
        return hashlib.sha256(self.operator_key.encode()).hexdigest()


def as_text(key: bytes) -> str:
    """Unpadded base64url (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"master": base64.b64encode(secrets.token_bytes(_MASTER_BYTES)).decode()})
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write(content)
        output.flush()
        os.fsync(output.fileno())
    try:
        os.link(unfinished, file)  # fails where rename would overwrite a secret made meanwhile
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
