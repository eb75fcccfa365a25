"""A connection's credential sees what was sent over the connection, in memory and in Postgres."""

from dataclasses import replace
from uuid import UUID

from services.delivery.domain.listing import EVERYTHING
from shared.values import ConnectionId, SoftwareSlug
from tests.adapters.delivery.test_lists_of_documents import ROBAWS, As, a_document

OWN, OTHER = (ConnectionId.of(UUID(int=number)) for number in (1, 2))


async def test_a_connection_sees_its_own_documents_in_its_own_mode(acting: As) -> None:
    documents = [
        a_document(0),
        a_document(1, connection_id=OTHER),
        a_document(2),
        a_document(3, mode="test"),
        replace(a_document(4, connection_id=OTHER), software=SoftwareSlug("billit")),
    ]
    ids = [each.document_id for each in documents]
    async with acting(None) as store:
        await store.save_documents(documents)
    for principal, mode, expected in (
        (f"connection:{OWN}", "live", [ids[0], ids[2]]),
        (f"connection:{OWN}", "test", [ids[3]]),
        (f"connection:{OTHER}", "live", [ids[1], ids[4]]),
        ("connection:con_00000000000000000000000000", "live", []),
        ("software:robaws", "live", ids[:3]),
    ):
        async with acting(principal, mode) as store:
            seen = [each for each in ids if await store.document(each) is not None]
            assert seen == expected, principal
            of_robaws = [each for each in expected if each != ids[4]]
            assert [each.document_id for each in await store.own_documents(ROBAWS, 0, 10)] == of_robaws
            listed = await store.list_documents(ROBAWS, None, 10, EVERYTHING, "oldest")
            assert [each.document_id for each in listed] == of_robaws


async def test_a_connection_changes_nothing(acting: As) -> None:
    document = a_document(0)
    async with acting(None) as store:
        await store.save_documents([document])
    async with acting(f"connection:{OWN}") as store:
        assert await store.lock_document(document.document_id) is None
