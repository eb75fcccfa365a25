"""The ledger: what came, what people decided, and what follows of both.

Its final state is a function of what came, whatever the order: a touched component is resolved from nothing and
compared with what stands; only the difference is written, as entries that are never changed.
"""

from collections.abc import Iterable, Mapping

from services.coda_reconciler.domain.matching.facts import (
    Decision,
    ItemKey,
    Knowledge,
    LedgerMovement,
    MovementKey,
    OpenItem,
)
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.matching.originals import found_by_id
from services.coda_reconciler.domain.matching.widening import widened
from services.coda_reconciler.domain.settlement.balances import Standings
from services.coda_reconciler.domain.settlement.decided import Decided
from services.coda_reconciler.domain.settlement.index import Component, Links, MovementIndex, component_of
from services.coda_reconciler.domain.settlement.opening import item_of
from services.coda_reconciler.domain.settlement.posting import Posting
from services.coda_reconciler.domain.settlement.resolving import resolve
from services.coda_reconciler.domain.settlement.values import (
    ActiveProposal,
    Changes,
    Learnt,
    LedgerEntry,
    MovementState,
    Outcome,
    PersonDecision,
    Pin,
    Refusal,
    RefusalCode,
)
from shared.contracts.invoices import InvoiceAccepted
from shared.values import EnterpriseNumber

_LOOKED_UP = ("amount", "tail")


class Ledger:
    """Whole components of items and movements, as they were loaded; `changes` is what a batch must write.

    `book`, `accept` and `decide` say what came; `resolve` draws the conclusions of all that came since it last did.
    """

    def __init__(
        self,
        items: Iterable[OpenItem] = (),
        movements: Iterable[LedgerMovement] = (),
        entries: Iterable[LedgerEntry] = (),
        knowledge: Mapping[EnterpriseNumber, Knowledge] | None = None,
        pins: Iterable[Pin] = (),
        proposals: Iterable[ActiveProposal] = (),
        learnt: Iterable[Learnt] = (),
        states: Iterable[MovementState] = (),
        refusals: Iterable[Refusal] = (),
    ) -> None:
        self.changes = Changes()
        self.movements: dict[MovementKey, LedgerMovement] = {}
        self.standings = Standings()
        self.states = {state.movement: state for state in states}
        self.decided = Decided(knowledge or {}, learnt, refusals)
        self.proposals: dict[MovementKey, tuple[ActiveProposal, ...]] = {}
        self.asked_anew: set[MovementKey] = set()
        self._items: dict[EnterpriseNumber, Items] = {}
        self._index = MovementIndex()
        self._links = Links()
        self._touched: tuple[set[MovementKey], set[ItemKey]] = set(), set()
        self._proposed: dict[ItemKey, set[MovementKey]] = {}
        self._renewed: set[ItemKey] = set()
        for item in items:
            self.items_of(item.enterprise_number).add(item)
        for movement in movements:
            self._keep(movement)
        for entry in entries:
            self.standings.add(entry)
            self._links.tie(entry.movement, entry.item)
        for pin in pins:
            self._pin(pin)
        for proposal in proposals:
            self.propose(proposal.movement, (*self.proposals.get(proposal.movement, ()), proposal))

    def items_of(self, company: EnterpriseNumber) -> Items:
        """The items of one company, as they stand."""
        items = self._items.get(company)
        if items is None:
            items = self._items[company] = Items()
        return items

    @property
    def decisions(self) -> Mapping[MovementKey, Decision]:
        """What was decided of every movement that was resolved or loaded with its state."""
        return {key: state.decision for key, state in self.states.items()}

    def remaining(self, movement: MovementKey) -> int:
        """Thousandths that no item took of a movement; 0 for what pays nothing."""
        state = self.states.get(movement)
        return state.remaining if state is not None else abs(self.movements[movement].amount)

    def book(self, movement: LedgerMovement) -> None:
        """A movement came in; one that is known already changes nothing (rule 1)."""
        if movement.key in self.movements:
            return
        items = self.items_of(movement.enterprise_number)
        movement = found_by_id(movement, self._index.having_id_of(movement))
        self._keep(widened(movement, lambda reference: bool(items.named("reference", reference))))
        self._touched[0].add(movement.key)

    def reconsider(self, movements: Iterable[MovementKey]) -> None:
        """These were kept before anything could be decided about them."""
        self._touched[0].update(key for key in movements if key in self.movements)

    def accept(self, invoice: InvoiceAccepted) -> None:
        """An invoice or credit note came in: payments may have come before it.

        A newer version takes the older one's place and keeps what was paid. An older one than the known changes
        nothing, nor does one that supersedes none: it was received before the known one and came late.
        """
        item, items = item_of(invoice), self.items_of(invoice.enterprise_number)
        known = items.get(item.key)
        if known is not None and (known.document_version >= item.document_version or invoice.supersedes is None):
            return
        if known is not None:
            item = item.with_balance(known.allocated, known.version)
            self._renewed.add(item.key)
            self._touch_beside(known)
        items.add(item)
        self.changes.items[item.key] = item
        self.changes.rekeyed.add(item.key)
        self._touched[1].add(item.key)
        self._touch_beside(item)

    def decide(self, decision: PersonDecision) -> RefusalCode | None:
        """A person accepted or refused a proposal, or undid a settlement; the code says why it changes nothing."""
        said = self.decided.read(decision, self.movements, self.standings, self.proposals, self.items_of)
        if isinstance(said, str):
            return said
        for pin in said.pins:
            self.changes.pins.append(pin)
            self._pin(pin)
        for refusal in said.refused:
            self.changes.refused.append(refusal)
            if refusal.withdrawn:
                self._ask_anew(refusal)
        self._touched[0].add(said.movement)
        self._touched[1].update(said.items)
        for learnt in said.learnt:
            self.changes.learnt.append(learnt)
            self._know(learnt)
        return None

    def resolve(self) -> list[Outcome]:
        """What follows, in a stable order, one component after the other; nothing when nothing was touched."""
        outcomes: list[Outcome] = []
        while self._touched[0] or self._touched[1]:
            movements, items = self._touched
            self._touched = set(), set()
            for component in self._components(movements, items):
                posting = self._settled(component)
                outcomes += posting.outcomes
                self._touch_suggested(posting.changed)
        return outcomes

    def _components(self, movements: Iterable[MovementKey], items: Iterable[ItemKey]) -> list[Component]:
        found: list[Component] = []
        left_movements, left_items = set(movements), set(items)
        seeds: list[tuple[list[MovementKey], list[ItemKey]]] = [([], [key]) for key in sorted(left_items)]
        seeds += [([key], []) for key in sorted(left_movements, key=lambda key: self.movements[key].order)]
        for seed in seeds:
            if not (left_movements.issuperset(seed[0]) and left_items.issuperset(seed[1])):
                continue
            component = component_of(seed, self.movements, self._index, self.items_of, self._links)
            left_movements -= component[0]
            left_items -= component[1]
            found.append(component)
        return found

    def _settled(self, component: Component) -> Posting:
        """Resolve one component and post the difference."""
        movements = [self.movements[key] for key in component[0]]
        company = movements[0].enterprise_number if movements else next(iter(component[1]))[0]
        items = self.items_of(company)
        present = [item for key in component[1] if (item := items.get(key)) is not None]
        unpaid = [item.with_balance(0, item.version) if item.allocated else item for item in present]
        resolution = resolve(movements, items.trial(unpaid), self.decided.knowledge_of(company), self.decided.pins)
        posting = Posting(self, items, {item.key: item for item in present}, resolution)
        posting.post()
        posting.renew(self._renewed & component[1])
        self._renewed -= component[1]
        return posting

    def _keep(self, movement: LedgerMovement) -> None:
        self.movements[movement.key] = movement
        self._index.add(movement, self.decided.knowledge_of(movement.enterprise_number))

    def _touch_suggested(self, changed: Mapping[ItemKey, int]) -> None:
        """What an item may be suggested for is looked at again: where it was, and, reopened, where it is now.

        This ends: suggestions move no money, so that looking again changes no item.
        """
        for key, effect in changed.items():
            self._touched[0].update(self._proposed.get(key, ()))
            item = self.items_of(key[0]).get(key)
            if effect < 0 and item is not None:
                self._touch_beside(item)

    def _touch_beside(self, item: OpenItem) -> None:
        """Movements that the item may be suggested for, of which something is left, and those that its older
        version was named by."""
        for key in self.items_of(item.enterprise_number).keys_of(item.key):
            if key.kind in _LOOKED_UP:
                found = self._index.looked_up(item.enterprise_number, key)
                self._touched[0].update(movement for movement in found if self.remaining(movement) > 0)
            else:
                self._touched[0].update(self._index.named(item.enterprise_number, key))

    def _pin(self, pin: Pin) -> None:
        self.decided.pins[pin.movement] = pin
        for part in pin.parts:
            self._links.tie(pin.movement, part.item)
        if pin.takes_back is not None and pin.takes_back in self.movements:
            for item in self.standings.of(pin.takes_back):
                self._links.tie(pin.movement, item)

    def _ask_anew(self, refusal: Refusal) -> None:
        """Whoever takes a refusal back hears what becomes of it: it is suggested anew, or why it is no more."""
        self.asked_anew.add(refusal.movement)
        if refusal.proposal is not None:
            self.propose(refusal.movement, (*self.proposals.get(refusal.movement, ()), refusal.proposal))

    def _know(self, learnt: Learnt) -> None:
        """An account's payments find its debtor's items from now on."""
        knowledge = self.decided.knowledge_of(learnt.enterprise_number)
        from_account = [key for key, movement in self.movements.items() if _account(movement) == learnt.iban]
        for key in from_account:
            if self.movements[key].enterprise_number == learnt.enterprise_number:
                self._index.add(self.movements[key], knowledge)
                self._touched[0].add(key)

    def post(self, entry: LedgerEntry) -> None:
        """Write an entry: what only `Posting` does."""
        self.standings.add(entry)
        self._links.tie(entry.movement, entry.item)
        self.changes.entries.append(entry)

    def change(self, item: OpenItem) -> None:
        """Put an item's new balance and version in."""
        self.items_of(item.enterprise_number).change(item)
        self.changes.items[item.key] = item

    def conclude(self, state: MovementState) -> None:
        """Keep what was decided of a movement; only what is new must be written."""
        if self.states.get(state.movement) != state:
            self.states[state.movement] = state
            self.changes.states[state.movement] = state

    def propose(self, movement: MovementKey, proposals: tuple[ActiveProposal, ...]) -> None:
        """From now on these are the movement's proposals."""
        for earlier in self.proposals.get(movement, ()):
            for part in earlier.proposal.parts:
                self._proposed.get(part.item, set()).discard(movement)
        self.proposals[movement] = proposals
        for proposal in proposals:
            for part in proposal.proposal.parts:
                self._proposed.setdefault(part.item, set()).add(movement)


def _account(movement: LedgerMovement) -> str:
    return movement.facts.account if movement.facts is not None else ""
