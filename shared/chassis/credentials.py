"""Who may call, as this service knows it: its own projection of softwares, offices and connections.

No service asks another whether a key is right. Compacted topics carry the digests; this table is what they
said.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.chassis.database import Connection, Database
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Batch, Consequence, Received
from shared.contracts.access import Credential, Mode
from shared.contracts.connections import ConnectionChanged
from shared.contracts.directory import OfficeChanged, SoftwareChanged

KEPT_SECONDS = 2.0
"""How long a credential that was read is believed: a revocation reaches every service within seconds."""
WAITING_SECONDS = 2.0
"""How long a well-formed id that is unknown may still arrive: the caller may be faster than the topic."""
_LOOK_AGAIN_SECONDS = 0.1
_MOST_KEPT = 20_000
_MOST_WAITING = 32

CredentialChange = SoftwareChanged | OfficeChanged | ConnectionChanged


@dataclass(frozen=True, slots=True)
class KnownCredential:
    """One row of the projection. `owner` is a software's slug, an office's id or a connection's id.

    `now` is the database's clock when it was looked up: no end depends on the clock of this machine.
    """

    credential_id: str
    kind: str
    owner: str
    secret_sha256: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    mode: Mode = "live"
    software: str | None = None
    enterprise_number: str | None = None
    ends_at: datetime | None = None
    suspended: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)


async def apply_credentials(batch: Batch[Any], connection: Connection) -> list[Consequence]:
    """Take over the snapshots of a batch: an owner's credentials become those of its highest sequence."""
    newest: dict[tuple[str, str], Received[Any]] = {}
    for event in batch:
        owner = _owner(event.body)
        if owner not in newest or newest[owner].sequence < event.sequence:
            newest[owner] = event
    rows = [row for event in newest.values() for row in _rows(event.body)]
    await connection.execute(_REPLACE, *_columns(newest), *_credential_columns(rows))
    return []


class CredentialReader:
    """Reads the projection by the pool of the API role, keeping what it read for a moment.

    `all_read` tells whether nothing waits on the topics that the projection is made of.
    """

    def __init__(self, database: Database, all_read: Callable[[], Awaitable[bool]]) -> None:
        self._database, self._all_read = database, all_read
        self._kept: dict[str, tuple[float, KnownCredential | None]] = {}
        self._waiting = 0

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        """The credential, from memory unless `fresh`; None when it is unknown."""
        kept = self._kept.get(credential_id)
        if kept is not None and not fresh and kept[0] > time.monotonic():
            return _aged(kept[1], KEPT_SECONDS - (kept[0] - time.monotonic()))
        found = await self._read(credential_id)
        if found is not None:
            self._keep(found.credential_id, found)
        return found

    async def await_arrival(self, credential_id: str) -> KnownCredential | None:
        """The credential as soon as it arrives, for up to two seconds; then None.

        Raises `Unavailable` when too many calls wait already, so that guessing ids costs little, and when it may
        still be on its way: what a replica that died had to read lies fallow for Kafka's session timeout.
        """
        if self._waiting >= _MOST_WAITING:
            raise Unavailable("too many calls with unknown credentials", retry_after=1.0)
        kept = self._kept.get(credential_id)
        if kept is not None and kept[1] is None and kept[0] > time.monotonic():
            return None
        self._waiting += 1
        try:
            return await self._look_until(credential_id, time.monotonic() + WAITING_SECONDS)
        finally:
            self._waiting -= 1

    async def _look_until(self, credential_id: str, deadline: float) -> KnownCredential | None:
        while time.monotonic() < deadline:
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            found = await self.find(credential_id, fresh=True)
            if found is not None:
                return found
        if not await self._all_read():
            raise Unavailable("credentials wait to be read", retry_after=1.0)
        found = await self.find(credential_id, fresh=True)
        if found is None:
            self._keep(credential_id, None)
        return found

    async def _read(self, credential_id: str) -> KnownCredential | None:
        row = await self._database.pool.fetchrow(_FIND, credential_id, timeout=5)
        return None if row is None else KnownCredential(**(dict(row) | {"scopes": tuple(row["scopes"])}))

    def _keep(self, credential_id: str, found: KnownCredential | None) -> None:
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[credential_id] = (time.monotonic() + KEPT_SECONDS, found)


def _aged(kept: KnownCredential | None, seconds: float) -> KnownCredential | None:
    return None if kept is None else replace(kept, now=kept.now + timedelta(seconds=seconds))


def _owner(body: CredentialChange) -> tuple[str, str]:
    if isinstance(body, SoftwareChanged):
        return "software", body.software
    if isinstance(body, OfficeChanged):
        return "office", body.office_id
    return "connection", body.connection_id


def _rows(body: CredentialChange) -> Iterable[KnownCredential]:
    kind, owner = _owner(body)
    if isinstance(body, ConnectionChanged) and body.state != "active":
        return []
    return [_row(kind, owner, body, credential) for credential in body.credentials]


def _row(kind: str, owner: str, body: CredentialChange, credential: Credential) -> KnownCredential:
    return KnownCredential(
        credential_id=credential.id,
        kind=kind,
        owner=owner,
        secret_sha256=credential.secret_sha256,
        scopes=credential.scopes or (() if isinstance(body, OfficeChanged) else body.scopes),
        mode=credential.mode,
        software=None if isinstance(body, OfficeChanged) else body.software,
        enterprise_number=body.enterprise_number if isinstance(body, ConnectionChanged) else None,
        ends_at=credential.ends_at,
        suspended=isinstance(body, SoftwareChanged) and body.state == "suspended",
    )


def _columns(newest: dict[tuple[str, str], Received[Any]]) -> tuple[list[str], list[str], list[int]]:
    kinds, owners = [kind for kind, _ in newest], [owner for _, owner in newest]
    return kinds, owners, [event.sequence for event in newest.values()]


def _credential_columns(rows: Sequence[KnownCredential]) -> tuple[list[Any], ...]:
    # Arrays of arrays must be rectangular in Postgres, so the scopes travel as text; no scope has a space.
    return (
        [row.credential_id for row in rows],
        [row.kind for row in rows],
        [row.owner for row in rows],
        [row.software for row in rows],
        [row.enterprise_number for row in rows],
        [row.secret_sha256 for row in rows],
        [" ".join(row.scopes) for row in rows],
        [row.mode for row in rows],
        [row.ends_at for row in rows],
        [row.suspended for row in rows],
    )


_REPLACE = """
with fresh as (
    insert into credential_sources (kind, owner, sequence)
    select source.kind, source.owner, source.sequence
    from unnest($1::text[], $2::text[], $3::bigint[]) as source (kind, owner, sequence)
    order by source.kind, source.owner
    on conflict (kind, owner) do update set sequence = excluded.sequence
        where credential_sources.sequence < excluded.sequence
    returning kind, owner
), given as (
    select one.* from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                             $10::text[], $11::text[], $12::timestamptz[], $13::boolean[])
        as one (credential_id, kind, owner, software, enterprise_number, secret_sha256, scopes, mode, ends_at,
                suspended)
    join fresh using (kind, owner)
), gone as (
    delete from credentials using fresh
    where credentials.kind = fresh.kind and credentials.owner = fresh.owner
      and credentials.credential_id not in (select credential_id from given)
)
insert into credentials (credential_id, kind, owner, software, enterprise_number, secret_sha256, scopes, mode,
                         ends_at, suspended)
select credential_id, kind, owner, software, enterprise_number, secret_sha256,
       coalesce(string_to_array(nullif(scopes, ''), ' '), '{}'), mode, ends_at, suspended
from given order by credential_id
on conflict (credential_id) do update set
    software = excluded.software, enterprise_number = excluded.enterprise_number,
    secret_sha256 = excluded.secret_sha256, scopes = excluded.scopes, mode = excluded.mode,
    ends_at = excluded.ends_at, suspended = excluded.suspended
    where credentials.kind = excluded.kind and credentials.owner = excluded.owner
"""
# The last condition: nobody takes over a credential id that belongs to somebody else.

_FIND = """
select credential_id, kind, owner, software, enterprise_number, secret_sha256, scopes, mode, ends_at,
       suspended or exists (select from credentials as maker where maker.kind = 'software'
                            and maker.owner = credentials.software and maker.suspended) as suspended,
       clock_timestamp() as now
from credentials where credential_id = $1
"""
