"""What a finding says to a person in a company: a sentence in four languages, what is wrong and what to do.

Inside, a finding is a code with what was found and expected; at the edge it becomes words. Every code has some: its
own sentence, that of its family (`BR-DEC-*`, `XML_*`), or the last one of all. A sentence quotes values alone, such as
amounts, codes and days: what the checks describe in English words ("3 times", "at most one") is for developers.
"""

import re
from collections.abc import Mapping, Sequence

from pydantic import Field

from shared.contracts.finding_texts import (
    dutch,
    dutch_rules,
    english,
    english_rules,
    french,
    french_rules,
    german,
    german_rules,
)
from shared.contracts.invoices import Finding
from shared.values import Language

_WRITTEN: Mapping[Language, tuple[Mapping[str, str], ...]] = {
    Language.NL: (dutch.TEXTS, dutch_rules.TEXTS),
    Language.FR: (french.TEXTS, french_rules.TEXTS),
    Language.DE: (german.TEXTS, german_rules.TEXTS),
    Language.EN: (english.TEXTS, english_rules.TEXTS),
}
_CATEGORY_RULE = re.compile(r"BR-(S|Z|E|AE|IC|G|O|AF|AG)-(0[1-9]|10)")
_CATEGORIES = {"IC": "K", "AF": "L", "AG": "M"}
"""The code of a VAT category where it differs from the letters in the ids of its rules."""

_FAMILY = "*"
_PLACEHOLDER = re.compile(r"\{(found|expected|category)\}")
_NOTHING = "–"
_VALUE = re.compile(r"\S+(?: [A-Z]{3})?")
"""An expected value is one word, or an amount with its currency; anything longer is a description of ours."""
_COUNT = re.compile(
    r"([0-9]+) (?:bytes|categories|characters|creditor identifiers|elements|findings|lines|names|notes|numbers"
    r"|objects|projects|reasons|texts|times|VAT totals)"
)
"""How the checks tell how often something was found."""
_WITHOUT_VALUES = "~"
"""Ends the key of a sentence for a finding of which the expected value is not known."""
MOST_TOLD = 20
"""Findings that an event tells of one document; the document itself shows them all."""


def _by_code(language: Language) -> dict[str, str]:
    return {code: text for texts in _WRITTEN[language] for codes, text in texts.items() for code in codes.split()}


_TEXTS = {language: _by_code(language) for language in Language}
_FAMILIES = sorted((code for code in _TEXTS[Language.EN] if code.endswith(_FAMILY)), key=len, reverse=True)


class PublicFinding(Finding):
    """A finding as callers and softwares get it."""

    i18n: dict[Language, str] = Field(description="a sentence in each language: what is wrong and what to do")


class ToldFinding(PublicFinding):
    """A finding as events tell of it; those of the time before there were sentences have none."""

    i18n: dict[Language, str] = Field({}, description="a sentence in each language: what is wrong and what to do")


def public_finding(finding: Finding) -> PublicFinding:
    """The same finding, with its sentences."""
    texts = dict(finding_texts(finding.code, finding.found, finding.expected))
    return PublicFinding(**finding.model_dump(), i18n=texts)


def told_findings(findings: Sequence[Finding]) -> tuple[tuple[PublicFinding, ...], int]:
    """Those that an event tells, what keeps a document back first, and how many others there are."""
    gravest = sorted(findings, key=lambda finding: finding.severity == "warn")
    return tuple(map(public_finding, gravest[:MOST_TOLD])), len(gravest[MOST_TOLD:])


def finding_texts(code: str, found: str = "", expected: str = "") -> Mapping[Language, str]:
    """What a finding means, in each language. A code that nobody knows has a sentence too."""
    category = _CATEGORY_RULE.fullmatch(code)
    letters = category[1] if category else ""
    count = _COUNT.fullmatch(found)
    value = expected if _VALUE.fullmatch(expected) else ""
    key = text_key(code)
    if not value and key + _WITHOUT_VALUES in _TEXTS[Language.EN]:
        key += _WITHOUT_VALUES
    facts = {
        "found": count[1] if count else found,
        "expected": value,
        "category": _CATEGORIES.get(letters, letters),
    }
    return {
        # At once, for what was found may itself look like a placeholder.
        language: _PLACEHOLDER.sub(lambda match: facts[match[1]] or _NOTHING, texts[key])
        for language, texts in _TEXTS.items()
    }


def text_key(code: str) -> str:
    """Under which key the sentences of a code stand: its own, that of every VAT category, or its family's."""
    texts = _TEXTS[Language.EN]
    if code in texts:
        return code
    category = _CATEGORY_RULE.fullmatch(code)
    if category:
        return f"BR-VAT-{category[2]}"
    return next(family for family in _FAMILIES if code.startswith(family.removesuffix(_FAMILY)))
