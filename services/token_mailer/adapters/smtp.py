"""The mail server, by SMTP (RFC 5321)."""

import asyncio
from email.utils import parseaddr
from typing import Literal

import aiosmtplib

from services.token_mailer.ports import Receipt
from shared.values import EmailAddress

_ABOUT_US = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538})
"""Permanent replies that say nothing of the recipient: wrong settings of ours, mended without a new
address."""


class SmtpPost:
    """One connection a mail. `timeout_s` bounds the dialogue: no mail server holds a task for long."""

    def __init__(
        self,
        host: str,
        port: int,
        tls: Literal["none", "starttls", "tls"],
        username: str = "",
        password: str = "",
        timeout_s: float = 25.0,
    ) -> None:
        self._host, self._port, self._tls = host, port, tls
        self._username, self._password, self._timeout_s = username, password, timeout_s

    async def send(self, sender: str, recipient: EmailAddress, message: bytes) -> Receipt:
        """Hands over one message. What went wrong is told by the receipt, never raised."""
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=self._timeout_s,
            use_tls=self._tls == "tls",
            start_tls=self._tls == "starttls",
            username=self._username or None,
            password=self._password or None,
        )
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        try:
            async with asyncio.timeout_at(deadline):
                await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            return Receipt("retry", _code(error), _text(error))
        try:
            async with asyncio.timeout_at(deadline):
                _, reply = await client.sendmail(parseaddr(sender)[1], [recipient], message)
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            return receipt_of(error)
        await _leave(client)
        return Receipt("sent", 250, reply)


def receipt_of(error: Exception) -> Receipt:
    """What an error of the dialogue means (`faults-and-threats.md` §2.2, measured on aiosmtplib 5.1.3).

    A line that breaks or falls silent may have broken after the server took the mail: `uncertain`.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        # The code is the refused recipient's, not the exception's.
        return receipt_of(error.recipients[0])
    if isinstance(error, aiosmtplib.SMTPResponseException):
        recipient_said_no = isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError)
        permanent = recipient_said_no and error.code >= 500 and error.code not in _ABOUT_US
        return Receipt("bounced" if permanent else "retry", error.code, _text(error))
    return Receipt("uncertain", 0, _text(error))


async def _leave(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit()
    except (aiosmtplib.SMTPException, OSError):
        # The mail was taken over before; how the server says goodbye changes nothing.
        client.close()


def _code(error: Exception) -> int:
    return error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0


def _text(error: Exception) -> str:
    text = error.message if isinstance(error, aiosmtplib.SMTPException) else str(error)
    return f"{type(error).__name__}: {text}"[:300]
