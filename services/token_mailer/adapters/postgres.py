"""The token mailer's tables."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.token_mailer.adapters.rows import (
    as_json,
    companies_as_json,
    connection_of,
    connections_as_json,
    credential_of,
    mail_of,
    sandbox_mail_of,
    sealed_of,
    token_of,
)
from services.token_mailer.domain.duties import NoteBounce
from services.token_mailer.domain.records import Connection, IssuedCredential, Mail, Token
from services.token_mailer.domain.registering import Tries
from services.token_mailer.domain.sandbox import KEPT_MAILS, SandboxMail
from services.token_mailer.ports import TokenHolder
from shared.chassis import database
from shared.contracts.access import Mode
from shared.contracts.directory import CompanyChanged
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, OfficeId, Sha256, SoftwareSlug

# Updates and inserts are apart, because endpoints may change what exists and may not bring in what does not.
_UPDATE_CONNECTIONS = """
update connections c
   set (office_id, language, company_name, scopes, email_key_id, email_ciphertext, masked_email,
        address_version, ordinal, heard, issue, generation, state, version, activated_at, ended_at, ended_by)
     = (r.office_id, r.language, r.company_name, r.scopes, r.email_key_id, r.email_ciphertext, r.masked_email,
        r.address_version, r.ordinal, r.heard, r.issue, r.generation, r.state, r.version, r.activated_at, r.ended_at,
        r.ended_by)
  from jsonb_populate_recordset(null::connections, $1::jsonb) r
 where c.connection_id = r.connection_id
returning c.connection_id"""
_INSERT_CONNECTIONS = "insert into connections select * from jsonb_populate_recordset(null::connections, $1::jsonb)"
_UPDATE_TOKENS = """
update tokens t
   set (consumed_at, ended, mails) = (r.consumed_at, r.ended, r.mails)
  from jsonb_populate_recordset(null::tokens, $1::jsonb) r
 where (t.connection_id, t.issue) = (r.connection_id, r.issue)
returning t.connection_id, t.issue"""
_INSERT_TOKENS = "insert into tokens select * from jsonb_populate_recordset(null::tokens, $1::jsonb)"
_SAVE_MAILS = """
insert into mails select * from jsonb_populate_recordset(null::mails, $1::jsonb)
on conflict (connection_id, issue, ordinal) do update
   set (state, attempts, reply_code, reply, sent_at)
     = (excluded.state, excluded.attempts, excluded.reply_code, excluded.reply, excluded.sent_at)"""
_SAVE_MAILINGS = """
insert into mailings (enterprise_number, requested_at, mail_sha256)
select m.number, m.at, m.name
  from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[]) as m (number, at, name, id)
  join connections c on c.connection_id = m.id and c.mode = 'live'
on conflict do nothing"""
_SAVE_CREDENTIALS = """
insert into connection_credentials
select * from jsonb_populate_recordset(null::connection_credentials, $1::jsonb)
on conflict (credential_id) do update set ends_at = excluded.ends_at"""
_NEWEST_TOKENS = """
select distinct on (connection_id) * from tokens
 where connection_id = any($1::text[]) order by connection_id, issue desc"""
_NOTE_BOUNCE = """
insert into bounces (sha256, connection_id, issue, ordinal, verdict, status, reply_code, noted_at)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning sha256"""
_KEEP_SANDBOX_MAIL = """
insert into sandbox_mails select * from jsonb_populate_recordset(null::sandbox_mails, $1::jsonb)
on conflict do nothing"""
_SANDBOX_MAILS = """
select * from sandbox_mails where software = $1 and ($2::text is null or connection_id = $2)
 order by written_at desc, connection_id, issue desc, ordinal desc limit $3"""
_FORGET_SANDBOX_MAILS = """
delete from sandbox_mails where (connection_id, issue, ordinal) in (
    select connection_id, issue, ordinal from sandbox_mails where software = $1
     order by written_at desc, connection_id, issue desc, ordinal desc offset $2)"""
_CONSUME = """
update tokens set consumed_at = $3
 where sha256 = $1 and software = $2 and consumed_at is null and ended = '' and expires_at > $3
returning *"""
_SAVE_COMPANY_OFFICES = """
insert into company_offices as known
       (enterprise_number, sequence, periods, email_key_id, email_ciphertext, address_version)
select enterprise_number, sequence, periods, email_key_id, email_ciphertext, address_version
  from jsonb_populate_recordset(null::company_offices, $1::jsonb) order by enterprise_number
on conflict (enterprise_number) do update
   set (sequence, periods, email_key_id, email_ciphertext, address_version)
     = (excluded.sequence, excluded.periods, excluded.email_key_id, excluded.email_ciphertext,
        excluded.address_version)
 where known.sequence < excluded.sequence"""
_NEWEST_ADDRESS = """
select email_key_id, email_ciphertext
  from (select email_key_id, email_ciphertext, address_version from connections
         where enterprise_number = $1 and mode = $2
         union all
        select email_key_id, email_ciphertext, address_version from company_offices
         where enterprise_number = $1 and $2 = 'live' and email_ciphertext <> '') as known
 order by address_version desc limit 1"""
# The companies are found first, by the office; the function that decides is asked of these only.
CONNECTIONS_SERVED_BY = """
select * from connections
 where (office_id = $1 or enterprise_number = any((select companies_of_office($1))::text[]))
   and mode = $2 and is_served_by(enterprise_number, $1, office_id) and connection_id > $3
 order by connection_id limit $4"""
_LOCK_COMPANIES = """
select pg_advisory_xact_lock(hashtextextended('token_mailer/mailings/' || number, 0))
  from (select unnest($1::text[]) as number order by 1) as sorted"""


class PostgresTokens:
    """A `TokenStore` bound to the transaction of its connection."""

    def __init__(self, connection: database.Connection) -> None:
        self._connection = connection

    async def lock_connections(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Connection]:
        rows = await self._connection.fetch(
            "select * from connections where connection_id = any($1::text[]) order by connection_id for update",
            list(ids),
        )
        return {ConnectionId(row["connection_id"]): connection_of(row) for row in rows}

    async def save_connections(self, connections: Sequence[Connection]) -> None:
        if not connections:
            return
        rows = await self._connection.fetch(_UPDATE_CONNECTIONS, connections_as_json(connections))
        known = {row["connection_id"] for row in rows}
        new = [each for each in connections if each.connection_id not in known]
        if new:
            await self._connection.execute(_INSERT_CONNECTIONS, connections_as_json(new))

    async def newest_tokens(self, ids: Sequence[ConnectionId]) -> dict[ConnectionId, Token]:
        rows = await self._connection.fetch(_NEWEST_TOKENS, list(ids))
        return {ConnectionId(row["connection_id"]): token_of(row) for row in rows}

    async def save_tokens(self, tokens: Sequence[Token]) -> None:
        if not tokens:
            return
        rows = await self._connection.fetch(_UPDATE_TOKENS, as_json(tokens))
        known = {(row["connection_id"], row["issue"]) for row in rows}
        new = [each for each in tokens if (each.connection_id, each.issue) not in known]
        if new:
            await self._connection.execute(_INSERT_TOKENS, as_json(new))

    async def token_by_digest(self, sha256: Sha256, software: SoftwareSlug) -> Token | None:
        row = await self._connection.fetchrow(
            "select * from tokens where sha256 = $1 and software = $2", sha256, software
        )
        return None if row is None else token_of(row)

    async def consume_token(self, sha256: Sha256, software: SoftwareSlug, now: datetime) -> Token | None:
        row = await self._connection.fetchrow(_CONSUME, sha256, software, now)
        return None if row is None else token_of(row)

    async def overdue_tokens(self, now: datetime, limit: int) -> list[Token]:
        rows = await self._connection.fetch(
            "select * from tokens where ended = '' and consumed_at is null and expires_at <= $1"
            " order by expires_at, connection_id limit $2",
            now,
            limit,
        )
        return [token_of(row) for row in rows]

    async def lock_mailings(
        self, numbers: Sequence[EnterpriseNumber], since: datetime
    ) -> Mapping[EnterpriseNumber, Sequence[datetime]]:
        await self._connection.fetch(_LOCK_COMPANIES, list(numbers))
        rows = await self._connection.fetch(
            "select enterprise_number, requested_at from mailings"
            " where enterprise_number = any($1::text[]) and requested_at > $2 order by requested_at",
            list(numbers),
            since,
        )
        times: dict[EnterpriseNumber, list[datetime]] = {}
        for row in rows:
            times.setdefault(EnterpriseNumber(row["enterprise_number"]), []).append(row["requested_at"])
        return times

    async def save_mails(self, mails: Sequence[Mail]) -> None:
        if not mails:
            return
        await self._connection.execute(_SAVE_MAILS, as_json(mails))
        await self._connection.execute(
            _SAVE_MAILINGS,
            [mail.enterprise_number for mail in mails],
            [mail.requested_at for mail in mails],
            [_name(mail) for mail in mails],
            [mail.connection_id for mail in mails],
        )

    async def mail(self, connection_id: ConnectionId, issue: int, ordinal: int) -> Mail | None:
        row = await self._connection.fetchrow(
            "select * from mails where (connection_id, issue, ordinal) = ($1, $2, $3)",
            connection_id,
            issue,
            ordinal,
        )
        return None if row is None else mail_of(row)

    async def token(self, connection_id: ConnectionId, issue: int) -> Token | None:
        row = await self._connection.fetchrow(
            "select * from tokens where (connection_id, issue) = ($1, $2)", connection_id, issue
        )
        return None if row is None else token_of(row)

    async def note_bounce(self, bounce: NoteBounce, now: datetime) -> bool:
        fresh = await self._connection.fetchval(_NOTE_BOUNCE, *bounce.model_dump().values(), now)
        return fresh is not None

    async def noted_bounces(self, digests: Sequence[Sha256]) -> set[Sha256]:
        rows = await self._connection.fetch("select sha256 from bounces where sha256 = any($1::text[])", list(digests))
        return {Sha256(row["sha256"]) for row in rows}

    async def credentials(self, connection_id: ConnectionId) -> tuple[IssuedCredential, ...]:
        rows = await self._connection.fetch(
            "select * from connection_credentials where connection_id = $1 order by generation", connection_id
        )
        return tuple(credential_of(row) for row in rows)

    async def save_credentials(self, credentials: Sequence[IssuedCredential]) -> None:
        if credentials:
            await self._connection.execute(_SAVE_CREDENTIALS, as_json(credentials))

    async def tries(self, scope: str) -> Tries:
        # Serialised by scope, so that a hundred tries at once are not all the first.
        await self._connection.execute(
            "select pg_advisory_xact_lock(hashtextextended('token_mailer/tries/' || $1, 0))", scope
        )
        row = await self._connection.fetchrow("select count, since from wrong_tries where scope = $1", scope)
        return Tries() if row is None else Tries(row["count"], row["since"])

    async def save_tries(self, scope: str, software: str, tries: Tries) -> None:
        await self._connection.execute(
            "insert into wrong_tries (scope, software, count, since) values ($1, $2, $3, $4)"
            " on conflict (scope) do update set (count, since) = (excluded.count, excluded.since)",
            scope,
            software,
            tries.count,
            tries.since,
        )

    async def newest_address(self, connection: Connection) -> Sealed[EmailAddress] | None:
        row = await self._connection.fetchrow(_NEWEST_ADDRESS, connection.enterprise_number, connection.mode)
        return None if row is None else sealed_of(row)

    async def connections_served_by(
        self, office: OfficeId, mode: Mode, after: ConnectionId | None, limit: int
    ) -> list[Connection]:
        rows = await self._connection.fetch(CONNECTIONS_SERVED_BY, office, mode, after or "", limit)
        return [connection_of(row) for row in rows]

    async def keep_sandbox_mail(self, mail: SandboxMail) -> None:
        await self._connection.execute(_KEEP_SANDBOX_MAIL, as_json([mail]))
        await self._connection.execute(_FORGET_SANDBOX_MAILS, mail.software, KEPT_MAILS)

    async def sandbox_mails(
        self, software: SoftwareSlug, connection_id: ConnectionId | None, limit: int
    ) -> list[SandboxMail]:
        rows = await self._connection.fetch(_SANDBOX_MAILS, software, connection_id, limit)
        return [sandbox_mail_of(row) for row in rows]

    async def forget_tries(self, before: datetime) -> None:
        await self._connection.execute("delete from wrong_tries where since < $1", before)

    async def holder_of(self, sha256: Sha256) -> TokenHolder | None:
        row = await self._connection.fetchrow("select * from holder_of_token($1)", sha256)
        if row is None:
            return None
        return TokenHolder(ConnectionId(row["connection_id"]), SoftwareSlug(row["software"]), row["mode"])

    async def save_company_offices(self, snapshots: Sequence[tuple[CompanyChanged, int]]) -> None:
        if snapshots:
            await self._connection.execute(_SAVE_COMPANY_OFFICES, companies_as_json(snapshots))


def _name(mail: Mail) -> str:
    return hashlib.sha256(f"{mail.connection_id}|{mail.issue}|{mail.ordinal}".encode()).hexdigest()
