"""Amounts of money: exact, with their currency, never a binary fraction."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from shared.values.currencies import ACTIVE, WITHDRAWN
from shared.values.errors import ValueRejected
from shared.values.text import TextValue, rejection

# xsd:decimal, as UBL writes amounts; no exponent, no NaN. Eighteen digits fit a 64-bit count of thousandths.
_DECIMAL = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]{0,3})0*)?")
# Its normal form below zero or not: what is written so needs no working out.
_NORMAL = re.compile(r"(?:0|-?[1-9][0-9]{0,14})\.[0-9]{2}")
_LENGTH = 64
_LARGEST_THOUSANDTHS = 10**18 - 1
_EXPECTED = "an amount such as 12.34: at most 15 digits before the point and 3 after it"


class Currency(TextValue):
    """Alphabetic code of ISO 4217, in capitals. Raises `ValueRejected`: `currency_unknown`."""

    __slots__ = ()

    code = "currency_unknown"
    pattern = "^[A-Z]{3}$"
    description = "an ISO 4217 currency code"
    examples = ("EUR", "USD")

    @classmethod
    def _normal_form(cls, text: str) -> str:
        letters = text.strip().upper() if len(text) < _LENGTH else ""
        if letters not in ACTIVE and letters not in WITHDRAWN:
            raise ValueRejected(cls.code, text, f"{cls.description} such as EUR")
        return letters


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency: two decimals, or three where the third is not 0 (CODA 2.6 counts so).

    `amount` is at most 999,999,999,999,999.999 either way. Raises `ValueRejected`: `money_malformed`,
    `money_out_of_range`, `currency_unknown`; adding or ordering two currencies is `currency_mismatch`.
    """

    amount: Decimal
    currency: Currency

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", _amount_of(_thousandths_of(self.amount)))
        object.__setattr__(self, "currency", Currency(self.currency))

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Self:
        """From the text of an amount (`"12.34"`), a whole number of units or an exact decimal; no float."""
        if isinstance(amount, str) and _NORMAL.fullmatch(amount):
            return cls._made(Decimal(amount), currency)
        return cls.from_thousandths(_thousandths_of(amount), currency)

    @classmethod
    def from_thousandths(cls, thousandths: int, currency: str) -> Self:
        """From thousandths of the unit, as CODA 2.6 writes amounts: 12340 is 12.34."""
        return cls._made(_amount_of(thousandths), currency)

    @classmethod
    def _made(cls, amount: Decimal, currency: str) -> Self:
        made = object.__new__(cls)  # both parts are in their normal form: what `__init__` would look at again
        _set_amount(made, amount)
        _set_currency(made, currency if type(currency) is Currency else Currency(currency))
        return made

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in a currency."""
        return cls.from_thousandths(0, currency)

    @property
    def thousandths(self) -> int:
        """The amount in thousandths of the unit; fits 64 bits."""
        return _thousandths_of(self.amount)

    def __add__(self, other: Self) -> Self:
        return self.from_thousandths(self.thousandths + self._same_currency(other).thousandths, self.currency)

    def __sub__(self, other: Self) -> Self:
        return self.from_thousandths(self.thousandths - self._same_currency(other).thousandths, self.currency)

    def __neg__(self) -> Self:
        return self.from_thousandths(-self.thousandths, self.currency)

    def __abs__(self) -> Self:
        return self.from_thousandths(abs(self.thousandths), self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.amount < self._same_currency(other).amount

    def __le__(self, other: Self) -> bool:
        return self.amount <= self._same_currency(other).amount

    def __gt__(self, other: Self) -> bool:
        return self.amount > self._same_currency(other).amount

    def __ge__(self, other: Self) -> bool:
        return self.amount >= self._same_currency(other).amount

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __repr__(self) -> str:
        return f"Money.of('{self.amount}', '{self.currency}')"

    def _same_currency(self, other: Self) -> Self:
        if not isinstance(other, Money):
            raise TypeError(f"money meets money only, found {type(other).__name__}")
        if other.currency != self.currency:
            raise ValueRejected("currency_mismatch", str(other), f"an amount in {self.currency}")
        return other

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        fields = core_schema.typed_dict_schema(
            {
                "amount": core_schema.typed_dict_field(core_schema.str_schema(strict=True)),
                "currency": core_schema.typed_dict_field(handler.generate_schema(Currency)),
            }
        )
        return core_schema.no_info_wrap_validator_function(
            cls._from_input,
            fields,
            serialization=core_schema.plain_serializer_function_ser_schema(_as_fields),
        )

    @classmethod
    def _from_input(cls, found: object, read_fields: core_schema.ValidatorFunctionWrapHandler) -> "Money":
        if isinstance(found, Money):
            return found
        fields = read_fields(found)
        try:
            return cls.of(fields["amount"], fields["currency"])
        except ValueRejected as error:
            raise rejection(error) from None

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        amount = {"type": "string", "pattern": r"^-?[0-9]{1,15}\.[0-9]{2,3}$", "examples": ["12.34"]}
        currency = Currency.__get_pydantic_json_schema__(schema, handler)
        return {
            "type": "object",
            "description": "an exact amount in one currency",
            "properties": {"amount": amount, "currency": currency},
            "required": ["amount", "currency"],
            "examples": [{"amount": "12.34", "currency": "EUR"}],
        }


# The slots themselves, for every amount of a document is made here: by `object.__setattr__` each is looked up anew.
_set_amount, _set_currency = Money.__dict__["amount"].__set__, Money.__dict__["currency"].__set__


def _as_fields(money: Money) -> dict[str, str]:
    return {"amount": str(money.amount), "currency": str(money.currency)}


def _thousandths_of(amount: object) -> int:
    """Reads the digits themselves: exact whatever the decimal context says."""
    if isinstance(amount, int) and not isinstance(amount, bool):
        return amount * 1000
    if not isinstance(amount, str | Decimal):
        raise ValueRejected("money_malformed", amount, f"{_EXPECTED}, not a {type(amount).__name__}")
    text = _written_out(amount) if isinstance(amount, Decimal) else amount.strip(" \t\r\n")
    match = _DECIMAL.fullmatch(text) if len(text) <= _LENGTH else None
    if match is None:
        raise ValueRejected("money_malformed", str(amount), _EXPECTED, _with_point(text))
    sign, whole, decimals = match.groups(default="")
    thousandths = int(f"{whole}{decimals:0<3}")
    return -thousandths if sign == "-" else thousandths


def _written_out(amount: Decimal) -> str:
    """Without exponent; one that would make a long text is left as it is, and so refused."""
    exponent = amount.as_tuple().exponent
    return f"{amount:f}" if isinstance(exponent, int) and abs(exponent) < _LENGTH else str(amount)


def _with_point(text: str) -> str | None:
    """The amount meant where somebody wrote the decimal comma of Belgium."""
    meant = text.replace(",", ".")
    return meant if text.count(",") == 1 and len(text) <= _LENGTH and _DECIMAL.fullmatch(meant) else None


def _amount_of(thousandths: int) -> Decimal:
    if isinstance(thousandths, bool) or not isinstance(thousandths, int):
        raise ValueRejected("money_malformed", thousandths, "a whole number of thousandths")
    if abs(thousandths) > _LARGEST_THOUSANDTHS:
        raise ValueRejected("money_out_of_range", "a larger amount", _EXPECTED)
    whole, rest = divmod(abs(thousandths), 1000)
    decimals = f"{rest:03d}".removesuffix("0")
    return Decimal(f"{'-' if thousandths < 0 else ''}{whole}.{decimals}")
