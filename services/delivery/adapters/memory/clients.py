"""Client companies and offices, in memory."""

from collections.abc import Collection, Sequence

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.clients import Client, Office
from shared.values import EnterpriseNumber, OfficeId


class MemoryClients(MemoryCaller):
    """See the port for what each does."""

    async def clients(self, numbers: Collection[EnterpriseNumber]) -> dict[EnterpriseNumber, Client]:
        known = self._tables.clients
        found = {number: known[number][0] for number in numbers if number in known}
        return {number: client for number, client in found.items() if self._serves(client)}

    async def offices(self, ids: Collection[OfficeId]) -> dict[OfficeId, Office]:
        known = self._tables.offices
        seen = [each for each in ids if each in known and self._is("office", each) and self._of_mode("live")]
        return {each: known[each][0] for each in seen}

    async def save_clients(self, snapshots: Sequence[tuple[Client, int]]) -> None:
        for client, sequence in snapshots:
            if sequence > self._tables.clients.get(client.enterprise_number, (client, -1))[1]:
                self._tables.clients[client.enterprise_number] = (client, sequence)

    async def save_offices(self, snapshots: Sequence[tuple[Office, int]]) -> None:
        for office, sequence in snapshots:
            if sequence > self._tables.offices.get(office.office_id, (office, -1))[1]:
                self._tables.offices[office.office_id] = (office, sequence)

    def _serves(self, client: Client) -> bool:
        serves = any(self._is("office", period.office_id) for period in client.offices)
        return self._principal is None or (serves and self._of_mode("live"))
