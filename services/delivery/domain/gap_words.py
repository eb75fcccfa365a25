"""What is missing before a statement, in a sentence of each language."""

from services.delivery.domain.rendering.forms import FORMS
from shared.contracts.statements import StatementGapAlarmed, StatementGapOpened
from shared.values import Language

Broken = StatementGapOpened | StatementGapAlarmed

_ONE = {
    Language.NL: "{missing} ontbreekt tussen {before} en {after}",
    Language.FR: "{missing} manque entre {before} et {after}",
    Language.DE: "{missing} fehlt zwischen {before} und {after}",
    Language.EN: "{missing} is missing between {before} and {after}",
}
_SEVERAL = {
    Language.NL: "{missing} ontbreken tussen {before} en {after}",
    Language.FR: "{missing} manquent entre {before} et {after}",
    Language.DE: "{missing} fehlen zwischen {before} und {after}",
    Language.EN: "{missing} are missing between {before} and {after}",
}
_UNNUMBERED = {
    Language.NL: "tussen {before} en {after} ontbreekt een uittreksel",
    Language.FR: "il manque un extrait entre {before} et {after}",
    Language.DE: "zwischen {before} und {after} fehlt ein Auszug",
    Language.EN: "a statement is missing between {before} and {after}",
}
_JUMP = {
    Language.NL: "; het saldo verspringt met {jump}",
    Language.FR: " ; le solde fait un saut de {jump}",
    Language.DE: "; der Saldo springt um {jump}",
    Language.EN: "; the balance jumps by {jump}",
}
_NO_JUMP = {
    Language.NL: "; het saldo loopt door",
    Language.FR: " ; le solde se suit",
    Language.DE: "; der Saldo schließt an",
    Language.EN: "; the balance goes on",
}
_RANGE = {
    Language.NL: "{first} tot {last}",
    Language.FR: "{first} à {last}",
    Language.DE: "{first} bis {last}",
    Language.EN: "{first} to {last}",
}


def gap_sentences(gap: Broken) -> dict[Language, str]:
    """`117 is missing between 116 and 118; the balance jumps by 1,204.55`, in each language."""
    return {language: _sentence(gap, language) for language in Language}


def _sentence(gap: Broken, language: Language) -> str:
    jump = gap.found_balance - gap.expected_balance
    end = _JUMP if jump.amount else _NO_JUMP
    before, after = _names(gap)
    sentence = (_missing(gap, language) + end[language]).format(
        # Without its sign: which way the balance jumps is in the balances beside it.
        before=before,
        after=after,
        jump=FORMS[language].written(abs(jump.amount), decimals=2),
    )
    return sentence[0].upper() + sentence[1:]


def _missing(gap: Broken, language: Language) -> str:
    if gap.missing is None:
        return _UNNUMBERED[language]
    first, last = gap.missing.first, gap.missing.last
    if first == last:
        return _ONE[language].replace("{missing}", f"{first:03d}")
    numbers = _RANGE[language].format(first=f"{first:03d}", last=f"{last:03d}")
    return _SEVERAL[language].replace("{missing}", numbers)


def _names(gap: Broken) -> tuple[str, str]:
    """The statements on both sides: by their numbers, with the year where a year ends in between, or by their days."""
    if gap.before is None:
        return f"{max(gap.expected_sequence - 1, 0):03d}", f"{gap.sequence:03d}"
    if gap.day is not None and 0 in (gap.before.sequence, gap.sequence):
        return gap.before.day.isoformat(), gap.day.isoformat()
    if gap.before.year != gap.year:
        return f"{gap.before.year}/{gap.before.sequence:03d}", f"{gap.year}/{gap.sequence:03d}"
    return f"{gap.before.sequence:03d}", f"{gap.sequence:03d}"
