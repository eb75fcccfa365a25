"""The token mailer's routes on its real tables: callers with keys, connections with tokens, nothing published."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
import httpx

from services.token_mailer.adapters.access_page import JinjaAccessPages
from services.token_mailer.adapters.postgres import PostgresTokens
from services.token_mailer.adapters.sandbox_page import JinjaSandboxPages
from services.token_mailer.domain.records import Connection, Token
from services.token_mailer.domain.tokens import OneTimeToken, TokenKey, TokenKeys, derive_token
from services.token_mailer.endpoints import routes, sandbox
from shared.chassis.bearers import BearerSigner
from shared.chassis.credentials import CredentialReader, apply_credentials
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.chassis.messages import Batch, Consequence, Publish, Received
from shared.contracts.access import Credential
from shared.contracts.directory import CompanyChanged, OfficeChanged, SoftwareChanged
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug

KEYS = TokenKeys(TokenKey(bytes(range(32))))
SIGNING_KEY = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
"""The first secret key of RFC 8032 §7.1, and its public key below."""
PUBLIC_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
NUMBER = EnterpriseNumber("0010.080.080")
LIVE, TEST, BILLIT = (
    make_key(mode, name, name.encode().ljust(32))  # type: ignore[arg-type]
    for mode, name in (("live", "robawslive1"), ("test", "robawstest1"), ("live", "billitlive1"))
)
JANSSENS, LAMBERT = (make_key("live", f"{name}key", name.encode().ljust(32)) for name in ("janssens", "lambert0"))


class World:
    """What a running service lends to its routes, over a real database; what follows from calls is collected."""

    def __init__(self, api: asyncpg.Pool, worker: asyncpg.Pool) -> None:
        self.api_pool, self.worker = api, worker
        self.credentials = CredentialReader(cast(Any, SimpleNamespace(pool=api)), self._all_read)
        self.consequences: list[Consequence] = []

    async def _all_read(self) -> bool:
        return True

    def store(self, connection: Any) -> PostgresTokens:
        return PostgresTokens(connection)

    async def write_consequences(self, connection: Any, consequences: list[Consequence]) -> None:
        self.consequences += consequences

    def wake(self) -> None:
        """Nobody relays."""

    def ready(self) -> Readiness:
        return Readiness(True, ())

    def told(self, kind: type[Any]) -> list[Any]:
        """The bodies of one type of event that calls caused."""
        bodies = (each.body for each in self.consequences if isinstance(each, Publish))
        return [body for body in bodies if isinstance(body, kind)]

    async def know(self, *bodies: Any, sequence: int = 1) -> None:
        """Snapshots of softwares, offices and connections arrive."""
        received = [
            Received(id=uuid4(), correlation_id="c", body=body, time=datetime.now(UTC), sequence=sequence)
            for body in bodies
        ]
        async with self.worker.acquire() as connection, connection.transaction():
            await apply_credentials(Batch(received, datetime.now(UTC), cast(Any, None)), connection)

    async def serve(self, *snapshots: tuple[CompanyChanged, int]) -> None:
        """Which offices serve companies becomes known."""
        async with self.worker.acquire() as connection, connection.transaction():
            await PostgresTokens(connection).save_company_offices(snapshots)

    async def connect(self, number: int, **facts: Any) -> tuple[Connection, OneTimeToken]:
        """A pending connection with a token that can be registered."""
        connection = pending(number, **facts)
        code = derive_token(KEYS.current, connection.connection_id, 1, bytes(16))
        async with self.worker.acquire() as bound, bound.transaction():
            store = PostgresTokens(bound)
            await store.save_connections([connection])
            await store.save_tokens([token_of(connection, code)])
        return connection, code

    @asynccontextmanager
    async def caller(self, key: str | None = None, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A client with a key, or without any."""
        resources: dict[str, Any] = {
            "keys": KEYS,
            "bearers": BearerSigner(SIGNING_KEY),
            "access_pages": JinjaAccessPages(),
        }
        resources["sandbox_pages"] = JinjaSandboxPages()
        served = [routes, sandbox.routes]
        app = build_app("token_mailer", served, cast(Any, self), resources=resources, bearer_public_keys=PUBLIC_KEY)
        given = ({"Authorization": f"Bearer {key}"} if key else {}) | headers
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door", headers=given) as client:
            yield client


def software(slug: str, *keys: str, state: Any = "active", **facts: Any) -> SoftwareChanged:
    """The snapshot of a software with these keys."""
    credentials = tuple(credential(key, **facts) for key in keys)
    return SoftwareChanged(software=SoftwareSlug(slug), name=slug, state=state, credentials=credentials)


def office(office_id: str, key: str) -> OfficeChanged:
    """The snapshot of an office with its key."""
    return OfficeChanged(
        office_id=OfficeId(office_id), name="x", language=Language.NL, client=True, credentials=(credential(key),)
    )


def credential(key: str, **facts: Any) -> Credential:
    """A key as it is published."""
    parsed = parse_key(key)
    return Credential(
        id=parsed.credential_id, secret_sha256=secret_sha256(parsed.secret_text), mode=parsed.mode, **facts
    )


def pending(number: int, **facts: Any) -> Connection:
    """A connection of robaws that waits for its token."""
    told: dict[str, Any] = {
        "connection_id": ConnectionId.of(UUID(int=number)),
        "enterprise_number": NUMBER,
        "software": SoftwareSlug("robaws"),
        "mode": "live",
        "office_id": OfficeId("janssens"),
        "language": Language.FR,
        "company_name": "Boulangerie",
        "scopes": (),
        "email": Sealed(key_id="0" * 16, ciphertext="AAAA"),
        "masked_email": "z***@e***.be",
        "address_version": 1,
        "issue": 1,
    }
    return Connection(**told | facts)


def token_of(connection: Connection, code: OneTimeToken) -> Token:
    """The token of a connection, issued now."""
    now = datetime.now(UTC)
    return Token(
        connection_id=connection.connection_id,
        issue=1,
        software=connection.software,
        key_id=KEYS.current.id,
        nonce=bytes(16),
        sha256=code.sha256,
        address_version=1,
        language=connection.language,
        company_name=connection.company_name,
        issued_at=now,
        expires_at=now + timedelta(hours=72),
        mails=1,
    )
