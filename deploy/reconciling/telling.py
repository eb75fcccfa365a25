"""What is said of a movement that was matched: an object for machines, a few lines for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from deploy.reconciling.matching import Decided
from deploy.reconciling.words import WORDS
from services.coda_reconciler.domain.checked import decimal, printable
from services.coda_reconciler.domain.matching.facts import Evidence, Part, Proposal, Rejected
from services.delivery.domain.payment_reasons import REASONS
from shared.values import Language

_INDENT = " " * 4
_ORDER = (Language.NL, Language.FR, Language.DE, Language.EN)
"""Of the sentences of a reason."""


def as_object(found: Decided) -> dict[str, Any]:
    """The decision as an object for JSON; amounts are decimal text in `currency`.

    Of a suggestion `allocations` is the best reading, `proposals` has the others, best first.
    """
    movement, decision = found.movement, found.decision
    file = str(found.source.file).encode("utf-8", "replace").decode()  # names of files may be any bytes
    best, *others = decision.proposals or (None,)
    return {
        "movement": {
            "iban": movement.iban,
            "year": movement.year,
            "statement": movement.statement_sequence,
            "sequence": movement.sequence,
            "detail": movement.detail,
        },
        "company": found.source.owner.company,
        "company_by": found.source.owner.by,
        "amount": _amount(movement.amount),
        "currency": movement.currency,
        "decision": decision.kind,
        "rule": decision.rule,
        "reason": decision.reason,
        "allocations": [_part(part) for part in (best.parts if best else decision.parts)],
        "remaining": _amount(found.remaining),
        "proposals": [_proposal(proposal, file) for proposal in others if proposal],
        "evidence": [_evidence(each, file) for each in _evidence_of(found)],
        "rejected": [_rejected(each) for each in decision.rejected],
        "provisional": found.provisional,
    }


def as_text(found: Decided, language: Language) -> str:
    """The decision in lines for people, nothing in them that a terminal would obey."""
    words, movement, decision = WORDS[language], found.movement, found.decision
    number = f"{movement.year}/{movement.statement_sequence:03d} {movement.sequence:04d}.{movement.detail:04d}"
    amount = f"{decimal(movement.amount):,} {movement.currency}"
    name = movement.facts.name if movement.facts else ""
    reason = f" – {_reason(decision.reason, language)}" if decision.reason else ""
    head = f"{movement.iban.formatted} {number}  {movement.entry_date or ''}  {amount:>18}  {name}"
    lines = [printable(head).rstrip(), f"{_INDENT}{words[decision.kind]} {decision.rule}{reason}"]
    lines += [f"{_INDENT}  {_told(part, words)}" for part in decision.parts]
    for rank, proposal in enumerate(decision.proposals, start=1):
        parts = " + ".join(_told(part, words) for part in proposal.parts)
        lines.append(f"{_INDENT}  {rank}. {parts} [{proposal.rule}]")
        lines += [f"{_INDENT}     {_reason(each, language)}" for each in proposal.reasons]
    for each in _evidence_of(found):
        place = f"{words['line']} {each.line}, {words['columns']} {each.columns}"
        lines.append(f"{_INDENT}  {words[each.meaning]} – {place}: {printable(each.text)}")
    for other in decision.rejected:
        compared = " ≠ ".join(text for text in (other.found, other.expected) if text)
        why = f"{_reason(other.reason, language)} {compared}".strip()
        lines.append(f"{_INDENT}  {words['rejected']}: {printable(other.item[2])} – {why}")
    return "\n".join(lines)


def _evidence_of(found: Decided) -> Sequence[Evidence]:
    """Of a suggestion, that of its best reading; the decision's own comes first."""
    of_best = found.decision.proposals[0].evidence if found.decision.proposals else ()
    return tuple(dict.fromkeys((*found.decision.evidence, *of_best)))


def _part(part: Part) -> dict[str, Any]:
    supplier, family, number, year = part.item
    told = {
        "supplier": supplier,
        "invoice": number,
        "amount": _amount(part.amount),
        "family": family,
        "issue_year": year,
    }
    if part.difference_kind:
        told |= {"difference": _amount(part.difference), "difference_kind": part.difference_kind}
    if part.taken is not None:
        told["taken"] = _amount(part.taken)
    return told


def _proposal(proposal: Proposal, file: str) -> dict[str, Any]:
    return {
        "allocations": [_part(part) for part in proposal.parts],
        "rule": proposal.rule,
        "reasons": list(proposal.reasons),
        "evidence": [_evidence(each, file) for each in proposal.evidence],
    }


def _evidence(evidence: Evidence, file: str) -> dict[str, Any]:
    return {
        "file": file,
        "line": evidence.line,
        "columns": evidence.columns,
        "text": evidence.text,
        "meaning": evidence.meaning,
    }


def _rejected(rejected: Rejected) -> dict[str, Any]:
    supplier, family, number, year = rejected.item
    return {
        "supplier": supplier,
        "invoice": number,
        "family": family,
        "issue_year": year,
        "reason": rejected.reason,
        "found": rejected.found,
        "expected": rejected.expected,
    }


def _told(part: Part, words: Mapping[str, str]) -> str:
    _, family, number, _ = part.item
    difference = f" ({words[part.difference_kind]} {decimal(part.difference):,})" if part.difference_kind else ""
    return printable(f"{words[family]} {number}: {decimal(part.amount):,}{difference}")


def _reason(code: str, language: Language) -> str:
    """The sentence of a code, as the inbox has it; a code of ISO 20022 stands as it is."""
    sentences = REASONS.get(code)
    return sentences[_ORDER.index(language)] if sentences else WORDS[language].get(code, code)


def _amount(thousandths: int) -> str:
    return str(decimal(thousandths))
