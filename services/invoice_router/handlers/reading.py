"""Before the transaction: documents are fetched and read side by side, and what was made of them is stored.

Sidecars and PDFs are content-addressed, so that a batch that comes again writes the same objects again.
"""

import asyncio
from collections.abc import Sequence

from services.invoice_router.domain.differences import facts_of
from services.invoice_router.domain.heads import InvoiceHead
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.ports import Documents, InvoiceReader, ReadDocument, UnreadableDocument
from shared.chassis.errors import InvalidMessage, Unavailable
from shared.chassis.memory import Memory
from shared.chassis.messages import Received
from shared.contracts.invoices import InvoiceSubmitted

SIDECAR_TYPE = "application/json"
PDF_TYPE = "application/pdf"
READ_AT_ONCE = 32
"""Documents that are fetched, read or stored at one time: enough that no reader waits for the object store."""
BYTES_AT_ONCE = 32_000_000
"""Of documents in memory at one time; one that is larger is read when it has the memory for itself."""

Prepared = ReadDocument | UnreadableDocument


async def read_documents(
    events: Sequence[Received[InvoiceSubmitted]], *, documents: Documents, reader: InvoiceReader
) -> list[Prepared | Exception]:
    """One reading an event, or the error that decides what becomes of the event: `Unavailable`, `InvalidMessage`."""
    found: dict[int, Prepared | Exception] = {}
    memory, waiting = Memory(BYTES_AT_ONCE), iter(enumerate(events))

    async def read_some() -> None:
        for place, event in waiting:  # shared: whoever is free takes the next one
            async with memory.taken(event.body.document.size):
                found[place] = await _read_document(event.body, documents, reader)

    await asyncio.gather(*(read_some() for _ in range(min(READ_AT_ONCE, len(events)))))
    return [found[place] for place in range(len(events))]


async def _read_document(
    submitted: InvoiceSubmitted, documents: Documents, reader: InvoiceReader
) -> Prepared | Exception:
    try:
        sidecar = await reader.read_sidecar(await documents.get(submitted.document))
        owner, head = submitted.enterprise_number, InvoiceHead.model_validate_json(sidecar.json)
        pdf = await documents.put(sidecar.pdf, owner, PDF_TYPE) if sidecar.pdf is not None else submitted.pdf
        claim = await documents.put(sidecar.json, owner, SIDECAR_TYPE)
        return ReadDocument(head, sidecar.json, claim, facts_of(sidecar.json), pdf)
    except DocumentRejected as rejected:
        return UnreadableDocument(rejected.finding)
    except (InvalidMessage, Unavailable) as error:
        return error
