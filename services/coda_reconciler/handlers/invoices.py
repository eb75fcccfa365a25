"""An invoice was accepted: it is open until it is paid, perhaps by payments that came before it."""

from services.coda_reconciler.domain.ledger import Ledger, item_of
from services.coda_reconciler.handlers.booking import write_ledger
from services.coda_reconciler.ports import ReconcilerStore
from shared.chassis.messages import Batch, Consequence
from shared.contracts.invoices import InvoiceAccepted


async def open_items(batch: Batch[InvoiceAccepted], store: ReconcilerStore) -> list[Consequence]:
    """A newer version of an invoice takes the place of the older one and keeps what was paid."""
    await batch.lock(f"company:{event.body.enterprise_number}" for event in batch)
    keys = {item_of(event.body).key for event in batch}
    references = {
        (event.body.enterprise_number, event.body.reference) for event in batch if event.body.reference is not None
    }
    ledger = Ledger(await store.items(references, keys), await store.unallocated(references))
    earlier = await store.last_allocations(keys)
    consequences: list[Consequence] = []
    for event in batch:
        key = item_of(event.body).key
        for outcome in ledger.accept(event.body, earlier.get(key)):
            earlier[key] = outcome.allocation
            consequences.append(event.then(outcome, sequence=outcome.version))
    await write_ledger(store, ledger)
    return consequences
