"""Examples of the description: what the contracts' committed fixtures say, as bodies of calls and answers."""

import json
from pathlib import Path
from typing import Any

from services.delivery.domain.payment_words import rule_sentences
from services.delivery.domain.payments import payment_id_of
from shared.chassis.errors import Problem
from shared.chassis.problems import answer
from shared.contracts.evidence_words import evidence_sentences
from shared.contracts.problems import PROBLEMS
from shared.contracts.statements import Allocation
from shared.values import Language

_FIXTURES = Path(__file__).resolve().parents[2] / "shared/contracts/examples"
_NUMBER = "0403170701"
_CURSOR = "MTpuaWJvbzo0Mg"


def fixture(name: str) -> Any:
    """The body of a committed example by the name of its contract."""
    return json.loads((_FIXTURES / f"{name}.json").read_text(encoding="utf-8"))["value"]


def examples() -> dict[str, dict[str, Any]]:
    """Bodies by operation id: `request`, `response` or both."""
    blocked, settled = fixture("public.connection.blocked"), fixture("public.invoice.settled")
    connection = blocked["subject"]
    asked = {"id": connection, "state": "requested"}
    return {
        "request_connection": {"request": fixture("submission.connection.v1"), "response": asked},
        "v2_request_access_token": {
            "request": {"vat": f"BE{_NUMBER}"},
            "response": {"id": connection, "state": "token_sent"},
        },
        "activate": {"request": {"token": "7GQ-4XK-M2P-9RT-V5C-B8D-H3N-J6F-WYZ"}},
        "read_events": {"response": {"events": [blocked], "cursor": _CURSOR, "more": False}},
        "read_payments": {"response": {"payments": [_payment(settled)], "cursor": _CURSOR, "more": False}},
        "mark_refused": {"request": {"reason": "This invoice is not addressed to our client."}},
    }


def _payment(settled: dict[str, Any]) -> dict[str, Any]:
    """What a software was told of a settlement, as `GET /v1/payments` shows it."""
    data, at = settled["data"], settled["time"]
    allocation = Allocation.model_validate(data["allocation"])
    return {
        "id": payment_id_of(allocation.allocation_id),
        "state": "settled",
        **{name: data[name] for name in ("enterprise_number", "document_id", "invoice_number", "balance")},
        "amount": data["allocation"]["amount"],
        "movement": {
            "statement_id": allocation.statement_id,
            "iban": allocation.iban,
            "year": allocation.year,
            "statement": allocation.sequence,
            "sequence": allocation.movement,
            "detail": allocation.detail,
            "value_date": data["allocation"].get("value_date"),
        },
        "rule": {"code": allocation.rule, "i18n": dict(rule_sentences(allocation.rule))},
        "evidence": allocation.evidence,
        "evidence_i18n": evidence_sentences(allocation.evidence),
        "facts": [],
        "difference": None,
        "rejected": [],
        "rank": 1,
        "reasons": [],
        "return_reason": None,
        "provisional": False,
        "decision": None,
        "first_at": at,
        "changed_at": at,
    }


def failure_example(status: int, code: str, path: str) -> Any:
    """The body with which the chassis itself answers this problem."""
    problem = Problem(status, code, PROBLEMS[code].detail[Language.EN])
    return json.loads(bytes(answer(problem, path, "3f1c9a52").body))
