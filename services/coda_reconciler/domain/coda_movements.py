"""A movement: a record 2.1 with the 2.2, 2.3 and 3.x that belong to it. Amounts are whole thousandths.

Only place and amount are kept; every other field is decoded from the statement's bytes when it is asked for.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.coda_reconciler.domain import coda_columns as columns
from services.coda_reconciler.domain.coda_communications import Communication
from services.coda_reconciler.domain.coda_fields import day_of
from services.coda_reconciler.domain.coda_labels import Labelled, labelled_parts
from services.coda_reconciler.domain.coda_lines import StatementRecords
from services.coda_reconciler.domain.coda_movement_fields import (
    MovementFields,
    account_in,
    fields_in,
    information_in,
    level_of,
    returned_by,
)
from shared.values import Sha256

_BLANK_ZONE = " " * 53


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a movement stands: the statement by its content, and each of its records by kind and line of the file."""

    statement: Sha256
    records: tuple[tuple[str, int], ...]


class Movement(NamedTuple):
    """A record 2.1 and what continues it; a tuple, for there are many, and no other frozen value is made as fast.

    `position` counts the records 2.1 of the statement from 0 and is its identity there: sequence and detail
    number start again after 9,999 (§6). `parent` is the position of the movement that this one details. `first`
    to `end` are the indexes of its records; `amount` is in thousandths, credits positive.
    """

    records: StatementRecords
    first: int
    end: int
    position: int
    parent: int | None
    amount: int

    @property
    def line(self) -> int:
        """The line of its record 2.1 in the file, from 1."""
        return self.records.numbers[self.first]

    @property
    def origin(self) -> Origin:
        """What to name as evidence."""
        indexes = range(self.first, self.end)
        kinds = tuple((self.records.texts[at][:2], self.records.numbers[at]) for at in indexes)
        return Origin(self.records.content_sha256, kinds)

    @property
    def sequence(self) -> int:
        """Columns 3-6; 0 after 9999."""
        return int(self._first()[columns.SEQUENCE])

    @property
    def detail(self) -> int:
        """Columns 7-10: 0 for a booked movement, and after 9999 details."""
        return int(self._first()[columns.DETAIL])

    @property
    def bank_reference(self) -> str:
        """For people only: not unique, not stable (§7.4)."""
        return self._first()[columns.BANK_REFERENCE].strip()

    @property
    def value_date(self) -> date | None:
        """None when the bank does not know it."""
        return day_of(self._first()[columns.VALUE_DATE])

    @property
    def entry_date(self) -> date | None:
        """The day it was booked."""
        return day_of(self._first()[columns.ENTRY_DATE])

    @property
    def transaction_code(self) -> str:
        """Type, family, transaction and category: eight characters (annex II)."""
        return self._first()[columns.TRANSACTION_CODE]

    @property
    def paper_number(self) -> str:
        """Columns 122-124: the number of the statement on paper, a Julian date or zeros."""
        return self._first()[columns.PAPER_NUMBER]

    @property
    def globalisation(self) -> int:
        """The level of a globalisation that begins or ends here, 0 for none."""
        return level_of(self._first()[columns.GLOBALISATION])

    @property
    def communication(self) -> Communication:
        """The three zones of 53, 53 and 43 columns, joined as they stand; version 1 has no third."""
        first, second = self._first(), self._second()
        zones = first[columns.FIRST_ZONE] + (second[columns.SECOND_ZONE] or _BLANK_ZONE)
        if self.records.version > 1:
            zones += self._third()[columns.THIRD_ZONE]
        return Communication.of(first[columns.IS_STRUCTURED], zones)

    @property
    def customer_reference(self) -> str:
        """EndToEndId of a single movement or detail, PaymentInformationId of a total (§7.8)."""
        reference = columns.CUSTOMER_REFERENCE if self.records.version > 1 else columns.OLD_CUSTOMER_REFERENCE
        return self._second()[reference].strip()

    @property
    def counterparty_bic(self) -> str:
        """The BIC of the counterparty's bank."""
        return self._second()[columns.COUNTERPARTY_BIC].strip() if self.records.version > 1 else ""

    @property
    def counterparty_account(self) -> str:
        """As the payment has it: an IBAN, twelve digits, or an account of another country."""
        return account_in(self._third(), self.records.version)[0]

    @property
    def counterparty_currency(self) -> str:
        """Often left out."""
        return account_in(self._third(), self.records.version)[1]

    @property
    def counterparty_name(self) -> str:
        """35 columns; 26 in version 1."""
        name = columns.COUNTERPARTY_NAME if self.records.version > 1 else columns.OLD_COUNTERPARTY_NAME
        return self._third()[name].strip()

    @property
    def counterparty_address(self) -> str:
        """Street and town, which only version 1 has in record 2.3."""
        return " ".join(self._third()[columns.OLD_COUNTERPARTY_ADDRESS].split()) if self.records.version == 1 else ""

    @property
    def return_type(self) -> str:
        """1 reject, 2 return, 3 refund, 4 reversal, 5 cancellation; empty for none.

        Older files hold something else in these columns: then no reason stands behind it.
        """
        return self._returned()[0] if self.records.version > 1 else ""

    @property
    def return_reason(self) -> str:
        """The reason of ISO 20022, such as MD06 or FOCR; empty for none."""
        return self._returned()[1] if self.records.version > 1 else ""

    @property
    def category_purpose(self) -> str:
        """The code of ISO 20022 that the payer's bank goes by, such as SALA (§7.6)."""
        return self._second()[columns.CATEGORY_PURPOSE].strip() if self.records.version > 1 else ""

    @property
    def purpose(self) -> str:
        """The code of ISO 20022 for the reason of the payment (§7.6)."""
        return self._second()[columns.PURPOSE].strip() if self.records.version > 1 else ""

    @property
    def information(self) -> tuple[Communication, ...]:
        """The information records, one communication a record 3.1 with its 3.2 and 3.3."""
        texts = [text for text in self.records.texts[self.first + 1 : self.end] if text[0] == "3"]
        return information_in(texts) if texts else ()

    def fields(self) -> MovementFields:
        """All fields at once, several times as fast as one after the other."""
        if self.records.version == 1:
            return MovementFields(*(getattr(self, name) for name in MovementFields._fields))
        return fields_in(self.records.texts[self.first : self.end], (self.end - self.first,))[0]

    @property
    def free_information(self) -> str:
        """The free text of all information records, joined as it stands: some banks wrap it in the middle of a word."""
        zones: list[str] = []
        is_free = False
        for at in range(self.first + 1, self.end):
            text = self.records.texts[at]
            zone = columns.INFORMATION.get(text[:2])
            is_free = text[columns.INFORMATION_IS_STRUCTURED] != "1" if text[:2] == "31" else is_free
            if is_free and zone:
                zones.append(text[zone])
        return "".join(zones).rstrip()

    @property
    def labels(self) -> tuple[Labelled, ...]:
        """What the labels of the free information say: the payer's words, IBAN, ultimate debtor, mandate …"""
        return labelled_parts(self.free_information)

    def _returned(self) -> tuple[str, str]:
        second = self._second()
        return returned_by(second[columns.RETURN_TYPE], second[columns.RETURN_REASON])

    def _first(self) -> str:
        return self.records.texts[self.first]

    # Records 2.2 and 2.3 stand right behind their 2.1, and record 8 at the latest stands behind these.
    def _second(self) -> str:
        text = self.records.texts[self.first + 1]
        return text if text[:2] == "22" else ""

    def _third(self) -> str:
        texts, at = self.records.texts, self.first + 1
        text = texts[at + 1] if texts[at][:2] == "22" else texts[at]
        return text if text[:2] == "23" else ""
