"""The mails that arrived, in a Maildir: whole or not there, and still there after a restart."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

_ENVELOPE = b"X-Envelope-To: "
_RETURN = b"Return-Path: "
"""Written by who delivers for good (RFC 5321 §4.4)."""


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived. `to` are the addresses of the envelope, `return_path` is where it comes back to,
    `received` is in UTC."""

    id: str
    to: tuple[str, ...]
    sender: str
    subject: str
    received: datetime
    text: str | None
    html: str | None
    message_id: str | None
    return_path: str = ""

    def summary(self) -> dict[str, object]:
        """What the list of mails shows of it."""
        return {
            "id": self.id,
            "to": list(self.to),
            "from": self.sender,
            "subject": self.subject,
            "received": self.received.isoformat(timespec="milliseconds"),
        }

    def whole(self) -> dict[str, object]:
        """The summary and both forms of its content."""
        content = {"message_id": self.message_id, "text": self.text, "html": self.html}
        return self.summary() | content | {"return_path": self.return_path}


class Mailbox:
    """A Maildir: a mail is written to `tmp`, synced, then renamed into `new`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, recipients: Sequence[str], return_path: str = "") -> str:
        """Stores a mail for good and gives its id, which sorts by the time of arrival."""
        mail_id = f"{time.time_ns():020d}-{uuid4().hex[:12]}"
        unfinished = self._folder / "tmp" / mail_id
        with unfinished.open("wb") as file:
            file.write(_ENVELOPE + ", ".join(recipients).encode(errors="surrogateescape") + b"\r\n")
            file.write(_RETURN + f"<{return_path}>\r\n".encode(errors="surrogateescape") + content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._folder / "new" / mail_id)
        return mail_id

    def newest_first(self) -> list[Mail]:
        """All mails."""
        names = sorted((path.name for path in (self._folder / "new").iterdir()), reverse=True)
        return [_read(self._folder / "new" / name) for name in names]

    def find(self, mail_id: str) -> Mail | None:
        """The mail with this id, or None."""
        return _read(self._folder / "new" / mail_id) if self._has(mail_id) else None

    def raw(self, mail_id: str) -> bytes | None:
        """The mail with this id byte for byte as it came over the wire, or None."""
        if not self._has(mail_id):
            return None
        return _opened(self._folder / "new" / mail_id)[2]

    def _has(self, mail_id: str) -> bool:
        # Only names that `keep` makes: an id never leads out of the folder.
        return mail_id.replace("-", "").isalnum() and (self._folder / "new" / mail_id).is_file()


@lru_cache(maxsize=2000)
def _read(path: Path) -> Mail:
    """A stored mail never changes, so reading it once is enough."""
    recipients, return_path, content = _opened(path)
    message = message_from_bytes(content, policy=policy.default)
    seconds, nanoseconds = divmod(int(path.name.partition("-")[0]), 1_000_000_000)
    received = datetime.fromtimestamp(seconds, UTC).replace(microsecond=nanoseconds // 1000)
    return Mail(
        id=path.name,
        to=tuple(recipients),
        sender=str(message["From"] or ""),
        received=received,
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        message_id=str(message["Message-ID"]) if message["Message-ID"] else None,
        return_path=return_path,
    )


def _opened(path: Path) -> tuple[list[str], str, bytes]:
    """The recipients, where the mail comes back to, and its content."""
    envelope, _, rest = path.read_bytes().partition(b"\r\n")
    returning, _, content = rest.partition(b"\r\n") if rest.startswith(_RETURN) else (b"", b"", rest)
    recipients = envelope.removeprefix(_ENVELOPE).decode(errors="replace").split(", ")
    return recipients, returning.removeprefix(_RETURN).decode(errors="replace").strip("<>"), content


def _part(message: EmailMessage, subtype: str) -> str | None:
    part = message.get_body((subtype,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        payload = part.get_payload(decode=True)
        return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
