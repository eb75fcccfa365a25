"""The movements of a statement as JSON lines: one object a record 2.1, in the order of the file."""

import json
from collections.abc import Mapping
from datetime import date

from services.coda_reconciler.domain.coda_records import Communication, Movement, Statement
from shared.values import Money


def movement_lines(statement: Statement) -> bytes:
    """UTF-8, one JSON object a line; amounts are signed decimals in text, credits positive, dates ISO 8601."""
    lines = (json.dumps(_fields(statement, movement), ensure_ascii=False) for movement in statement.movements)
    return "".join(f"{line}\n" for line in lines).encode()


def _fields(statement: Statement, movement: Movement) -> Mapping[str, object]:
    amount = Money.from_thousandths(movement.amount, statement.currency)
    return {
        "sequence": movement.sequence,
        "detail": movement.detail,
        "position": movement.position,
        "parent": movement.parent,
        "line": movement.line,
        "amount": {"amount": str(amount.amount), "currency": str(amount.currency)},
        "value_date": _day(movement.value_date),
        "entry_date": _day(movement.entry_date),
        "transaction_code": movement.transaction_code,
        "communication": _communication(movement.communication),
        "reference": movement.communication.reference,
        "counterparty": {
            "name": movement.counterparty_name,
            "account": movement.counterparty_account,
            "bic": movement.counterparty_bic,
        },
        "customer_reference": movement.customer_reference,
        "bank_reference": movement.bank_reference,
        "return_type": movement.return_type,
        "return_reason": movement.return_reason,
        "information": [_communication(text) for text in movement.information],
    }


def _communication(communication: Communication) -> Mapping[str, object]:
    return {"type": communication.structured_type, "text": communication.text}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
