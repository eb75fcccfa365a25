"""The columns of records 2.1 to 3.3 as slices of their text (CODA 2.6 annex I; a slice counts from 0)."""

from operator import itemgetter

SEQUENCE = slice(2, 6)
DETAIL = slice(6, 10)
NUMBER = slice(2, 10)
"""Sequence and detail number."""

BANK_REFERENCE = slice(10, 31)
VALUE_DATE = slice(47, 53)
TRANSACTION_CODE = slice(53, 61)
IS_STRUCTURED = slice(61, 62)
FIRST_ZONE = slice(62, 115)
ENTRY_DATE = slice(115, 121)
PAPER_NUMBER = slice(121, 124)
GLOBALISATION = slice(124, 125)

SECOND_ZONE = slice(10, 63)
CUSTOMER_REFERENCE = slice(63, 98)
COUNTERPARTY_BIC = slice(98, 109)
RETURN_TYPE = slice(112, 113)
RETURN_REASON = slice(113, 117)
CATEGORY_PURPOSE = slice(117, 121)
PURPOSE = slice(121, 125)
OLD_CUSTOMER_REFERENCE = slice(63, 89)

COUNTERPARTY_ACCOUNT = slice(10, 44)
COUNTERPARTY_CURRENCY = slice(44, 47)
COUNTERPARTY_NAME = slice(47, 82)
THIRD_ZONE = slice(82, 125)
OLD_COUNTERPARTY_ACCOUNT = slice(10, 22)
OLD_COUNTERPARTY_CURRENCY = slice(23, 26)
OLD_COUNTERPARTY_NAME = slice(47, 73)
OLD_COUNTERPARTY_ADDRESS = slice(73, 125)

INFORMATION_IS_STRUCTURED = slice(39, 40)
INFORMATION = {"31": slice(40, 113), "32": slice(10, 115), "33": slice(10, 100)}
"""73, 105 and 90 columns."""

BOOKED = slice(47, 62)
"""Value date, transaction code and flag; few movements of a day differ in these."""

ENTERED = slice(115, 125)
"""Entry date, paper number and globalisation."""

CODES = slice(98, 125)
"""BIC, return and purposes; columns 110-112 between them are blank."""

first_fields = itemgetter(NUMBER, BANK_REFERENCE, BOOKED, FIRST_ZONE, ENTERED)
second_fields = itemgetter(SECOND_ZONE, CUSTOMER_REFERENCE, CODES)
third_fields = itemgetter(COUNTERPARTY_ACCOUNT, COUNTERPARTY_CURRENCY, COUNTERPARTY_NAME, THIRD_ZONE)
