"""What a newer version says otherwise, where there is little room to tell it."""

import json
from collections.abc import Sequence

from shared.contracts.invoices import Difference

_LONGEST_VALUE = 300
"""Characters of a value; the sidecar has it whole."""


def told_differences(differences: Sequence[Difference], most_bytes: int) -> list[dict[str, str]]:
    """The first of them, as many as fit into `most_bytes` of ASCII JSON without spaces; long values are cut."""
    told: list[dict[str, str]] = []
    size = len("[]")
    for each in differences:
        one = {"field": each.field, "before": _short(each.before), "after": _short(each.after)}
        size += len(json.dumps(one, separators=(",", ":"))) + len(",")
        if size > most_bytes:
            break
        told.append(one)
    return told


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "\u2026"
