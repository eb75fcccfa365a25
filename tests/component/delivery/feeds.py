"""Five documents at the disposal of an office, and how its calls are made."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx

from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.domain.clients import Client
from services.delivery.domain.documents import Document, Step
from services.delivery.domain.feeds import Entry
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.invoices import Difference, Finding
from shared.values import ConnectionId, DocumentId, Language, OfficeId, Sha256, SoftwareSlug
from tests.component.delivery.doors import BYTES, NOW, NUMBER, Runtime, key_of

OFFICE = OfficeId("janssens")
CLAIM = Claim(path="a/b", sha256=Sha256.of(BYTES), size=len(BYTES), media_type="application/xml")


def document_id(number: int) -> DocumentId:
    return DocumentId.of(UUID(int=number))


def a_document(number: int) -> Document:
    return Document(
        document_id=document_id(number),
        enterprise_number=NUMBER,
        connection_id=ConnectionId.of(UUID(int=1)),
        software=SoftwareSlug("robaws"),
        state="delivered",
        received_at=NOW + timedelta(minutes=number),
        office_id=OFFICE,
        client_code="K12",
        family="invoice",
        number=f"VF-2026-{number:04d}",
        issue_date=date(2026, 3, number),
        customer_name="Peeters",
        tax_inclusive=Decimal("121.00"),
        payable=Decimal("121.00"),
        invoice_currency="EUR",
        findings=(Finding(code="BR-CO-15", severity="warn"),),
        differences=(Difference(field="payable", before="1.00", after="121.00"),),
        document=CLAIM,
        sidecar=CLAIM,
        position=number,
        timeline=(Step("received", NOW), Step("delivered", NOW, "feed", UUID(int=5))),
    )


async def five_documents() -> Runtime:
    """Five documents at the office: numbers 1, 2, 4, 5 and 7."""
    runtime = Runtime()
    worker = MemoryDelivery(runtime.tables)
    documents = [a_document(number) for number in (1, 2, 4, 5, 7)]
    await worker.save_documents(documents)
    await worker.append_entries([Entry(OFFICE, each.document_id, NOW) for each in documents])
    periods = (OfficePeriod(office_id=OFFICE, since=date(2026, 1, 1)),)
    await worker.save_clients([(Client(NUMBER, "Bakkerij Janssens", Language.NL, "K12", periods), 1)])
    return runtime


async def get(door: httpx.AsyncClient, path: str, name: str = "janssens") -> Any:
    answer = await door.get(path, headers=key_of(name))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def post(door: httpx.AsyncClient, path: str, body: Any = None, **headers: str) -> httpx.Response:
    return await door.post(path, json=body, headers={**key_of("janssens"), **headers})


def numbers(page: dict[str, Any]) -> list[str]:
    return [each["number"][-1] for each in page["documents"]]
