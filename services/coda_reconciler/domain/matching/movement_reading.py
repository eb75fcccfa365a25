"""What one movement says by itself: its passages, references, counterparty, and what it takes back."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import lru_cache

from services.coda_reconciler.domain import coda_columns as columns
from services.coda_reconciler.domain.coda_accounts import iban_of_belgian_account
from services.coda_reconciler.domain.coda_communications import STRUCTURED_TYPES, Communication
from services.coda_reconciler.domain.coda_movement_fields import MovementFields
from services.coda_reconciler.domain.coda_movements import Movement
from services.coda_reconciler.domain.matching.facts import (
    Evidence,
    NamedReference,
    OriginalAmount,
    Passage,
    PaymentFacts,
    Returned,
)
from services.coda_reconciler.domain.matching.kinds import kind_of
from services.coda_reconciler.domain.matching.numbers import text_keys
from services.coda_reconciler.domain.matching.references import references_in, structured_reference
from services.coda_reconciler.domain.matching.returns import returned_of
from services.coda_reconciler.domain.matching.sources import Told
from services.coda_reconciler.domain.matching.texts import (
    communication_passage,
    information_of,
    part_of,
    payer_passages,
    place_in,
)

_REFERENCE_ZONES = {"100": (0, 25), "101": (0, 12), "102": (0, 12), "105": (45, 57)}
_PAYER_ZONES = {"107": (18, 48), "127": (79, 141)}
"""Where a direct debit says what it collects."""

_SEPA_DEBIT, _MANDATE = "127", (44, 79)
_ORIGINAL_AMOUNT, _ORIGINAL, _CURRENCY = "105", (15, 30), (42, 45)
_BANK_LINES, _COUNTERPARTY, _DETAIL_AMOUNT, _ULTIMATE_DEBTOR = "002", "001", "006", "009"
_ANOTHER_NAME, _OLD_NAME = 70, "48-73"
_DETAIL_CURRENCY, _DETAIL_VALUE, _DETAIL_CATEGORY = (30, 33), (33, 48), (49, 52)
_MONEY_ITSELF = ("000", "100", "")
_NO_REFERENCES = frozenset(("NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF", "NONE", "NIHIL", "-", ""))
_TOTALS = "12"


class MovementReading:
    """What one movement says by itself, gathered record by record."""

    __slots__ = (
        "account", "counterparty_line", "end_to_end_id", "fields", "mandate", "movement", "name", "original",
        "passages", "references", "returned", "sources", "ultimate_debtor",
    )  # fmt: skip

    def __init__(self, movement: Movement, fields: MovementFields) -> None:
        self.movement, self.fields = movement, fields
        self.passages: list[Passage] = []
        self.sources: dict[str, Evidence] = {}
        self.references: tuple[NamedReference, ...] = ()
        self.original: OriginalAmount | None = None
        self.mandate = self.ultimate_debtor = self.end_to_end_id = ""
        self.name = self.fields.counterparty_name
        self.account = account_key(self.fields.counterparty_account)
        self.counterparty_line = self._line_of("23") if self.account or self.name else 0
        if self.account and self.account != self.fields.counterparty_account:
            self._tell_account(self.fields.counterparty_account)
        if self.name and movement.records.version == 1:
            self._tell("counterparty_name", Passage("structured", self.name, self.counterparty_line, _OLD_NAME))
        passage = communication_passage(movement, self.fields.communication)
        self.returned: Returned | None = returned_of(movement, self.fields, passage)
        if passage.text:
            self._read_communication(self.fields.communication, passage)
        self._read_customer_reference()
        if self.fields.information:
            self._read_information()

    def facts(self, own_accounts: AbstractSet[str]) -> PaymentFacts:
        """The facts of it all; of what is nobody's payment, only what it is."""
        fields, movement = self.fields, self.movement
        kind = kind_of(
            fields.transaction_code,
            movement.amount,
            account=self.account,
            name=self.name,
            structured_type=fields.communication.structured_type,
            is_return=self.returned is not None,
            own_accounts=own_accounts,
        )
        if kind not in ("payment", "return"):
            return PaymentFacts(
                kind,
                account=self.account,
                name=self.name,
                line=movement.line,
                counterparty_line=self.counterparty_line,
                sources=tuple(self.sources.values()),
            )
        passages, references = tuple(self.passages), self.references
        # A structured reference that holds says all; nothing is looked up by numbers then.
        is_referred = bool(references) and any(reference.is_valid for reference in references)
        if passages:
            references += tuple([each for each in references_in(passages) if not self._has(each.text)])
        return PaymentFacts(
            kind,
            passages,
            references,
            () if is_referred or not passages else text_keys(passages),
            self.account,
            self.name,
            self.ultimate_debtor,
            self.end_to_end_id,
            self.mandate,
            fields.bank_reference,
            self.returned if kind == "return" else None,
            self.original,
            movement.line,
            self.counterparty_line,
            tuple(self.sources.values()),
        )

    def inherit(self, total: "MovementReading") -> None:
        """Take from the movement that this one details what it does not say itself."""
        self.passages += [
            passage if passage.zone == "ultimate_debtor" else replace(passage, zone="parent")
            for passage in total.passages
        ]
        self.references = self.references or total.references
        if self.returned is None or (total.returned is not None and total.returned.type):
            self.returned = total.returned
        self.original = self.original or total.original
        self.sources = total.sources | self.sources
        if not self.account and not self.name:
            self.account, self.name, self.counterparty_line = total.account, total.name, total.counterparty_line
        self.ultimate_debtor = self.ultimate_debtor or total.ultimate_debtor
        self.end_to_end_id = self.end_to_end_id or total.end_to_end_id
        self.mandate = self.mandate or total.mandate

    def _has(self, reference: str) -> bool:
        return any(known.text == reference for known in self.references)

    def _read_communication(self, communication: Communication, passage: Passage) -> None:
        kind = communication.structured_type
        if kind in _REFERENCE_ZONES:
            self.references = structured_reference(part_of(passage, "structured", *_REFERENCE_ZONES[kind]))
        elif kind in _PAYER_ZONES:
            self._add(part_of(passage, "structured", *_PAYER_ZONES[kind]))
        elif kind not in STRUCTURED_TYPES:
            self._add(passage)
        if kind == _SEPA_DEBIT:
            mandate = part_of(passage, "structured", *_MANDATE)
            self.mandate = mandate.text.strip()
            if self.mandate:
                self._tell("mandate", mandate)
        elif kind == _ORIGINAL_AMOUNT:
            self.original = _original_amount(passage, _ORIGINAL, _CURRENCY)

    def _read_customer_reference(self) -> None:
        reference = self.fields.customer_reference
        is_told = reference.strip("0").upper() not in _NO_REFERENCES
        if not is_told or self.fields.transaction_code[0] in _TOTALS:
            return
        if self.movement.records.version > 1:
            self.end_to_end_id = reference
        second = self.movement.records.texts[self.movement.first + 1]
        first = second.index(reference, 63) + 1
        self._add(
            Passage("customer_reference", reference, self._line_of("22"), f"{first}-{first + len(reference) - 1}")
        )

    def _read_information(self) -> None:
        free, structured = information_of(self.movement)
        if free is not None:
            passages, labels = payer_passages(free)
            for passage in passages:
                self._add(passage)
            self._read_labels(labels)
        for kind, passage in structured:
            self._read_structured_information(kind, passage)

    def _read_labels(self, labels: Mapping[str, Passage]) -> None:
        if "iban" in labels and not self.account:
            self.account = account_key(labels["iban"].text)
            self._tell("counterparty_account", labels["iban"])
        if "ultimate_debtor" in labels:
            self.ultimate_debtor = labels["ultimate_debtor"].text
            self._add(replace(labels["ultimate_debtor"], zone="ultimate_debtor"))
        if "mandate" in labels and not self.mandate:
            self.mandate = labels["mandate"].text
            self._tell("mandate", labels["mandate"])

    def _read_structured_information(self, kind: str, passage: Passage) -> None:
        if kind == _BANK_LINES:
            # Of payments from abroad, banks write the payer's words here, and not into record 2.1.
            self._add(replace(passage, zone="free"))
        elif kind == _COUNTERPARTY:
            # Version 1 has the street from column 35 on, version 2 from column 70.
            name = passage.text[:_ANOTHER_NAME].strip().partition("   ")[0]
            if name != self.name and name.startswith(self.name):
                start = passage.text.index(name)
                self.name = name
                self._tell("counterparty_name", part_of(passage, "structured", start, start + len(name)))
        elif kind == _ULTIMATE_DEBTOR:
            self.ultimate_debtor = passage.text[:_ANOTHER_NAME].strip() or self.ultimate_debtor
            self._add(part_of(passage, "ultimate_debtor", 0, _ANOTHER_NAME))
        elif kind == _DETAIL_AMOUNT and passage.text[slice(*_DETAIL_CATEGORY)].strip() in _MONEY_ITSELF:
            self.original = self.original or _original_amount(passage, _DETAIL_VALUE, _DETAIL_CURRENCY)
        elif kind not in STRUCTURED_TYPES:
            self._add(replace(passage, zone="free"))

    def _add(self, passage: Passage) -> None:
        if passage.text.strip():
            self.passages.append(passage)

    def _tell(self, meaning: Told, passage: Passage) -> None:
        self.sources[meaning] = Evidence(passage.line, passage.columns, passage.text, meaning)

    def _tell_account(self, account: str) -> None:
        """An account that is written otherwise than it is known by: twelve digits, or with blanks."""
        third = self.movement.records.texts[self._index_of("23")]
        first = third.index(account, columns.COUNTERPARTY_ACCOUNT.start) + 1
        place = f"{first}-{first + len(account) - 1}"
        self._tell("counterparty_account", Passage("structured", account, self.counterparty_line, place))

    def _index_of(self, kind: str) -> int:
        """The record 2.2 or 2.3, which stand right behind their 2.1, if there is one."""
        texts, at = self.movement.records.texts, self.movement.first + 1
        return at + 1 if kind == "23" and texts[at][:2] == "22" else at

    def _line_of(self, kind: str) -> int:
        """The line of record 2.2 or 2.3; 0 for none."""
        records, at = self.movement.records, self._index_of(kind)
        return records.numbers[at] if records.texts[at][:2] == kind else 0


@lru_cache(maxsize=65_536)
def account_key(account: str) -> str:
    """An account without blanks, a Belgian one of twelve digits as IBAN; empty for none."""
    key = "".join(filter(str.isalnum, account)).upper()
    if len(key) == 12 and key.isdecimal():
        is_valid = int(key[:10]) > 0 and (int(key[:10]) % 97 or 97) == int(key[10:])
        return iban_of_belgian_account(key) if is_valid else key.strip("0") and key
    return key


def _original_amount(passage: Passage, amount: tuple[int, int], currency: tuple[int, int]) -> OriginalAmount | None:
    digits, letters = passage.text[slice(*amount)], passage.text[slice(*currency)]
    if not (digits.isascii() and digits.isdecimal() and int(digits) and letters.isascii() and letters.isalpha()):
        return None
    line, columns = place_in(passage, *amount)
    return OriginalAmount(int(digits), letters, Evidence(line, columns, digits, "original_amount"))
