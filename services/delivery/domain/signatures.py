"""Signing webhooks: Standard Webhooks 1.0.0, symmetric signatures (`v1`)."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from shared.values import WebhookEndpointId

_SECRET_PREFIX = "whsec_"


def secret_of(key: bytes, endpoint_id: WebhookEndpointId, generation: int) -> bytes:
    """The 32 bytes with which an endpoint's calls are signed: derived (HMAC-SHA256, RFC 2104), so never stored."""
    return hmac.digest(key, f"webhook/{endpoint_id}/{generation}".encode(), hashlib.sha256)


def secret_text(secret: bytes) -> str:
    """The secret as its receiver is shown it: `whsec_` and base64."""
    return _SECRET_PREFIX + base64.b64encode(secret).decode()


def signed_headers(secrets: Sequence[bytes], event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a call; one signature a secret, so that a receiver may know the older or the newer.

    `at` must know its zone: the timestamp is in seconds from 1970, UTC, and receivers allow 5 minutes.
    """
    timestamp = str(int(at.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode() for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
