"""What sort of money a movement is, by its transaction code and its counterparty (CODA 2.6 annex II)."""

from collections.abc import Set as AbstractSet
from functools import lru_cache

from services.coda_reconciler.domain.matching.debtors import words_of_name
from services.coda_reconciler.domain.matching.facts import Kind

_CLOSING, _CARDS, _CHARGES = "35", "04", "80"
_COSTS = ("37", "87")
_OWN_TRANSFERS = frozenset(
    family + transaction for family in ("01", "02", "41") for transaction in ("13", "17", "64", "66")
)
"""From and to another account of the same company, and the centralisation of its money."""

_INTEREST_CATEGORIES = frozenset(("001", "002", "016", "057", "059", "065"))
_CAPITAL_CATEGORIES = frozenset(("000", "050", "052", "055", "058", "066", "067", "068", "069", "070", "071", "100"))
"""Money itself: net, gross, capital, countervalue. What a bank has from 700 on is its own, and may be money too."""

_TERMINAL_TYPES = ("111", "114")
_LONGEST_LEFT_OVER = 2
_PROVIDER = """
STRIPE PAYPAL WORLDLINE EQUENSWORLDLINE MOLLIE ADYEN SUMUP CCV BUCKAROO MULTISAFEPAY INGENICO OGONE PAYCONIQ KLARNA
IZETTLE ZETTLE VIVA VIVAWALLET SQUARE PAYPLUG
"""
_BESIDE_PROVIDER = """
PAYMENTS PAYMENT PAY EUROPE EU BELGIUM BELGIQUE BELGIE NEDERLAND NETHERLANDS LUXEMBOURG INTERNATIONAL TECHNOLOGY
SERVICES SERVICE GROUP HOLDING SOLUTIONS FINANCIAL MERCHANT CARDS BANK WALLET COM CIE UK IRELAND ATOS STICHTING STG
CUSTODIAN CLIENT FUNDS DERDENGELDEN BY PFS SCA
"""
_PROVIDERS = frozenset(_PROVIDER.split())
_WORDS_OF_PROVIDERS = _PROVIDERS | frozenset(_BESIDE_PROVIDER.split())


def kind_of(
    code: str,
    amount: int,
    *,
    account: str = "",
    name: str = "",
    structured_type: str | None = None,
    is_return: bool = False,
    own_accounts: AbstractSet[str] = frozenset(),
) -> Kind:
    """The kind of a movement that no detail replaces; `code` has eight characters, `amount` its sign.

    The costs that a bank takes beside a return are costs; a credit of a payment provider is a payout whatever it says.
    """
    family, transaction, category = code[1:3], code[3:5], code[5:8]
    if category in _INTEREST_CATEGORIES:
        return "interest"
    if transaction in _COSTS or family == _CHARGES or _is_cost(category):
        return "costs"
    if is_return:
        return "return"
    if family == _CLOSING:
        return "interest"
    if code[1:5] in _OWN_TRANSFERS or (account and account in own_accounts):
        return "own_transfer"
    if amount > 0 and (family == _CARDS or structured_type in _TERMINAL_TYPES or is_provider(name)):
        return "payout"
    return "payment"


@lru_cache(maxsize=8192)
def is_provider(name: str) -> bool:
    """Whether the name is a payment provider's and nothing but: `MOLLIE PAYMENTS`, not `Café Mollie`."""
    # Words of one or two letters are what is left of legal forms such as S.a r.l.
    words = [word for word in words_of_name(name) if len(word) > _LONGEST_LEFT_OVER]
    return not _PROVIDERS.isdisjoint(words) and _WORDS_OF_PROVIDERS.issuperset(words)


def _is_cost(category: str) -> bool:
    return category not in _CAPITAL_CATEGORIES and category < "700" and category.isdecimal()
