"""Mails that come back: the address that names one of our mails, and what a report about it says.

Every mail is sent with a return path of its own (VERP), `bounces+<48 characters>@domain`: connection, issue,
ordinal and a signature, so that nobody who was not sent a mail can say that it came back. What comes back is
a delivery status notification (RFC 3464) in a multipart/report (RFC 6522).
"""

import hmac
import re
from base64 import b32decode
from binascii import Error as Malformed
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from typing import Literal
from uuid import UUID

from services.token_mailer.domain.tokens import ALPHABET, TokenKey, TokenKeys, as_base32
from shared.values import ConnectionId, EmailAddress

LONGEST_LOCAL_PART = 64 - len("+") - 48
"""What is left of 64 octets (RFC 5321 §4.5.3.1.1) for the name before the plus sign."""

REPORT_TYPES = ("message/rfc822", "message/delivery-status")
"""In what form a report may come: the whole mail, or its machine-readable part alone."""

_NAME_BYTES, _SIGNATURE_BYTES = 20, 10
_TO_RFC_4648 = str.maketrans(ALPHABET, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_RECIPIENTS = ("Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To", "To")
_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_DIAGNOSTIC = re.compile(r"\s*smtp\s*;\s*([45]\d\d)\b", re.IGNORECASE)

Verdict = Literal["bounced", "given_up", "delayed", "ignored"]


@dataclass(frozen=True, slots=True)
class MailName:
    """Which of our mails: the `ordinal`-th with the `issue`-th token of a connection."""

    connection_id: ConnectionId
    issue: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says. `status` is the enhanced status code (RFC 3463) or "", `reply_code` the code of
    SMTP.

    `bounced`: the address does not take our mail (5.x.x). `given_up`: a mail server on the way tried for too
    long (failed with 4.x.x). `delayed`: it still tries. `ignored`: anything else, such as "delivered", an
    out-of-office note or a letter.
    """

    verdict: Verdict
    status: str = ""
    reply_code: int = 0


class ReturnPaths:
    """The addresses to which mails come back. `address` is the mailbox's own, such as
    `bounces@relais.example`; its mail server must deliver what has a plus sign and more behind the name."""

    def __init__(self, keys: TokenKeys, address: EmailAddress) -> None:
        self._keys = keys
        self._local, _, self._domain = address.rpartition("@")

    def of(self, name: MailName) -> str:
        """The return path of one mail; the same for each of its attempts while the key is current."""
        told = _told(name)
        signed = told + _signature(self._keys.current, told)
        return f"{self._local}+{as_base32(signed).lower()}@{self._domain}"

    def read(self, address: str) -> MailName | None:
        """The mail that this address was made for; None when we did not make it."""
        local, _, domain = address.strip().rpartition("@")
        name, _, text = local.partition("+")
        if (name.lower(), domain.lower()) != (self._local.lower(), self._domain.lower()):
            return None
        try:
            signed = b32decode(text.upper().translate(_TO_RFC_4648))
        except (Malformed, ValueError):
            return None
        told, signature = signed[:_NAME_BYTES], signed[_NAME_BYTES:]
        known = any(hmac.compare_digest(_signature(key, told), signature) for key in self._keys.all)
        return _name(told) if known else None

    def first_of(self, addresses: Iterable[str]) -> MailName | None:
        """The mail that the first address of ours was made for."""
        return next((name for address in addresses if (name := self.read(address))), None)


def recipients_of(content: bytes) -> tuple[str, ...]:
    """Whom a mail was delivered to, by the headers that mail servers write: the envelope's own first."""
    message = message_from_bytes(content)
    headers = [str(value) for name in _RECIPIENTS for value in message.get_all(name, [])]
    return tuple(address for _, address in getaddresses(headers) if address)


def read_report(content: bytes, media_type: str) -> Report:
    """What a report says, as `media_type` (one of `REPORT_TYPES`). Never raises: what is no report is
    ignored.

    Our mails have one recipient; where a report speaks of several, the worst that it says counts.
    """
    if media_type == "message/delivery-status":
        content = b"Content-Type: message/delivery-status\r\n\r\n" + content
    found = [_of_recipient(block) for block in _blocks(message_from_bytes(content))]
    order = ("bounced", "given_up", "delayed", "ignored")
    return min(found, key=lambda report: order.index(report.verdict), default=Report("ignored"))


def _blocks(message: Message) -> list[Message]:
    """What the report says of each recipient (RFC 3464 §2.3); its first block is about the message."""
    payload = message.get_payload()
    if message.get_content_type() == "message/delivery-status":
        return [each for each in payload if isinstance(each, Message)][1:] if isinstance(payload, list) else []
    if message.get_content_type() != "multipart/report" or not isinstance(payload, list):
        return []
    # Not deeper: the mail that came back hangs on the report, and may say what it likes.
    parts = (part for part in payload if isinstance(part, Message))
    status = (part for part in parts if part.get_content_type() == "message/delivery-status")
    return [block for part in status for block in _blocks(part)]


def _of_recipient(block: Message) -> Report:
    action = str(block.get("Action", "")).strip().lower()
    status = _STATUS.match(str(block.get("Status", "")))
    diagnostic = _DIAGNOSTIC.match(str(block.get("Diagnostic-Code", "")))
    if status is None:
        return Report("ignored")
    kind = status[1]
    code = int(diagnostic[1]) if diagnostic else int(kind) * 100 + 50
    verdicts: dict[tuple[str, str], Verdict] = {
        ("failed", "5"): "bounced",
        ("failed", "4"): "given_up",
        ("delayed", "4"): "delayed",
    }
    return Report(verdicts.get((action, kind), "ignored"), f"{kind}.{status[2]}.{status[3]}", code)


def _told(name: MailName) -> bytes:
    return name.connection_id.uuid.bytes + name.issue.to_bytes(2, "big") + name.ordinal.to_bytes(2, "big")


def _name(told: bytes) -> MailName:
    issue, ordinal = int.from_bytes(told[16:18], "big"), int.from_bytes(told[18:20], "big")
    return MailName(ConnectionId.of(UUID(bytes=told[:16])), issue, ordinal)


def _signature(key: TokenKey, told: bytes) -> bytes:
    return hmac.digest(key.secret, b"mail-return|v1|" + told, "sha256")[:_SIGNATURE_BYTES]
