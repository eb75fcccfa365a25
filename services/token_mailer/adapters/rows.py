"""Records to JSON rows and back; column names are the records' own."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.token_mailer.domain.records import Connection, IssuedCredential, Mail, Token
from shared.contracts.documents import Sealed
from shared.values import (
    ConnectionId,
    CredentialId,
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
    "scopes": tuple,
    "secret_sha256": Sha256,
    "sha256": Sha256,
    "software": SoftwareSlug,
}


def as_json(records: Sequence[Token | Mail | IssuedCredential]) -> str:
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


def connection_of(row: Row) -> Connection:
    """A row of `connections`."""
    columns = dict(row.items())
    sealed: Any = Sealed(key_id=columns.pop("email_key_id"), ciphertext=columns.pop("email_ciphertext"))
    return Connection(email=sealed, **_typed(columns.items()))


def token_of(row: Row) -> Token:
    """A row of `tokens`."""
    return Token(**_typed(row.items()))


def mail_of(row: Row) -> Mail:
    """A row of `mails`."""
    return Mail(**_typed(row.items()))


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
