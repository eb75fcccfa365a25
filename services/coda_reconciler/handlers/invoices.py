"""An invoice was accepted: it is open until it is paid, perhaps by payments that came before it."""

from services.coda_reconciler.domain.naming import names_of_item
from services.coda_reconciler.domain.settlement.opening import item_of
from services.coda_reconciler.handlers.parts import Events, parts_of
from services.coda_reconciler.handlers.surroundings import keep, ledger_of, put_off, told_if_too_many
from services.coda_reconciler.ports import ReconcilerStore, Wanted
from shared.chassis.messages import Batch, Consequence
from shared.contracts.invoices import InvoiceAccepted


async def open_items(batch: Batch[InvoiceAccepted], store: ReconcilerStore) -> list[Consequence]:
    """A newer version of an invoice takes the place of the older one and keeps what was paid."""
    await batch.lock(f"company:{event.body.enterprise_number}" for event in batch)
    return await _opened(list(batch), store)


async def _opened(events: Events, store: ReconcilerStore) -> list[Consequence]:
    items = [item_of(event.body) for event in events]
    names = frozenset(name for item in items for name in names_of_item(item, lookups=True))
    wanted = Wanted(names=names, items=frozenset(item.key for item in items))
    found = await store.find(wanted)
    if found.too_many and len(events) > 1:
        return [told for part in parts_of(events, found.too_many) for told in await _opened(part, store)]
    ledger, kept_only = ledger_of(told_if_too_many(found)), put_off(found)
    consequences: list[Consequence] = []
    for event in events:
        if event.body.enterprise_number in found.too_many:
            kept_only.accept(event.body)
            continue
        ledger.accept(event.body)
        consequences += [event.then(outcome, sequence=outcome.version) for outcome in ledger.resolve()]
    await keep(store, ledger, found)
    await keep(store, kept_only, found)
    return consequences
