"""Handing over many documents at once costs a fixed number of statements, on real PostgreSQL."""

from typing import Any
from uuid import uuid4

from services.delivery.adapters.postgres import PostgresDelivery
from services.delivery.domain.channels import MailPlace, kafka_channel_id
from services.delivery.handlers.handing_over import hand_over
from shared.chassis.messages import Received
from shared.contracts.invoices import InvoiceRouted
from shared.values import EmailAddress
from tests.adapters.delivery.parcels import NOW, OFFICE, a_channel, a_document
from tests.component.delivery.channelling import due_tasks, on_kafka, told


class Counting:
    """A connection that counts what it is asked."""

    def __init__(self, connection: Any) -> None:
        self._connection, self.statements = connection, 0

    def __getattr__(self, name: str) -> Any:
        self.statements += name in ("execute", "executemany", "fetch", "fetchrow", "fetchval")
        return getattr(self._connection, name)


async def test_many_documents_on_three_channels_cost_as_many_statements_as_few(database: Any) -> None:
    counts = {}
    pool = await database.worker("delivery")
    async with pool.acquire() as connection:
        for many in (2, 300):
            transaction = connection.transaction()
            await transaction.start()
            counting = Counting(connection)
            store = PostgresDelivery(counting)  # type: ignore[arg-type]
            mailbox = MailPlace(EmailAddress("in@pakket.example"))
            channels = [a_channel("folder"), a_channel("mail", mailbox, enabled=False, stopped_reason="by_office")]
            channels.append(a_channel("kafka", channel_id=kafka_channel_id(OFFICE)))
            for channel in channels:
                await store.save_channel(channel)
            documents = [a_document(f"VF-{place}") for place in range(many)]
            await store.save_documents(documents)
            counting.statements = 0
            routed = [_routed(each) for each in documents]
            going = [(event, event.time, each) for event, each in zip(routed, documents, strict=True)]
            consequences = await hand_over(going, store)
            counts[many] = counting.statements
            assert len(on_kafka(consequences)) == len(told(consequences)) == many
            assert due_tasks(consequences) == [channels[0].channel_id]
            assert len(await store.waiting_handovers(channels[0].channel_id, 1_000)) == many
            await transaction.rollback()
    assert counts[2] == counts[300] <= 14, counts


def _routed(document: Any) -> Received[InvoiceRouted]:
    names = ("document_id", "enterprise_number", "connection_id", "software", "client_code", "family", "number")
    body = InvoiceRouted.model_validate(
        {name: getattr(document, name) for name in names}
        | {"office_id": OFFICE, "issue_date": document.issue_date, "received_at": NOW, "document": document.document}
    )
    return Received(id=uuid4(), correlation_id="c", body=body, time=NOW, sequence=1)
