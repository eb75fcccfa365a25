"""Records to JSON rows and back; column names are the records' own."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.token_mailer.domain.records import Connection, IssuedCredential, Mail, Token
from services.token_mailer.domain.sandbox import SandboxMail
from shared.contracts.directory import CompanyChanged
from shared.contracts.documents import Sealed
from shared.values import (
    ConnectionId,
    CredentialId,
    EmailAddress,
    EnterpriseNumber,
    Language,
    OfficeId,
    Sha256,
    SoftwareSlug,
)


class Row(Protocol):
    """A record of asyncpg: columns with their names."""

    def items(self) -> Iterable[tuple[str, Any]]: ...


_VALUES: dict[str, Any] = {
    "connection_id": ConnectionId,
    "credential_id": CredentialId,
    "enterprise_number": EnterpriseNumber,
    "language": Language,
    "office_id": OfficeId,
    "recipient": EmailAddress,
    "scopes": tuple,
    "secret_sha256": Sha256,
    "sha256": Sha256,
    "software": SoftwareSlug,
}


def as_json(records: Sequence[Token | Mail | IssuedCredential | SandboxMail]) -> str:
    """One JSON array for `jsonb_populate_recordset`."""
    return json.dumps([asdict(record) for record in records], default=_told)


def connections_as_json(connections: Sequence[Connection]) -> str:
    """As `as_json`; the sealed address becomes two columns."""
    rows = []
    for connection in connections:
        row = {field.name: getattr(connection, field.name) for field in fields(connection)}
        sealed = row.pop("email")
        rows.append(row | {"email_key_id": sealed.key_id, "email_ciphertext": sealed.ciphertext})
    return json.dumps(rows, default=_told)


def companies_as_json(snapshots: Sequence[tuple[CompanyChanged, int]]) -> str:
    """Companies with the periods of their offices and their sealed addresses, as rows of `company_offices`."""
    rows = [
        {
            "enterprise_number": body.enterprise_number,
            "sequence": sequence,
            "periods": [each.model_dump(mode="json") for each in body.offices],
            "email_key_id": body.email.key_id if body.email else "",
            "email_ciphertext": body.email.ciphertext if body.email else "",
            "address_version": body.address_version,
        }
        for body, sequence in snapshots
    ]
    return json.dumps(rows)


def connection_of(row: Row) -> Connection:
    """A row of `connections`."""
    columns = [column for column in row.items() if not column[0].startswith("email_")]
    return Connection(email=sealed_of(row), **_typed(columns))


def sealed_of(row: Row) -> Sealed[EmailAddress]:
    """The sealed address of a row, in its two columns."""
    columns = dict(row.items())
    return Sealed(key_id=columns["email_key_id"], ciphertext=columns["email_ciphertext"])


def token_of(row: Row) -> Token:
    """A row of `tokens`."""
    return Token(**_typed(row.items()))


def mail_of(row: Row) -> Mail:
    """A row of `mails`."""
    return Mail(**_typed(row.items()))


def sandbox_mail_of(row: Row) -> SandboxMail:
    """A row of `sandbox_mails`."""
    return SandboxMail(**_typed(row.items()))


def credential_of(row: Row) -> IssuedCredential:
    """A row of `connection_credentials`."""
    columns = _typed(row.items())
    return IssuedCredential(**columns | {"cause_id": UUID(str(columns["cause_id"]))})


def _typed(columns: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: _VALUES[name](value) if name in _VALUES else value for name, value in columns}


def _told(value: object) -> str:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
