"""Whole company years through the handlers, in any order and any batches, and what the ledger alone makes of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

from deploy.demo.years import CompanyYear, accepted, company_years
from services.coda_reconciler import handlers
from services.coda_reconciler.domain.booking import PAYING, ledger_movements
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.matching.facts import Knowledge, Part
from services.coda_reconciler.domain.naming import Naming
from services.coda_reconciler.domain.settlement.ledger import Ledger
from services.coda_reconciler.domain.settlement.values import ActiveProposal, Changes, Learnt
from services.coda_reconciler.handlers.preparation import parts_of
from shared.chassis.messages import Batch
from shared.contracts.directory import CompanyChanged, Mandate
from shared.contracts.event import Event
from shared.contracts.statements import BankFileReceived
from shared.values import Language
from tests.component.coda_reconciler.world import NOW, World, bodies, with_prepared

Balances = dict[Any, tuple[int, ...]]
"""What is allocated of each item, and what remains of each movement that may pay anything."""


def year(seed: int, scenes: int) -> CompanyYear:
    """One company's."""
    [made] = company_years(seed, companies=1, scenes=scenes)
    return made


def learnt_of(made: CompanyYear) -> list[Learnt]:
    """The accounts that a person confirmed before the year began."""
    return [Learnt(made.company.number, iban, str(debtor), "import") for iban, debtor in made.known_accounts]


def alone(made: CompanyYear) -> Ledger:
    """The ledger that has everything at once."""
    company, accounts = made.company.number, frozenset(account.iban for account in made.company.accounts)
    debtors = {iban: frozenset({str(debtor)}) for iban, debtor in made.known_accounts}
    ledger = Ledger(knowledge={company: Knowledge(own_accounts=accounts, debtors=debtors)})
    for invoice in made.invoices:
        ledger.accept(accepted(invoice))
    for part in (part for file in made.files for part in parts_of(file.data)):
        assert isinstance(part, Statement)
        for movement in ledger_movements(part, company):
            ledger.book(movement)
    ledger.resolve()
    return ledger


def balances_of(ledger: Ledger, made: CompanyYear) -> Balances:
    """What it holds of every item, and of every movement that may pay or take back."""
    paying = [key for key, each in ledger.movements.items() if each.facts and each.facts.kind in PAYING]
    items: Balances = {item.key: (item.allocated, item.balance) for item in ledger.items_of(made.company.number)}
    return items | {key: (ledger.remaining(key),) for key in paying}


def suggestions_of(proposals: Mapping[Any, Sequence[ActiveProposal]]) -> dict[Any, list[tuple[Part, ...]]]:
    """What is suggested of each movement, best first."""
    return {key: [each.proposal.parts for each in found] for key, found in proposals.items() if found}


async def through_handlers(world: World, made: CompanyYear, order: Random, batch: int) -> list[Event]:
    """Invoices and files in an order, so many of a kind at once, one in ten twice; what is published."""
    company = made.company.number
    await world.store.write_ledger([], Changes(learnt=learnt_of(made)), Naming())
    mandates = tuple(Mandate(iban=account.iban, since=date(2020, 1, 1)) for account in made.company.accounts)
    opened = CompanyChanged(enterprise_number=company, name="B", language=Language.NL, mandates=mandates)
    arrivals: list[Any] = [accepted(invoice) for invoice in made.invoices]
    arrivals += [file.data for file in made.files]
    arrivals += order.sample(arrivals, len(arrivals) // 10)
    order.shuffle(arrivals)
    events = await _companies(world, opened)
    for first in range(0, len(arrivals), batch):
        some = arrivals[first : first + batch]
        events += await _invoices(world, [each for each in some if isinstance(each, Event)])
        events += await _files(world, [each for each in some if isinstance(each, bytes)])
    return events


async def _companies(world: World, body: CompanyChanged) -> list[Event]:
    event = world.received(body, 1)
    [prepared] = await handlers.read_waiting_statements([event], documents=world.documents, reader=world.store)
    batch: Batch[Any] = Batch([with_prepared(event, prepared)], NOW, world.locks)
    return bodies(await handlers.follow_companies(batch, world.store, documents=world.documents))


async def _invoices(world: World, some: Sequence[Event]) -> list[Event]:
    batch: Batch[Any] = Batch([world.received(body, 1) for body in some], NOW, world.locks)
    return bodies(await handlers.open_items(batch, world.store))


async def _files(world: World, some: Sequence[bytes]) -> list[Event]:
    events = []
    for data in some:
        claim = await world.documents.put(data, "unassigned", "text/plain")
        received = BankFileReceived(sha256=claim.sha256, received_at=NOW, received_from="software:b", document=claim)
        events.append(world.received(received))
    prepared = await handlers.read_bank_files(events, documents=world.documents, reader=world.store)
    ready = [with_prepared(event, result) for event, result in zip(events, prepared, strict=True)]
    batch: Batch[Any] = Batch(ready, NOW, world.locks)
    return bodies(await handlers.book_bank_files(batch, world.store, documents=world.documents))


def kept(world: World) -> Balances:
    """What memory holds in the end."""
    memory = world.memory
    items: Balances = {key: (item.allocated, item.balance) for key, item in memory.open_items.items()}
    return items | {
        key: (memory.states[key].remaining if key in memory.states else abs(movement.amount),)
        for key, movement in memory.movements.items()
    }
