"""Bytes from the document store, and the headers that prove them."""

import base64

from services.delivery.ports import Originals
from shared.chassis.errors import InvalidMessage, Problem, Unavailable
from shared.chassis.http import Call
from shared.contracts.documents import Claim


async def read_bytes(call: Call, claim: Claim) -> bytes:
    """Raises `Problem` 503 `temporarily_unavailable` while the store does not answer or gives other bytes."""
    originals: Originals = call.resources["documents"]
    try:
        return await originals.get(claim)
    except (Unavailable, InvalidMessage) as error:
        raise Problem(
            503,
            "temporarily_unavailable",
            "The document cannot be read now; the same call may succeed later.",
            headers={"Retry-After": "2"},
        ) from error


def digest_headers(claim: Claim) -> dict[str, str]:
    """RFC 9530 §3: the digest of the bytes, so that a client can prove what it read."""
    digest = base64.b64encode(bytes.fromhex(claim.sha256)).decode()
    return {"Repr-Digest": f"sha-256=:{digest}:", "X-Content-Type-Options": "nosniff"}
