"""The ledger in memory: the same behaviour as Postgres, for tests of rules and of handlers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from services.coda_reconciler.domain.booking import Entry
from services.coda_reconciler.domain.knowing import knowledge_of
from services.coda_reconciler.domain.links import Link
from services.coda_reconciler.domain.mandates import AccountMandate
from services.coda_reconciler.domain.matching.facts import ItemKey, Knowledge, LedgerMovement, MovementKey, OpenItem
from services.coda_reconciler.domain.matching.keys import RETURN_KINDS
from services.coda_reconciler.domain.naming import PROPOSED, Bearer, Name, Naming, text_of
from services.coda_reconciler.domain.settlement.values import (
    ActiveProposal,
    Changes,
    Learnt,
    LedgerEntry,
    MovementState,
    PersonDecision,
    Pin,
    Refusal,
)
from services.coda_reconciler.ports import MOST_NEIGHBOURS, MOST_NODES, Counterparty, Found, Issued, Wanted
from shared.values import EnterpriseNumber, StatementId


class MemoryLedger:
    """Over dictionaries; mandates, statements and links are the store's."""

    known_mandates: list[AccountMandate]
    entries: dict[StatementId, Entry]
    links: dict[StatementId, Link]

    def __init__(self) -> None:
        self.movements: dict[MovementKey, LedgerMovement] = {}
        self.states: dict[MovementKey, MovementState] = {}
        self.open_items: dict[ItemKey, OpenItem] = {}
        self.allocations: list[LedgerEntry] = []
        self.proposals: dict[MovementKey, tuple[ActiveProposal, ...]] = {}
        self.pins: list[Pin] = []
        self.refused: list[Refusal] = []
        self.learnt: list[Learnt] = []
        self.decisions: list[tuple[PersonDecision, str | None]] = []
        self.names: dict[Bearer, set[Name]] = {}
        self.told_put_off: list[EnterpriseNumber] = []

    async def knowledge(self, counterparties: Collection[Counterparty]) -> dict[EnterpriseNumber, Knowledge]:
        """Own accounts, and whose the counterparties' accounts are."""
        companies = {company for company, _ in counterparties}
        return self._knowledge(companies, self._learnt(counterparties), [])

    async def find(self, wanted: Wanted, *, most: int = MOST_NODES) -> Found:
        """Everything that is reached from what is wanted, and what was decided of it."""
        near = self._near(name for name in wanted.names if not name.joins)
        asked: set[Bearer] = {(item[0], item) for item in wanted.items}
        asked.update(wanted.movements)
        seeds = {bearer for bearer in asked if bearer in self.names}
        seeds |= {bearer for bearer in near if not _is_item(bearer)}
        for name in wanted.names:
            if name.joins:
                seeds |= set(self._met(name))
        reached = self._component(seeds)
        items = {(bearer[0], text_of(bearer[1])) for bearer in reached if _is_item(bearer)}
        suggested = self._component(
            bearer
            for bearer, names in self.names.items()
            if any(name.key.kind == PROPOSED and (bearer[0], name.key.text) in items for name in names)
        )
        too_many = {
            company
            for company in wanted.companies
            if any(sum(bearer[0] == company for bearer in found) > most for found in (reached, suggested))
        }
        reached |= suggested
        kept = {bearer for bearer in reached if bearer[0] not in too_many}
        kept |= self._near(name for bearer in kept if not _is_item(bearer) for name in self.names[bearer]
                           if not name.joins)  # fmt: skip
        kept |= {bearer for bearer in near if _is_item(bearer) and bearer[0] not in too_many}
        return self._found(wanted, kept, frozenset(too_many))

    async def issued(self, ids: Collection[Issued], most: int) -> dict[Issued, list[MovementKey]]:
        """By the names of ids with their amounts."""
        found: dict[Issued, list[MovementKey]] = {}
        for key, movement in sorted(self.movements.items()):
            issued = movement.enterprise_number, movement.facts.end_to_end_id if movement.facts else ""
            if issued in ids and len(found.setdefault(issued, [])) < most:
                found[issued].append(key)
        return found

    async def write_ledger(self, new: Sequence[LedgerMovement], changes: Changes, naming: Naming) -> None:
        """New movements, then what refers to them and to items."""
        self.movements |= {movement.key: movement for movement in new}
        self.states |= changes.states
        self.open_items |= changes.items
        self.allocations += changes.entries
        self.proposals |= changes.proposals
        self.pins += changes.pins
        self.refused += changes.refused
        self.learnt += changes.learnt
        for bearer in naming.renamed:
            self.names.pop(bearer, None)
        for bearer in naming.settled:
            self.names[bearer] = {name for name in self.names.get(bearer, ()) if name.joins}
        for bearer in naming.unproposed:
            self.names[bearer] = {name for name in self.names.get(bearer, ()) if name.key.kind != PROPOSED}
        for node, names in naming.added:
            for name in names:
                self.names.setdefault((name.enterprise_number, node), set()).add(name)

    def tell_put_off(self, companies: Collection[EnterpriseNumber]) -> None:
        """Of these companies something was kept and not decided."""
        self.told_put_off += companies

    async def note_decisions(self, decisions: Sequence[tuple[PersonDecision, str | None]]) -> None:
        """What people said, and why it changed nothing."""
        self.decisions += decisions

    def _found(self, wanted: Wanted, kept: set[Bearer], too_many: frozenset[EnterpriseNumber]) -> Found:
        items = {bearer[1] for bearer in kept if _is_item(bearer)}
        movements = sorted(key for key in self.movements if any(bearer[1] == key for bearer in kept))
        accounts = {
            (movement.enterprise_number, movement.facts.account)
            for movement in map(self.movements.__getitem__, movements)
            if movement.facts
        }
        learnt = self._learnt({*accounts, *wanted.counterparties})
        last = {(each.movement, each.item): each for each in self.refused if each.movement in movements}
        refusals = [each for each in last.values() if not each.withdrawn]
        proposals = [each for key in movements for each in self.proposals.get(key, ())]
        suggested = (*proposals, *(each.proposal for each in refusals if each.proposal is not None))
        beside = {part.item for each in suggested for part in each.proposal.parts} | wanted.items
        return Found(
            items=[item for key, item in self.open_items.items() if key in items or key in beside],
            movements=[self._as_it_stands(self.movements[key]) for key in movements],
            states=[self.states[key] for key in movements if key in self.states],
            entries=[each for each in self.allocations if each.item in items or each.movement in movements],
            proposals=proposals,
            pins=[pin for pin in self.pins if pin.movement in movements],
            refusals=refusals,
            learnt=learnt,
            knowledge=self._knowledge(wanted.companies, learnt, [(each.movement, each.item) for each in refusals]),
            too_many=too_many,
        )

    def _component(self, seeds: Iterable[Bearer]) -> set[Bearer]:
        reached, frontier = set[Bearer](), set(seeds)
        while frontier:
            reached |= frontier
            names = {name for bearer in frontier for name in self.names[bearer] if name.joins}
            frontier = {met for name in names for met in self._met(name)} - reached
        return reached

    def _met(self, name: Name) -> list[Bearer]:
        """Whoever a bearer of this name meets: items meet movements, movements both where one takes another back."""
        others = [name._replace(of_item=not name.of_item)]
        if not name.of_item and name.key.kind in RETURN_KINDS:
            others.append(name)
        return [bearer for bearer, names in self.names.items() if not names.isdisjoint(others)]

    def _near(self, names: Iterable[Name]) -> set[Bearer]:
        near = set[Bearer]()
        for name in set(names):
            other = name._replace(of_item=not name.of_item)
            bearers = [bearer for bearer, borne in self.names.items() if other in borne]
            near |= set(sorted(bearers, key=lambda bearer: text_of(bearer[1]))[:MOST_NEIGHBOURS])
        return near

    def _knowledge(
        self,
        companies: Collection[EnterpriseNumber],
        learnt: Sequence[Learnt],
        refused: Sequence[tuple[MovementKey, ItemKey]],
    ) -> dict[EnterpriseNumber, Knowledge]:
        own = {
            company: {mandate.iban for mandate in self.known_mandates if mandate.enterprise_number == company}
            for company in companies
        }
        return knowledge_of(own, learnt, refused)

    def _learnt(self, counterparties: Collection[Counterparty]) -> list[Learnt]:
        last = {(line.enterprise_number, line.iban, line.debtor, line.decision_id): line for line in self.learnt}
        return [line for line in last.values() if (line.enterprise_number, line.iban) in counterparties]

    def _as_it_stands(self, movement: LedgerMovement) -> LedgerMovement:
        entry = self.entries[movement.statement_id]
        gaping = (
            link.gap and link.day <= entry.link.day and self.entries[link.statement_id].account == entry.account
            for link in self.links.values()
        )
        return replace(movement, provisional=any(gaping))


def _is_item(bearer: Bearer) -> bool:
    return len(bearer[1]) > 2
