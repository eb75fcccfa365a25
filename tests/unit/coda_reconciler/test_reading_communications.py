"""Is every structured communication typed, each zone in its place, and are the labels of free text read?"""

from datetime import date, time
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coda_reconciler.domain import coda_information as information
from services.coda_reconciler.domain import coda_structured as structured
from services.coda_reconciler.domain.coda_communications import STRUCTURED_TYPES, Communication, values_of
from services.coda_reconciler.domain.coda_labels import labelled_parts
from services.coda_reconciler.domain.coda_zones import Structured, Zone
from tests.unit.coda_reconciler.statements import REFERENCE

WIDTHS = {
    "001": 175, "002": 140, "004": 140, "005": 140, "006": 52, "007": 28, "008": 105, "009": 105, "010": 251,
    "011": 209, "100": 25, "101": 12, "102": 12, "103": 12, "104": 15, "105": 74, "106": 58, "107": 60, "108": 54,
    "111": 61, "113": 108, "114": 69, "115": 105, "121": 75, "122": 51, "123": 57, "124": 54, "125": 112, "126": 99,
    "127": 146,
}  # fmt: skip
"""The columns of each body, added up from annex III."""


def typed(kind: str, body: str) -> Structured:
    found = Communication(kind, body).structured
    assert found is not None
    return found


def zones_of(kind: type[Structured]) -> dict[str, Zone[object]]:
    return {name: zone for name, zone in vars(kind).items() if isinstance(zone, Zone)}


def test_every_type_of_the_standard_is_known() -> None:
    assert set(STRUCTURED_TYPES) == set(WIDTHS)


@pytest.mark.parametrize("kind", sorted(WIDTHS))
def test_the_zones_of_a_type_follow_each_other_and_fill_what_the_standard_gives_it(kind: str) -> None:
    zones = sorted((zone.first, zone.last) for zone in zones_of(STRUCTURED_TYPES[kind]).values())
    gaps = [(end, start) for (_, end), (start, _) in pairwise(zones) if end != start]
    assert gaps == ([(47, 50)] if kind == "121" else []), "only a bill has blanks in the middle"
    assert (zones[0][0], zones[-1][1]) == (0, WIDTHS[kind])


@given(
    st.sampled_from(sorted(WIDTHS)), st.text(st.characters(codec="cp1252", exclude_categories=("Cc",)), max_size=265)
)
def test_no_body_makes_a_zone_fail(kind: str, body: str) -> None:
    found = typed(kind, body)
    for name in zones_of(type(found)):
        getattr(found, name)
    assert found.body == body


@given(
    st.lists(
        st.tuples(
            st.sampled_from((None, "999", *sorted(WIDTHS))),
            st.one_of(
                st.text(st.sampled_from("0123456789 "), max_size=265),
                st.text(st.sampled_from("01²٣ A"), max_size=265),
                st.sampled_from(("0" * 265, "310126" * 44, "31012026" * 33, "1200" * 66)),
            ),
        ),
        max_size=12,
    )
)
def test_all_zones_of_many_bodies_at_once_say_what_each_says_by_itself(bodies: list[tuple[str | None, str]]) -> None:
    texts = [Communication(kind, body) for kind, body in bodies]
    for text, values in zip(texts, values_of(texts), strict=True):
        found = text.structured
        if found is None:
            assert values is None
            continue
        assert found.names == tuple(zones_of(type(found)))
        assert values == tuple(getattr(found, name) for name in found.names)


def test_a_reference_is_taken_only_with_its_check_digits() -> None:
    wrong = f"{int(REFERENCE) + 1:012d}"
    for kind in ("101", "102"):
        assert typed(kind, REFERENCE) == structured.BelgianReference(REFERENCE)
        assert Communication(kind, REFERENCE).reference == REFERENCE
        assert Communication(kind, wrong).reference is None
    rf = typed("100", "RF18539007547034")
    assert isinstance(rf, structured.CreditorReference)
    assert (rf.reference, structured.CreditorReference("RF19539007547034").reference) == ("RF18539007547034", None)


def test_an_amount_in_another_currency_keeps_its_rate_country_and_reference() -> None:
    body = f"{121_000:015d}{132_500:015d}{109504132:012d}USD{REFERENCE}US{121_000:015d}"
    found = typed("105", body)
    assert isinstance(found, structured.OriginalAmount)
    assert (found.gross, found.original, found.rate) == (121_000, 132_500, Decimal("1.09504132"))
    assert (found.currency, found.country, found.equivalent, found.reference) == ("USD", "US", 121_000, REFERENCE)


def test_a_refused_direct_debit_tells_mandate_type_and_reason_of_its_return() -> None:
    body = f"100920211{'BE65ZZZ0403063902':35}{'MANDATE-1':35}{'contributie':62}2MD06"
    found = typed("127", body)
    assert isinstance(found, structured.SepaDirectDebit)
    assert (found.settled_on, found.debit_type, found.scheme, found.paid) == (date(2020, 9, 10), "2", "1", "1")
    assert (found.creditor, found.mandate, found.communication) == ("BE65ZZZ0403063902", "MANDATE-1", "contributie")
    assert (found.return_type, found.return_reason) == ("2", "MD06")


def test_a_card_payment_tells_when_and_where() -> None:
    card = f"67034200000008011{'251289'}{904056:06d}09092012195{'IKEA ZAVENTEM':16}{'ZAVENTEM':10}"
    found = typed("113", f"{card}{15_000:015d}{100_000_000:012d}EUR{1234:05d}03{1799:05d}")
    assert isinstance(found, structured.CardDebit)
    assert (found.card, found.scheme, found.sequence) == ("6703420000000801", "1", 904_056)
    assert (found.day, found.hour, found.transaction_type) == (date(2020, 9, 9), time(12, 19), "5")
    assert (found.name, found.locality, found.original) == ("IKEA ZAVENTEM", "ZAVENTEM", 15_000)
    assert (found.rate, found.volume, found.product, found.unit_price) == (1, Decimal("12.34"), "03", Decimal("1.799"))


def test_a_guarantee_without_a_fixed_term_has_no_last_day() -> None:
    found = typed("123", f"010126999999{1_000:015d}{50_000_000:012d}0030" + "1" + f"{'G-7':13}")
    assert isinstance(found, structured.Fee)
    assert (found.since, found.matures_on, found.percentage, found.days) == (date(2026, 1, 1), None, Decimal("0.5"), 30)


def test_the_ultimate_debtor_and_the_counterparty_are_read_from_information_records() -> None:
    debtor = typed("009", f"{'Peeters en Zonen':70}{'0403170701':35}")
    assert isinstance(debtor, information.UltimateParty)
    assert (debtor.name, debtor.identification) == ("Peeters en Zonen", "0403170701")
    address = typed("001", f"{'Peeters':70}{'Kerkstraat 1':35}{'9000 Gent':35}{'X':35}")
    assert isinstance(address, information.Counterparty)
    assert (address.street, address.locality, address.identification) == ("Kerkstraat 1", "9000 Gent", "X")


def test_a_coupon_day_has_four_digits_of_the_year() -> None:
    found = typed("010", f"{'':166}31032026{'':30}01042026")
    assert isinstance(found, information.SecuritiesTrade)
    assert (found.coupon_paid_on, found.traded_on) == (date(2026, 3, 31), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("text", "label", "told"),
    [
        ("IBAN: BE68539007547034 Communication : facture 12", "communication", "facture 12"),
        ("Mededeling: factuur 12   IBAN: BE68539007547034", "communication", "factuur 12"),
        ("Donneur d'ordre final : PEETERS SA Mandat: M-1", "ultimate_debtor", "PEETERS SA"),
        ("Uiteindelijke opdrachtgever: PEETERS NV", "ultimate_debtor", "PEETERS NV"),
        ("Info personnelle: loyer mars", "personal_info", "loyer mars"),
        ("Mandaat: M-1 Identificatie: BE65ZZZ0403063902", "identification", "BE65ZZZ0403063902"),
        ("MANDAT : M-1", "mandate", "M-1"),
    ],
)
def test_labels_are_read_in_dutch_and_french(text: str, label: str, told: str) -> None:
    found = {part.label: part for part in labelled_parts(text)}
    part = found[label]  # type: ignore[index]  # a label of this table
    assert part.text == told
    assert text[part.at :].startswith(told)


def test_a_label_with_a_capital_may_stand_behind_a_word_without_a_blank() -> None:
    parts = labelled_parts("Donneur d'ordre : PEETERS GmbHCommunication : facture 7Info personnelle: merci")
    assert [(part.label, part.text) for part in parts] == [("communication", "facture 7"), ("personal_info", "merci")]


def test_a_word_that_ends_like_a_label_is_none() -> None:
    assert labelled_parts("telecommunication: 12") == ()
    assert labelled_parts("") == ()
