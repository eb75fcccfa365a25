"""Rule 5: what we gave the payer's bank with a collection: our end-to-end id, and the mandate with the amount."""

from services.coda_reconciler.domain.matching.facts import Decision, OpenItem, Part
from services.coda_reconciler.domain.matching.numbers import keyed_forms
from services.coda_reconciler.domain.matching.question import Question, money
from services.coda_reconciler.domain.matching.sources import source_of
from services.coda_reconciler.domain.matching.tolerance import closing, whole

_COLLECTIONS = "05"


def by_issued_name(question: Question) -> Decision | None:
    """What an end-to-end id or a mandate settles; only ever money that comes in."""
    if question.amount <= 0:
        return None
    return _by_end_to_end_id(question) or _by_mandate(question)


def _by_end_to_end_id(question: Question) -> Decision | None:
    """An id that is an invoice's number or reference: a collection's may be paid in part, another must fit."""
    text = question.facts.end_to_end_id
    issued = "".join(filter(str.isalnum, text.upper()))
    if not issued:
        return None
    items = question.items
    named = {item.key: item for item in items.named("reference", issued)}
    named |= {item.key: item for item in items.named("number", issued) if (issued, "full") in keyed_forms(item.number)}
    invoices = [item for item in named.values() if item.family == "invoice"]
    usable = question.usable(invoices)
    found = question.open(usable)
    evidence = [source_of(question.facts, "end_to_end_id")]
    if usable and not found:
        return question.none("R05", "duplicate_payment", evidence)
    if len(found) != 1:
        for item in found:
            question.propose([_part(question, item)], "R05", ("end_to_end_id", "several_readings"), evidence)
        return None
    parts = closing(found, question.amount, question.day)
    if parts is not None:
        return question.settle("R05", parts, evidence)
    part = _part(question, found[0])
    if question.amount < found[0].balance and question.movement.transaction_code[1:3] == _COLLECTIONS:
        return question.settle("R05", [part], evidence, "partial")
    question.doubt = "less_than_open" if question.amount < found[0].balance else "more_than_open"
    question.propose([part], "R05", ("end_to_end_id", question.doubt), evidence)
    return None


def _by_mandate(question: Question) -> Decision | None:
    """A mandate names its debtor, the amount the invoice: with two of that amount a person decides."""
    mandate = question.facts.mandate
    if not mandate:
        return None
    items = [item for item in question.items.named("mandate", mandate) if item.family == "invoice"]
    found = question.open(items)
    evidence = [source_of(question.facts, "mandate")]
    fitting = [(item, parts) for item in found if (parts := closing([item], question.amount, question.day))]
    if len(fitting) == 1:
        return question.settle("R05", fitting[0][1], evidence)
    for _, parts in fitting:
        question.propose(parts, "R05", ("mandate", "amount_equal", "several_readings"), evidence)
    for item in found if not fitting else ():
        question.reject(item, "amount_differs", money(question.amount), money(item.balance))
        question.propose([_part(question, item)], "R05", ("mandate", "amount_differs"), evidence)
    if found:
        question.doubt = "several_readings" if fitting else "amount_differs"
    return None


def _part(question: Question, item: OpenItem) -> Part:
    part = whole(item)
    return part if part.amount <= question.amount else Part(item.key, question.amount)
