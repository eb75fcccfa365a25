"""What tests of intake ask for and tell it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from services.intake import handlers
from services.intake.adapters.memory import MemoryIntake
from services.intake.domain.probing import Limits
from shared.chassis.messages import Batch, Received
from shared.chassis.parking import MemoryParking
from shared.contracts import ConnectionBlocked, ConnectionVerified
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBERS = [EnterpriseNumber(f"00{number}") for number in ("10080080", "10080179", "10080278", "10080377", "10080476",
                                                          "10080575", "10080674")]  # fmt: skip


def of(connection_id):
    return {
        "connection_id": ConnectionId(connection_id),
        "enterprise_number": NUMBERS[0],
        "software": SoftwareSlug("robaws"),
    }


def verified(connection_id, ordinal=1):
    return ConnectionVerified(
        **of(connection_id), ordinal=ordinal, office_id=OfficeId("janssens"), language=Language.FR,
        company_name="Bakkerij An", email=Sealed(key_id="k", ciphertext="c"), masked_email="a***@e***.be",
        address_version=1,
    )  # fmt: skip


def blocked(connection_id):
    return ConnectionBlocked(
        **of(connection_id), reason="email_unknown", contact="accounting_office", language=Language.FR,
        expires_at=NOW + timedelta(days=30),
    )  # fmt: skip


def connection_of(runtime):
    """The only connection that anybody asked for."""
    (connection_id,) = runtime.shelf.connections
    return connection_id


async def tell(runtime, body, limits=None):
    event = Received(id=uuid4(), correlation_id="c", body=body, time=NOW, sequence=1)
    batch = Batch([event], NOW, MemoryParking())
    return await handlers.follow_connections(batch, MemoryIntake(runtime.shelf), limits=limits or Limits())


async def ask(http, body=None, key="robaws", **headers):
    headers |= getattr(http.keys, key)
    return await http.client.post("/v1/connections", json=body or {"enterprise_number": NUMBERS[0]}, headers=headers)


async def show(http, connection_id):
    return await http.client.get(f"/v1/connections/{connection_id}", headers=http.keys.robaws)
