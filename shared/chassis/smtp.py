"""The mail server, by SMTP (RFC 5321): a few lines that are kept open, each used for one mail at a time."""

import asyncio
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import aiosmtplib

from shared.chassis.mail_receipts import Receipt
from shared.values import EmailAddress

MAILS_A_LINE = 100
"""Then the line is closed: mail servers refuse more, and a new address of theirs is found."""

_IDLE_S = 30.0
"""A server may hang up after 5 minutes (RFC 5321 §4.5.3.2.7), many do so earlier."""

_FAREWELL_S = 3.0
"""What follows a mail must not take longer than the rest of its task's time."""

_ABOUT_US = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538})
"""Permanent replies that say nothing of the recipient: wrong settings of ours, mended without a new
address."""

_HANGING_UP = 421
_REPLIES_TO_THE_MAIL = aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError


@dataclass(slots=True)
class _Line:
    """One connection, the mails it carried, and when it was last used (s, monotonic)."""

    client: aiosmtplib.SMTP
    mails: int = 0
    used_at: float = 0.0

    @property
    def fresh(self) -> bool:
        return self.client.is_connected and time.monotonic() - self.used_at < _IDLE_S


class SmtpPost:
    """At most `lines` connections at once. `timeout_s` bounds a dialogue: no mail server holds a task for long.

    `starttls` (RFC 3207) and `tls` (RFC 8314) both check the server's certificate and name, against
    `ca_file` where one is given; a server that offers no STARTTLS gets no mail. With `keep` off every mail
    has a connection of its own.
    """

    def __init__(
        self,
        host: str,
        port: int,
        tls: Literal["none", "starttls", "tls"],
        username: str = "",
        password: str = "",
        timeout_s: float = 25.0,
        *,
        ca_file: Path | None = None,
        lines: int = 16,
        keep: bool = True,
    ) -> None:
        self._host, self._port, self._tls = host, port, tls
        self._username, self._password, self._timeout_s = username, password, timeout_s
        self._trusted = None if tls == "none" else ssl.create_default_context(cafile=ca_file)
        self._room = asyncio.Semaphore(lines)
        self._mails_a_line = MAILS_A_LINE if keep else 1
        self._free: list[_Line] = []

    async def send(self, sender: str, recipient: EmailAddress, message: bytes) -> Receipt:
        """Hands over one message; `sender` is the address that it comes back to. What went wrong is told by
        the receipt, never raised."""
        async with self._room:
            deadline = asyncio.get_running_loop().time() + self._timeout_s
            while True:
                kept = self._kept()
                try:
                    async with asyncio.timeout_at(deadline):
                        line = kept or await self._connected()
                except (aiosmtplib.SMTPException, OSError) as error:
                    return Receipt("retry", _code(error), _text(error))
                receipt = await self._over(line, sender, recipient, message, deadline)
                if receipt is not None:
                    return receipt
                if kept is None:
                    return Receipt("retry", 0, "the line broke before the mail was handed over")

    async def _over(
        self, line: _Line, sender: str, recipient: EmailAddress, message: bytes, deadline: float
    ) -> Receipt | None:
        """The receipt of one mail over this line; None when the line was dead before the mail's content."""
        handed_over = usable = False
        try:
            async with asyncio.timeout_at(deadline):
                await line.client.mail(sender)
                await line.client.rcpt(recipient)
                handed_over = True
                reply = await line.client.data(message)
            usable = True
            return Receipt("sent", 250, reply.message)
        except aiosmtplib.SMTPResponseException as error:
            if error.code != _HANGING_UP:
                usable = await _begun_anew(line.client)
            # 421 to a kept line's first commands is the goodbye of a server that waited for too long.
            goodbye = error.code == _HANGING_UP and line.mails and not handed_over
            return None if goodbye else receipt_of(error)
        except (aiosmtplib.SMTPException, OSError) as error:
            return receipt_of(error) if handed_over else None
        finally:
            await self._put_back(line, usable=usable)

    def _kept(self) -> _Line | None:
        while self._free:
            line = self._free.pop()
            if line.fresh:
                return line
            line.client.close()
        return None

    async def _connected(self) -> _Line:
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=self._timeout_s,
            use_tls=self._tls == "tls",
            start_tls=self._tls == "starttls",
            tls_context=self._trusted,
            username=self._username or None,
            password=self._password or None,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return _Line(client)

    async def _put_back(self, line: _Line, *, usable: bool) -> None:
        line.mails, line.used_at = line.mails + 1, time.monotonic()
        if not usable:
            line.client.close()
        elif line.mails < self._mails_a_line:
            self._free.append(line)
        else:
            await _leave(line.client)

    async def close(self) -> None:
        """Say goodbye on every line that nobody uses."""
        free, self._free = self._free, []
        await asyncio.gather(*(_leave(line.client) for line in free))


def receipt_of(error: Exception) -> Receipt:
    """What an error of the dialogue means (`faults-and-threats.md` §2.2, measured on aiosmtplib 5.1.3).

    A line that breaks or falls silent may have broken after the server took the mail: `uncertain`.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        # The code is the refused recipient's, not the exception's.
        return receipt_of(error.recipients[0])
    if isinstance(error, aiosmtplib.SMTPResponseException):
        permanent = isinstance(error, _REPLIES_TO_THE_MAIL) and error.code >= 500 and error.code not in _ABOUT_US
        return Receipt("bounced" if permanent else "retry", error.code, _text(error))
    return Receipt("uncertain", 0, _text(error))


async def _begun_anew(client: aiosmtplib.SMTP) -> bool:
    """Whether the server forgot the refused mail (RFC 5321 §4.1.1.5), so that the next one may follow."""
    try:
        await client.rset(timeout=_FAREWELL_S)
    except (aiosmtplib.SMTPException, OSError):
        return False
    return True


async def _leave(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit(timeout=_FAREWELL_S)
    except (aiosmtplib.SMTPException, OSError):
        # The mail was taken over before; how the server says goodbye changes nothing.
        client.close()


def _code(error: Exception) -> int:
    return error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0


def _text(error: Exception) -> str:
    text = error.message if isinstance(error, aiosmtplib.SMTPException) else str(error)
    return f"{type(error).__name__}: {text}"[:300]
