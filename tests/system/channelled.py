"""An office with channels of its own, a company that it serves, and the software that sends that company's invoices."""

from dataclasses import dataclass
from typing import Any

from deploy.demo.doors import Client, OfficeClient, observed
from tests.adapters.delivery.sftp_server import PASSWORD, USERNAME, Office
from tests.system.stage import Connection, Stage, invoice

SECRET = "whsec_" + "cmVsYWlz" * 4


@dataclass
class House:
    """An office of the test's own, a company that it serves under the code K-17, and that company's software."""

    office_id: str
    office: OfficeClient
    software: Client
    connection: Connection
    stage: Stage

    @classmethod
    async def of(cls, stage: Stage, office_id: str, slug: str) -> "House":
        office, software = await stage.new_office(office_id), stage.software(slug)
        company = await stage.company(office=office_id, client_code="K-17")
        return cls(office_id, office, software, await stage.connect(software, company), stage)

    async def choose(self, **asked: Any) -> str:
        """A channel, tried with a sample; gives its path."""
        channel = (await self.office.ask("POST", "/v1/channels", 201, json=asked)).json()
        return f"/v1/channels/{channel['id']}"

    async def tried(self, path: str) -> dict[str, Any]:
        told: dict[str, Any] = (await self.office.ask("POST", f"{path}/test", 200)).json()
        return told

    async def send(self, number: str, **others: Any) -> tuple[str, bytes]:
        """An invoice of the company; gives the document's id and its bytes."""
        document = invoice(self.connection.company, number, **others)
        return (await self.stage.hand_in(self.connection, document))["id"], document

    async def handed_over(self, path: str, *document_ids: str) -> list[dict[str, Any]]:
        """What the channel says of these documents or statements, once all are done, in its order."""

        async def look() -> list[dict[str, Any]] | None:
            page = (await self.office.ask("GET", f"{path}/handovers", 200)).json()["handovers"]
            found = [each for each in reversed(page) if (each["document_id"] or each["statement_id"]) in document_ids]
            return found if [each["state"] for each in found] == ["done"] * len(document_ids) else None

        return await observed(f"{len(document_ids)} documents done on {path}", look)


def sftp_of(server: Office, **others: Any) -> dict[str, Any]:
    place = {"host": "127.0.0.1", "port": server.port, "username": USERNAME, "password": PASSWORD}
    return {"kind": "sftp", "sftp": place | {"host_key": server.fingerprint} | others}
