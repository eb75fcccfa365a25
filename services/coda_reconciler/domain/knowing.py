"""What is known of a company beside its invoices, put together of what is kept."""

from collections.abc import Collection, Iterable, Mapping

from services.coda_reconciler.domain.matching.facts import ItemKey, Knowledge, MovementKey
from services.coda_reconciler.domain.settlement.values import Learnt
from shared.values import EnterpriseNumber


def knowledge_of(
    own_accounts: Mapping[EnterpriseNumber, Collection[str]],
    learnt: Iterable[Learnt],
    refused: Iterable[tuple[MovementKey, ItemKey]],
) -> dict[EnterpriseNumber, Knowledge]:
    """One for each company of `own_accounts`; `learnt` holds the last line of each account, debtor and decision.

    An account may be confirmed by several decisions: it is known until all of them were taken back.
    """
    debtors: dict[EnterpriseNumber, dict[str, set[str]]] = {company: {} for company in own_accounts}
    for line in learnt:
        if not line.withdrawn:
            debtors.setdefault(line.enterprise_number, {}).setdefault(line.iban, set()).add(line.debtor)
    pairs: dict[EnterpriseNumber, set[tuple[MovementKey, ItemKey]]] = {}
    for movement, item in refused:
        pairs.setdefault(item[0], set()).add((movement, item))
    return {
        company: Knowledge(
            own_accounts=frozenset(accounts),
            debtors={iban: frozenset(names) for iban, names in debtors[company].items()},
            refused=frozenset(pairs.get(company, ())),
        )
        for company, accounts in own_accounts.items()
    }
