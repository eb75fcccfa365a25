"""Who may log in to Postgres: two roles a service, neither owning anything, and one for the administration."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

import asyncpg

OWNER = "relais_owner"
"""Owns every schema and table; nobody logs in as it."""
ADMINISTRATION = "administration"
_CONNECTIONS = 100
_SCRAM_ITERATIONS = 4096
_TRIES = 8


def worker_role(service: str) -> str:
    """The role of handlers, tasks and relay."""
    return f"{service}_worker"


def api_role(service: str) -> str:
    """The role of endpoints, under row-level security by `app.principal`."""
    return f"{service}_api"


async def ensure_roles(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the owner and these login roles, with these passwords and few connections."""
    # Roles belong to the whole cluster and the lock to one database: others may be making the same ones.
    for attempt in range(_TRIES):
        try:
            async with connection.transaction():
                await _ensure_owner(connection)
                for role, password in passwords.items():
                    await _ensure_login(connection, role, password)
            return
        except (
            asyncpg.DuplicateObjectError,
            asyncpg.UniqueViolationError,
            asyncpg.InternalServerError,
            asyncpg.DeadlockDetectedError,
        ):
            if attempt == _TRIES - 1:
                raise
            await asyncio.sleep(0.05 * (attempt + 1))


async def ensure_schema(connection: asyncpg.Connection, service: str) -> None:
    """Make a service's schema, which its own two roles may use; and delivery's for the administration."""
    worker, api = worker_role(service), api_role(service)
    await connection.execute(f'create schema if not exists "{service}" authorization {OWNER}')
    await connection.execute(f'revoke all on schema "{service}" from public')
    readers = f'"{worker}", "{api}"' + (f", {ADMINISTRATION}" if service == "delivery" else "")
    await connection.execute(f'grant usage on schema "{service}" to {readers}')


async def _ensure_owner(connection: asyncpg.Connection) -> None:
    if await connection.fetchval("select 1 from pg_roles where rolname = $1", OWNER) is None:
        await connection.execute(f"create role {OWNER} nologin")
    # Who is no superuser must be a member to make schemas for it.
    if not await connection.fetchval("select pg_has_role(current_user, $1, 'member')", OWNER):
        await connection.execute(f"grant {OWNER} to current_user")


async def _ensure_login(connection: asyncpg.Connection, role: str, password: str) -> None:
    exists = await connection.fetchval("select 1 from pg_roles where rolname = $1", role)
    schema = "delivery" if role == ADMINISTRATION else role.rpartition("_")[0]
    command = "alter" if exists else "create"
    # A verifier instead of the password: statements of this kind may be logged.
    await connection.execute(
        f'{command} role "{role}" login noinherit nocreatedb nocreaterole connection limit {_CONNECTIONS} '
        f"password '{verifier(password)}'"
    )
    if not exists:
        await connection.execute(f'alter role "{role}" set search_path = "{schema}"')
        await connection.execute(f"alter role \"{role}\" set idle_in_transaction_session_timeout = '60s'")


def verifier(password: str) -> str:
    """What Postgres stores of a password: SCRAM-SHA-256 (RFC 5802 §3, RFC 7677); the password must be ASCII."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _SCRAM_ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${_SCRAM_ITERATIONS}:{parts[0]}${parts[1]}:{parts[2]}"
