"""Everything that was read of a statement as one JSON object: its facts, and every movement."""

import json

from services.delivery.domain.statements import RoutedStatement
from shared.contracts.statements import TransactionsBooked

_NOT_TOLD = {"movements", "statement", "provisional", "account"}
"""Where the bytes lie is our own affair; what is provisional today is not tomorrow, nor is its account as it was, and a
repeat must be the same."""


def statement_json(body: TransactionsBooked, movements: bytes, routed: RoutedStatement | None = None) -> bytes:
    """The facts and `movements`, which are the reconciler's JSON lines, in the order of the bank; under `relais` what
    only this house knows, for the office that it is `routed` to."""
    facts = {**body.model_dump(mode="json", exclude=_NOT_TOLD), "sha256": body.statement.sha256}
    if routed is not None:
        facts["relais"] = {"client_code": routed.client_code}
    head = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
    return head[:-1] + b',"movements":[' + b",".join(line for line in movements.splitlines() if line) + b"]}"
