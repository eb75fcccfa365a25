"""The structured communications of movements: types 100 to 127 (CODA 2.6 annex III; 104 and 107 of older versions).

Amounts are whole thousandths without a sign, rates decimals; codes of one digit are kept as they stand, and their
meaning is told where they are.
"""

from services.coda_reconciler.domain.coda_zones import Amount, Day, Decimals, Hour, Number, Structured, Words
from shared.values import StructuredReference, ValueRejected


class CreditorReference(Structured):
    """100: a reference of ISO 11649."""

    __slots__ = ()
    text = Words(0, 25)

    @property
    def reference(self) -> StructuredReference | None:
        """The reference, None when its check digits do not hold."""
        return reference_of(self.text)


class BelgianReference(Structured):
    """101 given by the payer, 102 reconstituted by the bank: the twelve digits of an OGM."""

    __slots__ = ()
    text = Words(0, 12)

    @property
    def reference(self) -> StructuredReference | None:
        """The reference, None when its check digits do not hold."""
        return reference_of(self.text)


class NumberOfPaper(Structured):
    """103: the number of a cheque, a card or the like."""

    __slots__ = ()
    number = Words(0, 12)


class Equivalence(Structured):
    """104, of older versions: the amount in EUR."""

    __slots__ = ()
    equivalent = Amount(0)


class OriginalAmount(Structured):
    """105: what was paid, in the account's currency and in the original one."""

    __slots__ = ()
    gross = Amount(0)
    original = Amount(15)
    rate = Decimals(30)
    currency = Words(42, 3)
    text = Words(45, 12)
    country = Words(57, 2)
    equivalent = Amount(59)

    @property
    def reference(self) -> StructuredReference | None:
        """The OGM that the payer gave, None when there is none whose check digits hold."""
        return reference_of(self.text)


class Calculation(Structured):
    """106: how VAT, withholding tax or a commission is calculated; `minimum` 1 applied, 2 not."""

    __slots__ = ()
    amount = Amount(0)
    basis = Amount(15)
    percentage = Decimals(30)
    minimum = Words(42, 1)
    equivalent = Amount(43)


class DomesticDirectDebit(Structured):
    """107, until version 2.4: DOM80; `paid` 0 paid, 1 and 2 refused, D disagreement, E account problem."""

    __slots__ = ()
    number = Words(0, 12)
    pivot_date = Day(12)
    communication = Words(18, 30)
    paid = Words(48, 1)
    creditor = Words(49, 11)


class Closing(Structured):
    """108: interest of a period."""

    __slots__ = ()
    amount = Amount(0)
    basis = Amount(15)
    interest = Decimals(30)
    since = Day(42)
    until = Day(48)


class TerminalTotal(Structured):
    """111: card payments at a terminal, one total; `scheme` 1 Bancontact, 2 Maestro, 3 private, 5 TINA, 9 other."""

    __slots__ = ()
    scheme = Words(0, 1)
    terminal = Words(1, 6)
    period = Number(7, 3)
    first_sequence = Number(10, 6)
    first_date = Day(16)
    last_sequence = Number(22, 6)
    last_date = Day(28)
    transaction_type = Words(34, 1)
    name = Words(35, 16)
    locality = Words(51, 10)


class CardDebit(Structured):
    """113: a card payment or withdrawal; `card` is masked, `unit_price` has three decimals, `volume` two."""

    __slots__ = ()
    card = Words(0, 16)
    scheme = Words(16, 1)
    terminal = Words(17, 6)
    sequence = Number(23, 6)
    day = Day(29)
    hour = Hour(35)
    transaction_type = Words(39, 1)
    name = Words(40, 16)
    locality = Words(56, 10)
    original = Amount(66)
    rate = Decimals(81)
    currency = Words(93, 3)
    volume = Decimals(96, 5, 2)
    product = Words(101, 2)
    unit_price = Decimals(103, 5, 3)


class TerminalCredit(Structured):
    """114: one card payment at a terminal."""

    __slots__ = ()
    scheme = Words(0, 1)
    terminal = Words(1, 6)
    period = Number(7, 3)
    sequence = Number(10, 6)
    day = Day(16)
    hour = Hour(22)
    transaction_type = Words(26, 1)
    name = Words(27, 16)
    locality = Words(43, 10)
    reference = Words(53, 16)


class CashDeposit(Structured):
    """115: cash at a terminal; `original` is what the customer said."""

    __slots__ = ()
    card = Words(0, 16)
    scheme = Words(16, 1)
    terminal = Words(17, 6)
    sequence = Number(23, 6)
    day = Day(29)
    hour = Hour(35)
    validated_on = Day(39)
    validation_sequence = Number(45, 6)
    original = Amount(51)
    conformity = Words(66, 1)
    name = Words(67, 16)
    locality = Words(83, 10)
    message = Words(93, 12)


class Bill(Structured):
    """121: a commercial bill; `company` is 0 and an enterprise number."""

    __slots__ = ()
    amount = Amount(0)
    matures_on = Day(15)
    matures_by_convention_on = Day(21)
    issued_on = Day(27)
    company = Words(33, 11)
    currency = Words(44, 3)
    number = Words(50, 13)
    rate = Decimals(63)


class BillInterest(Structured):
    """122: interest on a bill; `minimum` 1 applied, 2 not."""

    __slots__ = ()
    days = Number(0, 4)
    rate = Decimals(4)
    basis = Amount(16)
    minimum = Words(31, 1)
    number = Words(32, 13)
    matures_on = Day(45)


class Fee(Structured):
    """123: fees and commissions; a guarantee without a fixed term (999999) has no `matures_on`."""

    __slots__ = ()
    since = Day(0)
    matures_on = Day(6)
    basis = Amount(12)
    percentage = Decimals(27)
    days = Number(39, 4)
    minimum = Words(43, 1)
    guarantee = Words(44, 13)


class CreditCard(Structured):
    """124: a settlement of a card; `issuer` 1 Mastercard, 2 Visa, 3 American Express, 4 Diners Club, 9 other."""

    __slots__ = ()
    card = Words(0, 20)
    issuer = Words(20, 1)
    invoice = Words(21, 12)
    identification = Words(33, 15)
    day = Day(48)


class Credit(Structured):
    """125: a credit and its balances."""

    __slots__ = ()
    account = Words(0, 12)
    extension = Words(12, 15)
    old_balance = Amount(27)
    new_balance = Amount(42)
    amount = Amount(57)
    currency = Words(72, 3)
    since = Day(75)
    until = Day(81)
    rate = Decimals(87)
    reference = Words(99, 13)


class TermInvestment(Structured):
    """126: a deposit for a term."""

    __slots__ = ()
    number = Words(0, 15)
    amount = Amount(15)
    equivalent = Amount(30)
    since = Day(45)
    until = Day(51)
    interest_rate = Decimals(57)
    interest = Amount(69)
    currency = Words(84, 3)
    rate = Decimals(87)


class SepaDirectDebit(Structured):
    """127: a European direct debit.

    `debit_type` 0 unspecified, 1 recurrent, 2 one-off, 3 first, 4 last; `scheme` 0 unspecified, 1 core, 2 B2B; `paid`
    0 paid, 1 technical problem, 2 no reason given, 3 the debtor disagrees, 4 the debtor's account; `return_type`
    0 paid, 1 reject, 2 return, 3 refund, 4 reversal, 5 cancellation; `return_reason` of ISO 20022, such as MD06.
    """

    __slots__ = ()
    settled_on = Day(0)
    debit_type = Words(6, 1)
    scheme = Words(7, 1)
    paid = Words(8, 1)
    creditor = Words(9, 35)
    mandate = Words(44, 35)
    communication = Words(79, 62)
    return_type = Words(141, 1)
    return_reason = Words(142, 4)


def reference_of(text: str) -> StructuredReference | None:
    """A structured reference, None when it is none or its check digits do not hold."""
    try:
        return StructuredReference(text)
    except ValueRejected:
        return None
