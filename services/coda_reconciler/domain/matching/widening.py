"""A structured reference that no invoice has: what else the payment says is only then looked at, and only to suggest.

Nearly every structured reference is an invoice's, and says all: nothing is looked up by numbers and amounts then. The
few that are nobody's are found by these as well from then on (`PaymentFacts.widened`), for the payer may have taken it
from another invoice, or typed another's. Where the invoice with the reference comes later, rule 3 settles.
"""

from collections.abc import Callable
from dataclasses import replace

from services.coda_reconciler.domain.matching.debtors import SIMILAR, similar
from services.coda_reconciler.domain.matching.facts import Evidence, LedgerMovement, OpenItem, Part
from services.coda_reconciler.domain.matching.mentions import mentions
from services.coda_reconciler.domain.matching.numbers import text_keys
from services.coda_reconciler.domain.matching.question import Question
from services.coda_reconciler.domain.matching.sources import Told, source_of

_UNKNOWN = "reference_unknown"


def widened(movement: LedgerMovement, is_known: Callable[[str], bool]) -> LedgerMovement:
    """The movement, found by more than its reference where that is nobody's; the same one for any other.

    `is_known` says whether an invoice or credit note of the company has a reference. Only money that comes in: what
    goes out names the references of others' invoices.
    """
    facts = movement.facts
    if facts is None or movement.amount <= 0 or facts.kind != "payment" or facts.widened:
        return movement
    given = [reference.text for reference in facts.references if reference.is_structured and reference.is_valid]
    if not given or any(map(is_known, given)):
        return movement
    return replace(movement, facts=replace(facts, widened=True))


def suggest_despite_unknown_reference(question: Question) -> None:
    """The one open invoice that the words name by its whole number, and those of the payer's name and amount: what the
    number names and the amount closes first, then what only the name and the amount tell, then the number alone."""
    if question.amount <= 0:
        return
    named = _named_by_number(question)
    if named is not None and named[0].balance == question.amount:
        _propose(question, named[0], ("number_in_text", "amount_equal", _UNKNOWN), [named[1]])
    for item, meaning in _named_by_name(question):
        evidence = [source_of(question.facts, meaning), question.amount_stated()]
        _propose(question, item, ("name_alike", "amount_equal", _UNKNOWN), evidence)
    if named is not None and named[0].balance != question.amount:
        _propose(question, named[0], ("number_in_text", "amount_differs", _UNKNOWN), [named[1]])


def _propose(question: Question, item: OpenItem, reasons: tuple[str, ...], evidence: list[Evidence]) -> None:
    question.propose([Part(item.key, min(item.balance, question.amount))], "R12", reasons, evidence)


def _named_by_number(question: Question) -> tuple[OpenItem, Evidence] | None:
    """The invoice and where it is named; None where none or several are."""
    keys = text_keys(question.facts.passages)
    found = {item.key: item for key in keys for item in question.items.named("number", key)}
    invoices = question.open(item for item in found.values() if item.family == "invoice")
    named = [mention for mention in mentions(question.facts, invoices) if mention.strength == "full"]
    return (named[0].item, named[0].evidence) if len(named) == 1 else None


def _named_by_name(question: Question) -> list[tuple[OpenItem, Told]]:
    """Open invoices of the amount whose customer's name is like the payer's, the likest first."""
    told: dict[Told, str] = {
        "ultimate_debtor": question.facts.ultimate_debtor,
        "counterparty_name": question.facts.name,
    }
    of_amount = question.items.looked_up("amount", f"{question.amount}{question.movement.currency}")
    alike: list[tuple[float, OpenItem, Told]] = []
    for item in question.usable(of_amount):
        if item.family == "invoice" and item.balance == question.amount:
            likeness = max((similar(name, item.customer_name), meaning) for meaning, name in told.items())
            if likeness[0] >= SIMILAR:
                alike.append((likeness[0], item, likeness[1]))
    alike.sort(key=lambda found: -found[0])
    return [(item, meaning) for _, item, meaning in alike]
