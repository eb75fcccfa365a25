"""What takes an earlier movement back: R-transactions of direct debits and transfers, reversals, cancellations."""

import re

from services.coda_reconciler.domain.coda_communications import Communication
from services.coda_reconciler.domain.coda_movement_fields import MovementFields
from services.coda_reconciler.domain.coda_movements import Movement
from services.coda_reconciler.domain.matching.facts import Evidence, Passage, Returned
from services.coda_reconciler.domain.matching.texts import place_in

_CANCELLATIONS = ("49", "99")
_TAKEN_BACK = frozenset(("0503", "0505", "0554", "0556", "0558", "0154", "0254"))
"""Unpaid, reimbursed and reversed direct debits; 0154 and 0254 are transfers of one's own that could not be done."""

_SEPA_DEBIT, _DOMESTIC_DEBIT = "127", "107"
_PAID = ("0", "", " ")
_TYPE_AND_REASON = (141, 146)
_REFUSED_127, _REFUSED_107 = 8, 48
_TYPES = ("1", "2", "3", "4", "5")
_RETURN = slice(112, 117)
_REASON = re.compile(r"[A-Z]{2}[0-9]{2}|[A-Z]{4}")
"""ISO 20022 external return reasons: MD06, AC04, and such as FOCR, DUPL, NARR."""


def returned_of(movement: Movement, fields: MovementFields, communication: Passage) -> Returned | None:
    """Whether and why a movement takes another one back, by what it says of itself.

    Record 2.2 comes first, then the body of a direct debit, then the transaction code, which knows no reason.
    """
    if fields.return_type:
        return _told_by_record_22(movement, fields)
    refused = _refused_debit(fields.communication, communication)
    if refused is not None:
        return refused
    code = fields.transaction_code
    if code[3:5] in _CANCELLATIONS or code[1:5] in _TAKEN_BACK:
        return Returned("", "", Evidence(movement.line, "54-61", code, "transaction_code"))
    return None


def _told_by_record_22(movement: Movement, fields: MovementFields) -> Returned:
    """Type and reason of columns 113-117."""
    at = movement.first + 1
    text = movement.records.texts[at][_RETURN].rstrip()
    columns = "113-117" if fields.return_reason else "113-113"
    evidence = Evidence(movement.records.numbers[at], columns, text, "return_reason")
    return Returned(fields.return_type, fields.return_reason, evidence)


def _refused_debit(communication: Communication, passage: Passage) -> Returned | None:
    body = communication.text
    if communication.structured_type == _SEPA_DEBIT:
        kind, reason = body[141:142], body[142:146].strip()
        if kind in _TYPES:
            evidence = _evidence(passage, *_TYPE_AND_REASON)
            return Returned(kind, reason if _REASON.fullmatch(reason) else "", evidence)
        at = _REFUSED_127
    elif communication.structured_type == _DOMESTIC_DEBIT:
        at = _REFUSED_107
    else:
        return None
    return None if body[at : at + 1] in _PAID else Returned("", "", _evidence(passage, at, at + 1))


def _evidence(passage: Passage, start: int, end: int) -> Evidence:
    line, columns = place_in(passage, start, end)
    return Evidence(line, columns, passage.text[start:end].rstrip(), "return_reason")
