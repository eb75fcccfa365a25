"""Money: exact, in one currency, never a binary fraction."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.values import Currency, Money, ValueRejected

thousandths = st.integers(-(10**18) + 1, 10**18 - 1)
halves = st.integers(-(10**17), 10**17)

SPELLINGS = {
    "two decimals": ("12.34", "12.34"),
    "whole": ("12", "12.00"),
    "one decimal": ("12.3", "12.30"),
    "thousandths": ("12.345", "12.345"),
    "zeros after the third decimal": ("12.340000", "12.34"),
    "leading zeros": ("0000000000000012.34", "12.34"),
    "negative": ("-0.5", "-0.50"),
    "negative nothing": ("-0.00", "0.00"),
    "plus": ("+1.00", "1.00"),
    "no digit before the point": (".5", "0.50"),
    "white space of XML": ("\n 12.34\t", "12.34"),
    "the largest": ("999999999999999.999", "999999999999999.999"),
    "a decimal": (Decimal("1.1"), "1.10"),
    "a decimal with an exponent": (Decimal("1E+3"), "1000.00"),
    "a whole number": (7, "7.00"),
}


@pytest.mark.parametrize(("given_amount", "written"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_an_amount_is_kept_exactly(given_amount: str | int | Decimal, written: str) -> None:
    assert str(Money.of(given_amount, "EUR").amount) == written


REFUSED = {
    "empty": ("", "money_malformed"),
    "point alone": (".", "money_malformed"),
    "exponent": ("1E9", "money_malformed"),
    "not a number": ("NaN", "money_malformed"),
    "infinity": ("Infinity", "money_malformed"),
    "four decimals": ("12.3456", "money_malformed"),
    "underscore": ("1_000", "money_malformed"),
    "Arabic digits": ("\u0661\u0662", "money_malformed"),
    "very long": ("1" * 100_000, "money_malformed"),
    "float": (12.34, "money_malformed"),
    "truth": (True, "money_malformed"),
    "nothing": (None, "money_malformed"),
    "decimal that is no number": (Decimal("NaN"), "money_malformed"),
    "decimal of a million digits": (Decimal("1E+1000000"), "money_malformed"),
    "decimal of a million decimals": (Decimal("1E-1000000"), "money_malformed"),
    "sixteen digits": ("1000000000000000", "money_out_of_range"),
    "whole number too large": (10**6000, "money_out_of_range"),
}


@pytest.mark.parametrize(("found", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_exact_amount_is_refused(found: object, code: str) -> None:
    with pytest.raises(ValueRejected) as refusal:
        Money.of(found, "EUR")  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_a_decimal_comma_is_refused_and_the_point_suggested() -> None:
    with pytest.raises(ValueRejected) as refusal:
        Money.of("12,34", "EUR")
    assert refusal.value.suggestion == "12.34"


def test_money_made_directly_is_checked_as_well() -> None:
    assert Money(Decimal("1"), Currency("EUR")) == Money.of("1.00", "EUR")
    with pytest.raises(ValueRejected):
        Money(1.5, Currency("EUR"))  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["EU", "EURO", "XYZ", "", "€", "E" * 1000])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(ValueRejected) as refusal:
        Money.of("1", code)
    assert refusal.value.code == "currency_unknown"


@given(halves, halves)
def test_sums_and_differences_are_exact_whatever_the_decimal_context(left: int, right: int) -> None:
    with localcontext() as context:
        context.prec = 3
        one, other = Money.from_thousandths(left, "EUR"), Money.from_thousandths(right, "EUR")
        assert (one + other).thousandths == left + right
        assert (one - other).thousandths == left - right
        assert ((-one).thousandths, abs(one).thousandths) == (-left, abs(left))
        assert (one < other, one <= other, one > other, one >= other) == (
            left < right,
            left <= right,
            left > right,
            left >= right,
        )


@given(thousandths)
def test_thousandths_text_and_decimal_read_back_as_the_same_money(number: int) -> None:
    money = Money.from_thousandths(number, "EUR")
    assert money.thousandths == number
    assert Money.of(str(money.amount), "EUR") == money == Money.of(money.amount, "EUR")
    assert hash(Money.of(f"{money.amount}", "EUR")) == hash(money)
    assert Decimal(number) / 1000 == money.amount


@pytest.mark.parametrize("meet", [Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__])
def test_two_currencies_do_not_meet(meet: object) -> None:
    with pytest.raises(ValueRejected) as refusal:
        meet(Money.of("1", "EUR"), Money.of("1", "USD"))  # type: ignore[operator]
    assert refusal.value.code == "currency_mismatch"


def test_equal_amounts_in_two_currencies_are_not_equal() -> None:
    assert Money.zero("EUR") != Money.zero("USD")


def test_a_sum_beyond_eighteen_digits_is_refused() -> None:
    largest = Money.from_thousandths(10**18 - 1, "EUR")
    with pytest.raises(ValueRejected) as refusal:
        largest + Money.of("0.001", "EUR")
    assert refusal.value.code == "money_out_of_range"


def test_money_travels_in_json_as_text_and_currency() -> None:
    money = TypeAdapter(Money)
    text = b'{"amount":"12.34","currency":"EUR"}'
    assert money.dump_json(money.validate_json(text)) == text
    assert money.validate_python(Money.of("1", "EUR")) == Money.of("1.00", "EUR")
    assert money.validate_json('{"amount":"1","currency":"eur","later":true}') == Money.of("1", "EUR")


BAD_JSON = {
    "number": ('{"amount":12.34,"currency":"EUR"}', "string_type"),
    "whole number": ('{"amount":12,"currency":"EUR"}', "string_type"),
    "exponent": ('{"amount":"1E9","currency":"EUR"}', "money_malformed"),
    "no currency": ('{"amount":"1"}', "missing"),
    "unknown currency": ('{"amount":"1","currency":"{x}"}', "currency_unknown"),
    "text": ('"12.34 EUR"', "dict_type"),
}


@pytest.mark.parametrize(("text", "kind"), BAD_JSON.values(), ids=BAD_JSON.keys())
def test_json_that_is_no_money_is_refused_with_a_stable_code(text: str, kind: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(Money).validate_json(text)
    assert [error["type"] for error in refusal.value.errors()] == [kind]


def test_money_shows_itself_readably() -> None:
    assert (str(Money.of("1", "EUR")), repr(Money.of("1", "EUR"))) == ("1.00 EUR", "Money.of('1.00', 'EUR')")
