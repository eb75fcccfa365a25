"""A person decided about a payment: accepted a suggestion, refused one, or took a settlement back."""

from services.coda_reconciler.domain.matching.keys import IndexKey
from services.coda_reconciler.domain.naming import ACCOUNT, DEBTOR, Name
from services.coda_reconciler.domain.settlement.decided import movement_of
from services.coda_reconciler.domain.settlement.values import PersonDecision
from services.coda_reconciler.handlers.parts import Events, parts_of
from services.coda_reconciler.handlers.surroundings import keep, ledger_of, told_if_too_many
from services.coda_reconciler.ports import Found, ReconcilerStore, Wanted
from shared.chassis.logs import logger
from shared.chassis.messages import Batch, Consequence, Received
from shared.contracts.deliveries import PaymentDecided

_log = logger("decisions")
PUT_OFF = "component_too_large"


async def follow_decisions(batch: Batch[PaymentDecided], store: ReconcilerStore) -> list[Consequence]:
    """Do what was decided. What is stale, or about nothing that is known, changes nothing: it is kept with the reason
    and told in the log, for whoever decided looked at something that was no longer so."""
    await batch.lock(f"company:{event.body.enterprise_number}" for event in batch)
    return await _decided(list(batch), store)


async def _decided(events: Events, store: ReconcilerStore) -> list[Consequence]:
    found = await _around(events, store)
    if found.too_many and len(events) > 1:
        return [told for part in parts_of(events, found.too_many) for told in await _decided(part, store)]
    ledger = ledger_of(told_if_too_many(store, found))
    consequences: list[Consequence] = []
    noted = []
    for event in events:
        said = person_decision(event)
        refusal = PUT_OFF if said.enterprise_number in found.too_many else ledger.decide(said)
        noted.append((said, refusal))
        if refusal is None:
            consequences += [event.then(outcome, sequence=outcome.version) for outcome in ledger.resolve()]
        else:
            _log.warning("a decision changes nothing", reason=refusal, decision=said.decision, id=said.allocation_id)
    await store.note_decisions(noted)
    await keep(store, ledger, found)
    return consequences


async def _around(events: Events, store: ReconcilerStore) -> Found:
    """The movements that are decided about; and, since an accepted payment tells whose its account is, everything that
    this account and these debtors have to do with."""
    movements = frozenset(
        (event.body.enterprise_number, movement)
        for event in events
        if (movement := movement_of(event.body.allocation_id)) is not None
    )
    decided = await store.find(Wanted(movements=movements))
    names = {
        Name(movement.enterprise_number, IndexKey(ACCOUNT, movement.facts.account), True, False)
        for movement in decided.movements
        if movement.facts and movement.facts.account
    }
    suggested = {part.item for each in decided.proposals for part in each.proposal.parts}
    names |= {
        Name(item.enterprise_number, IndexKey(DEBTOR, debtor), False, True)
        for item in decided.items
        if item.key in suggested
        for debtor in item.debtors
    }
    wider = Wanted(names=frozenset(names), items=frozenset(suggested), movements=movements)
    return await store.find(wider)


def person_decision(event: Received[PaymentDecided]) -> PersonDecision:
    """What was said, as the ledger takes it."""
    body = event.body
    return PersonDecision(
        enterprise_number=body.enterprise_number,
        document_id=body.document_id,
        allocation_id=body.allocation_id,
        decision=body.decision,
        decided_by=body.decided_by,
        decision_id=str(event.id),
    )
