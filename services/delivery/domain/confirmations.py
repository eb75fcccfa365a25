"""Whether a mailbox is the office's own: it gives a code back that went there, and nothing else goes there before.

A code stands nowhere; what is kept of it tells nothing without the key.
"""

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.delivery.domain.channels import Channel

NOT_SENT = "not sent"
"""Instead of a digest: no code that would be taken is on its way."""
MOST_WRONG = 5
"""Wrong codes in a row; then another one is sent."""
CODE_PAUSE = timedelta(seconds=60)
"""Between two codes, for they go to an address that nobody has proven."""
_DIGITS = 8


def unproven(channel: Channel) -> Channel:
    """A mailbox that is new: what comes for it waits until it is confirmed."""
    return replace(channel, awaited_code=NOT_SENT, wrong_codes=0)


def code_of(key: bytes, channel: Channel, test_id: UUID) -> str:
    """The code that goes along with a sample: eight digits."""
    number = int.from_bytes(_digest(key, f"code/{channel.channel_id}/{test_id}"))
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def awaiting(key: bytes, channel: Channel, code: str) -> Channel:
    """From now on this code is taken, and no other."""
    return replace(channel, awaited_code=_kept(key, channel, code), wrong_codes=0)


def told(key: bytes, channel: Channel, code: str) -> Channel:
    """After the office gave a code: confirmed (`awaited_code` is empty) where it is the one; after too many wrong ones
    none is taken any more."""
    if hmac.compare_digest(channel.awaited_code, _kept(key, channel, code)):
        return replace(channel, awaited_code="", wrong_codes=0)
    wrong = channel.wrong_codes + 1
    return replace(channel, awaited_code=channel.awaited_code if wrong < MOST_WRONG else NOT_SENT, wrong_codes=wrong)


def _kept(key: bytes, channel: Channel, code: str) -> str:
    return _digest(key, f"kept/{channel.channel_id}/{code.strip()}").hex()


def _digest(key: bytes, text: str) -> bytes:
    return hmac.digest(key, f"channel confirmation/{text}".encode(), hashlib.sha256)
