"""Errors are classed by what happens next.

A business "no" is not an error but an event with a stable code. `InvalidMessage` becomes a dead letter at once,
`Unavailable` is tried again, `Problem` is the answer of an HTTP call; anything else is a bug: bounded retries,
then a dead letter.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class InvalidMessage(Exception):
    """A message that no retry can make readable: wrong schema, unknown type, wrong owner.

    `code` is stable; `where` is a JSON pointer, a header name or a position in the bytes.
    """

    def __init__(self, code: str, detail: str, *, where: str = "", found: str = "", expected: str = "") -> None:
        self.code, self.detail, self.where, self.found, self.expected = code, detail, where, found, expected
        super().__init__(detail)

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        facts = f": found {self.found}, expected {self.expected}" if self.expected else ""
        return f"{self.code}{place}: {self.detail}{facts}"


class Unavailable(Exception):
    """Something outside does not answer now; the same work is tried again after a while (seconds, at least)."""

    def __init__(self, detail: str, *, retry_after: float | None = None) -> None:
        self.detail, self.retry_after = detail, retry_after
        super().__init__(detail)


class Problem(Exception):
    """The answer of an HTTP call that cannot be done, as problem details (RFC 9457).

    `code` is stable and part of the API; `extra` members are added to the body (`actor`, `next_action`, ...);
    `errors` are `{pointer, code, detail}` objects.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        title: str = "",
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.status, self.code, self.detail, self.title = status, code, detail, title
        self.errors, self.headers, self.extra = tuple(errors), dict(headers or {}), dict(extra or {})
        super().__init__(f"{status} {code}: {detail}")
