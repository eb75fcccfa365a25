"""An invoice was accepted: it is open until it is paid, perhaps by payments that came before it."""

from services.coda_reconciler.domain.naming import names_of_item
from services.coda_reconciler.domain.settlement.ledger import Ledger
from services.coda_reconciler.domain.settlement.opening import item_of
from services.coda_reconciler.handlers.parts import Events, parts_of
from services.coda_reconciler.handlers.surroundings import keep, ledger_of, put_off, told_if_too_many
from services.coda_reconciler.ports import ReconcilerStore, Wanted
from shared.chassis.messages import Batch, Consequence
from shared.contracts.invoices import InvoiceAccepted
from shared.values import EnterpriseNumber


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
    ledger, kept_only = ledger_of(told_if_too_many(store, found)), put_off(found)
    consequences: list[Consequence] = []
    for company, of_company in _by_company(events).items():
        if company in found.too_many:
            for event in of_company:
                kept_only.accept(event.body)
        else:
            consequences += _settled(ledger, of_company)
    await keep(store, ledger, found)
    await keep(store, kept_only, found)
    return consequences


def _by_company(events: Events) -> dict[EnterpriseNumber, Events]:
    found: dict[EnterpriseNumber, Events] = {}
    for event in events:
        found.setdefault(event.body.enterprise_number, []).append(event)
    return found


def _settled(ledger: Ledger, events: Events) -> list[Consequence]:
    """What follows of one company's invoices: drawn once, for what hangs together with each of a large customer's
    invoices is all the same. Each outcome follows from its own invoice's event, and what is about none of them from the
    last."""
    for event in events:
        ledger.accept(event.body)
    causes = {event.body.document_id: event for event in events}
    return [
        causes.get(outcome.document_id, events[-1]).then(outcome, sequence=outcome.version)
        for outcome in ledger.resolve()
    ]
