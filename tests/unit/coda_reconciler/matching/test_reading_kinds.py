"""Is money that is no customer's payment told apart from money that is?"""

import pytest

from deploy.demo.coda.records import Entry, Text
from services.coda_reconciler.domain.matching.kinds import is_provider, kind_of
from tests.unit.coda_reconciler.matching.readings import ACCOUNT, CREDIT, all_facts, facts_of


@pytest.mark.parametrize(
    ("code", "amount", "kind"),
    [
        ("00150000", 1, "payment"), ("00250000", 1, "payment"), ("04150000", 1, "payment"),
        ("00550000", 1, "payment"), ("00101000", -1, "payment"), ("00501000", -1, "payment"),
        ("00952000", 1, "payment"), ("84150100", 1, "payment"), ("00402000", -1, "payment"),
        ("00150713", 1, "payment"), ("00164000", 1, "own_transfer"), ("00113000", -1, "own_transfer"),
        ("00117000", -1, "own_transfer"), ("00166000", 1, "own_transfer"), ("00264000", 1, "own_transfer"),
        ("00537000", -1, "costs"), ("03537000", -1, "costs"), ("00187000", 1, "costs"), ("80137013", -1, "costs"),
        ("08024000", -1, "costs"), ("80503027", -1, "costs"), ("84101011", -1, "costs"), ("03501001", 1, "interest"),
        ("83501002", -1, "interest"), ("03550000", 1, "interest"), ("00450000", 1, "payout"),
    ],
)  # fmt: skip
def test_the_transaction_code_tells_the_kind(code: str, amount: int, kind: str) -> None:
    assert kind_of(code, amount) == kind


def test_money_from_or_to_an_account_of_the_company_is_an_own_transfer() -> None:
    entries = [Entry(1_000, CREDIT, Text("2026-0412"), account=ACCOUNT), Entry(-5, "00101000", account=ACCOUNT)]
    found = all_facts(*entries, own_accounts=frozenset({str(ACCOUNT)}))
    assert [(facts.kind, facts.passages, facts.number_keys) for facts in found] == [("own_transfer", (), ())] * 2
    assert all_facts(entries[0])[0].kind == "payment"


@pytest.mark.parametrize("kind", ["111", "114"])
def test_cards_at_a_terminal_are_a_payout(kind: str) -> None:
    assert facts_of(Entry(1_000, CREDIT, Text("1" * 40, kind))).kind == "payout"


@pytest.mark.parametrize(
    "name",
    [
        "STRIPE", "Stripe Payments Europe, Limited", "STRIPE TECHNOLOGY EUROPE LTD", "MOLLIE PAYMENTS", "STG ADYEN",
        "PayPal (Europe) S.a r.l. et Cie, S.C.A.", "Stichting Mollie Payments", "ADYEN N.V.", "SUMUP PAYMENTS LIMITED",
        "CCV GROUP BV", "WORLDLINE NV/SA", "equensWorldline SE", "ATOS WORLDLINE", "Worldline Belgium",
    ],
)  # fmt: skip
def test_a_payment_provider_is_known_by_its_name(name: str) -> None:
    assert is_provider(name)
    assert kind_of(CREDIT, 1, name=name) == "payout"
    assert kind_of("00101000", -1, name=name) == "payment"


@pytest.mark.parametrize(
    "name", ["", "Mollie's Bakery", "Café Mollie", "Stripes & Dots", "Belgium Services", "PayPalmers"]
)
def test_a_customer_with_a_name_like_it_is_no_provider(name: str) -> None:
    assert not is_provider(name)
