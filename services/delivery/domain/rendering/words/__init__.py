"""What is printed beside the facts, in four languages: a file for each, all with the same keys.

`tax.*` are the categories of UNCL5305, `means.*` the payment means of UNCL4461, `title.*` the types of UNCL1001 that
have a name of their own, `unit.*` the units of UNECE recommendation 20.
"""

from collections.abc import Mapping

from services.delivery.domain.rendering.words import dutch, english, french, german
from shared.values import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.NL: dutch.TEXTS,
    Language.FR: french.TEXTS,
    Language.DE: german.TEXTS,
    Language.EN: english.TEXTS,
}
