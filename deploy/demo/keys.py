"""The keys of the demo: always the same for the same secrets, so nothing needs to be remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from deploy.demo.directory import OFFICES, SOFTWARES
from shared.chassis.administration import kafka_password
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.contracts.access import Mode


class Derivation(Protocol):
    """The secrets of one data folder (`deploy.local.secrets.Secrets`)."""

    def derive(self, label: str) -> bytes:
        """32 bytes that belong to a label."""
        ...


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """What `addresses.json` tells: each software's live and test key by slug, each office's credentials by id."""

    softwares: Mapping[str, str]
    sandbox: Mapping[str, str]
    offices: Mapping[str, Mapping[str, str]]


def demo_keys(secrets: Derivation) -> DemoKeys:
    """The keys for these secrets."""
    return DemoKeys(
        softwares={software.slug: _key(secrets, "software", software.slug) for software in SOFTWARES},
        sandbox={software.slug: _key(secrets, "sandbox", software.slug, "test") for software in SOFTWARES},
        offices={office.office_id: _office_credentials(secrets, office.office_id) for office in OFFICES},
    )


def as_entry(key: str, scopes: tuple[str, ...] = ()) -> dict[str, Any]:
    """A key as the directory takes it: its id and the digest of its secret."""
    parsed = parse_key(key)
    return {
        "credential_id": parsed.credential_id,
        "secret_sha256": secret_sha256(parsed.secret_text),
        "mode": parsed.mode,
        "scopes": list(scopes),
    }


def _key(secrets: Derivation, kind: str, owner: str, mode: Mode = "live") -> str:
    name = secrets.derive(f"{kind}-key-id|{owner}").hex()[:16]
    return make_key(mode, name, secrets.derive(f"{kind}-key|{owner}"))


def _office_credentials(secrets: Derivation, office_id: str) -> dict[str, str]:
    principal = f"office.{office_id}"
    return {
        "key": _key(secrets, "office", office_id),
        "kafka_username": principal,
        "kafka_password": kafka_password(secrets.derive("kafka"), principal),
    }
