"""Why a statement of a bank's file is put aside, in a sentence of each language: what is wrong and what to do."""

from collections.abc import Mapping

from shared.contracts.statement_texts import dutch, english, french, german
from shared.values import Language

_TEXTS: Mapping[Language, Mapping[str, str]] = {
    Language.NL: dutch.TEXTS,
    Language.FR: french.TEXTS,
    Language.DE: german.TEXTS,
    Language.EN: english.TEXTS,
}
_ANY_OTHER = "*"


def put_aside_texts(code: str) -> dict[Language, str]:
    """The sentences of a code; one that nobody knows has sentences too."""
    return {language: texts.get(code, texts[_ANY_OTHER]) for language, texts in _TEXTS.items()}
