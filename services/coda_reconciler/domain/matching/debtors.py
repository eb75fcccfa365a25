"""What a customer is known by, and how alike two names are."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from shared.contracts.invoices import Customer
from shared.values import EnterpriseNumber, ValueRejected

SIMILAR = 0.84
"""From here on two names are taken for the same debtor's, and only ever to suggest. Measured on names as banks cut and
turn them: `PEETERS LIEVE` and `Lieve Peeters` 1.0, `BAKKERIJ JANSSENS BV` and `Bakkerij Jansens` 0.97, a name cut at
35 columns 0.9 and more; `Bakkerij Janssens` and `Bakkerij Peeters` below 0.8."""

_LEGAL = """
BV BVBA CVBA CV NV VZW VOF GCV COMMV COMV EBVBA MAATSCHAP SA SRL SPRL SPRLU SC SCRL SCS SNC ASBL AISBL IVZW SCOMM GMBH
AG KG OHG UG EK EV SARL SAS SASU EURL SE LTD LIMITED LLC PLC INC CORP
"""
_TITLE = "M MR MME MEVR MEVROUW MIJNHEER DHR MADAME MONSIEUR MLLE HERR FRAU EN ET OF OU UND"
_LEGAL_FORMS, _TITLES = frozenset(_LEGAL.split()), frozenset(_TITLE.split())
_DOTTED = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}[^\W\d_]?(?!\w)")
_WORD = re.compile(r"[A-Z0-9]+")
_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_LETTERS_OF_TWO = str.maketrans({"ß": "SS", "Æ": "AE", "æ": "AE", "Œ": "OE", "œ": "OE", "Ø": "O", "ø": "O", "ł": "L"})
_LONGEST_NAME = 140
_CLOSE_WORD = 0.8


def debtor_keys(customer: Customer) -> tuple[str, ...]:
    """Number, then name, each in one normal form; what is missing is left out.

    A valid Belgian number is its ten digits, whatever the spelling; any other is its letters and digits.
    """
    keys = (number_key(customer.number), name_key(customer.name))
    return tuple(dict.fromkeys(key for key in keys if key))


def number_key(number: str) -> str:
    """The ten digits of a Belgian enterprise number, else the letters and digits; empty for none."""
    try:
        return str(EnterpriseNumber(number))
    except ValueRejected:
        return _NOT_WORD.sub("", _plain(number))


def name_key(name: str) -> str:
    """The words of a name without legal form, accents, case and punctuation."""
    return " ".join(words_of_name(name))


@lru_cache(maxsize=8192)
def words_of_name(name: str) -> tuple[str, ...]:
    """The words of a name in capitals, as they stand; a legal form or title alone stays, for nothing else is there."""
    plain = _DOTTED.sub(lambda match: match[0].replace(".", ""), _plain(name[:_LONGEST_NAME]))
    words = tuple(_WORD.findall(plain))
    telling = tuple(word for word in words if word not in _LEGAL_FORMS and word not in _TITLES)
    return telling or words


# The same few names are compared for every payment and every open item of one amount.
@lru_cache(maxsize=16_384)
def similar(name: str, other: str) -> float:
    """How alike two names are, from 0 to 1, whatever the order of their words and which of them comes first.

    Each word of the shorter name looks for its closest in the other; words weigh by their length. A name cut short
    by the bank counts as far as it goes, if at least two words or eight letters remain.
    """
    few, many = sorted((words_of_name(name), words_of_name(other)), key=lambda words: (len("".join(words)), words))
    if not few or not many:
        return 0.0
    if few == many or "".join(few) == "".join(many):
        return 1.0
    rest, weight, score = list(many), 0, 0.0
    for at, word in enumerate(few):
        is_cut = at == len(few) - 1
        best, closest = max(((_closeness(word, each, is_cut), each) for each in rest), default=(0.0, ""))
        if best >= _CLOSE_WORD:
            rest.remove(closest)
            score += best * len(word)
        weight += len(word)
    return score / weight * _share(few, many)


def _share(few: tuple[str, ...], many: tuple[str, ...]) -> float:
    """Words that only one name has count against it: half of their share."""
    if len(few) < 2 and len("".join(few)) < 8:
        return 0.7
    left_over = max(len("".join(many)) - len("".join(few)), 0)
    return 1 - left_over / len("".join(many)) / 2 if len(few) < len(many) else 1.0


def _closeness(word: str, other: str, is_cut: bool) -> float:
    if word == other:
        return 1.0
    if is_cut and len(word) >= 3 and other.startswith(word):
        return 0.95
    if min(len(word), len(other)) <= 2:
        return 0.0
    # Sorted, for the ratio of two words depends on which comes first.
    first, second = sorted((word, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS_OF_TWO))
    return "".join(each for each in decomposed if not unicodedata.combining(each)).upper()
