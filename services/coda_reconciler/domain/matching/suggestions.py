"""What is only ever suggested: rule 9 (name and amount), and references whose check digits do not hold."""

from services.coda_reconciler.domain.matching.debtors import SIMILAR, similar
from services.coda_reconciler.domain.matching.facts import NamedReference, OpenItem, Part
from services.coda_reconciler.domain.matching.question import Question
from services.coda_reconciler.domain.matching.sources import Told, source_of
from services.coda_reconciler.domain.matching.tolerance import sign_of, whole

_MOST_DIGITS_WRONG = 2


def suggest_wrong_references(question: Question) -> None:
    """A reference whose check digits do not hold settles nothing, even where amount and account would fit.

    Open invoices whose reference is one or two digits away come first where the amount fits, nearest first.
    """
    wrong = [reference for reference in question.facts.references if not reference.is_valid]
    if not wrong or any(reference.is_valid for reference in question.facts.references):
        return
    question.doubt = question.doubt or "check_digits_wrong"
    found: dict[object, tuple[int, bool, OpenItem, NamedReference]] = {}
    for reference in wrong:
        for item in (*_near(question, reference), *_of_amount(question)):
            distance = _distance(reference.text, item)
            if distance <= _MOST_DIGITS_WRONG and item.key not in found:
                found[item.key] = distance, item.balance != abs(question.amount), item, reference
    ranked = sorted(found.values(), key=lambda entry: (entry[1], entry[0], entry[2].number))
    for _, differs, item, reference in ranked:
        part = Part(item.key, sign_of(item) * min(item.balance, abs(question.amount)))
        fit = "amount_differs" if differs else "amount_equal"
        question.propose([part], "R03", ("reference_alike", fit, "check_digits_wrong"), [reference.evidence])


def _near(question: Question, reference: NamedReference) -> list[OpenItem]:
    """Items whose reference differs in one digit or has two neighbours changed over."""
    text = reference.text
    variants = {text[:at] + digit + text[at + 1 :] for at in range(len(text)) for digit in "0123456789"}
    variants |= {text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(len(text) - 1)}
    items = [item for variant in sorted(variants) for item in question.items.named("reference", variant)]
    return [item for item in question.open(items) if (sign_of(item) > 0) == (question.amount > 0)]


def _of_amount(question: Question) -> list[OpenItem]:
    key = f"{abs(question.amount)}{question.movement.currency}"
    items = [item for item in question.items.looked_up("amount", key) if (sign_of(item) > 0) == (question.amount > 0)]
    return [item for item in question.usable(items) if item.balance == abs(question.amount)]


def _distance(text: str, item: OpenItem) -> int:
    """Places in which two references of one length differ; far where they cannot be compared."""
    reference = str(item.reference or "")
    if len(reference) != len(text):
        return len(text)
    return sum(one != other for one, other in zip(reference, text, strict=True))


def suggest_by_name(question: Question) -> None:
    """Rule 9: an open item of exactly this amount whose customer's name is like the payer's.

    Others of the amount are told as rejected: an amount alone is never enough.
    """
    told: dict[Told, str] = {
        "ultimate_debtor": question.facts.ultimate_debtor,
        "counterparty_name": question.facts.name,
    }
    names = {meaning: name for meaning, name in told.items() if name}
    alike: list[tuple[float, Told, OpenItem]] = []
    for item in _of_amount(question):
        likeness = {meaning: similar(name, item.customer_name) for meaning, name in names.items()}
        best = max(likeness, key=lambda meaning: likeness[meaning], default=None)
        if best is not None and likeness[best] >= SIMILAR:
            alike.append((likeness[best], best, item))
        else:
            question.reject(item, "amount_only", " / ".join(names.values()), item.customer_name)
    alike.sort(key=lambda found: -found[0])
    for _, meaning, item in alike:
        why = _why_asked(question, item) if len(alike) == 1 else "several_readings"
        evidence = [source_of(question.facts, meaning), question.amount_stated()]
        question.propose([whole(item)], "R09", ("name_alike", "amount_equal", why), evidence)


def _why_asked(question: Question, item: OpenItem) -> str:
    known = question.knowledge.debtors.get(question.facts.account)
    if known is None:
        return "account_unknown"
    return "account_of_another" if known.isdisjoint(item.debtors) else "issued_after_payment"
