"""Why a movement pays an invoice, or may pay it, in a sentence of each language."""

from services.delivery.domain.payment_reasons import REASONS
from shared.contracts.match_words import RULES
from shared.values import Language

_LANGUAGES = (Language.NL, Language.FR, Language.DE, Language.EN)
_UNKNOWN_RULE = (
    "Gekoppeld volgens regel {code}.",
    "Rapproché selon la règle {code}.",
    "Nach Regel {code} zugeordnet.",
    "Matched by rule {code}.",
)
_UNKNOWN_REASON = (
    "Reden: {code}.",
    "Raison : {code}.",
    "Grund: {code}.",
    "Reason: {code}.",
)


def rule_sentences(code: str) -> dict[Language, str]:
    """What a rule of matching found, in each language."""
    return _in_languages(RULES.get(code, _UNKNOWN_RULE), code)


def reason_sentences(code: str) -> dict[Language, str]:
    """Why an invoice may be the one, why it is not, or why a person is asked, in each language."""
    return _in_languages(REASONS.get(code, _UNKNOWN_REASON), code)


def _in_languages(sentences: tuple[str, ...], code: str) -> dict[Language, str]:
    told = (sentence.replace("{code}", code) for sentence in sentences)
    return dict(zip(_LANGUAGES, told, strict=True))
