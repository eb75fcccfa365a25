"""Matching payments with invoices: how right, how much of it by itself, and how fast.

The quality is measured on whole made-up years whose truth is known, against two ordinary ways of matching in the same
run: structured communications only, and these plus exact invoice numbers. RELAIS_BENCH_COMPANIES says how many years.
A settlement that is not the truth is printed whole, and the promise is that there is none.
"""

import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from deploy.demo.years import CompanyYear, Found, MovementId, Truth, accepted, company_years, paid, verdict
from services.coda_reconciler.domain.booking import ledger_movements
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.matching.facts import Knowledge, LedgerMovement, OpenItem
from services.coda_reconciler.domain.settlement.ledger import Ledger
from services.coda_reconciler.domain.settlement.opening import item_of
from shared.values import EnterpriseNumber
from tests.benchmarks.figures import Figure, compared
from tests.benchmarks.matched_years import debtors_of, matched, ordinarily_matched

COMPANIES = int(os.environ.get("RELAIS_BENCH_COMPANIES", "16"))
SCENES, SEED = 400, 2026
OPEN_INVOICES, MOVEMENTS, MILLISECONDS = 5_000, 1_000, 500.0
FEW, SOME, MANY = 500, 5_000, 50_000
GROWTH = 1.5
"""Times that a movement may take longer with a hundred times the open invoices: noise, not growth."""
ROUNDS = 3
BY_NAME = ("ogm_exact", "ogm_in_text", "number_in_text", "numbers_elided", "direct_debit")
"""Scenes of rules 3 to 6."""
OTHERS = (
    "known_account", "name_and_amount", "unknown_payer", "look_alike", "numbers_listed", "ogm_partial", "own_transfer",
    "credit_note_netted",
)  # fmt: skip
SCENES_OF_LARGE, SCENES_OF_GROWTH = 1_000, 300

Results = Mapping[MovementId, Found]


async def run() -> list[Figure]:
    """Precision and recall, seconds for a large company, and whether the cost grows with the open invoices."""
    return [*_quality(), _large_company(), *_growth()]


def _quality() -> list[Figure]:
    years = list(company_years(SEED, COMPANIES, SCENES))
    truths = {name: truth for year in years for name, truth in year.truths.items()}
    ours = matched(years)
    ordinary = ordinarily_matched(years, by_number=False), ordinarily_matched(years, by_number=True)
    wrong = [
        f"{truths[name].case} {name}: {told(truths[name], found)}"
        for name, found in ours.items()
        if verdict(truths[name], found) == "wrong"
    ]
    sys.stdout.write("".join(f"wrong: {line}\n" for line in wrong) + _table(truths, (ours, *ordinary)))
    moved = sum(found.decision in ("settle", "reopen") for found in ours.values())
    precision = 100 * (1 - len(wrong) / moved)
    figures = [Figure(f"automatic precision, {moved} decisions", precision, "%", target=100.0, holds=not wrong)]
    recall, *of_ordinary = (_recall(truths, found)[""] for found in (ours, *ordinary))
    names = "structured communications only", "these and exact numbers"
    for name, other in zip(names, of_ordinary, strict=True):
        figures.append(compared(f"money matched by itself, against {name}", recall, "%", other, 1.0))
    by_case, by_other = _recall(truths, ours), _recall(truths, ordinary[1])
    figures += [
        Figure(f"right of {case}", share, "%", by_other[case]) for case, share in sorted(by_case.items()) if case
    ]
    return figures


def told(truth: Truth, found: Found) -> str:
    """A decision beside the truth."""
    return f"found {found.decision} {sorted(found.paid)}, expected {truth.decision} {sorted(paid(truth))}"


def _recall(truths: Mapping[MovementId, Truth], found: Results) -> dict[str, float]:
    """Per cent right by case; under the empty name, of all movements that are to be settled or reopened."""
    right, count = Counter[str](), Counter[str]()
    for name, truth in truths.items():
        cases = (truth.case, "") if truth.decision in ("settle", "reopen") else (truth.case,)
        for case in cases:
            count[case] += 1
            right[case] += verdict(truth, found[name]) == "right"
    return {case: 100 * right[case] / count[case] for case in count}


def _table(truths: Mapping[MovementId, Truth], results: Sequence[Results]) -> str:
    counts = Counter(truth.case for truth in truths.values())
    shares = [_recall(truths, found) for found in results]
    rows = [f"{'case':34} {'movements':>9} {'ours':>7} {'OGM':>7} {'+number':>8}"]
    rows += [
        f"{case:34} {counts[case]:>9} " + " ".join(f"{share[case]:>7.1f}" for share in shares)
        for case in sorted(counts)
    ]
    return "\n".join(rows) + "\n"


def _large_company() -> Figure:
    """Reading the words, finding and deciding: everything but the file and the database."""
    kinds = (*BY_NAME, *OTHERS)
    already = len(_year(SCENES_OF_LARGE, kinds, 0).invoices)
    items, statements, knowledge = _prepared(_year(SCENES_OF_LARGE, kinds, OPEN_INVOICES - already))

    def work() -> int:
        ledger = Ledger(items=items, knowledge=knowledge)
        movements = [movement for each in statements for movement in ledger_movements(*each)][:MOVEMENTS]
        _settled(ledger, movements)
        return len(movements)

    seconds, movements = _least(work)
    name = f"{len(items)} open invoices and {movements} movements of one company"
    return Figure(name, seconds * 1e3, "ms", target=MILLISECONDS, holds=seconds * 1e3 <= MILLISECONDS)


def _growth() -> Iterable[Figure]:
    """Microseconds of the processor a movement, the ledger standing there with few or many invoices, by turns.

    Beside 50,000 values that nobody drops the garbage collector would be measured: it leaves what stands alone.
    """
    standing = {size: _standing(size) for size in (FEW, SOME, MANY)}
    costs = dict.fromkeys(standing, float("inf"))
    gc.collect()
    gc.freeze()
    try:
        for at in range(ROUNDS):
            for size, (ledgers, movements) in standing.items():
                seconds, _ = _timed(lambda ledger=ledgers[at], movements=movements: _settled(ledger, movements))
                costs[size] = min(costs[size], seconds / len(movements) * 1e6)
    finally:
        gc.unfreeze()
    for size in (SOME, MANY):
        ratio = costs[size] / costs[FEW]
        name = f"a movement that names its invoice, {size} open instead of {FEW}"
        yield Figure(name, costs[size], "microseconds", costs[FEW], ratio, GROWTH, ratio <= GROWTH)


def _standing(size: int) -> tuple[list[Ledger], list[LedgerMovement]]:
    items, statements, knowledge = _prepared(_year(SCENES_OF_GROWTH, BY_NAME, size))
    movements = [movement for each in statements for movement in ledger_movements(*each)]
    return [Ledger(items=items, knowledge=knowledge) for _ in range(ROUNDS)], movements


def _year(scenes: int, only: Sequence[str], unpaid: int) -> CompanyYear:
    [year] = company_years(SEED, 1, scenes, only, unpaid)
    return year


def _prepared(
    year: CompanyYear,
) -> tuple[list[OpenItem], list[tuple[Statement, EnterpriseNumber]], dict[EnterpriseNumber, Knowledge]]:
    company = year.company.number
    items = [item_of(accepted(invoice)) for invoice in year.invoices]
    texts = [text for file in year.files for text in split_file(file.data).statements]
    own = frozenset(str(account.iban) for account in year.company.accounts)
    knowledge = Knowledge(own_accounts=own, debtors=debtors_of([year])[company])
    return items, [(read_statement(text), company) for text in texts], {company: knowledge}


def _settled(ledger: Ledger, movements: Sequence[LedgerMovement]) -> int:
    for movement in movements:
        ledger.book(movement)
    return len(ledger.resolve())


def _least(work: Callable[[], int]) -> tuple[float, int]:
    """The least seconds of the processor that it takes, and what it says."""
    return min(_timed(work) for _ in range(ROUNDS))


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    gc.collect()
    begun = time.process_time()
    said = work()
    return time.process_time() - begun, said
