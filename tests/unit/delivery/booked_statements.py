"""Makes booked statements and the reconciler's JSON lines of their movements."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import EnterpriseNumber, Iban, Money, Sha256, StatementId

NUMBER, IBAN, OGM = EnterpriseNumber("0403170701"), Iban("BE71096123456769"), "090933755493"
DIRECT_DEBIT = (
    "020326" + "1" + "1" + "0" + "BE69ZZZ0404616494".ljust(35) + "MANDAAT-7".ljust(35) + "Elektriciteit maart".ljust(62)
)
"""CODA 2.6 structured communication 127."""
CODA = b"1200100BE71096123456769".ljust(64) + b"BAKKERIJ DE KORENAAR".ljust(26) + b"ZICHTREKENING".ljust(35) + b"001\n"


def booked(movement_count: int = 2, **changes: Any) -> TransactionsBooked:
    claim = Claim(path=f"{NUMBER}/{'0' * 64}", sha256=Sha256.of(b""), size=0, media_type="application/x-ndjson")
    facts: dict[str, Any] = {
        "statement_id": StatementId.of(UUID("0195563a-7c00-7000-8000-000000000001")),
        "enterprise_number": NUMBER,
        "iban": IBAN,
        "year": 2026,
        "sequence": 41,
        "old_balance": Money.of("1250.00", "EUR"),
        "new_balance": Money.of("1422.89", "EUR"),
        "new_balance_date": date(2026, 3, 2),
        "credits": Money.of("257.59", "EUR"),
        "debits": Money.of("84.70", "EUR"),
        "movement_count": movement_count,
        "movements": claim,
        "statement": claim,
    }
    return TransactionsBooked(**(facts | changes))


def movement(amount: str = "257.59", **changes: Any) -> dict[str, Any]:
    """A payment with an OGM."""
    facts: dict[str, Any] = {
        "sequence": 1,
        "detail": 0,
        "position": 0,
        "parent": None,
        "line": 3,
        "amount": {"amount": amount, "currency": "EUR"},
        "value_date": "2026-03-02",
        "entry_date": "2026-03-02",
        "transaction_code": "00150000",
        "communication": {"type": "101", "text": OGM},
        "reference": OGM,
        "counterparty": {"name": "Garage Peeters & Zonen", "account": str(IBAN), "bic": "KREDBEBB"},
        "customer_reference": "",
        "bank_reference": "",
        "return_type": "",
        "return_reason": "",
        "information": [],
    }
    return facts | changes


def free(text: str, kind: str | None = None) -> dict[str, Any]:
    """A communication without an OGM."""
    return {"communication": {"type": kind, "text": text}, "reference": None}


def lines(movements: Sequence[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in movements).encode()
