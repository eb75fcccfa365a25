"""What a channel's secret holds, as the text that is sealed: JSON with what its kind of receiver asks for."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.values import ValueRejected

OVERLAP = timedelta(hours=24)
"""So long calls are signed with the secret before too, while an office puts the new one in place."""

_PREFIX = "whsec_"
_FEWEST_BYTES, _MOST_BYTES = 24, 64


@dataclass(frozen=True, slots=True)
class SftpSecret:
    """A password, or a private key (OpenSSH or PEM) with its passphrase."""

    password: str = ""
    private_key: str = ""
    passphrase: str = ""

    def __repr__(self) -> str:
        return "SftpSecret()"


def sftp_text(secret: SftpSecret) -> str:
    """The secret as it is sealed."""
    names = ("password", "private_key", "passphrase")
    return json.dumps({name: getattr(secret, name) for name in names})


def sftp_secret(text: str) -> SftpSecret:
    """The secret as it was sealed; none for an empty text."""
    return SftpSecret(**json.loads(text)) if text else SftpSecret()


def signing_text(secret: str, older: str, now: datetime) -> str:
    """A signing secret as it is sealed, with the one before it (`older` as it was sealed, or empty) for a day."""
    before = json.loads(older)["secret"] if older else ""
    return json.dumps({"secret": secret, "older": before, "older_ends_at": (now + OVERLAP).isoformat()})


def signing_secrets(text: str, at: datetime) -> list[bytes]:
    """The bytes that sign at a moment, the newest first."""
    known = json.loads(text)
    older = [known["older"]] if known["older"] and datetime.fromisoformat(known["older_ends_at"]) > at else []
    return [_decoded(each) for each in (known["secret"], *older)]


def checked_signing_secret(text: str) -> str:
    """`whsec_` and base64 of 24 to 64 bytes (Standard Webhooks 1.0.0). Raises `ValueRejected`:
    `channel_secret_malformed`."""
    try:
        size = len(_decoded(text)) if text.startswith(_PREFIX) else 0
    except binascii.Error:
        size = 0
    if not _FEWEST_BYTES <= size <= _MOST_BYTES:
        # What was found is a secret, or was meant to be one.
        expected = f"{_PREFIX} and base64 of {_FEWEST_BYTES} to {_MOST_BYTES} bytes"
        raise ValueRejected("channel_secret_malformed", f"{len(text)} characters", expected)
    return text


def _decoded(text: str) -> bytes:
    return base64.b64decode(text.removeprefix(_PREFIX), validate=True)
