"""The structured communications of information records: types 001 to 011 (CODA 2.6 annex III)."""

from services.coda_reconciler.domain.coda_zones import Amount, Day, Decimals, LongDay, Number, Structured, Words


class Counterparty(Structured):
    """001: name and address of the counterparty."""

    __slots__ = ()
    name = Words(0, 70)
    street = Words(70, 35)
    locality = Words(105, 35)
    identification = Words(140, 35)


class BankLines(Structured):
    """002 a communication of the bank, 004 the counterparty's bank, 005 the correspondent: four lines."""

    __slots__ = ()
    first = Words(0, 35)
    second = Words(35, 35)
    third = Words(70, 35)
    fourth = Words(105, 35)


class DetailAmount(Structured):
    """006: an amount that explains a movement; `sign` 0 credit, 1 debit."""

    __slots__ = ()
    description = Words(0, 30)
    currency = Words(30, 3)
    amount = Amount(33)
    sign = Words(48, 1)
    category = Words(49, 3)


class Cash(Structured):
    """007: notes or coins of one denomination."""

    __slots__ = ()
    count = Number(0, 7)
    denomination = Decimals(7, 6, 3)
    total = Amount(13)


class UltimateParty(Structured):
    """008 the ultimate creditor, 009 the ultimate debtor."""

    __slots__ = ()
    name = Words(0, 70)
    identification = Words(70, 35)


class SecuritiesTrade(Structured):
    """010: securities sold or bought; `method` N nominal, U per unit; `code_type` 01 SVM, 02 ISIN, 99 internal …"""

    __slots__ = ()
    order_number = Words(0, 13)
    file = Words(13, 15)
    customer_reference = Words(28, 13)
    code_type = Words(41, 2)
    security = Words(43, 15)
    method = Words(58, 1)
    quantity = Decimals(59, 12, 4)
    issue_currency = Words(71, 3)
    per_unit = Number(74, 4)
    quotation_currency = Words(78, 3)
    price = Decimals(81, 12, 4)
    rate = Decimals(93)
    name = Words(105, 40)
    bordereau = Words(145, 13)
    coupon = Words(158, 8)
    coupon_paid_on = LongDay(166)
    market = Words(174, 30)
    traded_on = LongDay(204)
    nature = Words(212, 24)
    nominal = Amount(236)


class CouponPayment(Structured):
    """011: coupons; `amount_type` 1 dividend, 2 interest."""

    __slots__ = ()
    order_number = Words(0, 13)
    file = Words(13, 15)
    customer_reference = Words(28, 13)
    code_type = Words(41, 2)
    security = Words(43, 15)
    quantity = Decimals(58, 12, 4)
    name = Words(70, 40)
    issue_currency = Words(110, 3)
    amount = Decimals(113, 14, 6)
    amount_type = Words(127, 1)
    foreign_tax = Amount(128)
    nature = Words(143, 24)
    coupon = Words(167, 6)
    day = Day(173)
    rate = Decimals(179)
    payment_currency = Words(191, 3)
    nominal = Amount(194)
