"""Examples of the description: what the contracts' committed fixtures say, as bodies of calls and answers."""

import json
from pathlib import Path
from typing import Any

from shared.chassis.errors import Problem
from shared.chassis.problems import answer
from shared.contracts.problems import PROBLEMS
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
        "read_payments": {"response": {"payments": [settled], "cursor": _CURSOR, "more": False}},
        "mark_refused": {"request": {"reason": "This invoice is not addressed to our client."}},
    }


def failure_example(status: int, code: str, path: str) -> Any:
    """The body with which the chassis itself answers this problem."""
    problem = Problem(status, code, PROBLEMS[code].detail[Language.EN])
    return json.loads(bytes(answer(problem, path, "3f1c9a52").body))
