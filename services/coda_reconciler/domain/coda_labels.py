"""Labels in free text: banks write the payer's words, accounts and mandates behind them, in Dutch or French.

The text of records 3.1 to 3.3 is joined as it stands, for some banks wrap it in the middle of a word; only then are
labels read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Label = Literal[
    "communication",
    "personal_info",
    "iban",
    "bic",
    "ultimate_debtor",
    "ultimate_creditor",
    "mandate",
    "identification",
    "reference",
]
_SPELLINGS: Mapping[Label, tuple[str, ...]] = {
    "communication": ("communication", "mededeling"),
    "personal_info": ("info personnelle", "information personnelle", "persoonlijke info", "persoonlijke informatie"),
    "iban": ("iban",),
    "bic": ("bic",),
    "ultimate_debtor": (
        "donneur d'ordre final",
        "débiteur final",
        "uiteindelijke opdrachtgever",
        "uiteindelijke debiteur",
    ),
    "ultimate_creditor": (
        "bénéficiaire final",
        "créancier final",
        "uiteindelijke begunstigde",
        "uiteindelijke schuldeiser",
    ),
    "mandate": ("mandat", "mandaat", "référence du mandat", "mandaatreferte", "mandaatreferentie"),
    "identification": ("identification", "identificatie"),
    "reference": ("référence", "reference", "referte", "referentie"),
}
_LABELS: Mapping[str, Label] = {spelling: label for label, spellings in _SPELLINGS.items() for spelling in spellings}
_LONGEST_FIRST = "|".join(re.escape(spelling) for spelling in sorted(_LABELS, key=len, reverse=True))
_LABEL = re.compile(rf"(?:(?<!\w)|(?=(?-i:[A-Z][a-z])))({_LONGEST_FIRST}) {{0,3}}:", re.IGNORECASE)
"""A whole word, or written with a capital: what is before it may end without a blank."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """What stands behind a label, up to the next one; `at` is the offset of its text in the joined text."""

    label: Label
    text: str
    at: int


def labelled_parts(text: str) -> tuple[Labelled, ...]:
    """The labels of a free text and what stands behind each; a label that comes twice is told twice."""
    found = list(_LABEL.finditer(text))
    parts: list[Labelled] = []
    for match, following in zip(found, [*found[1:], None], strict=False):
        behind = text[match.end() : following.start() if following else len(text)]
        at = match.end() + len(behind) - len(behind.lstrip())
        parts.append(Labelled(_LABELS[match[1].lower()], behind.strip(), at))
    return tuple(parts)
