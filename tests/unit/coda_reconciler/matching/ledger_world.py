"""A ledger under test: what came so far, and whether the books are in order after every step."""

from collections.abc import Iterable
from random import Random

from services.coda_reconciler.domain.matching.facts import ItemKey, Knowledge, LedgerMovement, MovementKey, OpenItem
from services.coda_reconciler.domain.matching.tolerance import sign_of
from services.coda_reconciler.domain.settlement.ledger import Ledger
from services.coda_reconciler.domain.settlement.values import Outcome, PersonDecision, RefusalCode
from shared.contracts.invoices import InvoiceAccepted
from shared.contracts.statements import PaymentSuggested, PaymentWithdrawn
from shared.values import DocumentId, EnterpriseNumber
from tests.unit.coda_reconciler.matching.made import COMPANY, OTHER_COMPANY

Came = InvoiceAccepted | LedgerMovement


class World:
    """Takes things in one by one, resolves after each, and keeps every outcome."""

    def __init__(self, knowledge: Knowledge | None = None) -> None:
        known = knowledge or Knowledge()
        self.ledger = Ledger(knowledge={COMPANY: known, OTHER_COMPANY: known})
        self.outcomes: list[Outcome] = []
        self._firsts: dict[DocumentId, DocumentId] = {}
        """The first version of a document that superseded another."""

    def take(self, *came: Came) -> list[Outcome]:
        """What follows of these, one after the other."""
        outcomes: list[Outcome] = []
        for each in came:
            if isinstance(each, InvoiceAccepted):
                self.ledger.accept(each)
                if each.supersedes is not None and each.supersedes != each.document_id:
                    self._firsts[each.document_id] = self._firsts.get(each.supersedes, each.supersedes)
            else:
                self.ledger.book(each)
            outcomes += self._resolved()
        return outcomes

    def decide(self, outcome: Outcome, decision: str, decision_id: str = "d1") -> list[Outcome] | RefusalCode:
        """A person answers what an event said."""
        said = PersonDecision(
            outcome.enterprise_number,
            outcome.document_id,
            outcome.allocation.allocation_id,
            decision,  # type: ignore[arg-type]
            "office:janssens",
            decision_id,
        )
        refusal = self.ledger.decide(said)
        return self._resolved() if refusal is None else refusal

    def _resolved(self) -> list[Outcome]:
        outcomes = self.ledger.resolve()
        check(self.ledger)
        self.outcomes += outcomes
        versions: dict[object, list[int]] = {}
        for outcome in self.outcomes:
            document = self._firsts.get(outcome.document_id, outcome.document_id)
            versions.setdefault(document, []).append(outcome.version)
        assert all(counted == list(range(1, len(counted) + 1)) for counted in versions.values())
        return outcomes

    def load_again(self) -> None:
        """Put the books away and load them, as between two batches."""
        old = self.ledger
        changes = old.changes
        self.ledger = Ledger(
            items=[*self.items(COMPANY), *self.items(OTHER_COMPANY)],
            movements=list(old.movements.values()),
            entries=changes.entries,
            knowledge={company: old.decided.knowledge_of(company) for company in (COMPANY, OTHER_COMPANY)},
            pins=changes.pins,
            proposals=[each for active in old.proposals.values() for each in active],
            learnt=changes.learnt,
            states=list(old.states.values()),
            refusals=[each for key in old.movements for each in old.decided.refusals_of(key)],
        )
        self.ledger.changes = changes

    def balances(self) -> dict[ItemKey, int]:
        """What is open of every item."""
        return {item.key: item.balance for company in (COMPANY, OTHER_COMPANY) for item in self.items(company)}

    def items(self, company: EnterpriseNumber = COMPANY) -> list[OpenItem]:
        """All items of a company."""
        return list(self.ledger.items_of(company))

    def unallocated(self) -> dict[MovementKey, int]:
        """What is left of every movement."""
        return {key: self.ledger.remaining(key) for key in self.ledger.movements}


def names(outcomes: Iterable[Outcome]) -> list[str]:
    """What kind of events, and about which invoice."""
    return [f"{type(outcome).__name__} {outcome.invoice_number}" for outcome in outcomes]


def suggested(outcomes: Iterable[Outcome]) -> list[PaymentSuggested]:
    """The suggestions, best first."""
    found = [outcome for outcome in outcomes if isinstance(outcome, PaymentSuggested)]
    return sorted(found, key=lambda outcome: outcome.rank)


def without_endings(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """What is told beside the suggestions that are over."""
    return [outcome for outcome in outcomes if not isinstance(outcome, PaymentWithdrawn)]


def endings(outcomes: Iterable[Outcome]) -> list[str]:
    """Of which invoices a suggestion is over, and why."""
    return [f"{each.invoice_number} {each.reason}" for each in outcomes if isinstance(each, PaymentWithdrawn)]


def check(ledger: Ledger) -> None:
    """No movement gives more than it brought, no balance is below nothing, and the entries say what stands."""
    given: dict[MovementKey, int] = {}
    allocated: dict[ItemKey, int] = {}
    for entry in ledger.changes.entries:
        taken = entry.facts.taken.thousandths if entry.facts.taken is not None else entry.amount
        given[entry.movement] = given.get(entry.movement, 0) + taken
        item = ledger.items_of(entry.item[0]).get(entry.item)
        assert item is not None
        allocated[entry.item] = allocated.get(entry.item, 0) + sign_of(item) * entry.amount + entry.difference
    for key, amount in given.items():
        brought = ledger.movements[key].amount
        assert 0 <= amount <= brought or brought <= amount <= 0, f"{key} gave {amount} of {brought}"
        assert abs(amount) + ledger.remaining(key) <= abs(brought)
    for company in (COMPANY, OTHER_COMPANY):
        for item in ledger.items_of(company):
            assert item.allocated == allocated.get(item.key, 0), f"{item.key} says {item.allocated}"
            assert 0 <= item.allocated <= item.payable, f"{item.key} has {item.allocated} of {item.payable}"


def shuffled(came: Iterable[Came], dice: Random) -> list[Came]:
    """The same things in another order."""
    mixed = list(came)
    dice.shuffle(mixed)
    return mixed
