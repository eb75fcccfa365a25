"""Who sends over a connection sees what became of it, with the connection's own credential, and nothing else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID, uuid4

import httpx
import pytest

from services.delivery.adapters.memory import MemoryDelivery
from services.delivery.domain.documents import Document, Step
from shared.chassis.credentials import KnownCredential
from shared.chassis.keys import make_key, parse_key, secret_sha256
from shared.contracts.documents import Claim
from shared.values import ConnectionId, DocumentId, OfficeId, Sha256, SoftwareSlug
from tests.component.delivery.doors import BYTES, CONNECTION, NOW, NUMBER, Runtime, key_of, opened

OTHER = ConnectionId.of(uuid4())
KEYS = {each: make_key("live", f"credential{place}", str(each).encode().ljust(32)) for place, each in
        enumerate((CONNECTION, OTHER))}  # fmt: skip
OWN, FOREIGN = DocumentId.of(UUID(int=1)), DocumentId.of(UUID(int=2))


class WithConnections(Runtime):
    """Knows the credentials of two connections of one software as well."""

    async def find(self, credential_id: str, *, fresh: bool = False) -> KnownCredential | None:
        for connection, text in KEYS.items():
            key = parse_key(text)
            if key.credential_id == credential_id:
                secret = secret_sha256(key.secret_text)
                return KnownCredential(
                    credential_id, "connection", connection, secret, software="robaws", enterprise_number=NUMBER
                )
        return await super().find(credential_id, fresh=fresh)


@pytest.fixture
async def door() -> AsyncIterator[httpx.AsyncClient]:
    runtime = WithConnections()
    claim = Claim(path="a/b", sha256=Sha256.of(BYTES), size=len(BYTES), media_type="application/xml")
    own = Document(
        document_id=OWN,
        enterprise_number=NUMBER,
        connection_id=CONNECTION,
        software=SoftwareSlug("robaws"),
        state="delivered",
        received_at=NOW,
        office_id=OfficeId("janssens"),
        document=claim,
        sidecar=claim,
        position=1,
        timeline=(Step("delivered", NOW),),
    )
    foreign = replace(own, document_id=FOREIGN, connection_id=OTHER, position=2)
    await MemoryDelivery(runtime.tables).save_documents([own, foreign])
    async with opened(runtime) as client:
        yield client


def of(connection: ConnectionId) -> dict[str, str]:
    return {"Authorization": f"Bearer {KEYS[connection]}"}


@pytest.mark.parametrize("query", ["", "?order=newest", "?state=delivered&limit=1"])
async def test_a_connection_lists_its_own_documents(door: httpx.AsyncClient, query: str) -> None:
    for connection, expected in ((CONNECTION, [OWN]), (OTHER, [FOREIGN])):
        answer = await door.get(f"/v1/documents{query}", headers=of(connection))
        assert [each["id"] for each in answer.json()["documents"]] == expected, answer.text
        assert answer.json()["more"] is False
    software = await door.get("/v1/documents", headers=key_of("robaws"))
    assert [each["id"] for each in software.json()["documents"]] == [OWN, FOREIGN]


@pytest.mark.parametrize("end", ["", "/ubl", "/sidecar"])
async def test_a_connection_reads_its_own_document_and_the_other_ones_does_not_exist(
    door: httpx.AsyncClient, end: str
) -> None:
    answer = await door.get(f"/v1/documents/{OWN}{end}", headers=of(CONNECTION))
    assert answer.status_code == 200 and "client_code" not in answer.text
    for document in (FOREIGN, DocumentId.of(UUID(int=3))):
        refused = await door.get(f"/v1/documents/{document}{end}", headers=of(CONNECTION))
        assert (refused.status_code, refused.json()["code"]) == (404, "document_unknown")


@pytest.mark.parametrize("path", ["booked", "refused", "original"])
async def test_what_is_the_offices_to_do_stays_so(door: httpx.AsyncClient, path: str) -> None:
    method = "GET" if path == "original" else "POST"
    answer = await door.request(method, f"/v1/documents/{OWN}/{path}", headers=of(CONNECTION), json={"reason": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "caller_not_allowed")
