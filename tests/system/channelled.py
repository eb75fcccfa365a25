"""An office with channels of its own, a company that it serves, and the software that sends that company's invoices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import httpx

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

    async def confirmed(self, path: str, address: str) -> None:
        """The code of a sample comes to the mailbox, and the office gives it back."""
        assert (await self.tried(path))["delivered"] is True
        (sample,) = await mails(self.stage, address, 1)
        body = sample.get_body(("plain",))
        assert body is not None
        (code,) = re.findall(r"\b[0-9]{8}\b", body.get_content().splitlines()[0])
        shown = (await self.office.ask("POST", f"{path}/confirm", 200, json={"code": code})).json()
        assert shown["confirmed"] is True

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


async def mails(stage: Stage, address: str, count: int) -> Sequence[EmailMessage]:
    """All mails to an address, oldest first, once there are so many."""
    async with httpx.AsyncClient(base_url=stage.addresses["mailbox"], timeout=10) as page:

        async def look() -> list[EmailMessage] | None:
            listed = (await page.get("/messages")).raise_for_status().json()
            own = [each for each in listed if address in str(each["to"])]
            raws = [(await page.get(f"/messages/{each['id']}/raw")).content for each in reversed(own)]
            mails = [message_from_bytes(each, policy=default) for each in raws]
            return cast(list[EmailMessage], mails) if len(mails) >= count else None

        found = await observed(f"{count} mails to {address}", look)
    assert len(found) == count
    return found
