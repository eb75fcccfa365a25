"""What comes in may be spelt as people spell it: `BE 0403.170.701`. Answers always hold the normal form."""

import json
import re
from typing import Any

from pydantic import TypeAdapter

from shared.values import EnterpriseNumber, Iban

_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')
_TOLERANT = {TypeAdapter(value).json_schema()["pattern"] for value in (EnterpriseNumber, Iban)}

Document = dict[str, Any]


def allow_any_spelling(paths: Document, schemas: Document) -> None:
    """Take the pattern of the normal form away from parameters, and from schemas that only requests use."""
    operations = [operation for methods in paths.values() for operation in methods.values()]
    asked = _used([operation.get("requestBody", {}) for operation in operations], schemas)
    answered = _used([operation["responses"] for operation in operations], schemas)
    for name in asked - answered:
        _loosen(schemas[name])
    for operation in operations:
        _loosen(operation["parameters"])


def _used(node: Any, schemas: Document) -> set[str]:
    found: set[str] = set()
    waiting = [node]
    while waiting:
        fresh = set(_REFERENCE.findall(json.dumps(waiting.pop()))) - found
        found |= fresh
        waiting += [schemas[name] for name in sorted(fresh) if name in schemas]
    return found


def _loosen(node: Any) -> None:
    if isinstance(node, list):
        for each in node:
            _loosen(each)
    elif isinstance(node, dict):
        if node.get("pattern") in _TOLERANT:
            node["description"] = f"in any spelling; the normal form is {node.pop('pattern')}"
        for each in node.values():
            _loosen(each)
