"""Who is signed in: a cookie that says until when and who, signed with HMAC-SHA256."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFETIME = timedelta(hours=10)
"""A working day; then the key is asked for again."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in operator; `nonce` makes the form token of this session its own."""

    operator: str
    ends_at: datetime
    nonce: str


class Sessions:
    """Makes and reads cookies under one secret; checks the operator's key against its digest."""

    def __init__(self, secret: bytes, operator_key_sha256: str) -> None:
        self._secret = hmac.digest(secret, b"relais console session", "sha256")
        self._operator_key_sha256 = operator_key_sha256

    def knows(self, key: str) -> bool:
        """Whether this is the operator's key."""
        digest = hashlib.sha256(key.strip().encode("utf-8", "surrogateescape")).hexdigest()
        return hmac.compare_digest(digest, self._operator_key_sha256)

    def cookie(self, session: Session) -> str:
        """The cookie of a session: ASCII, no separators of the Cookie header."""
        facts = [session.operator, int(session.ends_at.timestamp()), session.nonce]
        payload = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip("=")
        return f"{payload}.{self._sign('session', payload)}"

    def read(self, cookie: str, now: datetime) -> Session | None:
        """The session of a cookie; None when it was not made here or has ended."""
        payload, _, signature = cookie.partition(".")
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign("session", payload).encode()):
            return None
        try:
            operator, ends, nonce = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (binascii.Error, ValueError):
            return None
        ends_at = datetime.fromtimestamp(ends, UTC)
        return Session(operator, ends_at, nonce) if ends_at > now else None

    def form_token(self, session: Session) -> str:
        """What every form of this session must carry, so that no other site can send it."""
        return self._sign("form", session.nonce)

    def form_token_is_right(self, session: Session, token: str) -> bool:
        """Compares in constant time."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.form_token(session).encode())

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.digest(self._secret, f"{purpose}|{text}".encode("utf-8", "replace"), "sha256").hex()
