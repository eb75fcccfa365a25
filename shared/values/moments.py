"""Moments as the outside reads them."""

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """In UTC with a Z, as every answer has them: `2026-03-02T09:00:00Z` (RFC 3339 §5.6). `moment` has a zone."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
