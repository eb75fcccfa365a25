"""Failures as operators see them: one dead letter each, grouped by what went wrong."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.operations import DeadLetter

LARGEST_EDIT = 700_000
"""Bytes of an edited value: what a dead letter's copy may carry, an edited one may as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message that could not be handled. `replay_asked_at` is set while nobody knows the outcome yet."""

    letter: DeadLetter
    updated_at: datetime
    replay_asked_at: datetime | None = None

    @property
    def id(self) -> UUID:
        return self.letter.dead_letter_id

    @property
    def state(self) -> str:
        """`dead`, `asked` (handed back to its service), `handled` or `discarded`."""
        return "asked" if self.letter.status == "dead" and self.replay_asked_at else self.letter.status


@dataclass(frozen=True, slots=True)
class Group:
    """Failures with the same reason, newest first."""

    service: str
    handler: str
    reason_code: str
    failures: tuple[Failure, ...] = field(default=())

    @property
    def waiting(self) -> int:
        """How many wait for an operator."""
        return sum(1 for failure in self.failures if failure.state == "dead")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """What an operator did, `at` when (UTC)."""

    at: datetime
    operator: str
    action: str
    dead_letter_id: UUID | None
    detail: str = ""


class EditRejected(ValueError):
    """The edited value cannot be used; `code` is stable."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


def grouped(failures: Sequence[Failure]) -> list[Group]:
    """Groups by service, handler and reason; what waits for an operator comes first, then the newest."""
    found: dict[tuple[str, str, str], list[Failure]] = {}
    for failure in sorted(failures, key=lambda each: each.letter.failed_at, reverse=True):
        letter = failure.letter
        found.setdefault((letter.service, letter.handler, letter.reason_code), []).append(failure)
    groups = [Group(*key, tuple(members)) for key, members in found.items()]
    return sorted(groups, key=lambda group: (group.waiting > 0, group.failures[0].letter.failed_at), reverse=True)


def readable(value_base64: str) -> tuple[str, str]:
    """The bytes as people read them, and how: `json` (indented), `text` or `hex`; `missing` without bytes."""
    if not value_base64:
        return "", "missing"
    data = base64.b64decode(value_base64)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _hex(data), "hex"
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        return _hex(data), "hex"
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2), "json"
    except ValueError:
        return text, "text"


def edited_value(text: str, original_base64: str) -> str | None:
    """The edited value as base64; None where nothing was changed, so that the original bytes are used.

    Raises `EditRejected`: `edit_malformed` (not JSON although the service expects it), `edit_too_large`.
    """
    normal = text.replace("\r\n", "\n").strip()
    shown, _form = readable(original_base64)
    if not normal or normal == shown.strip():
        return None
    try:
        json.loads(normal)
    except ValueError as error:
        raise EditRejected("edit_malformed", f"The edited value is not JSON: {error}.") from None
    # As it was typed: reading and writing it again could change a number.
    data = normal.encode()
    if len(data) > LARGEST_EDIT:
        raise EditRejected("edit_too_large", f"Found {len(data)} bytes, expected at most {LARGEST_EDIT}.")
    return base64.b64encode(data).decode()


def _hex(data: bytes, longest: int = 4096) -> str:
    lines = [data[start : start + 16].hex(" ") for start in range(0, min(len(data), longest), 16)]
    return "\n".join(lines) + ("\n…" if len(data) > longest else "")
