"""Client companies and offices, as the directory's snapshots tell of them."""

from collections.abc import Collection, Sequence
from typing import Protocol

from services.delivery.domain.clients import Client, Office
from shared.values import EnterpriseNumber, OfficeId


class ClientReading(Protocol):
    """What both roles read. The API's side sees the caller's own office, and the companies that it serves, served or
    will serve; with a live key only, because the directory is one of real companies."""

    async def clients(self, numbers: Collection[EnterpriseNumber]) -> dict[EnterpriseNumber, Client]: ...

    async def offices(self, ids: Collection[OfficeId]) -> dict[OfficeId, Office]: ...


class ClientStore(ClientReading, Protocol):
    """The worker's side. Each snapshot comes with its sequence, and one that is not higher changes nothing."""

    async def save_clients(self, snapshots: Sequence[tuple[Client, int]]) -> None: ...

    async def save_offices(self, snapshots: Sequence[tuple[Office, int]]) -> None: ...
